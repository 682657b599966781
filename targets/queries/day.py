"""The day a page speaks of: the one asked for, a closed month, or the day the stored assessments stand at."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from yuxi_eldercare.core.models import PeriodClose

from .frozen import close_of, closes, frozen_judged
from .judged import Judged, judged
from .overview import Standing, standing_of


@dataclass(frozen=True)
class PageDay:
    """`shown` is the date on the page; `ask` is what to hand to `judged(day=…)`: None means the stored run.

    With a `close` the page says what was known as that month was closed (`judged` reads frozen rows); without one,
    what is known now about the day.
    """

    standing: Standing
    shown: date | None
    ask: date | None
    close: PeriodClose | None = None
    frozen: bool = False  # whether the page can show a closed month

    def judged(self, **conditions: Any) -> list[Judged]:
        """The judgements the page shows: frozen, stored, or judged for the day. Conditions as in `judged`."""
        if self.close is not None:
            return frozen_judged(self.close, **conditions)
        return judged(**conditions, day=self.ask)

    @property
    def months(self) -> list[PeriodClose]:
        """The closed months to choose from, latest first; none where the page cannot show them. One statement."""
        return closes() if self.frozen else []


def page_day(request: HttpRequest, *, frozen: bool = False) -> PageDay:
    """Read `?as_of=2023-06-30` or, on a page that shows `frozen` rows, `?close=2026-10-31`.

    A date that is none, or after the stored day, means the stored day; a month that is not closed, likewise. A page
    without frozen rows shows what is known now about the last day of the month.
    """
    stands = standing_of(request)
    month = _date(request, "close")
    close = close_of(month) if month is not None else None
    if close is not None and frozen:
        return PageDay(stands, close.as_of, close.as_of, close, frozen)
    wanted = close.as_of if close is not None else _date(request, "as_of")
    if wanted is None or stands.as_of is None or wanted >= stands.as_of:
        return PageDay(stands, stands.as_of, None, frozen=frozen)
    return PageDay(stands, wanted, wanted, frozen=frozen)


def _date(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
