"""Periods by the day they end: which days end a month, quarter, half-year or year, and their names."""

from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from targets.models import Observation

Kind = Observation.PeriodKind
MONTHS: Final = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF: 6, Kind.YEAR: 12}


def month_end(year: int, month: int) -> date:
    """The last day of a month; months beyond 1–12 run into the neighbouring years."""
    years, index = divmod(month, 12)
    return date(year + years, index + 1, 1) - timedelta(days=1)


def ends_period(kind: str, day: date) -> bool:
    """Whether a period of this kind ends on this day."""
    return kind in MONTHS and day == month_end(day.year, day.month) and day.month % MONTHS[Kind(kind)] == 0


def shifted(kind: str, day: date, count: int) -> date:
    """The end of the period `count` periods later (earlier, when negative)."""
    return month_end(day.year, day.month + count * MONTHS[Kind(kind)])


def previous(kind: str, day: date) -> date:
    """The end of the period before."""
    return shifted(kind, day, -1)


def same_last_year(day: date) -> date:
    """The end of the same period of the year before."""
    return month_end(day.year - 1, day.month)


def latest_ended(kind: str, today: date) -> date:
    """The end of the latest period that is over on this day."""
    length = MONTHS[Kind(kind)]
    end = month_end(today.year, -(-today.month // length) * length)
    return end if end < today else shifted(kind, end, -1)


def period_name(kind: str, day: date) -> str:
    """2026年10月, 2026年三季度, 2026年上半年, 2026年."""
    year = day.year
    if kind == Kind.MONTH:
        return _("%(year)s年%(month)s月") % {"year": year, "month": day.month}
    if kind == Kind.QUARTER:
        quarter = (_("一季度"), _("二季度"), _("三季度"), _("四季度"))[day.month // 3 - 1]
        return _("%(year)s年%(quarter)s") % {"year": year, "quarter": quarter}
    if kind == Kind.HALF:
        return (_("%(year)s年上半年") if day.month == 6 else _("%(year)s年下半年")) % {"year": year}
    return _("%(year)s年") % {"year": year}


def round_name(kind: str, day: date) -> str:
    """The usual name of the round that asks for a period."""
    words = {
        Kind.MONTH: _("%(period)s月报"),
        Kind.QUARTER: _("%(period)s季报"),
        Kind.HALF: _("%(period)s半年报"),
        Kind.YEAR: _("%(period)s年报"),
    }
    return words[Kind(kind)] % {"period": period_name(kind, day)}
