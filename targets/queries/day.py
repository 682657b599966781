"""The day a page speaks of: the one asked for, or the day the stored assessments stand at."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from .overview import Standing, standing


@dataclass(frozen=True)
class PageDay:
    """`shown` is the date on the page; `ask` is what to hand to `judged(day=…)`: None means the stored run."""

    standing: Standing
    shown: date | None
    ask: date | None


def page_day(request: HttpRequest) -> PageDay:
    """Read `?as_of=2023-06-30`. A date that is none, or after the stored day, means the stored day."""
    stands = standing()
    try:
        wanted = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        wanted = None
    if wanted is None or stands.as_of is None or wanted >= stands.as_of:
        return PageDay(stands, stands.as_of, None)
    return PageDay(stands, wanted, wanted)
