"""Reporting files → lines (who reports what, who confirms it), calendars and check rules.

A load adds what is missing and follows the file where nobody decided otherwise: a line that was moved by
hand, a calendar that exists and a rule that a person edited stay as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from targets.models import (
    CheckRule,
    CheckRuleVersion,
    Indicator,
    RegionalTarget,
    ReportingLine,
    RoundCalendar,
)
from yuxi_eldercare.core.models import Department, Region
from yuxi_eldercare.core.plan_files.bundle import Record
from yuxi_eldercare.core.plan_sync import Change, Sync

from .rules import keep_version

Place = tuple[int, str]  # indicator id, region code


@dataclass(frozen=True)
class _Binding:
    """What some plan asks of an indicator: where the target stands, and since when its plan runs."""

    region: str
    level: str
    plan: str
    start: date


@dataclass(frozen=True)
class _Wanted:
    """The line a place should have."""

    department: int
    confirmer: int
    frequency: str
    valid_from: date


def load_reporting(sync: Sync) -> None:
    """Lines, calendars and rules of a whole collection; a single document's folder has none."""
    if not sync.whole:
        return
    if sync.bundle.reporting_lines:
        _load_lines(sync)
    for record in sync.bundle.round_calendars:
        _row, created = RoundCalendar.objects.get_or_create(
            kind=record["kind"], defaults={k: v for k, v in record.data.items() if k != "kind"}
        )
        if created:
            sync.changes.append(Change("add", "RoundCalendar", record["kind"]))
    if sync.bundle.check_rules:
        _load_rules(sync)


def _load_lines(sync: Sync) -> None:
    wanted = _wanted(sync)
    present = {(row.indicator_id, row.region_id): row for row in ReportingLine.objects.filter(valid_to=None)}
    keys = dict(Indicator.objects.values_list("pk", "key"))
    new = [
        ReportingLine(
            indicator_id=indicator,
            region_id=region,
            department_id=line.department,
            confirmer_id=line.confirmer,
            frequency=line.frequency,
            valid_from=line.valid_from,
        )
        for (indicator, region), line in wanted.items()
        if (indicator, region) not in present
    ]
    ReportingLine.objects.bulk_create(new, batch_size=500)
    sync.changes += [
        Change("add", "ReportingLine", f"{keys[row.indicator_id]} {row.region_id}") for row in new
    ]
    for place, row in present.items():
        if row.from_file:
            _follow(sync, row, wanted.get(place), f"{keys[place[0]]} {place[1]}")


def _follow(sync: Sync, row: ReportingLine, line: _Wanted | None, name: str) -> None:
    """Bring one line of the file up to date; a place the file no longer names ends today."""
    if line is None:
        row.valid_to = max(sync.now.date(), row.valid_from)
        row.save(update_fields=["valid_to"])
        sync.changes.append(Change("withdraw", "ReportingLine", name))
        return
    values = {
        "department_id": line.department,
        "confirmer_id": line.confirmer,
        "frequency": line.frequency,
        "valid_from": line.valid_from,
    }
    differing = [field for field, value in values.items() if getattr(row, field) != value]
    if differing:
        for field in differing:
            setattr(row, field, values[field])
        row.save(update_fields=[field.removesuffix("_id") for field in differing])
        sync.changes.append(Change("update", "ReportingLine", name, tuple(differing)))


def _wanted(sync: Sync) -> dict[Place, _Wanted]:
    departments = {row.key: row for row in Department.objects.filter(withdrawn=False)}
    counties = list(
        Region.objects.filter(level=Region.Level.COUNTY, withdrawn=False).values_list("code", flat=True)
    )
    indicators = {row.key: row for row in Indicator.objects.filter(withdrawn_at=None, qualitative=False)}
    bindings = _bindings()
    confirmers = {r["plan"]: departments[r["department"]].pk for r in sync.bundle.plan_confirmers}
    wanted: dict[Place, _Wanted] = {}
    for record in sync.bundle.reporting_lines:
        for code in record["indicators"]:
            indicator = indicators.get(code)
            if indicator is None:
                continue
            bound = _with_users(indicator, bindings)
            for region, unit in _units(record, indicator, bound, departments, counties).items():
                start = min((b.start for b in bound), default=sync.now.date())
                confirmer = _confirmer(region, bindings.get(indicator.pk, []), confirmers)
                wanted[indicator.pk, region] = _Wanted(
                    unit.pk, confirmer or departments[record["confirmed_by"]].pk, record["frequency"], start
                )
    return wanted


