"""The checks on reported values: one set for the form, the Excel upload and the API (domain guide §5).

Pure: cells, rules and a context of other values go in, problems come out. Hard problems block; soft ones
pass with a written explanation that stays with the value. What a rule looks at is its `kind`; its `params`
are numbers, or places written `code` (the value), `code.numerator` or `code.denominator`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.models import Indicator
from targets.progress import plain

from .figures import Figure
from .periods import previous, same_last_year

Severity = Literal["hard", "soft"]
Place = tuple[str, str, date]  # indicator code, region code, period end
PARTS: Final = ("value", "numerator", "denominator")


@dataclass(frozen=True)
class Cell:
    """A figure that is to be checked, and where it stands. `explained`: rules with a valid explanation."""

    indicator: Indicator
    region: str
    period_end: date
    kind: str
    figure: Figure
    explained: frozenset[str] = frozenset()

    @property
    def place(self) -> Place:
        """(indicator code, region code, period end)."""
        return self.indicator.key, self.region, self.period_end


@dataclass(frozen=True)
class Rule:
    """A check rule as the engine sees it; without `indicators` it looks at all, without `region` everywhere.

    `hint` is what its owner wants said after the sentence it finds.
    """

    key: str
    title: str
    kind: str
    params: Mapping[str, Any]
    severity: Severity
    indicators: frozenset[str] = frozenset()
    region: str = ""
    hint: str = ""
    version: int = 1

    def looks_at(self, code: str, region: str) -> bool:
        """Whether a cell of this indicator and region is its business."""
        if self.region and region != self.region:
            return False
        if KINDS[self.kind].cross:
            return code in codes_of(self)
        return not self.indicators or code in self.indicators


@dataclass(frozen=True)
class Problem:
    """What a rule found in a cell. A soft problem is settled once it is `explained`."""

    rule: str
    severity: Severity
    message: str
    field: str = "value"
    explained: bool = False

    @property
    def blocks(self) -> bool:
        """Whether the value may not be submitted like this."""
        return self.severity == "hard" or not self.explained


@dataclass
class Context:
    """The other values that checks compare with: what counts, and what is typed in the same round."""

    in_force: dict[tuple[str, str], dict[date, Figure]] = field(default_factory=dict)
    typed: dict[Place, Figure] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # indicator code → name

    def at(self, code: str, region: str, period_end: date) -> Figure | None:
        """The figure of a place: as typed in this round, else as it counts."""
        typed = self.typed.get((code, region, period_end))
        return typed if typed is not None else self.counting(code, region, period_end)

    def counting(self, code: str, region: str, period_end: date) -> Figure | None:
        """The figure in force of a place."""
        return self.in_force.get((code, region), {}).get(period_end)

    def before(self, cell: Cell, count: int) -> list[Decimal]:
        """The numbers in force of the periods before a cell's, the latest `count` of them."""
        values = self.in_force.get((cell.indicator.key, cell.region), {})
        ends = sorted(end for end in values if end < cell.period_end)
        return [value for end in ends[-count:] if (value := values[end].value) is not None]


Check = Callable[[Rule, Cell, Context], Iterator[tuple[str, str]]]  # (field, sentence)


@dataclass(frozen=True)
class Kind:
    """A kind of rule: how it looks, what it says to an administrator, and what its params are."""

    check: Check
    sentence: Any
    numbers: Mapping[str, str] = field(default_factory=dict)  # name → default
    places: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    @property
    def cross(self) -> bool:
        """Whether it compares several indicators."""
        return bool(self.places or self.lists)


def check_cells(cells: Sequence[Cell], rules: Sequence[Rule], context: Context) -> dict[Place, list[Problem]]:
    """What the rules find in these cells, hard problems first. Cells without an answer are left alone."""
    by_place: dict[tuple[str, str], list[Rule]] = {}
    found: dict[Place, list[Problem]] = {}
    for cell in cells:
        place = cell.indicator.key, cell.region
        if place not in by_place:
            by_place[place] = [rule for rule in rules if rule.looks_at(*place)]
        if not cell.figure.says_something:
            continue
        problems = [
            Problem(rule.key, rule.severity, _with_hint(message, rule), name, rule.key in cell.explained)
            for rule in by_place[place]
            for name, message in KINDS[rule.kind].check(rule, cell, context)
        ]
        if problems:
            found[cell.place] = sorted(problems, key=lambda problem: problem.severity != "hard")
    return found


