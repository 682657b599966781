"""Where every commitment stands, slim: thousands of places are counted and ordered by these rows, and only
those that are shown are read in full.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from targets.models import Assessment, Indicator, Milestone, RegionalTarget, Target
from yuxi_eldercare.core.models import Document, Region

from .day import PageDay
from .judged import LIGHT_ORDER, Judged

LEVELS = (Region.Level.CITY, Region.Level.COUNTY)


class Spot(NamedTuple):
    """One milestone of one target in one region, by ids; `assessment` is None where nothing is stored."""

    assessment: int | None
    target: int
    milestone: int
    indicator: int
    region: str
    origin: str
    state: str
    light: str


class Detail(NamedTuple):
    """What a spot's answer says: decimal strings as in the preview, marks, and how many members reported."""

    answer: dict[str, Any]
    marks: tuple[str, ...]
    reported: int | None
    expected: int | None


Made = dict[tuple[int, str], Detail]
"""By milestone and region."""


@dataclass(frozen=True)
class Board:
    """The spots of the city and its counties, and the rows their ids stand for."""

    spots: list[Spot]
    targets: dict[int, Target]
    milestones: dict[int, Milestone]
    indicators: dict[int, Indicator]
    regions: list[Region]
    made: Made  # of spots judged for a day, which have nothing stored

    @property
    def counties(self) -> list[str]:
        """Codes of the counties, in their usual order."""
        return [region.code for region in self.regions if region.level == Region.Level.COUNTY]

    def due(self, spot: Spot) -> date:
        """When it is due."""
        due = self.milestones[spot.milestone].due
        assert due is not None, "only milestones with a due date are judged"
        return due

    def strictness(self, spot: Spot) -> tuple[Any, ...]:
        """The more demanding first; of equals, the worse light."""
        value = self.milestones[spot.milestone].value or Decimal(0)
        up = self.indicators[spot.indicator].direction == Indicator.Direction.UP
        return (-value if up else value, LIGHT_ORDER[spot.light], self.targets[spot.target].position)

    def details(self, spots: Collection[Spot]) -> Made:
        """By milestone and region, what the spots' answers say. At most one statement."""
        if not spots or self.made:
            return self.made
        rows = Assessment.objects.filter(
            milestone__in={spot.milestone for spot in spots}, region__in={spot.region for spot in spots}
        )
        columns = ("milestone_id", "region_id", "answer", "marks", "members_reported", "members_expected")
        return {
            (milestone, region): Detail(answer, tuple(marks), reported, expected)
            for milestone, region, answer, marks, reported, expected in rows.values_list(*columns)
        }


def shown_regions() -> list[Region]:
    """The city, then its counties in their usual order. One statement."""
    regions = Region.objects.filter(level__in=LEVELS, withdrawn=False).order_by("position", "code")
    return sorted(regions, key=lambda region: region.level != Region.Level.CITY)


def board(day: PageDay, year: int | None = None, indicators: Collection[int] | None = None) -> Board:
    """Everything judged that falls due in a year (None: in any). Five statements where it is stored."""
    regions = shown_regions()
    if day.ask is None:
        return _stored(regions, year, indicators)
    return _on_day(regions, day, year, indicators)


def _stored(regions: list[Region], year: int | None, indicators: Collection[int] | None) -> Board:
    rows = Assessment.objects.filter(regional_target__active=True).order_by("pk")
    if year is not None:
        rows = rows.filter(milestone__due__year=year)
    if indicators is not None:
        rows = rows.filter(indicator__in=indicators)
    columns = ("regional_target__target_id", "milestone_id", "indicator_id", "region_id")
    said = ("regional_target__origin", "state", "light")
    codes = {region.code for region in regions}
    spots = [s for s in map(Spot._make, rows.values_list("pk", *columns, *said)) if s.region in codes]
    targets = Target.objects.filter(pk__in={spot.target for spot in spots}).select_related("indicator")
    found = {row.pk: row for row in targets}
    # A few documents state them all: joined, each target would bring copies of its document and plan.
    documents = Document.objects.select_related("plan").in_bulk({row.document_id for row in found.values()})
    for row in found.values():
        row.document = documents[row.document_id]
    return Board(
        spots,
        found,
        Milestone.objects.in_bulk({spot.milestone for spot in spots}),
        {row.indicator_id: row.indicator for row in found.values()},
        regions,
        {},
    )


def _on_day(
    regions: list[Region], day: PageDay, year: int | None, indicators: Collection[int] | None
) -> Board:
    """From judgements that are not stored: of another day, or of a closed month with the words of then."""
    codes = {region.code for region in regions}
    rows = [
        row
        for row in day.judged(indicators=indicators)
        if row.region.code in codes
        and row.milestone.due is not None
        and year in {None, row.milestone.due.year}
    ]
    for row in rows:
        row.target.document.plan = row.target.plan
    return Board(
        [_spot(row) for row in rows],
        {row.target.pk: row.target for row in rows},
        {row.milestone.pk: row.milestone for row in rows},
        {row.indicator.pk: row.indicator for row in rows},
        regions,
        {(row.milestone.pk, row.region.code): _detail(row) for row in rows},
    )


def _spot(row: Judged) -> Spot:
    ids = (row.target.pk, row.milestone.pk, row.indicator.pk, row.region.code)
    return Spot(row.assessment_id, *ids, row.regional.origin, row.state, row.light)


def _detail(row: Judged) -> Detail:
    return Detail(row.answer, row.marks, row.members_reported, row.members_expected)


def own_level(found: Board, spots: Iterable[Spot]) -> list[Spot]:
    """The spots of the regions that promised: a county is counted in the county's plan only."""
    return [spot for spot in spots if spot.region == found.targets[spot.target].region_id]


def members_met(spot: Spot) -> bool:
    """Whether the figure is a number of counties: the city as "all of its counties"."""
    return spot.origin == RegionalTarget.Origin.ALL_MEMBERS
