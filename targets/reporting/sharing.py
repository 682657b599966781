"""What many entries share — round, indicator, region, units, people — read once and given to each."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from targets.models import Entry, Indicator, ReportingRound, Target
from yuxi_eldercare.core.models import Department, Region, Succession, User

# Functions a succession names when the whole unit went over.
WHOLE = ("", "全部职能")


def successions(today: date) -> QuerySet[Succession]:
    """Whole units that went over to others by a day."""
    return Succession.objects.filter(Q(since__isnull=True) | Q(since__lte=today), function__in=WHOLE)


def attach_shared(rows: Sequence[Entry], today: date) -> None:
    """Give plain rows what `trail.entry_rows` gives: seven statements for any number of rows.

    The caches of the relations are filled directly, as `prefetch_related` does: checking every assignment
    of a hundred thousand rows would cost more than reading them.
    """
    rounds = ReportingRound.objects.in_bulk({row.round_id for row in rows})
    indicators = Indicator.objects.select_related("denominator_series").in_bulk(
        {row.indicator_id for row in rows}
    )
    regions = Region.objects.in_bulk({row.region_id for row in rows})
    units = {row.department_id for row in rows} | {row.confirmer_id for row in rows} - {None}
    departments = Department.objects.select_related("region").in_bulk(units)
    people = User.objects.in_bulk({row.edited_by_id for row in rows} - {None})
    done = set(
        Target.objects.filter(indicator__in=indicators, target_type="done", withdrawn_at=None).values_list(
            "indicator_id", flat=True
        )
    )
    heirs = successions(today).filter(predecessor__in=units).order_by("-pk")
    successors = dict(heirs.values_list("predecessor_id", "successor__short_name"))
    for row in rows:
        cache: dict[str, Any] = row._state.fields_cache
        cache["round"], cache["indicator"] = rounds[row.round_id], indicators[row.indicator_id]
        cache["region"], cache["department"] = regions[row.region_id], departments[row.department_id]
        cache["confirmer"] = departments[row.confirmer_id] if row.confirmer_id else None
        cache["edited_by"] = people[row.edited_by_id] if row.edited_by_id else None
        row.is_deliverable = row.indicator_id in done  # type: ignore[attr-defined]
        row.successor = successors.get(row.department_id)  # type: ignore[attr-defined]
