"""The transaction that judges one indicator anew: lock, read, roll up, judge, store."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from targets.models import Assessment, Indicator, JudgingState, Observation, RegionalTarget
from yuxi_eldercare.core.models import Job

from .differences import raise_differences
from .inputs import Origin, Sheet, regional_targets, sheet_of
from .locks import lock
from .rolling import refresh
from .store import Outcome, Stored, store, stored_assessments
from .territory import territory_of
from .values import values_in_force
from .verdicts import judge


@dataclass(frozen=True)
class Ground:
    """One indicator in some regions, locked: what was read about it and what is stored so far."""

    sheet: Sheet
    stored: Stored

    def store(self, as_of: date, *, cause: str, run: Job | None = None) -> Outcome:
        """Judge the sheet as of a day and store the verdicts."""
        judgement = judge(self.sheet, as_of)
        outcome = store(judgement.verdicts, self.stored, cause=cause, now=timezone.now(), run=run)
        outcome.problems = judgement.problems
        return outcome


def rejudge(
    indicator_id: int,
    regions: Collection[str],
    *,
    as_of: date | None = None,
    cause: str = "value",
    run: Job | None = None,
) -> Outcome:
    """Judge one indicator anew in these regions and their ancestors, in one transaction.

    `as_of` defaults to the day the stored assessments stand at. What is gone is left out.
    """
    with transaction.atomic():
        ground = take(indicator_id, regions)
        if ground is None:
            return Outcome()
        return ground.store(as_of or _standing_day(ground.stored), cause=cause, run=run)


def rejudge_indicator(
    indicator_id: int, *, as_of: date | None = None, cause: str, run: Job | None = None
) -> Outcome:
    """Judge one indicator anew wherever it is targeted, reported or assessed."""
    return rejudge(indicator_id, regions_of(indicator_id), as_of=as_of, cause=cause, run=run)


def take(indicator_id: int, regions: Collection[str]) -> Ground | None:
    """Lock an indicator in these regions and their ancestors, then read; call it inside a transaction.

    Roll-ups and findings about them are brought up to date on the way. About a dozen statements, however
    many targets there are.
    """
    territory = territory_of(regions)
    indicator = Indicator.objects.filter(pk=indicator_id).first()
    if indicator is None or not territory.asked:
        return None
    lock((indicator_id, region) for region in territory.judged)
    judged = territory.judged
    below = {member for parent in judged for member in territory.members.get(parent, ())}
    direct = values_in_force([indicator_id], judged | below)
    rolled = refresh([indicator], territory, direct)
    raise_differences([indicator], territory, direct, rolled)
    rows = list(
        regional_targets(
            Q(indicator=indicator_id) & (Q(region__in=judged) | Q(origin=Origin.EACH, region__in=below))
        )
    )
    asked = [row for row in rows if row.region_id in judged]
    members = [row for row in rows if row.region_id not in judged]
    sheet = sheet_of(asked, members, direct, rolled)
    return Ground(sheet, stored_assessments([indicator_id], judged))


def regions_of(indicator_id: int) -> set[str]:
    """Codes of the regions where an indicator is targeted, reported or assessed. One statement."""
    places = [
        model.objects.filter(indicator=indicator_id).order_by().values_list("region_id")
        for model in (RegionalTarget, Observation, Assessment)
    ]
    return {code for (code,) in places[0].union(*places[1:])}


def standing_as_of() -> date:
    """The day the stored assessments stand at; today while nothing was judged."""
    state = JudgingState.objects.first()
    return state.as_of if state else timezone.localdate()


def _standing_day(stored: Stored) -> date:
    """The same for some rows: a nightly run may already have taken them further."""
    return max([standing_as_of(), *(row.as_of for row in stored.values())])
