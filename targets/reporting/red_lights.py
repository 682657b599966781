"""What was said about red lights (原因、措施、责任人、时限), read for pages that show lights of many places."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from targets.models import Entry, RedResponse
from targets.queries.board import Spot
from targets.queries.shown import Place, place_of
from yuxi_eldercare.core.models import User

from .periods import period_name
from .scope import overseen


@dataclass(frozen=True)
class Said:
    """The latest answer for one light. Its words are empty where the reader does not follow the unit."""

    period: str
    readable: bool
    cause: str = ""
    measure: str = ""
    responsible_person: str = ""
    deadline: date | None = None


def said_of(spots: Collection[Spot], user: User) -> dict[Place, Said]:
    """By place, the answer of the latest round that got one; places nobody answered for are left out.

    One statement. That an answer exists is no secret; its words are for those who follow the unit's reporting.
    """
    if not spots:
        return {}
    followed = Entry.objects.filter(
        overseen(user),
        round=OuterRef("round"),
        indicator=OuterRef("regional_target__indicator"),
        region=OuterRef("regional_target__region"),
    )
    rows = (
        RedResponse.objects.filter(
            answered_at__isnull=False,
            milestone__in={spot.milestone for spot in spots},
            regional_target__region__in={spot.region for spot in spots},
        )
        .annotate(followed=Exists(followed))
        .select_related("round", "regional_target")
        .order_by("round__period_end", "pk")
    )
    wanted = {place_of(spot) for spot in spots}
    found: dict[Place, Said] = {}
    for row in rows:
        place = (row.milestone_id, row.regional_target.region_id)
        if place in wanted:
            found[place] = _said(row)
    return found


def _said(row: RedResponse) -> Said:
    period = period_name(row.round.kind, row.round.period_end)
    if not row.followed:  # type: ignore[attr-defined]
        return Said(period, readable=False)
    return Said(period, True, row.cause, row.measure, row.responsible_person, row.deadline)