def _with_hint(message: str, rule: Rule) -> str:
    if not rule.hint:
        return message
    return _("%(message)s提示：%(hint)s") % {"message": message, "hint": rule.hint}


def codes_of(rule: Rule) -> frozenset[str]:
    """The indicators a cross-indicator rule compares."""
    return frozenset(_split(text)[0] for text in _places(rule))


def parameter(rule: Rule, name: str) -> Decimal:
    """A number of a rule, or its kind's default."""
    return Decimal(str(rule.params.get(name, KINDS[rule.kind].numbers[name])))


def _places(rule: Rule) -> list[str]:
    kind = KINDS[rule.kind]
    single = [str(rule.params[name]) for name in kind.places]
    return single + [str(text) for name in kind.lists for text in rule.params[name]]


def _split(text: str) -> tuple[str, str]:
    code, _dot, part = text.partition(".")
    return code, part or "value"


def _change_on_last(rule: Rule, cell: Cell, context: Context) -> Iterator[tuple[str, str]]:
    """Of a year-to-date figure each period is larger than the last, so only states at a date are compared."""
    if cell.indicator.basis != Indicator.Basis.POINT:
        return
    end = previous(cell.kind, cell.period_end)
    text = _("比上期（%(then)s）%(word)s%(percent)s%%，超过%(most)s%%，请说明原因。")
    yield from _compare(rule, cell, context.counting(cell.indicator.key, cell.region, end), text)


def _change_on_year(rule: Rule, cell: Cell, context: Context) -> Iterator[tuple[str, str]]:
    end = same_last_year(cell.period_end)
    text = _("比上年同期（%(then)s）%(word)s%(percent)s%%，超过%(most)s%%，请说明原因。")
    yield from _compare(rule, cell, context.counting(cell.indicator.key, cell.region, end), text)


def _compare(rule: Rule, cell: Cell, then: Figure | None, text: str) -> Iterator[tuple[str, str]]:
    now = cell.figure.value
    if now is None or then is None or then.value is None:
        return
    difference = now - then.value
    if abs(difference) <= parameter(rule, "at_least"):
        return
    most = parameter(rule, "percent")
    share = abs(difference) * 100 / abs(then.value) if then.value else Decimal(1000)
    if share > most:
        shown = plain(round(share, 1)) if then.value else _("超过1000")
        word = _("上升") if difference > 0 else _("下降")
        yield (
            "value",
            text % {"then": _short(then.value), "word": word, "percent": shown, "most": plain(most)},
        )


def _outside_history(rule: Rule, cell: Cell, context: Context) -> Iterator[tuple[str, str]]:
    """The band is the range of the last values, widened on both sides by a share of its width."""
    now = cell.figure.value
    if now is None or cell.indicator.basis != Indicator.Basis.POINT:
        return
    past = context.before(cell, int(parameter(rule, "periods")))
    if len(past) < int(parameter(rule, "at_least_periods")):
        return
    margin = (max(past) - min(past)) * parameter(rule, "margin")
    low, high = max(min(past) - margin, Decimal(0)), max(past) + margin
    if not low <= now <= high:
        text = _("超出本地区近%(count)s期的范围（%(low)s—%(high)s），请说明原因。")
        yield "value", text % {"count": len(past), "low": _short(low), "high": _short(high)}


def _falls(rule: Rule, cell: Cell, context: Context) -> Iterator[tuple[str, str]]:
    """A count of what has been built or done so far does not fall; a year's count begins anew each year."""
    now, indicator = cell.figure.value, cell.indicator
    if now is None or indicator.scale is not None or indicator.direction != Indicator.Direction.UP:
        return
    values = context.in_force.get((indicator.key, cell.region), {})
    ends = [end for end in values if end < cell.period_end and values[end].value is not None]
    if indicator.basis == Indicator.Basis.YEAR:
        ends = [end for end in ends if end.year == cell.period_end.year]
    if not ends:
        return
    then = values[max(ends)].value
    if then is not None and now < then:
        text = _("累计数比上期（%(then)s）减少，请说明原因。")
        yield "value", text % {"then": _number(then)}


