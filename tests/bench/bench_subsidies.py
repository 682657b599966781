"""The books of a province's subsidies: pages, the nightly re-computation and one posting at 20,000 applications.

Every application is committed on three budget lines; three of four are paid, one in forty came back. The world is made
in a process of its own on a temporary SQLite database; CPU time is the shortest of several turns. Run with
`python -m tests.bench.bench_subsidies`.
"""

import sys
import time
from collections.abc import Iterator
from typing import Any

from .isolated import measured_apart, set_up, tell
from .timing import cpu, statements
from .world_subsidies import APPLICATIONS, PAID, make

CPU_LIMIT, STATEMENT_LIMIT = 150, 15
TOTALS_LIMIT = 1_000  # adding up every posting
PAGES = (
    ("ledger", "/subsidies/", CPU_LIMIT),
    ("ledger, last page", f"/subsidies/?page={APPLICATIONS // 50}", CPU_LIMIT),
    ("ledger, one county", "/subsidies/?county=530050", CPU_LIMIT),
    ("one application", "/subsidies/applications/777/", CPU_LIMIT),
    ("books", "/subsidies/books/", CPU_LIMIT),
    ("one budget line", "/subsidies/books/1/", CPU_LIMIT),
    ("public list", "/subsidies/public/?county=530050", CPU_LIMIT),
    ("totals by county, scheme, level and institution", "/subsidies/books/totals/", TOTALS_LIMIT),
)


def run() -> list[dict[str, Any]]:
    """The measures of every page, of a posting and of the re-computation."""
    return measured_apart("bench_subsidies", "inside")


def inside() -> list[dict[str, Any]]:
    """Make the world in this process's database and measure."""
    set_up()
    from django.test import Client

    from subsidies.books.verifying import verify

    user = make()
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    start = time.process_time()
    verdict = verify()
    seconds = time.process_time() - start
    if verdict.differences:
        raise RuntimeError(verdict.differences[:3])
    pages = [found for name, path, limit in PAGES for found in _measure(name, path, limit, client)]
    text = f"every balance re-computed from {verdict.postings:,} postings"
    return [*pages, {"name": text, "unit": "s CPU", "ours": seconds}, *_posting(user)]


def _measure(name: str, path: str, limit: int, client: Any) -> Iterator[dict[str, Any]]:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    full = f"{name}, {APPLICATIONS:,} applications"
    [spent] = cpu(lambda: client.get(path))
    yield {"name": full, "unit": "ms CPU", "ours": spent, "limit": limit}
    found = statements(lambda: client.get(path))
    yield {"name": f"{full}, SQL statements", "statements": found, "limit": STATEMENT_LIMIT}


def _posting(user: Any) -> Iterator[dict[str, Any]]:
    """One entry on a line that holds many: on every day after it the line is added up anew."""
    from subsidies.books.posting import Event, post
    from subsidies.models import BudgetLine, Journal

    line = BudgetLine.objects.get(pk=1)
    turn = iter(range(1_000))

    def enter() -> None:
        event = Event(kind=Journal.Kind.BUDGET, key=f"bench:{next(turn)}", on=PAID, by=user, document="测")
        post(event, {line.pk: 100})

    [spent] = cpu(enter)
    name = f"one entry on a line with {line.postings.count():,} postings"
    yield {"name": name, "unit": "ms CPU", "ours": spent, "limit": CPU_LIMIT}


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        tell(inside())
    else:
        for measure in run():
            print(measure)
