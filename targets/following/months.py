"""How every part stood at a month's end, written once: what was red then stays on record (§6)."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from targets.models import AssignmentPart, PartMonth
from targets.queries.following_facts import facts_of, working_days
from targets.standing import stand


@transaction.atomic
def write_months(*, month_end: date) -> int:
    """Write the month of every part that was there; returns how many were new. A month that is written stays.

    Written late, it says what was known at the month's end, not what was caught up since.
    """
    if month_end != _month_end(month_end) or month_end >= timezone.localdate():
        raise ValueError(f"{month_end} is not the last day of a month that is over")
    rows = AssignmentPart.objects.filter(issued_at__date__lte=month_end)
    parts = list(rows.exclude(months__month_end=month_end).order_by("pk"))
    days = working_days(month_end)
    made = []
    demo = {part.pk: part.is_demo for part in parts}
    for pk, facts in facts_of(parts, month_end).items():
        standing = stand(facts, month_end, days)
        made.append(
            PartMonth(
                part_id=pk,
                month_end=month_end,
                light=standing.light,
                state=facts.state,
                due=facts.due,
                reasons=standing.codes,
                is_demo=demo[pk],
            )
        )
    PartMonth.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    return len(made)


def last_month_end(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)


def _month_end(day: date) -> date:
    return last_month_end((day.replace(day=28) + timedelta(days=4)).replace(day=1))
