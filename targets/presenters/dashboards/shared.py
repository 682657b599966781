"""What several parts of the dashboards say in the same way: who leads, and how much is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.models import RegionalTarget
from targets.presenters.rows import TargetRow, target_row
from targets.queries.judged import Judged
from targets.queries.leads import Lead

CALLED = ("red", "yellow")


def led_row(row: Judged, leads: Mapping[int, list[Lead]]) -> TargetRow:
    """The row in words, with those who lead: the bodies its text names, or those of the tasks that carry it."""
    return replace(target_row(row), bodies=leads_words(leads.get(row.target.pk, [])))


def leads_words(leads: Iterable[Lead]) -> str:
    """“市民政局、市卫生健康委”, as written; empty where no text names anybody."""
    return _("、").join(lead.as_written for lead in leads)


def year_of(row: Judged) -> int:
    """The year a row falls due in."""
    assert row.milestone.due is not None, "only milestones with a due date are judged"
    return row.milestone.due.year


def missing_part(row: Judged) -> Decimal | None:
    """How much of what is due by now is missing: 0 nothing, 1 all, more than 1 below the start.

    Of the way from the baseline where there is a path (§4.3), else of the value demanded; None without a gap.
    """
    if row.gap is None or row.gap <= 0:
        return None
    ratio = row.answer.get("schedule_ratio")
    if ratio is not None:
        return 1 - Decimal(ratio)
    demanded = (
        Decimal(row.members_expected or 0)
        if row.regional.origin == RegionalTarget.Origin.ALL_MEMBERS
        else row.milestone.value
    )
    return row.gap / abs(demanded) if demanded else None


def one_per_indicator(rows: Iterable[Judged]) -> list[Judged]:
    """The first row of each indicator: a county held by two plans is named once."""
    first: dict[int, Judged] = {}
    for row in rows:
        first.setdefault(row.indicator.pk, row)
    return list(first.values())
