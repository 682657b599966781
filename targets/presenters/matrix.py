"""The matrix as it is printed: heads of both axes, a cell where they meet, and tallies of lights."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from targets.models import Target
from targets.queries.board import Board, Detail, Made, Spot, members_met
from targets.queries.day import PageDay
from targets.queries.matrix import LIGHT, VALUE, Line, Order, reds
from yuxi_eldercare.core.models import Region
from yuxi_eldercare.core.templatetags.frame import SHAPES

from . import words
from .rows import LightCounts, actual_words, coverage_words, summed


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light with its word, and the address that explains it."""

    light: str
    shape: str
    word: str
    why: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Where an indicator stands in a region: of several targets the most demanding, `others` as lamps.

    `notes` are what the head does not say already: another period, 8/9 县已报, 数据过期.
    """

    lamp: Lamp
    value: str
    figure: Decimal | None
    period: str
    notes: list[str]
    title: str
    others: list[Lamp]


@dataclass(frozen=True)
class Head:
    """A row's or a column's head: an indicator with its due date, or a region."""

    key: str
    name: str
    url: str
    tally: LightCounts
    order: str  # the order of the other axis that a click here asks for
    ordered: bool
    line: bool
    due: str = ""
    demand: str = ""
    period: str = ""
    unit: str = ""
    binding: bool = False


@dataclass(frozen=True)
class Grid:
    """A page of the matrix; tallies of regions count every line of the filter, not only those of the page."""

    columns: list[Head]
    rows: list[tuple[Head, list[Cell | None]]]
    total: LightCounts  # of the counties
    swapped: bool


def grid(
    found: Board,
    lines: Sequence[Line],
    page: Sequence[Line],
    regions: Sequence[Region],
    orders: tuple[Order, Order],
    details: Made,
    *,
    day: PageDay,
    swapped: bool,
) -> Grid:
    """Shape the lines of a page; `orders` are those of the lines and of the regions."""
    writer = _Writer(found, details, day)
    line_heads, cells = [], []
    for line in page:
        usual = writer.usual(line)
        line_heads.append(_line_head(found, line, usual, orders[1]))
        cells.append([writer.cell(line, region, usual) for region in regions])
    region_heads = [_region_head(region, lines, orders[0]) for region in regions]
    counties = set(found.counties)
    total = summed([head.tally for head in region_heads if head.key in counties])
    if swapped:
        rows = [(head, [own[place] for own in cells]) for place, head in enumerate(region_heads)]
        return Grid(line_heads, rows, total, True)
    return Grid(region_heads, list(zip(line_heads, cells, strict=True)), total, False)


def matrix_sentence(found: Board, lines: Sequence[Line], shown: Grid) -> str:
    """What the page says before its first cell: the lights of the counties, and where the reds gather."""
    total = shown.total
    text = _(
        "%(lines)s 行指标，各县（市、区）目标红灯 %(red)s、黄灯 %(yellow)s、绿灯 %(green)s、灰灯 %(grey)s。"
    ) % {
        "lines": len(lines),
        "red": total.red,
        "yellow": total.yellow,
        "green": total.green,
        "grey": total.grey,
    }
    if not total.red:
        return text
    heads = [head for head, _cells in shown.rows] if shown.swapped else shown.columns
    counties = set(found.counties)
    county, county_reds = max(
        ((head.name, head.tally.red) for head in heads if head.key in counties), key=lambda item: item[1]
    )
    line, line_reds = max(
        ((line.indicator.name, reds(line.in_regions(found.counties))) for line in lines),
        key=lambda item: item[1],
    )
    return text + _(
        "红灯最多的县是%(county)s（%(county_reds)s 项），红灯县最多的指标是%(line)s（%(line_reds)s 项）。"
    ) % {
        "county": county,
        "county_reds": county_reds,
        "line": line,
        "line_reds": line_reds,
    }


@dataclass(frozen=True, slots=True)
class _Usual:
    """What most cells of a line share."""

    demand: str
    period: str


class _Writer:
    """Words of cells; those that many cells share are made once."""

    def __init__(self, found: Board, details: Made, day: PageDay) -> None:
        self.found, self.details = found, details
        # Thousands of addresses differ in the number at their end only.
        self.stored = reverse("assessment", args=[0]).removesuffix("0/")
        asked = {"close": day.close.month_end} if day.close else {"as_of": day.shown}
        self.query = f"?{urlencode(asked)}"
        self.states: dict[tuple[str, str], str] = {}
        self.periods: dict[str, str] = {}
        self.demands: dict[int, str] = {}

    def usual(self, line: Line) -> _Usual:
        """The commonest demand and period of a line; a cell that differs says so itself."""
        leading = [spots[0] for spots in line.spots.values()]
        return _Usual(_commonest(map(self.demand, leading)), _commonest(map(self.period, leading)))

    def cell(self, line: Line, region: Region, usual: _Usual) -> Cell | None:
        """The cell of a line in a region; None where nothing binds it."""
        spots = line.spots.get(region.code)
        if not spots:
            return None
        spot, period = spots[0], self.period(spots[0])
        detail = self.details[spot.milestone, spot.region]
        lamp = self.lamp(spot)
        met = members_met(spot)
        value = actual_words(line.indicator, spot.state, detail.answer, detail.expected if met else None)
        demand = self.demand(spot)
        notes = [str(words.MARKS[mark]) for mark in detail.marks if mark not in {"BINDING", "PROVISIONAL"}]
        notes.append(coverage_words(detail.reported, detail.expected))
        if period != usual.period:
            notes.insert(0, period)
        if demand != usual.demand:
            notes.append(demand)
        return Cell(
            lamp,
            value,
            _figure(detail, line),
            period,
            list(filter(None, notes)),
            self.title(line, region, lamp.word, value, period, demand),
            [self.lamp(other) for other in spots[1:]],
        )

    def lamp(self, spot: Spot) -> Lamp:
        """The light with the word of its state."""
        key = (spot.state, spot.light)
        if key not in self.states:
            self.states[key] = words.state_word(*key)
        return Lamp(spot.light, SHAPES[spot.light], self.states[key], self.why(spot))

    def why(self, spot: Spot) -> str:
        """The address that explains a light: stored, judged for the page's day, or frozen."""
        if spot.assessment is not None:
            return f"{self.stored}{spot.assessment}/"
        return f"{reverse('explanation', args=[spot.milestone, spot.region])}{self.query}"

    def period(self, spot: Spot) -> str:
        """The period of the judged figure; empty for a number of counties."""
        text = self.details[spot.milestone, spot.region].answer.get("actual_date")
        if not text or members_met(spot):
            return ""
        if text not in self.periods:
            self.periods[text] = words.period(date.fromisoformat(text))
        return self.periods[text]

    def demand(self, spot: Spot) -> str:
        """What the spot's milestone demands."""
        if spot.milestone not in self.demands:
            milestone = self.found.milestones[spot.milestone]
            self.demands[spot.milestone] = words.demand(milestone, self.found.indicators[spot.indicator])
        return self.demands[spot.milestone]

    def title(self, line: Line, region: Region, word: str, value: str, period: str, demand: str) -> str:
        """The cell in one sentence."""
        text = _("%(place)s %(indicator)s：%(word)s，现状 %(value)s（%(period)s），要求 %(demand)s")
        return text % {
            "place": region.short_name,
            "indicator": line.indicator.name,
            "word": word,
            "value": value,
            "period": period or "—",
            "demand": demand,
        }


