"""Red lights of a city that the roll-up of a round's values brought about: its lead department explains them.

The reporting region is asked when it submits (`red.ask`). A city's figure is made of its counties' after the
commit, so that it is looked at here once it was judged.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from targets.models import Assessment, Entry, RedResponse, RegionalTarget, ReportingRound
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Region

from .red import RED

PROCESS = "judging"


@transaction.atomic
def ask_leads(indicator: int, regions: Collection[str]) -> int:
    """Ask for what the values of these regions turned red above them; take back what no longer is.

    For every open round that asked these regions, and not the one above, for the indicator. What was answered
    stays, and what every county must meet by itself is explained by the counties. Returns how many are new.
    """
    above = Region.objects.filter(code__in=regions).values_list("parent", flat=True)
    parents = {code for code in above if code is not None}
    new: list[RedResponse] = []
    gone: list[RedResponse] = []
    for round in _rounds(indicator, parents) if parents else ():
        red = _red(indicator, parents, round)
        present = {
            (row.regional_target_id, row.milestone_id): row
            for row in RedResponse.objects.filter(
                _rolled_up(),
                round=round,
                regional_target__indicator=indicator,
                regional_target__region__in=parents,
            )
        }
        fresh = [
            RedResponse(round=round, regional_target_id=target, milestone_id=milestone)
            for target, milestone in sorted(red - present.keys())
        ]
        RedResponse.objects.bulk_create(fresh, ignore_conflicts=True)
        stale = [row for key, row in present.items() if key not in red and row.answered_at is None]
        RedResponse.objects.filter(pk__in=[row.pk for row in stale]).delete()
        if fresh or stale:
            _note(round, fresh, stale)
        new += fresh
        gone += stale
    return len(new)


def _rounds(indicator: int, parents: set[str]) -> list[ReportingRound]:
    """Open rounds whose published values of this indicator are rolled up into one of these regions."""
    published = Entry.objects.filter(
        round=OuterRef("pk"), indicator=indicator, region__parent__in=parents, state=Entry.State.PUBLISHED
    )
    return list(ReportingRound.objects.filter(Exists(published), closed_at=None))


def _red(indicator: int, parents: set[str], round: ReportingRound) -> set[tuple[int, int]]:
    """(regional target, milestone) ids that are red by a figure of one of the round's periods."""
    entries = Entry.objects.filter(round=round, indicator=indicator)
    ends = {end.isoformat() for end in entries.order_by().values_list("period_end", flat=True).distinct()}
    own = set(entries.filter(region__in=parents).values_list("region", flat=True))
    rows = Assessment.objects.filter(
        indicator=indicator,
        region__in=parents - own,
        light=RED,
        regional_target__active=True,
        milestone__withdrawn_at=None,
    ).exclude(regional_target__origin=RegionalTarget.Origin.ALL_MEMBERS)
    if not round.is_demo:
        rows = rows.filter(is_demo=False)
    found = rows.values_list("regional_target_id", "milestone_id", "answer__actual_date")
    return {(target, milestone) for target, milestone, day in found if day in ends}


def _rolled_up() -> Q:
    """Responses about a region that is not asked for the indicator itself in the round."""
    own = Entry.objects.filter(
        round=OuterRef("round"),
        indicator=OuterRef("regional_target__indicator"),
        region=OuterRef("regional_target__region"),
    )
    return ~Q(Exists(own))


def _note(round: ReportingRound, new: list[RedResponse], gone: list[RedResponse]) -> None:
    audit.record(
        by=None,
        process=PROCESS,
        action="red_responses.ask",
        object_type="reporting_round",
        object_key=str(round.pk),
        before={"taken back": [[row.regional_target_id, row.milestone_id] for row in gone]} if gone else None,
        after={"asked": [[row.regional_target_id, row.milestone_id] for row in new]},
    )
