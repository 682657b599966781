"""Counties beside each other: their lights under the city's plans in one due year, and their places by the rule."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from targets.models import RegionalTarget
from targets.presenters.rows import LightCounts
from targets.ranking import Place, Tally, ranked
from yuxi_eldercare.core.models import Region

from ..facts import Facts, Line, counties_of


@dataclass(frozen=True)
class County:
    """A county with its lines of one due year under the city's plans, their lights and its place."""

    region: Region
    lines: tuple[Line, ...]
    counts: LightCounts
    place: Place

    @property
    def place_words(self) -> str:
        """“第2位”, “第2位（并列）”, or that it is not placed."""
        if self.place.rank is None:
            return _("不排位")
        text = _("第%(rank)s位（并列）") if self.place.shared else _("第%(rank)s位")
        return text % {"rank": self.place.rank}


def counties(facts: Facts, year: int) -> list[County]:
    """The counties that have targets due in the year, in their usual order; own plans are left out."""
    lines: dict[str, list[Line]] = {}
    for line in facts.lines:
        if line.judged.regional.origin != RegionalTarget.Origin.OWN and line.due.year == year:
            lines.setdefault(line.judged.region.code, []).append(line)
    regions = [region for region in counties_of(facts.lines) if region.code in lines]
    places = ranked({region.code: _tally(lines[region.code]) for region in regions})
    return [
        County(
            region,
            tuple(lines[region.code]),
            LightCounts.of(lines[region.code]),
            places[region.code],
        )
        for region in regions
    ]


def _tally(lines: list[Line]) -> Tally:
    counts = LightCounts.of(lines)
    binding = sum(line.judged.binding and line.light == "red" for line in lines)
    return Tally(counts.green, counts.yellow, counts.red, counts.grey, binding)
