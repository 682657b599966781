"""A small world with two closed months between which lights turned, and files in a folder of the test's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.targets.closing import FEBRUARY, JANUARY, close, make_closing_world
from tests.worlds import GREEN, RED, World, publish, value
from yuxi_eldercare.core.models import PeriodClose


@dataclass
class Months:
    """The world, and its closed months."""

    world: World
    january: PeriodClose
    february: PeriodClose


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """Where kept files lie during a test."""
    settings.FILES_DIR = tmp_path / "files"
    return Path(settings.FILES_DIR)


def make_months() -> Months:
    """January as first reported; in February a correction turns the city's beds red and 青山县's homes green."""
    world = make_closing_world()
    january = close(world, JANUARY)
    publish(
        value(world.beds, RED, "2023", (10, 100), reason="核减"),
        value(world.homes, GREEN, "2023", 1, reason="补报"),
    )
    return Months(world, january, close(world, FEBRUARY))


@pytest.fixture(scope="module")
def staged(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Months]:
    """The months, closed once for all tests of a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_months()
        transaction.set_rollback(True)


@pytest.fixture
def months(staged: Months, db: None) -> Months:
    """The months; what a test writes is undone."""
    return staged
