"""Emptying the database after a test that committed: the one time the append-only triggers are out of the way.

`TransactionTestCase` empties every table at its end, which the database refuses for the audit trail, closed months
and reports.
"""

from functools import wraps
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.test import TransactionTestCase

from subsidies.guards import APPEND_ONLY as SUBSIDIES
from targets.guards import FOLLOWING, frozen_assessments
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.guards import append_only, frozen, reports

GUARDS = (
    append_only,
    frozen.closes,
    frozen.records,
    frozen_assessments,
    reports.reports,
    reports.files,
    *FOLLOWING,
    *SUBSIDIES,
)


def let_tests_empty_the_trail() -> None:
    """Lift the triggers around the emptying; what the test left running in threads is waited for first."""
    empty = TransactionTestCase._fixture_teardown

    @wraps(empty)
    def emptied(self: Any) -> None:
        dispatch.wait_for_threads()
        editor = SimpleNamespace(connection=connection)
        for guard in GUARDS:
            guard.remove(None, editor)
        try:
            empty(self)
        finally:
            for guard in GUARDS:
                guard.install(None, editor)

    TransactionTestCase._fixture_teardown = emptied  # type: ignore[method-assign]
