"""The chart of one indicator in one region: baseline, path, milestones, readings, forecast with its interval.

Places are percents of the plotting area, so that the browser fits it to any width; nothing here needs a script.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from targets.models import Indicator, RegionalTarget, Target
from targets.queries.judged import Judged
from targets.queries.series import Value
from yuxi_eldercare.core.templatetags.frame import SHAPES, number

from . import words
from .outlook import forecast_words
from .scales import Scale, apart, day_scale, value_scale

LABEL_GAP = 6.0  # percent of the height that a line of text takes


@dataclass(frozen=True)
class Mark:
    """A point with its label; `label_y` keeps clear of other labels. `light` is empty but for milestones."""

    x: float
    y: float
    label: str
    label_y: float
    title: str
    light: str = ""
    hollow: bool = False


@dataclass(frozen=True)
class Forecast:
    """Where the present pace leads by a due date: the point, its interval, and the dotted way there."""

    mark: Mark
    low: float
    high: float
    way: str
    band: str


@dataclass(frozen=True)
class Line:
    """One row of the chart's data table."""

    day: date
    kind: str
    value: str
    note: str


@dataclass(frozen=True)
class Trajectory:
    """Everything the chart draws, and the same as a table."""

    unit: str
    value_ticks: list[tuple[float, str]]
    year_ticks: list[tuple[float, str]]
    today: tuple[float, str] | None
    dues: list[tuple[float, str]]
    baselines: list[Mark]
    paths: list[str]
    milestones: list[Mark]
    readings: list[Mark]
    reading_line: str
    forecasts: list[Forecast]
    table: list[Line]
    summary: str


@dataclass(frozen=True)
class _Point:
    day: date
    value: float


def trajectory(
    indicator: Indicator, rows: Sequence[Judged], values: Sequence[Value], shown: date | None
) -> Trajectory | None:
    """The chart, or None when there is nothing to draw. `shown` is the day the page speaks of."""
    own = [r for r in rows if r.regional.origin != RegionalTarget.Origin.ALL_MEMBERS and _stands(r)]
    known = [value for value in values if value.value is not None]
    if not own and not known:
        return None
    return _Plot(indicator, own, known, shown).trajectory()


def _stands(row: Judged) -> bool:
    return row.milestone.due is not None and row.milestone.value is not None


