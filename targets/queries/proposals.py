"""What registers and ledgers offer for entries, and for which places they are asked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, FilteredRelation, Q, QuerySet

from targets.models import Entry, ProposedValue, ReportingLine

COLUMNS: Final = ("value", "numerator", "denominator", "source", "rows", "counted_at")
CHUNK: Final = 5000
Asked = tuple[str, str, date]
"""Indicator code, region code, period end."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is offered for an entry, as in `ProposedValue`. Of a rate over somebody else's series only a numerator."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    source: str
    rows: int
    counted_at: datetime


def with_proposals(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries with what is offered for them, in the same statement; `proposals_of` reads it."""
    place = Q(indicator__proposals__region=F("region"), indicator__proposals__period_end=F("period_end"))
    named: dict[str, Any] = {f"offered_{name}": F(f"offer__{name}") for name in COLUMNS}
    return rows.annotate(offer=FilteredRelation("indicator__proposals", condition=place)).annotate(**named)


def proposals_of(entries: Sequence[Entry]) -> dict[int, Proposal]:
    """What is offered for entries, by id. No statement where they were read `with_proposals`, else one per part."""
    found: dict[int, Proposal] = {}
    plain = [entry for entry in entries if "offered_source" not in entry.__dict__]
    for entry in entries:
        if entry.__dict__.get("offered_source"):
            found[entry.pk] = Proposal(*(getattr(entry, f"offered_{name}") for name in COLUMNS))
    for start in range(0, len(plain), CHUNK):
        part = plain[start : start + CHUNK]
        offered = {
            (row.indicator_id, row.region_id, row.period_end): row
            for row in ProposedValue.objects.filter(
                indicator__in={entry.indicator_id for entry in part},
                region__in={entry.region_id for entry in part},
                period_end__in={entry.period_end for entry in part},
            )
        }
        for entry in part:
            row = offered.get((entry.indicator_id, entry.region_id, entry.period_end))
            if row is not None:
                found[entry.pk] = Proposal(*(getattr(row, name) for name in COLUMNS))
    return found


def asked_places(codes: Iterable[str], more: Collection[date] = ()) -> set[Asked]:
    """Where a count of these indicators is wanted. Two statements, a third for the ends of `more` periods.

    What rounds that are not closed ask for, what was offered before (so that it stays true), and for `more`
    period ends whatever is reported by a line in force.
    """
    wanted = list(codes)
    columns = ("indicator__key", "region_id", "period_end")
    entries = Entry.objects.filter(indicator__key__in=wanted, round__closed_at=None)
    offered = ProposedValue.objects.filter(indicator__key__in=wanted)
    found = set(entries.order_by().values_list(*columns).distinct())
    found |= set(offered.order_by().values_list(*columns))
    if more:
        lines = ReportingLine.objects.filter(indicator__key__in=wanted, valid_to=None)
        found |= {(code, region, end) for code, region in lines.values_list(*columns[:2]) for end in more}
    return found
