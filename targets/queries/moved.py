"""What turned since the last closed month: lights of a board beside the same lights as they were frozen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from targets.models import FrozenAssessment, Transition
from yuxi_eldercare.core.models import PeriodClose

from .board import Board, Spot
from .day import PageDay
from .shown import Place, place_of

# Without a closed month, changes of so many days are shown.
DAYS = timedelta(days=31)


@dataclass(frozen=True)
class Turn:
    """A light that is another one now than it was."""

    spot: Spot
    before: str


@dataclass(frozen=True)
class Moved:
    """The turns since a closed month (`month`), or since a day where no month was closed before."""

    turns: list[Turn]
    month: date | None
    since: date | None


def moved(found: Board, day: PageDay, regions: Collection[str] | None = None) -> Moved:
    """What turned (in some regions) since the last month closed before the shown day. At most two statements."""
    if day.shown is None:
        return Moved([], None, None)
    closed = PeriodClose.objects.filter(month_end__lt=day.shown).order_by("-month_end")
    rows = FrozenAssessment.objects.filter(_in(regions), close__in=closed.values("pk")[:1]).order_by()
    frozen = list(rows.values_list("close__month_end", "milestone_id", "region_id", "light"))
    if frozen:
        month = frozen[0][0]
        then = {(milestone, region): light for _month, milestone, region, light in frozen}
        return Moved(_turns(found.spots, then), month, month)
    since = day.shown - DAYS
    return Moved(_turns(found.spots, _before(since, day.shown, regions)), None, since)


def _in(regions: Collection[str] | None) -> Q:
    return Q() if regions is None else Q(region__in=regions)


def _before(since: date, until: date, regions: Collection[str] | None) -> dict[Place, str]:
    """By place, the light before its first change after a day; first judgements changed nothing."""
    rows = (
        Transition.objects.filter(_in(regions), as_of__gt=since, as_of__lte=until)
        .exclude(from_light="")
        .order_by("-pk")
    )
    return {
        (milestone, region): light
        for milestone, region, light in rows.values_list("milestone_id", "region_id", "from_light")
    }


def _turns(spots: Iterable[Spot], then: dict[Place, str]) -> list[Turn]:
    return [
        Turn(spot, then[place_of(spot)])
        for spot in spots
        if place_of(spot) in then and then[place_of(spot)] != spot.light
    ]