def _bindings() -> dict[int, list[_Binding]]:
    """What issued plans ask of each indicator. A draft binds nobody and so asks for no report."""
    found: dict[int, list[_Binding]] = {}
    rows = RegionalTarget.objects.filter(active=True).order_by().distinct()
    columns = (
        "indicator_id",
        "target__region_id",
        "target__region__level",
        "target__plan__key",
        "target__plan__start",
    )
    for indicator, *values in rows.values_list(*columns):
        found.setdefault(indicator, []).append(_Binding(*values))
    return found


def _with_users(indicator: Indicator, bindings: Mapping[int, list[_Binding]]) -> list[_Binding]:
    """What plans ask of the indicator, or of the rates it is the denominator of."""
    users = Indicator.objects.filter(denominator_series=indicator).values_list("pk", flat=True)
    own = bindings.get(indicator.pk, [])
    return own or [binding for pk in users for binding in bindings.get(pk, [])]


def _units(
    record: Record,
    indicator: Indicator,
    bound: Iterable[_Binding],
    departments: Mapping[str, Department],
    counties: Iterable[str],
) -> dict[str, Department]:
    """The unit that reports, per region: all counties for what adds up to the city, else those that plan."""
    units: dict[str, Department] = {}
    levels = {binding.level for binding in bound}
    adds_up = indicator.rollup != Indicator.Rollup.NONE and Region.Level.CITY in levels
    own = {binding.region for binding in bound}
    city = record.get("city")
    if city is not None and Region.Level.CITY in levels:
        units[departments[city].region_id] = departments[city]
    bureau = record.get("bureau")
    for county in counties if bureau else ():
        if adds_up or county in own:
            units[county] = next(
                unit
                for key, unit in departments.items()
                if key.endswith(f"-{bureau}") and unit.region_id == county
            )
    return units


def _confirmer(region: str, bound: list[_Binding], confirmers: Mapping[str, int]) -> int | None:
    """The county's lead department, for what only the county's own plan commits to."""
    if bound and all(binding.region == region for binding in bound):
        return next((confirmers[b.plan] for b in bound if b.plan in confirmers), None)
    return None


def _load_rules(sync: Sync) -> None:
    """Rules as the file has them; what a person edited or withdrew on the page is theirs.

    A rule that was only switched on or off follows the file and stays as switched. One that left the file is
    withdrawn, and comes back when the file has it again.
    """
    present = {row.key: row for row in CheckRule.objects.all()}
    edited = set(CheckRuleVersion.objects.exclude(made_by=None).values_list("rule_id", flat=True))
    theirs = {key for key, row in present.items() if row.pk in edited or row.withdrawn_by_id is not None}
    departments = dict(Department.objects.values_list("key", "pk"))
    indicators = dict(Indicator.objects.values_list("key", "pk"))
    for record in sync.bundle.check_rules:
        if record.key in theirs:
            continue
        row = present.get(record.key) or CheckRule(key=record.key, version=0)
        values: dict[str, Any] = {
            "title": record["title"],
            "kind": record["kind"],
            "params": _params(record),
            "severity": record["severity"],
            "owner_id": departments[record["owner"]] if record.get("owner") else None,
        }
        chosen = {indicators[code] for code in record.get("indicators", [])}
        enabled = record.get("enabled", False) if row.changed_by_id is None else row.enabled
        _save_rule(sync, row, values, chosen, enabled)
    _withdraw_rules(sync, [row for key, row in present.items() if key not in theirs])


def _withdraw_rules(sync: Sync, rows: Iterable[CheckRule]) -> None:
    """Withdraw those that the file no longer has."""
    keys = {record.key for record in sync.bundle.check_rules}
    for row in rows:
        if row.key not in keys and row.withdrawn_at is None:
            row.enabled, row.withdrawn_at = False, sync.now
            row.save(update_fields=["enabled", "withdrawn_at", "changed_at"])
            sync.changes.append(Change("withdraw", "CheckRule", row.key))


def _params(record: Record) -> dict[str, Any]:
    """Params as JSON: numbers as their texts, so that none becomes a float."""
    return {
        name: value if isinstance(value, str | list) else str(value)
        for name, value in record.get("params", {}).items()
    }


def _save_rule(sync: Sync, row: CheckRule, values: dict[str, Any], chosen: set[int], enabled: bool) -> None:
    """Write what differs; what changes the rule's meaning is a new version."""
    added = row.pk is None
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    if not added and set(row.indicators.values_list("pk", flat=True)) != chosen:
        differing.append("indicators")
    said_anew = added or bool(differing)
    if row.enabled != enabled:
        differing.append("enabled")
    if row.withdrawn_at is not None:
        differing.append("withdrawn_at")
    if not added and not differing:
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.enabled, row.withdrawn_at, row.version = enabled, None, row.version + said_anew
    row.save()
    row.indicators.set(chosen)
    if said_anew:
        keep_version(row, at=sync.now)
    sync.changes.append(Change("add" if added else "update", "CheckRule", row.key, tuple(differing)))
