"""The targets of a region, one line each, with where they stand in every year shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from targets.presenters.rows import TargetRow, target_row
from targets.queries.judged import Judged
from targets.queries.leads import Lead

from .shared import leads_words, year_of


@dataclass(frozen=True)
class TargetLine:
    """A target and its row for each year shown (None where it falls due in none of them)."""

    some: TargetRow  # what is the same for all years: name, plan, criteria
    leads: str
    cells: list[TargetRow | None]


def target_lines(
    rows: Iterable[Judged], leads: Mapping[int, list[Lead]], years: Sequence[int], year: int
) -> list[TargetLine]:
    """A line per target, the worst of the chosen year first; those that do not fall due in it come last."""
    by_target: dict[int, dict[int, Judged]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (year_of(row) != year, row.sort_key())):
        by_target[row.target.pk][year_of(row)] = row
    lines = []
    for target, own in by_target.items():
        shaped = {due: target_row(row) for due, row in own.items()}
        some = next(iter(shaped.values()))
        lines.append(TargetLine(some, leads_words(leads.get(target, [])), [shaped.get(due) for due in years]))
    return lines
