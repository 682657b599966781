"""Target rows as pages show them, and counts of lights."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.models import RegionalTarget, Target
from targets.queries.judged import Judged

from . import words

LIGHTS = ("green", "yellow", "red", "grey")


@dataclass(frozen=True)
class LightCounts:
    """How many of some rows stand at each light; greys are counted, not hidden."""

    green: int
    yellow: int
    red: int
    grey: int

    @classmethod
    def of(cls, rows: Iterable[Judged]) -> "LightCounts":
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
    origin: str
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
        actual = (
            _("%(met)s/%(all)s 县达到") % {"met": row.answer["actual"], "all": row.members_expected}
            if row.answer.get("actual") is not None
            else "—"
        )
        gap = _missing_counties(row.gap)
    else:
        actual = words.with_unit(row.actual, unit, max(decimals, 0))
        gap = _gap(row.gap, unit, max(decimals, 0))
    if row.state == "NOT_APPLICABLE":
        actual = str(words.STATES["NOT_APPLICABLE"])
    return TargetRow(
        judged=row,
        name=row.target.name_as_written,
        word=words.state_word(row.state, row.light),
        demand=demand,
        due=words.due_words(row.milestone),
        actual=actual,
        actual_period=words.period(row.actual_date) if row.actual_date and not members else "",
        gap=gap,
        coverage=_coverage(row),
        marks=_marks(row),
        origin=str(RegionalTarget.Origin(row.regional.origin).label),
        bodies=_("、").join(body.as_written for body in row.target.bodies.all()),
    )


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


def _coverage(row: Judged) -> str:
    """“8/9 县已报” where a rolled-up figure is incomplete."""
    if row.members_expected is None or row.members_reported == row.members_expected:
        return ""
    return _("%(reported)s/%(expected)s 县已报") % {
        "reported": row.members_reported,
        "expected": row.members_expected,
    }


def nature_label(target: Target) -> str:
    """约束性 / 预期性, or nothing."""
    return str(Target.Nature(target.nature).label) if target.nature else ""
