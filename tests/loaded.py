"""The five plans as the loader leaves them, read once for all tests that want them.

Tests that use `plans` are moved to the front, so that they stand together; the plans are taken out again before the
first test that wants an empty database (`tests/conftest.py` calls both).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection, transaction

from yuxi_eldercare.loading import load_plans

_in: Callable[[], None] | None = None


@pytest.fixture(scope="session")
def emptied_again(django_db_setup: Any) -> Iterator[None]:
    yield
    take_out()  # while there still is a database


@pytest.fixture(scope="module")
def plans(emptied_again: None, django_db_blocker: Any) -> Iterator[None]:
    """The shipped plan files, loaded; what a module adds for all of its tests goes with it."""
    global _in
    if _in is None:
        _in = _load(django_db_blocker)
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def _load(blocker: Any) -> Callable[[], None]:
    """Load within a transaction that is never committed; gives what takes the plans out again."""
    around = ExitStack()
    with blocker.unblock():
        around.enter_context(transaction.atomic())
        load_plans()
        let_the_planner_know()

    def undo() -> None:
        with blocker.unblock():
            transaction.set_rollback(True)
            around.close()

    return undo


def together(items: list[pytest.Item]) -> None:
    """Put the tests that use the plans in front of the others, each group in its order."""
    items.sort(key=lambda item: not uses_plans(item))


def uses_plans(item: pytest.Item | None) -> bool:
    """Whether a test runs with the plans loaded."""
    return item is not None and "plans" in getattr(item, "fixturenames", ())


def take_out() -> None:
    """Take the plans out of the database, if they are in."""
    global _in
    if _in is not None:
        _in()
        _in = None


def let_the_planner_know() -> None:
    """Let PostgreSQL count the rows: within one long transaction its autovacuum never sees them, and a planner that
    takes every table for empty multiplies them instead of joining."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
