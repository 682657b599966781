"""Counts of lights by due year, for whatever they are grouped by; greys are counted, not hidden."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from targets.models import Target
from targets.presenters.rows import LightCounts
from targets.queries.board import Board, Spot
from targets.ranking import Tally

# 中期 and 期末: the years the city's plans set their values for, and that dashboards show side by side.
YEARS = (2023, 2025)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Counted:
    """Some targets' lights in one due year, and how many of the red ones are 约束性."""

    year: int
    counts: LightCounts
    binding_red: int

    @property
    def tally(self) -> Tally:
        """The same as the ranking takes it."""
        counts = self.counts
        return Tally(counts.green, counts.yellow, counts.red, counts.grey, self.binding_red)


def of_year(found: Board, spots: Iterable[Spot], year: int) -> list[Spot]:
    """The spots that fall due in a year."""
    return [spot for spot in spots if found.due(spot).year == year]


def is_binding(found: Board, spot: Spot) -> bool:
    """约束性."""
    return found.targets[spot.target].nature == Target.Nature.BINDING


def due_years(found: Board, spots: Iterable[Spot]) -> list[int]:
    """The years in which the spots fall due."""
    return sorted({found.due(spot).year for spot in spots})


def shown_years(year: int) -> list[int]:
    """The years shown side by side: always the two, and the chosen one."""
    return sorted({*YEARS, year})


def counted(found: Board, spots: Iterable[Spot], years: Iterable[int]) -> list[Counted]:
    """The spots' lights, year by year."""
    by_year: dict[int, list[Spot]] = {year: [] for year in years}
    for spot in spots:
        year = found.due(spot).year
        if year in by_year:
            by_year[year].append(spot)
    return [
        Counted(
            year,
            LightCounts.of(own),
            sum(spot.light == "red" and is_binding(found, spot) for spot in own),
        )
        for year, own in by_year.items()
    ]


def counted_by(
    found: Board, spots: Iterable[Spot], years: Sequence[int], keys: Callable[[Spot], Iterable[Key]]
) -> dict[Key, list[Counted]]:
    """The same for each group; a spot counts in every group its keys name."""
    groups: dict[Key, list[Spot]] = defaultdict(list)
    for spot in spots:
        for key in keys(spot):
            groups[key].append(spot)
    return {key: counted(found, own, years) for key, own in groups.items()}
