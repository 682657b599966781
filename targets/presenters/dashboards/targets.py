"""The targets of a region, one line each, with where they stand in every year shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from targets.presenters.rows import TargetRow
from targets.queries.judged import Judged
from targets.queries.leads import Lead

from .shared import led_row, year_of


@dataclass(frozen=True)
class TargetLine:
    """A target and its row for each year shown (None where it falls due in none of them)."""

    some: TargetRow  # what is the same for all years: name, plan, who leads
    cells: list[TargetRow | None]


def target_lines(
    rows: Iterable[Judged], leads: Mapping[int, list[Lead]], years: Sequence[int], year: int
) -> list[TargetLine]:
    """A line per target, the worst of the chosen year first; those that do not fall due in it come last."""
    by_target: dict[int, dict[int, Judged]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (year_of(row) != year, row.sort_key())):
        by_target[row.target.pk][year_of(row)] = row
    lines = []
    for own in by_target.values():
        shaped = {due: led_row(row, leads) for due, row in own.items()}
        lines.append(TargetLine(next(iter(shaped.values())), [shaped.get(due) for due in years]))
    return lines
