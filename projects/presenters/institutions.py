"""The register of institutions as pages and files show it: filters from an address, lines, changes in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from projects.models import InstitutionVersion
from projects.queries.institutions import InstitutionFilter, in_order
from projects.register.facts import COUNTS, SHOWN, Facts, label


def filter_of(query: Mapping[str, str], today: date) -> InstitutionFilter:
    """What an address asks for; a day that is none, or lies ahead, is today. Without a status: what is open."""
    return InstitutionFilter(
        day=day_of(query, today),
        county=query.get("county", "")[:12],
        kind=_known(query.get("kind", ""), InstitutionVersion.Kind.values),
        operation=_known(query.get("operation", ""), InstitutionVersion.Operation.values),
        status=_status(query.get("status", InstitutionVersion.Status.OPEN)),
        keeper=query.get("keeper", "")[:60],
        text=query.get("text", "").strip()[:60],
    )


def day_of(query: Mapping[str, str], today: date) -> date:
    """The day an address asks for, at most today."""
    try:
        return min(date.fromisoformat(query.get("as_of", "")), today)
    except ValueError:
        return today


def _known(value: str, values: Sequence[str]) -> str:
    return value if value in values else ""


def _status(value: str) -> str:
    return "" if value == "all" else _known(value, InstitutionVersion.Status.values)


def shown(version: InstitutionVersion, name: str) -> str:
    """A fact in words."""
    if name == "region":
        county, place = version.county.short_name, version.region.short_name
        return (
            place if version.region_id == version.county_id else _("%(a)s %(b)s") % {"a": county, "b": place}
        )
    if name in {"kind", "operation", "status"}:
        return str(getattr(version, f"get_{name}_display")())
    if name == "demonstration":
        return _("是") if version.demonstration else _("否")
    if name in COUNTS:
        return f"{getattr(version, name):,}"
    return str(getattr(version, name)) or "—"


def fact_lines(version: InstitutionVersion) -> list[tuple[str, str]]:
    """Label and words of every fact besides the name."""
    return [(label(name), shown(version, name)) for name in SHOWN if name != "name"]


@dataclass(frozen=True)
class HistoryLine:
    """A version with what it changed against the one before it in force, or against the one it replaced."""

    version: InstitutionVersion
    changes: list[tuple[str, str, str]]  # label, before, after
    first: bool


def history_lines(versions: Sequence[InstitutionVersion]) -> list[HistoryLine]:
    """Versions in force, the latest first, each against the one before."""
    chain = [version for version in versions if version.superseded_at is None]
    befores: list[InstitutionVersion | None] = [*chain[1:], None]
    return [
        HistoryLine(version, changes(before, version) if before else [], before is None)
        for version, before in zip(chain, befores, strict=True)
    ]


@dataclass(frozen=True)
class ReplacedLine:
    """A version no longer in force: what took its place, by whom and why."""

    version: InstitutionVersion
    heir: InstitutionVersion | None
    changes: list[tuple[str, str, str]]


def replaced_lines(versions: Sequence[InstitutionVersion]) -> list[ReplacedLine]:
    """Superseded versions, each beside the one stated at that moment that differs from it."""
    lines = []
    for version in versions:
        if version.superseded_at is None:
            continue
        heirs = [row for row in versions if row.recorded_at == version.superseded_at]
        differing = [row for row in heirs if Facts.of(row) != Facts.of(version)]
        heir = next(iter(differing or heirs), None)
        lines.append(ReplacedLine(version, heir, changes(version, heir) if heir else []))
    return lines


def changes(before: InstitutionVersion, after: InstitutionVersion) -> list[tuple[str, str, str]]:
    """Facts that differ: label, before, after."""
    return [
        (label(name), shown(before, name), shown(after, name))
        for name in SHOWN
        if shown(before, name) != shown(after, name)
    ]


def export_header() -> list[str]:
    """Titles of the exported columns; they are among those an upload understands."""
    names = [name for name in SHOWN if name not in {"name", "region"}]
    return [
        label("name"), label("credit_code"), _("县（市、区）"), label("region"), *map(label, names),
        label("since"), _("登记单位"),
    ]  # fmt: skip


def export_rows(rows: QuerySet[InstitutionVersion]) -> Iterator[list[Any]]:
    """The rows as shown, numbers as numbers."""
    names = [name for name in SHOWN if name not in {"name", "region"}]
    for version in in_order(rows).iterator(2_000):
        yield [
            version.name,
            version.institution.credit_code,
            version.county.short_name,
            version.region.short_name,
            *(_cell(version, name) for name in names),
            version.since.isoformat(),
            version.institution.keeper.short_name,
        ]


def _cell(version: InstitutionVersion, name: str) -> Any:
    value = getattr(version, name)
    if name in COUNTS:
        return value
    return shown(version, name) if value or name == "demonstration" else ""
