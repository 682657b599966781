"""Counting indicators from the register of a province: one pass, and time that grows with the rows.

50,000 institutions with four versions each, 100 counties, 60 months, all declared formulas. Twice the institutions
may take at most 2.2 times as long. The reference looks at every version once for every month, as a query per
month would. The list of the register's pages is measured beside it, on the same number of institutions in a database.

Run with `python -m tests.bench.bench_register`.
"""

from __future__ import annotations

import os
import time
from datetime import date
from typing import Any

import numpy as np

from projects.derivation import Derived, RegisterRows, derive

from . import world_register
from .bench_progress import month_ends

COUNTIES = 100
INSTITUTIONS, VERSIONS = 50_000, 4
ROUNDS = 5
KINDS = np.array(["eldercare", "childcare", "community_centre", "regional_centre"])
OPERATIONS = np.array(["public", "public_private", "private"])


def register(institutions: int) -> RegisterRows:
    """A made-up register; the versions of an institution follow each other without gaps."""
    chance = np.random.default_rng(20261121)
    steps = chance.integers(30, 500, (institutions, VERSIONS))
    since = date(2019, 6, 1).toordinal() + np.cumsum(steps, axis=1)
    until = np.concatenate([since[:, 1:], np.full((institutions, 1), date.max.toordinal())], axis=1)
    rows = institutions * VERSIONS
    beds = chance.integers(0, 300, rows)

    def each(values: Any) -> Any:
        return np.repeat(values, VERSIONS)

    return RegisterRows(
        region=each(chance.integers(0, COUNTIES, institutions)),
        since=since.ravel(),
        until=until.ravel(),
        choices={
            "kind": each(KINDS[chance.integers(0, len(KINDS), institutions)]),
            "operation": OPERATIONS[chance.integers(0, len(OPERATIONS), rows)],
        },
        flags={"demonstration": chance.random(rows) < 0.1},
        measures={
            "beds": beds,
            "nursing_beds": beds // 2,
            "childcare_places": beds // 3,
            "inclusive_places": beds // 4,
            "enrolled": beds // 5,
            "staff": beds // 6,
            "certified_staff": beds // 7,
        },
    )


def month_by_month(rows: RegisterRows, ends: list[date]) -> np.ndarray[Any, Any]:
    """Beds of eldercare institutions by county and month, every version looked at for every month."""
    kept = rows.choices["kind"] == "eldercare"
    found = []
    for end in ends:
        day = end.toordinal()
        chosen = kept & (rows.since <= day) & (day < rows.until)
        weights = rows.measures["beds"][chosen]
        found.append(np.bincount(rows.region[chosen], weights=weights, minlength=COUNTIES))
    return np.array(found, dtype=np.int64).T


def best(work: Any) -> tuple[float, Any]:
    """CPU seconds of the fastest of some rounds, and what it gave."""
    fastest, result = float("inf"), None
    for _ in range(ROUNDS):
        start = time.process_time()
        result = work()
        fastest = min(fastest, time.process_time() - start)
    return fastest, result


def run() -> list[dict[str, Any]]:
    """The measures; raises when the pass and the reference disagree."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuxi_eldercare.settings")
    import django

    django.setup()
    from projects.counting import formulas

    ends, declared = month_ends(), formulas()
    rows, twice = register(INSTITUTIONS), register(2 * INSTITUTIONS)

    def count(given: RegisterRows) -> dict[str, Derived]:
        return derive(given, declared, regions=COUNTIES, period_ends=ends)

    ours, found = best(lambda: count(rows))
    doubled, _twice = best(lambda: count(twice))
    plainly, beds = best(lambda: month_by_month(rows, ends))
    share = found["nursing-bed-share"].denominator
    assert share is not None
    assert (share == beds).all(), "the pass and the reference disagree"
    terms = sum(1 + (formula.denominator is not None) for formula in declared)
    return [
        {
            "name": f"{terms} sums over {len(rows):,} versions × {COUNTIES} counties × {len(ends)} months, "
            "against a query per month",
            "unit": "s CPU",
            "ours": ours,
            "reference": plainly * terms,
            "ratio": ours / (plainly * terms),
            "limit": 1.0,
        },
        {
            "name": "twice the institutions, against once",
            "unit": "s CPU",
            "ours": doubled,
            "reference": ours,
            "ratio": doubled / ours,
            "limit": 2.2,
        },
        *world_register.measured(),
    ]


if __name__ == "__main__":
    for line in run():
        print(line)
