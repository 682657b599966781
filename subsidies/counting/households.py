"""居家适老化改造户数: households whose work was accepted from 1 January to the end of a period, by county."""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from subsidies.models import Household

INDICATOR: Final = "home-adaptation-households"


@dataclass
class Ledger:
    """What a county's ledger holds: since when it is kept, and the days of acceptance in order."""

    since: date
    is_demo: bool = False
    accepted: list[date] = field(default_factory=list)

    def count(self, end: date) -> int:
        """Households accepted in the year of `end`, up to it."""
        first = bisect_right(self.accepted, date(end.year - 1, 12, 31))
        return bisect_right(self.accepted, end) - first


def ledgers() -> dict[str, Ledger]:
    """The ledgers that hold anything, by county. Two statements.

    A ledger is kept since the first day it speaks of. Before that day, and for a county without any household,
    nothing is known: that is not zero.
    """
    standing = Household.objects.filter(withdrawn_at=None).order_by()
    rows = standing.values_list("county_id").annotate(
        entered=Min("entered_at"), first=Min("accepted_on"), demo=Count("pk", filter=Q(is_demo=True))
    )
    found = {}
    for county, entered, accepted, demo in rows:
        day = timezone.localdate(entered)
        found[county] = Ledger(min(day, accepted) if accepted else day, bool(demo))
    for county, on in standing.filter(accepted_on__isnull=False).values_list("county_id", "accepted_on"):
        if on is not None:
            found[county].accepted.append(on)
    for ledger in found.values():
        ledger.accepted.sort()
    return found


def counted(kept: Mapping[str, Ledger], counties: Sequence[str], end: date) -> int | None:
    """How many count in some counties by `end`; None while the ledger of one of them says nothing of that time."""
    own = [kept.get(county) for county in counties]
    known = [ledger for ledger in own if ledger is not None and ledger.since <= end]
    if not own or len(known) < len(own):
        return None
    return sum(ledger.count(end) for ledger in known)


def counted_households(counties: Collection[str], end: date) -> QuerySet[Household]:
    """The list behind a number."""
    rows = Household.objects.filter(
        withdrawn_at=None, county__in=counties, accepted_on__range=(date(end.year, 1, 1), end)
    )
    return rows.select_related("county", "township").order_by("county__position", "accepted_on", "pk")