def _within(rule: Rule, cell: Cell, context: Context) -> Iterator[tuple[str, str]]:
    part, whole = str(rule.params["part"]), str(rule.params["whole"])
    small, large = _read(part, cell, context), _read(whole, cell, context)
    if small is None or large is None or small <= large:
        return
    text = _("%(part)s（%(small)s）大于%(whole)s（%(large)s），请核对。")
    words = {"part": _name(part, context), "whole": _name(whole, context)}
    yield _field_of(cell, part, whole), text % {**words, "small": _number(small), "large": _number(large)}


def _sum_within(rule: Rule, cell: Cell, context: Context) -> Iterator[tuple[str, str]]:
    """Parts that are not known yet count as nothing: what is known may not exceed the whole already."""
    parts, whole = [str(text) for text in rule.params["parts"]], str(rule.params["whole"])
    known = [number for text in parts if (number := _read(text, cell, context)) is not None]
    large = _read(whole, cell, context)
    if large is None or sum(known) <= large:
        return
    text = _("%(parts)s合计（%(sum)s）大于%(whole)s（%(large)s），请核对。")
    yield (
        _field_of(cell, *parts, whole),
        text
        % {
            "parts": "、".join(_name(part, context) for part in parts),
            "sum": _number(sum(known, Decimal(0))),
            "whole": _name(whole, context),
            "large": _number(large),
        },
    )


def _equal(rule: Rule, cell: Cell, context: Context) -> Iterator[tuple[str, str]]:
    left, right = str(rule.params["left"]), str(rule.params["right"])
    one, other = _read(left, cell, context), _read(right, cell, context)
    if one is None or other is None or abs(one - other) <= parameter(rule, "tolerance"):
        return
    text = _("%(left)s（%(one)s）与%(right)s（%(other)s）应当一致，请核对或说明原因。")
    words = {"left": _name(left, context), "right": _name(right, context)}
    yield _field_of(cell, left, right), text % {**words, "one": _number(one), "other": _number(other)}


def _read(text: str, cell: Cell, context: Context) -> Decimal | None:
    code, part = _split(text)
    if code == cell.indicator.key:
        return cell.figure.part(part)
    figure = context.at(code, cell.region, cell.period_end)
    return None if figure is None else figure.part(part)


def _name(text: str, context: Context) -> str:
    code, part = _split(text)
    name = context.names.get(code, code)
    words = {"numerator": _("“%(name)s”的分子"), "denominator": _("“%(name)s”的分母"), "value": "“%(name)s”"}
    return words[part] % {"name": name}


def _field_of(cell: Cell, *texts: str) -> str:
    return next(part for code, part in map(_split, texts) if code == cell.indicator.key)


def _short(value: Decimal) -> str:
    """Of a value that only serves for orientation."""
    return plain(round(value, 2))


def _number(value: Decimal) -> str:
    return plain(round(value, 4))


_SIZE: Final = {"percent": "30", "at_least": "0"}
KINDS: Final[Mapping[str, Kind]] = {
    "change_on_last": Kind(
        _change_on_last, gettext_lazy("与上期相比变动超过百分之几（时点数）"), numbers=_SIZE
    ),
    "change_on_year": Kind(
        _change_on_year, gettext_lazy("与上年同期相比变动超过百分之几"), numbers={**_SIZE, "percent": "50"}
    ),
    "outside_history": Kind(
        _outside_history,
        gettext_lazy("超出本地区近几期的范围（时点数）"),
        numbers={"periods": "12", "at_least_periods": "4", "margin": "0.5"},
    ),
    "falls": Kind(_falls, gettext_lazy("累计数比上期减少")),
    "within": Kind(_within, gettext_lazy("部分不大于整体"), places=("part", "whole")),
    "sum_within": Kind(
        _sum_within, gettext_lazy("各部分合计不大于整体"), places=("whole",), lists=("parts",)
    ),
    "equal": Kind(_equal, gettext_lazy("两处应当一致"), numbers={"tolerance": "0"}, places=("left", "right")),
}
