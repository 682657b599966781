"""The world of parts on the day they are issued."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reporting_world import at

from .world import ISSUED_ON, Following, make_following_world


@pytest.fixture
def following(db: None, tmp_path: Path, settings: Any) -> Iterator[Following]:
    """Two tasks, nothing issued yet; it is 5 August 2024."""
    settings.FILES_DIR = tmp_path
    with at(ISSUED_ON):
        yield make_following_world()
