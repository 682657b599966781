"""How benches measure: CPU of work done in turns, and SQL statements."""

import time
from collections.abc import Callable
from typing import Any


def cpu(*works: Callable[[], Any], rounds: int = 5) -> list[float]:
    """Milliseconds of CPU of each, the shortest of several rounds; they take turns."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, times, strict=True):
            start = time.process_time()
            work()
            found.append((time.process_time() - start) * 1000)
    return [min(found) for found in times]


def statements(work: Callable[[], Any]) -> int:
    """How many SQL statements it takes. The frame of a page (session, person, to-do count) is part of it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)
