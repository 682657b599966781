"""The ranking by points and a unit's lines, for pages and tables; the rule of ranking in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from targets.models import ScoreLine
from targets.queries.supervision_scores import UnitPoints, county_of
from targets.ranking import Place
from targets.reporting.periods import period_name, shifted
from targets.scoring import MONTHS, bounds, mean, placed
from targets.supervision.escalating import number_of
from yuxi_eldercare.core.models import Region

DEPARTMENTS, COUNTIES = "departments", "counties"
# How many periods back can be chosen.
_BACK: Final = {"month": 12, "quarter": 8, "year": 4}
_GROUPS: Final = (
    ("on_time", "closed_on_time"),
    ("late", "closed_late"),
    ("returned",),
    ("notice", "circular"),
    ("praised", "criticised"),
)


@dataclass(frozen=True)
class Period:
    """A month, quarter or year of the ranking."""

    kind: str
    first: date
    last: date
    name: str

    @property
    def query(self) -> str:
        """The same in an address."""
        return f"by={self.kind}&end={self.last}"


def period_of(kind: str, day: date) -> Period:
    """The period of a kind that holds a day; an unknown kind is a quarter."""
    known = kind if kind in MONTHS else "quarter"
    first, last = bounds(known, day)
    return Period(known, first, last, period_name(known, last))


def periods(kind: str, today: date) -> list[Period]:
    """The running period and those before it, newest first."""
    last = bounds(kind, today)[1]
    return [period_of(kind, shifted(kind, last, -back)) for back in range(_BACK[kind])]


def kinds() -> list[tuple[str, str]]:
    """The kinds of periods with their words."""
    return [("month", _("按月")), ("quarter", _("按季度")), ("year", _("按年"))]


@dataclass(frozen=True)
class Ranked:
    """A line of the ranking: a unit, or a county with the mean of its units."""

    place: Place
    name: str
    url: str
    points: Decimal
    counts: list[int]  # as `columns`
    red_months: int
    units: int = 1
    is_mean: bool = False

    @property
    def labelled(self) -> list[tuple[str, int]]:
        """The counts, each with the title of its column."""
        return list(zip(columns(), self.counts, strict=True))


def columns() -> list[str]:
    """Titles of the counts, in order."""
    return [_("按时"), _("逾期"), _("退回"), _("督办、通报"), _("表扬、批评")]


def rule_words(of: str) -> str:
    """The rule of ranking in a sentence."""
    shared = _("同分并列，其后的名次空出。垂直管理单位不计分。")
    if of == COUNTIES:
        text = _("县（市、区）得分是所属各承办单位本期得分的平均值，从高到低排名；%(shared)s")
    else:
        text = _("得分是本期各项加分、扣分之和，从高到低排名；%(shared)s")
    return text % {"shared": shared}


def ranking(rows: Iterable[UnitPoints], of: str, period: Period) -> list[Ranked]:
    """Counties, departments of the city, or (`of` is a region's code) the units of one county, best first."""
    every = list(rows)
    if of == COUNTIES:
        return _counties(every, period)
    if of == DEPARTMENTS:
        chosen = [row for row in every if row.unit.region.level == Region.Level.CITY]
    else:
        chosen = [row for row in every if (county := county_of(row.unit)) is not None and county.code == of]
    places = placed({row.unit.pk: row.points for row in chosen})
    found = [_unit(row, places[row.unit.pk], period) for row in chosen]
    return sorted(found, key=_by_place)


def _unit(row: UnitPoints, place: Place, period: Period) -> Ranked:
    url = reverse("supervision-unit", args=[row.unit.key])
    return Ranked(
        place, row.unit.short_name, f"{url}?{period.query}", row.points, _counts([row]), row.red_months
    )


def _counties(rows: Sequence[UnitPoints], period: Period) -> list[Ranked]:
    units: dict[str, list[UnitPoints]] = {}
    regions: dict[str, Region] = {}
    for row in rows:
        county = county_of(row.unit)
        if county is not None:
            regions[county.code] = county
            units.setdefault(county.code, []).append(row)
    means = {code: mean(row.points for row in own) or Fraction(0) for code, own in units.items()}
    places = placed(means)
    found = [
        Ranked(
            places[code],
            regions[code].short_name,
            f"?of={code}&{period.query}",
            _rounded(means[code]),
            _counts(own),
            sum(row.red_months for row in own),
            len(own),
            is_mean=True,
        )
        for code, own in units.items()
    ]
    return sorted(found, key=_by_place)


def _by_place(row: Ranked) -> int:
    return row.place.rank or 0


def _rounded(value: Fraction) -> Decimal:
    return round(Decimal(value.numerator) / Decimal(value.denominator), 2)


def _counts(rows: Sequence[UnitPoints]) -> list[int]:
    return [sum(row.times(group) for row in rows) for group in _GROUPS]


def export_header(of: str) -> list[str]:
    """Titles of the exported ranking."""
    names = [_("县（市、区）"), _("承办单位数"), _("平均得分")] if of == COUNTIES else [_("单位"), _("得分")]
    return [_("名次"), *names, *columns(), _("红灯月")]


def export_rows(rows: Iterable[Ranked], of: str) -> Iterator[list[Any]]:
    """The rows of the exported ranking; figures stay figures."""
    for row in rows:
        units = [row.units] if of == COUNTIES else []
        yield [row.place.rank, row.name, *units, float(row.points), *row.counts, row.red_months]


@dataclass(frozen=True)
class Line:
    """Points for one thing, said in words with the page where it stands."""

    line: ScoreLine
    words: str
    url: str


def lines(rows: Iterable[ScoreLine]) -> list[Line]:
    """The lines of a unit in words."""
    return [Line(row, _words(row), _url(row)) for row in rows]


def _words(row: ScoreLine) -> str:
    kind, _colon, rest = row.cause_key.partition(":")
    task = row.part.assignment.title if row.part else ""
    if kind == "report":
        end = rest.partition(":")[2]
        return _("“%(task)s”截至%(end)s的进展") % {"task": task, "end": end}
    if kind == "month":
        end = rest.partition(":")[2]
        return _("“%(task)s”%(month)s红灯") % {"task": task, "month": end[:7]}
    if kind == "closed":
        return _("“%(task)s”销号") % {"task": task}
    if kind == "step" and row.step:
        return _("“%(task)s”%(step)s") % {"task": task, "step": row.step.get_kind_display()}
    if kind == "reply" and row.notice:
        return _("%(number)s回复逾期") % {"number": number_of(row.notice)}
    if kind == "notice" and row.notice:
        return _("%(number)s：%(task)s") % {"number": number_of(row.notice), "task": task}
    return row.text


def _url(row: ScoreLine) -> str:
    """Where what the points are for can be read."""
    if row.notice_id is not None:
        return reverse("supervision-notice", args=[row.notice_id])
    return reverse("part", args=[row.part_id]) if row.part_id is not None else ""
