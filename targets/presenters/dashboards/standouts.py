"""What a county is good at and what it lacks, in sentences made of its lights beside those of the other counties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.models import Indicator
from targets.presenters import words
from targets.presenters.rows import target_row
from targets.queries.board import Board, Spot, members_met
from targets.queries.judged import Judged
from targets.queries.shown import Place

from .reds import Reds
from .shared import missing_part, one_per_indicator

NAMED = 3
# Being first or last says something only among so many counties with a figure.
COMPARED = 5


@dataclass(frozen=True)
class Standouts:
    """Sentences, the weightiest first; either list may be empty."""

    strengths: list[str]
    gaps: list[str]


def standouts(
    found: Board,
    rows: Sequence[Judged],
    figures: Mapping[Place, Decimal],
    reds: Reds,
    turned_green: int,
) -> Standouts:
    """The sentences about one county's rows of one due year; `figures` are those of the same milestones elsewhere."""
    peers = _Peers(found, rows, figures)
    strengths = [
        _binding_all_green(rows),
        peers.sentence(_("在各县（市、区）中数值居首：%(names)s。"), peers.first()),
        peers.sentence(_("全市未达绿灯而本县（市、区）已是绿灯：%(names)s。"), peers.ahead_of_city()),
        _("自上次封存以来%(n)s项转为绿灯。") % {"n": turned_green} if turned_green else "",
    ]
    silent = len(reds.silent)
    greys = sum(row.light == "grey" for row in rows)
    gaps = [
        _binding_not_green(rows),
        _furthest(rows),
        peers.sentence(_("在各县（市、区）中数值居末：%(names)s。"), peers.last()),
        peers.sentence(_("多数县（市、区）已是绿灯而本县（市、区）为红灯：%(names)s。"), peers.alone_red()),
        _("%(n)s项灰灯：尚无可判定的数据、不适用或未到期。") % {"n": greys} if greys else "",
        _("红灯中%(n)s项尚未说明原因和措施。") % {"n": silent} if silent else "",
    ]
    return Standouts([text for text in strengths if text], [text for text in gaps if text])


def _binding_all_green(rows: Sequence[Judged]) -> str:
    binding = [row for row in rows if row.binding]
    if not binding or any(row.light != "green" for row in binding):
        return ""
    return _("约束性指标%(n)s项全部绿灯。") % {"n": len(binding)}


def _binding_not_green(rows: Sequence[Judged]) -> str:
    """约束性 targets at red or yellow, each with its gap."""
    risky = one_per_indicator(row for row in rows if row.binding and row.light in {"red", "yellow"})
    if not risky:
        return ""
    return _("约束性指标未达绿灯%(n)s项：%(names)s。") % {"n": len(risky), "names": _names(risky)}


def _furthest(rows: Sequence[Judged]) -> str:
    """The reds with the largest part missing; 约束性 ones stand in a sentence of their own."""
    behind = [
        (part, row)
        for row in rows
        if row.light == "red" and not row.binding and (part := missing_part(row)) is not None
    ]
    if not behind:
        return ""
    behind.sort(key=lambda pair: (-pair[0], pair[1].target.position))
    return _("差距最大的：%(names)s。") % {"names": _names(one_per_indicator(row for _part, row in behind))}


def _names(rows: Sequence[Judged]) -> str:
    """“护理型床位占比（38.7%，差16.3个百分点）、……等5项”."""
    shaped = [target_row(row) for row in rows[:NAMED]]
    names = _("、").join(
        _("%(name)s（%(actual)s，%(gap)s）") % {"name": row.name, "actual": row.actual, "gap": row.gap}
        for row in shaped
    )
    return _("%(names)s等%(n)s项") % {"names": names, "n": len(rows)} if len(rows) > NAMED else names


class _Peers:
    """The county's rows beside the same milestones in the other counties and the city."""

    def __init__(self, found: Board, rows: Sequence[Judged], figures: Mapping[Place, Decimal]) -> None:
        self.rows, self.counties = rows, set(found.counties)
        self.spots: dict[int, list[Spot]] = {row.milestone.pk: [] for row in rows}
        for spot in found.spots:
            if spot.milestone in self.spots:
                self.spots[spot.milestone].append(spot)
        self.figures = figures

    def sentence(self, text: str, rows: Sequence[Judged]) -> str:
        """The sentence with the rows' names, or nothing without rows."""
        return text % {"names": self._named(one_per_indicator(rows))} if rows else ""

    def _named(self, rows: Sequence[Judged]) -> str:
        names = _("、").join(self._with_figure(row) for row in rows[:NAMED])
        return _("%(names)s等%(n)s项") % {"names": names, "n": len(rows)} if len(rows) > NAMED else names

    def _with_figure(self, row: Judged) -> str:
        actual = words.with_unit(row.actual, row.indicator.unit, row.indicator.decimals)
        return _("%(name)s（%(actual)s）") % {"name": row.target.name_as_written, "actual": actual}

    def first(self) -> list[Judged]:
        """Green rows whose figure is better than every other county's."""
        return [row for row in self.rows if row.light == "green" and self._beats(row, 1)]

    def last(self) -> list[Judged]:
        """Rows that are not green and whose figure is worse than every other county's."""
        return [row for row in self.rows if row.light != "green" and self._beats(row, -1)]

    def _beats(self, row: Judged, sign: int) -> bool:
        figures = self._figures(row)
        if row.actual is None or len(figures) + 1 < COMPARED:
            return False
        sign *= 1 if row.indicator.direction == Indicator.Direction.UP else -1
        return all(sign * row.actual > sign * figure for figure in figures)

    def _figures(self, row: Judged) -> list[Decimal]:
        """The other counties' figures of the same milestone; a rate only, for counts grow with the county."""
        if row.indicator.scale is None:
            return []
        others = self.counties - {row.region.code}
        places = [(row.milestone.pk, code) for code in others]
        return [self.figures[place] for place in places if place in self.figures]

    def ahead_of_city(self) -> list[Judged]:
        """Green rows whose city figure is red or yellow."""
        return [row for row in self.rows if row.light == "green" and self._city(row) in {"red", "yellow"}]

    def _city(self, row: Judged) -> str:
        """The city's light for the same milestone; a city that counts its counties is no figure of its own."""
        lights = [
            spot.light
            for spot in self.spots[row.milestone.pk]
            if spot.region not in self.counties and not members_met(spot)
        ]
        return lights[0] if lights else ""

    def alone_red(self) -> list[Judged]:
        """Red rows where more than half of the other judged counties are green."""
        found = []
        for row in self.rows:
            others = [
                spot.light
                for spot in self.spots[row.milestone.pk]
                if spot.region in self.counties and spot.region != row.region.code and spot.light != "grey"
            ]
            if row.light == "red" and 2 * others.count("green") > len(others):
                found.append(row)
        return found
