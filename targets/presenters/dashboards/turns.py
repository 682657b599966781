"""What turned red, yellow or green since the last close: one line per target, naming where it turned."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from targets.presenters import words
from targets.queries.board import Board
from targets.queries.moved import Moved, Turn

from .tallies import is_binding

SHOWN = ("red", "green", "yellow")


@dataclass(frozen=True)
class TurnPlace:
    """Where a light turned; `county` is empty for the city."""

    name: str
    county: str


@dataclass(frozen=True)
class TurnLine:
    """One target whose lights turned from one colour to another, with the due years and the places."""

    name: str
    indicator: str
    binding: bool
    before: str
    dues: str
    places: list[TurnPlace]
    lights: int  # how many lights turned: places times due years

    @property
    def before_word(self) -> str:
        """The light before, as a word."""
        return str(words.LIGHTS[self.before])


@dataclass(frozen=True)
class TurnGroup:
    """The lights that turned to one colour: the first lines to show, and the others."""

    light: str
    heading: str
    first: list[TurnLine]
    rest: list[TurnLine]

    @property
    def count(self) -> int:
        """How many lights turned."""
        return sum(line.lights for line in [*self.first, *self.rest])


@dataclass(frozen=True)
class Turns:
    """Everything that turned, and since when that is."""

    heading: str
    groups: list[TurnGroup]
    by_region: dict[str, Counter[str]]  # region → light → how many turned to it

    def of(self, region: str, light: str) -> int:
        """How many lights of a region turned to this one."""
        return self.by_region.get(region, Counter())[light]


def turns_of(found: Board, moves: Moved, most: int) -> Turns:
    """The turns by light, 约束性 targets first, then as the texts have them."""
    turns = moves.turns
    by_region: dict[str, Counter[str]] = {}
    for turn in turns:
        by_region.setdefault(turn.spot.region, Counter())[turn.spot.light] += 1
    headings = {"red": _("转为红灯"), "yellow": _("转为黄灯"), "green": _("转为绿灯")}
    groups = []
    for light in SHOWN:
        lines = _lines(found, [turn for turn in turns if turn.spot.light == light])
        groups.append(TurnGroup(light, headings[light], lines[:most], lines[most:]))
    return Turns(_heading(moves), groups, by_region)


def _heading(moves: Moved) -> str:
    if moves.month is not None:
        return _("自%(year)s年%(month)s月封存以来") % {"year": moves.month.year, "month": moves.month.month}
    if moves.since is not None:
        return _("自%(day)s以来（尚无封存月份）") % {"day": moves.since.isoformat()}
    return _("尚未判定")


def _lines(found: Board, turns: Iterable[Turn]) -> list[TurnLine]:
    grouped: dict[tuple[int, str], list[Turn]] = {}
    for turn in turns:
        grouped.setdefault((turn.spot.target, turn.before), []).append(turn)
    lines = [_line(found, target, before, own) for (target, before), own in grouped.items()]
    return sorted(lines, key=lambda line: not line.binding)


def _line(found: Board, target: int, before: str, turns: list[Turn]) -> TurnLine:
    counties = set(found.counties)
    codes = {turn.spot.region for turn in turns}
    places = [
        TurnPlace(region.short_name, region.code) if region.code in counties else TurnPlace(_("全市"), "")
        for region in found.regions
        if region.code in codes
    ]
    dues = sorted({found.due(turn.spot) for turn in turns})
    return TurnLine(
        found.targets[target].name_as_written,
        found.indicators[found.targets[target].indicator_id].key,
        is_binding(found, turns[0].spot),
        before,
        _("、").join(words.period(due) for due in dues),
        places,
        len(turns),
    )