def _commonest(texts: Iterable[str]) -> str:
    counted = Counter(text for text in texts if text)
    return counted.most_common(1)[0][0] if counted else ""


def _figure(detail: Detail, line: Line) -> Decimal | None:
    """The figure as a number, with as many places as are shown."""
    actual = detail.answer.get("actual")
    return None if actual is None else round(Decimal(actual), line.indicator.decimals)


def _line_head(found: Board, line: Line, usual: _Usual, order: Order) -> Head:
    wanted = Order(VALUE, line.key)
    return Head(
        key=line.key,
        name=line.indicator.name,
        url=reverse("indicator", args=[line.indicator.key]),
        tally=LightCounts.of(line.in_regions(found.counties)),
        order="" if order == wanted else str(wanted),
        ordered=order == wanted,
        line=True,
        due=words.period(line.due),
        demand=usual.demand,
        period=usual.period,
        unit=line.indicator.unit,
        binding=any(found.targets[spot.target].nature == Target.Nature.BINDING for spot in line.all_spots()),
    )


def _region_head(region: Region, lines: Sequence[Line], order: Order) -> Head:
    wanted = Order(LIGHT, region.code)
    city = region.level == Region.Level.CITY
    return Head(
        key=region.code,
        name=_("全市") if city else region.short_name,
        url="" if city else reverse("county", args=[region.code]),
        tally=LightCounts.of(spot for line in lines for spot in line.spots.get(region.code, ())),
        order="" if order == wanted else str(wanted),
        ordered=order == wanted,
        line=False,
    )
