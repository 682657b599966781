"""The sheet of a breakdown: counties × due dates, as a form to type into and as versions to look back on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from targets.actions.breakdown import audit_key
from targets.actions.breakdown_checks import asks_at_most, due_text
from targets.models import Breakdown, Indicator, Milestone, Target
from targets.presenters.words import demand
from targets.progress import plain
from targets.queries.breakdown import (
    Place,
    denominators,
    offered_dues,
    versions_of,
    wholes,
    withdrawal_reasons,
)
from yuxi_eldercare.core.models import Region


@dataclass(frozen=True)
class Column:
    """One due date; `whole` and `demand` are empty where the text demands nothing then."""

    due: date
    label: str
    whole: str = ""
    demand: str = ""
    at_most: bool = False


@dataclass(frozen=True)
class Cell:
    """One county at one date: the name of its field, what stands in it, and what is wrong with it."""

    name: str
    text: str
    label: str
    error: str = ""


@dataclass(frozen=True)
class Row:
    """One county; `weight`: its denominator, where a rate's parts are weighted."""

    region: Region
    cells: Sequence[Cell]
    weight: str = ""


@dataclass(frozen=True)
class Version:
    """One version as the history shows it."""

    breakdown: Breakdown
    columns: Sequence[str]
    rows: Sequence[tuple[Region, Sequence[str]]]
    withdrawn_because: str = ""


@dataclass(frozen=True)
class Sheet:
    """Everything the page shows.

    `rate`: the column's foot is no sum but, when `weighted`, the mean by denominators, else the least
    demanding part.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    rate: bool
    weighted: bool
    draft: Breakdown | None
    in_force: Breakdown | None
    versions: Sequence[Version] = field(default_factory=list)


def field_name(region: str, due: date) -> str:
    """Name of the field of a county and a date."""
    return f"part-{region}-{due.isoformat()}"


def texts_of(values: Mapping[Place, Decimal]) -> dict[str, str]:
    """Values as the fields show them."""
    return {field_name(region, due): plain(value) for (region, due), value in values.items()}


def breakdown_sheet(
    target: Target,
    counties: Sequence[Region],
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    drafts: bool = True,
) -> Sheet:
    """The sheet: what was typed or proposed, else the draft, else what is in force; `drafts` hides those."""
    versions = [row for row in versions_of(target) if drafts or row.state != Breakdown.State.DRAFT]
    draft = next((row for row in versions if row.state == Breakdown.State.DRAFT), None)
    in_force = next((row for row in versions if row.state == Breakdown.State.ISSUED), None)
    shown = draft or in_force
    demanded = wholes(target)
    dues = sorted(
        {*offered_dues(target, demanded), *(part.due for part in (shown.parts.all() if shown else []))}
    )
    texts = typed if typed is not None else texts_of(_values(shown))
    columns = [_column(due, demanded.get(due), target.indicator) for due in dues]
    weights = denominators(target.indicator, counties)
    rows = [
        Row(
            county,
            [_cell(county, column, texts, errors or {}) for column in columns],
            plain(weights[county.code]) if weights else "",
        )
        for county in counties
    ]
    rate = target.indicator.rollup == Indicator.Rollup.RATIO
    reasons = withdrawal_reasons(target) if versions else {}
    history = [_version(row, reasons.get(audit_key(row), "")) for row in versions]
    return Sheet(columns, rows, rate, bool(weights), draft, in_force, history)


def _values(breakdown: Breakdown | None) -> dict[Place, Decimal]:
    return {(part.region_id, part.due): part.value for part in breakdown.parts.all()} if breakdown else {}


def _column(due: date, milestone: Milestone | None, indicator: Indicator) -> Column:
    if milestone is None or milestone.value is None:
        return Column(due, due_text(due))
    at_most = asks_at_most(milestone, indicator)
    return Column(due, due_text(due), plain(milestone.value), demand(milestone, indicator), at_most)


def _cell(county: Region, column: Column, texts: Mapping[str, Any], errors: Mapping[str, str]) -> Cell:
    name = field_name(county.code, column.due)
    return Cell(name, texts.get(name, ""), f"{county.short_name} {column.label}", errors.get(name, ""))


def _version(row: Breakdown, withdrawn_because: str) -> Version:
    values = _values(row)
    dues = sorted({due for _, due in values})
    regions = {part.region_id: part.region for part in row.parts.all()}
    ordered = sorted(regions.values(), key=lambda region: (region.position, region.code))
    lines = [
        (region, [plain(values[region.code, due]) if (region.code, due) in values else "—" for due in dues])
        for region in ordered
    ]
    return Version(row, [due_text(due) for due in dues], lines, withdrawn_because)
