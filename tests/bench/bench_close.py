"""Closing a month of nine counties × 100 indicators in one transaction, against a bare bulk_create of the same rows.

2,000 judgements, each with its inputs and words. Ours: locks, reading, roll-ups, judging, checklist, digests, audit
event, rows. The reference writes the very same rows once more and does nothing else. It runs in a process of its own
on a temporary SQLite database; CPU time is the shortest of several turns.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

from .isolated import measured_apart, set_up, tell
from .timing import cpu

WORLD = (9, 100)
RATIO_LIMIT = 5.0
STATEMENT_LIMIT = 60
SECONDS_LIMIT = 10.0


def run() -> list[dict[str, Any]]:
    """The measures: CPU against the reference, seconds, statements, and reading back."""
    return measured_apart("bench_close", "inside")


def inside() -> list[dict[str, Any]]:
    """Make the world in this process's database and measure."""
    set_up()
    from .world_pages import make

    make(*WORLD)
    statements, seconds = _once()
    rows = _rows()
    ours, bare = cpu(_undone(_close), _undone(lambda: _write(rows)))
    verified = _verified()
    name = f"close of {WORLD[0]} counties × {WORLD[1]} indicators"
    return [
        {
            "name": name,
            "unit": "ms CPU",
            "ours": ours,
            "reference": bare,
            "ratio": ours / bare,
            "limit": RATIO_LIMIT,
        },
        {"name": "the same, whole", "unit": "s", "ours": seconds, "limit": SECONDS_LIMIT},
        {
            "name": "the same, SQL statements beside the rows",
            "statements": statements,
            "limit": STATEMENT_LIMIT,
        },
        {"name": "reading it back row by row", "unit": "ms CPU", "ours": verified},
    ]


def _close() -> Any:
    from datetime import date

    from yuxi_eldercare.period_close import close_month

    return close_month(month_end=date(2025, 6, 30), by=None, process="bench", acknowledged="bench")


def _once() -> tuple[int, float]:
    """The first close, which makes the lock rows as well: its statements beside the frozen rows, and seconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from targets.models import FrozenAssessment

    start = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        close = _close()
    seconds = time.perf_counter() - start
    # SQLite takes 999 values a statement, so that rows go in by the dozen; PostgreSQL takes them in four.
    frozen = f'INSERT INTO "{FrozenAssessment._meta.db_table}"'
    others = [query for query in captured.captured_queries if not query["sql"].startswith(frozen)]
    if close.assessments != 2 * WORLD[1] * (WORLD[0] + 1):
        raise RuntimeError(f"the close holds {close.assessments} judgements")
    return len(others), seconds


def _rows() -> list[list[Any]]:
    """What the first close wrote, ready to be written again; it is taken away."""
    from django.db import connection

    from targets.guards import frozen_assessments
    from targets.models import FrozenAssessment
    from yuxi_eldercare.core.guards import frozen
    from yuxi_eldercare.core.models import FrozenRecord, PeriodClose

    tables = [list(model.objects.all()) for model in (PeriodClose, FrozenAssessment, FrozenRecord)]
    with connection.schema_editor() as editor:
        for guard in (frozen.closes, frozen.records, frozen_assessments):
            guard.remove(None, editor)
    for model in (FrozenAssessment, FrozenRecord, PeriodClose):
        model.objects.all().delete()
    with connection.schema_editor() as editor:
        for guard in (frozen.closes, frozen.records, frozen_assessments):
            guard.install(None, editor)
    return tables


def _write(tables: list[list[Any]]) -> None:
    for rows in tables:
        if rows:
            type(rows[0]).objects.bulk_create(rows, batch_size=500)


def _undone(work: Callable[[], Any]) -> Callable[[], None]:
    """The work in a transaction that is rolled back, so that it can be done again."""
    from django.db import transaction

    def done() -> None:
        with transaction.atomic():
            work()
            transaction.set_rollback(True)

    return done


def _verified() -> float:
    """Milliseconds of CPU to verify a close."""
    from yuxi_eldercare.core.closing import verify

    close = _close()
    (spent,) = cpu(lambda: verify(close))
    if verify(close) is not None:
        raise RuntimeError("the close does not hold")
    return spent


if __name__ == "__main__":
    tell(inside() if "inside" in sys.argv else run())
