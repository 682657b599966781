"""Handing what the subsidies' ledgers count down to reporting, as `projects.offering` does for its own.

Counted anew after every change (once for changes that come together), hourly, and by command.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from django.db import transaction

from projects.offering import members_by_region
from targets.queries.proposals import Asked, asked_places
from targets.reporting.counted import SUBSIDIES
from targets.reporting.proposals import Offer, Offered, hold_indicators, offer
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.models import Region

from .counting import households, lottery

TASK: Final = "subsidies.count"
PROCESS: Final = "countsubsidies"
CODES: Final = (households.INDICATOR, lottery.INDICATOR)


def count_soon() -> None:
    """Count anew once the current transaction has committed; all of its changes share one count."""
    waiting = transaction.get_connection().run_on_commit
    if not any(function is _start for _savepoints, function, _robust in waiting):
        transaction.on_commit(_start)


def _start() -> None:
    dispatch.start(TASK)


@transaction.atomic
def offer_counts(period_ends: Collection[date] = ()) -> Offered:
    """Count as of the ends of the periods asked for and of these, and offer it; one count at a time."""
    indicators = hold_indicators(CODES)
    asked = asked_places(indicators, period_ends)
    if not asked:
        return Offered()
    offers = [*_household_offers(asked), *_lottery_offers(asked)]
    return offer(offers=offers, asked=asked, indicators=indicators, process=PROCESS)


def _household_offers(asked: Collection[Asked]) -> Iterator[Offer]:
    places = sorted(place for place in asked if place[0] == households.INDICATOR)
    if not places:
        return
    kept, members = households.ledgers(), members_by_region()
    for code, region, end in places:
        counties = members.get(region, [])
        number = households.counted(kept, counties, end)
        if number is not None:
            demo = any(kept[county].is_demo for county in counties)
            yield Offer(code, region, end, counted=number, rows=number, source=SUBSIDIES, is_demo=demo)


def _lottery_offers(asked: Collection[Asked]) -> Iterator[Offer]:
    """The share of a whole year, which its last day tells; earlier periods of a year have no figures."""
    places = sorted(place for place in asked if place[0] == lottery.INDICATOR)
    choice = lottery.chosen() if places else None
    if choice is None:
        return
    standing = lottery.figures()
    cities = set(
        Region.objects.filter(level=Region.Level.CITY, withdrawn=False).values_list("code", flat=True)
    )
    for code, region, end in places:
        figure = standing.get((end.year, choice.base))
        percent = lottery.share_of(figure).percent if figure else None
        if figure is None or percent is None or region not in cities or (end.month, end.day) != (12, 31):
            continue
        demo = figure.is_demo or choice.is_demo
        yield Offer(code, region, end, counted=percent, rows=1, source=SUBSIDIES, is_demo=demo)
