"""Target rows as pages show them, and counts of lights."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from targets.models import Indicator, RegionalTarget, Target
from targets.queries.judged import Judged

from . import words

LIGHTS = ("green", "yellow", "red", "grey")


class Lit(Protocol):
    """Anything that stands at a light."""

    @property
    def light(self) -> str:
        """red, yellow, green or grey."""


@dataclass(frozen=True)
class LightCounts:
    """How many of some rows stand at each light; greys are counted, not hidden."""

    green: int
    yellow: int
    red: int
    grey: int

    @classmethod
    def of(cls, rows: Iterable[Lit]) -> "LightCounts":
        count = Counter(row.light for row in rows)
        return cls(*(count[light] for light in LIGHTS))

    @property
    def total(self) -> int:
        return self.green + self.yellow + self.red + self.grey

    def segments(self) -> list[tuple[str, int, str]]:
        """(light, count, percent of the bar) for lights that occur."""
        return [
            (light, getattr(self, light), f"{100 * getattr(self, light) / self.total:.4g}")
            for light in LIGHTS
            if getattr(self, light)
        ]


def summed(counts: Iterable[LightCounts]) -> LightCounts:
    """Several counts as one."""
    each = list(counts)
    return LightCounts(*(sum(getattr(one, light) for one in each) for light in LIGHTS))


@dataclass(frozen=True)
class TargetRow:
    """One judged milestone ready to print."""

    judged: Judged
    name: str
    word: str
    demand: str
    due: str
    actual: str
    actual_period: str
    gap: str
    coverage: str
    marks: list[str]
    bodies: str

    @property
    def light(self) -> str:
        return self.judged.light


def target_row(row: Judged) -> TargetRow:
    """Shape one judged milestone."""
    unit, decimals = row.indicator.unit, row.indicator.decimals
    members = row.regional.origin == RegionalTarget.Origin.ALL_MEMBERS
    demand = words.demand(row.milestone, row.indicator)
    if members:
        demand = _("每县 %(demand)s") % {"demand": demand}
        gap = _missing_counties(row.gap)
    else:
        gap = _gap(row.gap, unit, max(decimals, 0))
    return TargetRow(
        judged=row,
        name=row.target.name_as_written,
        word=words.state_word(row.state, row.light),
        demand=demand,
        due=words.due_words(row.milestone),
        actual=actual_words(row.indicator, row.state, row.answer, row.members_expected if members else None),
        actual_period=words.period(row.actual_date) if row.actual_date and not members else "",
        gap=gap,
        coverage=coverage_words(row.members_reported, row.members_expected),
        marks=_marks(row),
        bodies=_listed([body.as_written for body in row.target.bodies.all()]),
    )


def _listed(names: list[str]) -> str:
    return _("、").join(names) if names else ""


def _marks(row: Judged) -> list[str]:
    """Marks beside the state; 约束性 stands beside the name, and a late completion says since when."""
    marks = [str(words.MARKS[mark]) for mark in row.marks if mark != "BINDING"]
    if row.answer.get("met_on"):
        marks.insert(0, _("%(date)s 达到") % {"date": row.answer["met_on"]})
    return marks


def _gap(gap: Decimal | None, unit: str, decimals: int) -> str:
    if gap is None:
        return "—"
    point = _("个百分点") if unit == "%" else f" {unit}"
    text = words.number(abs(gap), decimals)
    if gap > 0:
        return _("差 %(gap)s%(unit)s") % {"gap": text, "unit": point}
    if gap < 0:
        return _("超 %(gap)s%(unit)s") % {"gap": text, "unit": point}
    return _("持平")


def _missing_counties(gap: Decimal | None) -> str:
    if gap is None:
        return "—"
    return _("差 %(gap)s 个县") % {"gap": gap} if gap > 0 else _("全部达到")


def actual_words(indicator: Indicator, state: str, answer: dict[str, Any], members: int | None) -> str:
    """The judged figure with its unit; with `members`, how many of that many counties meet the target."""
    if state == "NOT_APPLICABLE":
        return str(words.STATES["NOT_APPLICABLE"])
    actual = answer.get("actual")
    if actual is None:
        return "—"
    if members is not None:
        return _("%(met)s/%(all)s 县达到") % {"met": actual, "all": members}
    return words.with_unit(Decimal(actual), indicator.unit, indicator.decimals)


def coverage_words(reported: int | None, expected: int | None) -> str:
    """“8/9 县已报” where a rolled-up figure is incomplete."""
    if expected is None or reported == expected:
        return ""
    return _("%(reported)s/%(expected)s 县已报") % {"reported": reported, "expected": expected}


def nature_label(target: Target) -> str:
    """约束性 / 预期性, or nothing."""
    return str(Target.Nature(target.nature).label) if target.nature else ""
