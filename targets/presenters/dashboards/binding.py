"""约束性 targets of the city as the cockpit opens with them: light, value, gap, counties, since when, who leads."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from targets.presenters.rows import TargetRow, target_row
from targets.queries.board import Board, Spot
from targets.queries.judged import LIGHT_ORDER, Judged
from targets.queries.leads import Lead
from targets.queries.shown import Place, Since, place_of

from .shared import CALLED, leads_words, missing_part, year_of
from .since import since_words
from .tallies import is_binding


@dataclass(frozen=True)
class CountyLight:
    """A county at a red or yellow light, and since when."""

    code: str
    name: str
    light: str
    since: str


@dataclass(frozen=True)
class YearCell:
    """Where a target stands for one due year: the city's own row, and the counties that are red or yellow."""

    year: int
    row: TargetRow
    since: str
    counties: list[CountyLight]
    judged_counties: int  # how many counties are judged by this target at all
    same_since: str  # said once where all the counties named have stood so since the same day

    def by_light(self) -> list[tuple[str, list[CountyLight]]]:
        """The counties named, red ones first."""
        groups = [(light, [c for c in self.counties if c.light == light]) for light in CALLED]
        return [(light, own) for light, own in groups if own]


@dataclass(frozen=True)
class BindingLine:
    """One 约束性 target with a cell for each due year (None where it has no value for the year)."""

    name: str
    indicator: str
    plan: str
    leads: str
    cells: list[YearCell | None]

    def filled(self) -> list[YearCell]:
        """The cells there are."""
        return [cell for cell in self.cells if cell is not None]


def binding_spots(found: Board, years: Sequence[int]) -> tuple[list[Spot], list[Spot]]:
    """The city's 约束性 spots of the years shown, and the red and yellow ones of counties below them."""
    counties = set(found.counties)
    own = [
        spot
        for spot in found.spots
        if spot.region not in counties and is_binding(found, spot) and found.due(spot).year in years
    ]
    milestones = {spot.milestone for spot in own}
    below = [
        spot
        for spot in found.spots
        if spot.milestone in milestones and spot.light in CALLED and spot.region in counties
    ]
    return own, below


def binding_lines(
    found: Board,
    rows: Iterable[Judged],
    below: Sequence[Spot],
    since: Mapping[Place, Since],
    leads: Mapping[int, list[Lead]],
    years: Sequence[int],
) -> list[BindingLine]:
    """A line per target, the worst first; `rows` are the city's rows of `binding_spots`."""
    by_target: dict[int, dict[int, Judged]] = defaultdict(dict)
    for row in sorted(rows, key=_urgency):
        by_target[row.target.pk][year_of(row)] = row
    counties = set(found.counties)
    judged_in = Counter(spot.milestone for spot in found.spots if spot.region in counties)
    lines = []
    for pk, own in by_target.items():
        target = found.targets[pk]
        cells = [
            _cell(found, own[year], below, since, judged_in[own[year].milestone.pk]) if year in own else None
            for year in years
        ]
        indicator = found.indicators[target.indicator_id]
        lines.append(
            BindingLine(
                target.name_as_written, indicator.key, target.plan.name, leads_words(leads.get(pk, [])), cells
            )
        )
    return lines


def _urgency(row: Judged) -> tuple[int, int, Decimal, int]:
    """Worst light first; of equals the later due year, then the larger part missing, then as the text has them."""
    return LIGHT_ORDER[row.light], -year_of(row), -(missing_part(row) or Decimal(0)), row.target.position


def _cell(
    found: Board, row: Judged, below: Sequence[Spot], since: Mapping[Place, Since], judged_counties: int
) -> YearCell:
    lights = {spot.region: spot for spot in below if spot.milestone == row.milestone.pk}
    counties = [
        CountyLight(
            region.code,
            region.short_name,
            lights[region.code].light,
            since_words(
                since.get(place_of(lights[region.code])), lights[region.code].state, row.milestone.due
            ),
        )
        for region in found.regions
        if region.code in lights
    ]
    days = {county.since for county in counties}
    own = since.get((row.milestone.pk, row.region.code)) if row.light in CALLED else None
    return YearCell(
        year_of(row),
        target_row(row),
        since_words(own, row.state, row.milestone.due),
        counties,
        judged_counties,
        days.pop() if len(days) == 1 else "",
    )
