"""A target over the years: its readings, when it was first met, and its trajectory as a chart with a table."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from targets.models import Indicator, Target

from .. import wording
from ..blocks import Column, Outline, Series
from ..facts import Line

Reading = tuple[date, Decimal | None]


def readings(line: Line) -> list[Reading]:
    """(period end, value) up to the month's end, earliest first; *not applicable* is None."""
    found = [
        (date.fromisoformat(reading["date"]), None if reading.get("na") else Decimal(reading["value"]))
        for reading in line.case.get("readings", [])
    ]
    until = line.judged.as_of
    return sorted((day, value) for day, value in found if until is None or day <= until)


def first_met(line: Line) -> str:
    """When the figure first satisfied the target: a period, the day of a late completion, or —."""
    row = line.judged
    if row.answer.get("met_on"):
        return str(row.answer["met_on"])
    if row.state != "MET":
        return "—"
    if line.by_members or row.target.target_type in {Target.Type.FLOOR, Target.Type.CEILING}:
        return wording.at_end(row.actual_date)
    flow = row.indicator.basis == Indicator.Basis.YEAR
    met = (
        day
        for day, value in readings(line)
        if value is not None and _meets(line, value) and (not flow or day.year == line.due.year)
    )
    return wording.at_end(next(met, row.actual_date))


def _meets(line: Line, value: Decimal) -> bool:
    milestone = line.judged.milestone
    assert milestone.value is not None, "what is judged demands a value"
    match milestone.comparator:
        case "<=":
            return value <= milestone.value
        case "=":
            return value == milestone.value
        case "range" if milestone.value_max is not None:
            return milestone.value <= value <= milestone.value_max
    return value >= milestone.value


def trajectory(outline: Outline, own: Sequence[Line]) -> None:
    """Readings at the ends of years beside the targets and the path, from the baseline to the last due date."""
    first = own[0]
    row = first.judged
    if first.by_members or row.target.baseline_date is None or row.target.baseline_value is None:
        return
    demanded = {line.due.year: line.judged.milestone.value for line in own}
    years = range(row.target.baseline_date.year, max(demanded) + 1)
    at_ends = {day.year: value for day, value in readings(first) if (day.month, day.day) == (12, 31)}
    at_ends.setdefault(row.target.baseline_date.year, row.target.baseline_value)
    path = _path(row.target.baseline_date, row.target.baseline_value, own)
    decimals = max(1, row.indicator.decimals)
    given = {
        "value": (_("实际"), [at_ends.get(year) for year in years]),
        "path": (_("序时进度"), [path(date(year, 12, 31)) for year in years]),
        "target": (_("目标"), [demanded.get(year) for year in years]),
    }
    names = [_("%(year)s年") % {"year": year} for year in years]
    series = [
        Series(
            name=name,
            look=look,
            values=tuple(None if value is None else float(round(value, decimals)) for value in values),
        )
        for look, (name, values) in given.items()
    ]
    caption = _("%(name)s进展") % {"name": row.target.name_as_written}
    outline.chart("lines", caption, row.indicator.unit, names, series)
    rows = [
        [
            name,
            *(
                wording.amount(values[place], row.indicator.unit, decimals)
                for _name, values in given.values()
            ),
        ]
        for place, name in enumerate(names)
    ]
    columns = [Column(title=_("年末"), share=4)]
    columns += [Column(title=name, share=4, align="right") for name, _values in given.values()]
    outline.table(caption, columns, rows)


def _path(start: date, value: Decimal, own: Sequence[Line]) -> Callable[[date], Decimal | None]:
    """Straight lines by days from the baseline through the targets (§4.2), for drawing."""
    corners = [(start, value)]
    corners += [
        (line.due, line.judged.milestone.value) for line in own if line.judged.milestone.value is not None
    ]

    def at(day: date) -> Decimal | None:
        for (from_day, low), (to_day, high) in pairwise(corners):
            if from_day <= day <= to_day:
                return low + (high - low) * (day - from_day).days / (to_day - from_day).days
        return None

    return at