class _Plot:
    """Scales over everything that is drawn, and the drawing of each part."""

    def __init__(
        self, indicator: Indicator, rows: Sequence[Judged], values: Sequence[Value], shown: date | None
    ) -> None:
        self.indicator, self.rows, self.values, self.shown = indicator, rows, values, shown
        self.bases = _baselines(rows)
        self.ahead = _ahead(rows, values)
        points = [*self._readings(), *self.bases.values(), *(self._demand(row) for row in rows)]
        heights = [point.value for point in points]
        for row in self.ahead:
            heights += [float(row.answer[key]) for key in _INTERVAL if row.answer.get(key) is not None]
        days = [point.day for point in points] + ([shown] if shown else [])
        self.x: Scale = day_scale(days)
        self.y, self.ticks = value_scale(heights, percent=indicator.unit == "%")
        self.days = days

    def trajectory(self) -> Trajectory:
        milestones, readings = self._milestones(), self._reading_marks()
        return Trajectory(
            unit=self.indicator.unit,
            value_ticks=[(self.y.place(tick), number(Decimal(str(tick)))) for tick in self.ticks],
            year_ticks=self._years(),
            today=(self.x.place(self.shown.toordinal()), self.shown.isoformat()) if self.shown else None,
            dues=sorted({(self._x(due), str(due.year)) for row in self.rows if (due := row.milestone.due)}),
            baselines=[self._baseline(point) for point in dict.fromkeys(self.bases.values())],
            paths=self._paths(),
            milestones=milestones,
            readings=readings,
            reading_line=_points((mark.x, mark.y) for mark in readings),
            forecasts=self._forecasts(),
            table=self._table(),
            summary=self._summary(),
        )

    def _x(self, day: date) -> float:
        return self.x.place(day.toordinal())

    def _years(self) -> list[tuple[float, str]]:
        """Ends of years; every second one where there are many."""
        first, last = min(self.days).year, max(self.days).year
        step = 1 if last - first < 8 else 2
        ends = [date(year, 12, 31) for year in range(first, last + 1, step)]
        return [(self._x(end), str(end.year)) for end in ends if min(self.days) <= end <= max(self.days)]

    def _readings(self) -> list[_Point]:
        return [_Point(value.period_end, float(value.value or 0)) for value in self.values]

    def _demand(self, row: Judged) -> _Point:
        assert row.milestone.due is not None, "rows without a due date were left out"
        assert row.milestone.value is not None, "rows without a value were left out"
        return _Point(row.milestone.due, float(row.milestone.value))

    def _baseline(self, point: _Point) -> Mark:
        label = _("基期 %(value)s") % {"value": self._words(point.value)}
        y = self.y.place(point.value)
        return Mark(self._x(point.day), y, label, y, f"{point.day.isoformat()} {label}")

    def _paths(self) -> list[str]:
        """One line per target that has a path: from its baseline through its milestones."""
        lines = []
        for rows in _by_target(self.rows):
            if rows[0].target.target_type != Target.Type.REACH:
                continue
            points = [self._demand(row) for row in rows]
            base = self.bases.get(rows[0].target.pk)
            points = [base, *points] if base else points
            if len(points) > 1:
                lines.append(_points((self._x(p.day), self.y.place(p.value)) for p in points))
        return lines

    def _milestones(self) -> list[Mark]:
        """Diamonds; equal demands of several plans at one date are one diamond, the worst light first."""
        merged: dict[_Point, Judged] = {}
        for row in sorted(self.rows, key=Judged.sort_key):
            merged.setdefault(self._demand(row), row)
        marks = []
        for day in {point.day for point in merged}:
            own = [(point, row) for point, row in merged.items() if point.day == day]
            places = [self.y.place(point.value) for point, _row in own]
            for (point, row), y, label_y in zip(own, places, apart(places, LABEL_GAP), strict=True):
                demand = words.demand(row.milestone, self.indicator)
                word = words.state_word(row.state, row.light)
                marks.append(
                    Mark(
                        self._x(point.day),
                        y,
                        f"{demand} {SHAPES[row.light]}",
                        label_y,
                        f"{words.due_words(row.milestone)} {demand} {word} {row.target.plan.name}",
                        row.light,
                    )
                )
        return sorted(marks, key=lambda mark: mark.x)

    def _reading_marks(self) -> list[Mark]:
        marks = []
        for value, point in zip(self.values, self._readings(), strict=True):
            y = self.y.place(point.value)
            text = words.with_unit(value.value, self.indicator.unit, self.indicator.decimals)
            note = _provisional(value)
            title = f"{words.period(point.day)} {text} {note}".strip()
            marks.append(Mark(self._x(point.day), y, text, y, title, hollow=value.provisional))
        return marks

    def _forecasts(self) -> list[Forecast]:
        """One per due date ahead; the dotted way and its band start at the last reading."""
        if not self.ahead:
            return []
        start = _date(self.ahead[0].answer["actual_date"])
        x0, y0 = self._x(start), self.y.place(float(self.ahead[0].answer["actual"]))
        found = []
        for row in self.ahead:
            middle, low, high = (self.y.place(float(row.answer[key])) for key in _INTERVAL)
            x = self._x(self._demand(row).day)
            label = forecast_words(row.answer, self.indicator.unit)
            mark = Mark(x, middle, label.partition("（")[0], middle, label)
            band = _points([(x0, y0), (x, high), (x, low)])
            found.append(Forecast(mark, low, high, _points([(x0, y0), (x, middle)]), band))
        return found

    def _table(self) -> list[Line]:
        lines = [
            Line(point.day, _("基期"), self._words(point.value), "")
            for point in dict.fromkeys(self.bases.values())
        ]
        for value in self.values:
            text = words.with_unit(value.value, self.indicator.unit, self.indicator.decimals)
            lines.append(Line(value.period_end, _("填报值"), text, _provisional(value)))
        for row in self.rows:
            note = f"{words.state_word(row.state, row.light)} {row.target.plan.name}"
            demand = words.demand(row.milestone, self.indicator)
            lines.append(Line(self._demand(row).day, _("目标"), demand, note))
        for row in self.ahead:
            text = forecast_words(row.answer, self.indicator.unit)
            lines.append(Line(self._demand(row).day, _("按目前速度预计"), text, ""))
        return sorted(lines, key=lambda line: line.day)

    def _summary(self) -> str:
        text = _("%(name)s轨迹图：%(readings)s 期填报值，%(targets)s 项目标；数据表在图下。")
        return text % {
            "name": self.indicator.name,
            "readings": len(self.values),
            "targets": len(self.rows),
        }

    def _words(self, value: float) -> str:
        return words.with_unit(Decimal(str(value)), self.indicator.unit, 2)


_INTERVAL = ("forecast", "forecast_low", "forecast_high")


def _baselines(rows: Iterable[Judged]) -> dict[int, _Point]:
    """By target, its exact baseline where it binds the region."""
    return {
        row.target.pk: _Point(row.target.baseline_date, float(row.target.baseline_value))
        for row in rows
        if row.regional.has_baseline and row.target.baseline_value is not None and row.target.baseline_date
    }


def _ahead(rows: Iterable[Judged], values: Sequence[Value]) -> list[Judged]:
    """Of each due date after the last reading, one row with a forecast."""
    found: dict[date, Judged] = {}
    last = values[-1].period_end if values else None
    for row in rows:
        due = row.milestone.due
        if due and last and due > last and all(row.answer.get(key) is not None for key in _INTERVAL):
            found.setdefault(due, row)
    return [found[due] for due in sorted(found)]


def _by_target(rows: Iterable[Judged]) -> list[list[Judged]]:
    groups: dict[int, list[Judged]] = {}
    for row in rows:
        groups.setdefault(row.target.pk, []).append(row)
    return list(groups.values())


def _points(places: Iterable[tuple[float, float]]) -> str:
    """For the `points` of an SVG line: “0,50 100,20”."""
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _provisional(value: Value) -> str:
    if not value.provisional:
        return ""
    if value.members_expected is None:
        return _("暂定")
    return _("%(reported)s/%(expected)s 县已报，暂定") % {
        "reported": value.members_reported,
        "expected": value.members_expected,
    }


def _date(text: Any) -> date:
    return date.fromisoformat(str(text))
