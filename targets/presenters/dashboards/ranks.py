"""Counties by the stated rule of ranking, with the words that state it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from targets.models import RegionalTarget
from targets.presenters import words
from targets.queries.board import Board, Spot
from targets.ranking import LEAST, Place, ranked
from yuxi_eldercare.core.models import Region

from .tallies import Counted, counted


@dataclass(frozen=True)
class CountyRank:
    """A county's lights under the city's plans in one due year, its share and its place."""

    year: int
    counted: Counted
    place: Place

    @property
    def share(self) -> str:
        """The share in percent, — where nothing is judged."""
        share = self.counted.tally.share
        return "—" if share is None else f"{words.number(100 * float(share), 1)}%"

    @property
    def words(self) -> str:
        """“第 2 位（并列）”, or that too little is judged."""
        if self.place.rank is None:
            return _("不排位")
        text = _("第%(rank)s位（并列）") if self.place.shared else _("第%(rank)s位")
        return text % {"rank": self.place.rank}


@dataclass(frozen=True)
class CountyLine:
    """A county with a rank per due year, and its own plan's lights beside (they are not ranked)."""

    region: Region
    ranks: list[CountyRank]
    own: list[Counted]

    def of(self, year: int) -> CountyRank:
        """Its rank for a due year."""
        return next(rank for rank in self.ranks if rank.year == year)


@dataclass(frozen=True)
class RankedLine:
    """A county as a table of one due year lists it, with the lights that turned of late."""

    line: CountyLine
    rank: CountyRank
    turned_red: int = 0
    turned_green: int = 0


def ranked_lines(lines: Iterable[CountyLine], year: int) -> list[RankedLine]:
    """The counties by their place in a due year; those without a place come last, equals in their usual order."""
    rows = [RankedLine(line, line.of(year)) for line in lines]
    return sorted(rows, key=lambda row: row.rank.place.rank or row.rank.place.of + 1)


def rank_rule() -> str:
    """The rule in words, as it stands beside every ranking."""
    return _(
        "排位规则：只比市级规划对各县（市、区）的目标，本县规划的目标不参加排位。得分＝（绿灯数＋黄灯数÷2）÷"
        "（绿灯数＋黄灯数＋红灯数），从高到低；得分相同的，约束性红灯少的在前；仍相同的并列。灰灯不计入得分，"
        "在旁列出；已判定目标不足%(least)s项的不排位。"
    ) % {"least": LEAST}


def county_lines(found: Board, years: Sequence[int]) -> list[CountyLine]:
    """Every county in its usual order, ranked for each due year."""
    under_city: dict[str, list[Spot]] = {code: [] for code in found.counties}
    own: dict[str, list[Spot]] = {code: [] for code in found.counties}
    for spot in found.spots:
        groups = own if spot.origin == RegionalTarget.Origin.OWN else under_city
        if spot.region in groups:
            groups[spot.region].append(spot)
    tallies = {code: counted(found, spots, years) for code, spots in under_city.items()}
    places = [_places(tallies, index) for index, _year in enumerate(years)]
    return [
        CountyLine(
            region,
            [
                CountyRank(year, tallies[region.code][index], places[index][region.code])
                for index, year in enumerate(years)
            ],
            counted(found, own[region.code], years),
        )
        for region in found.regions
        if region.code in under_city
    ]


def _places(tallies: Mapping[str, list[Counted]], index: int) -> dict[str, Place]:
    return ranked({code: own[index].tally for code, own in tallies.items()})
