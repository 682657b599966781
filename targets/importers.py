"""Plan files → indicators, targets spread over regions, assignments, facts and lists."""

from collections.abc import Iterable
from typing import Any

from yuxi_eldercare.core.models import Region
from yuxi_eldercare.core.plan_files.bundle import Record
from yuxi_eldercare.core.plan_sync import Change, Sync, as_date, as_decimal, as_text, positions

from .binding import BROKEN_DOWN, bindings
from .models import (
    Assignment,
    AssignmentBody,
    AssignmentSource,
    Fact,
    FactSource,
    Indicator,
    ListItem,
    ListItemBody,
    ListItemSource,
    Milestone,
    RegionalTarget,
    Target,
    TargetBody,
    TargetSource,
)


def load_targets_app(sync: Sync) -> None:
    """Everything this app takes from plan files, in the order in which records refer to each other."""
    indicators = _load_indicators(sync)
    targets = _load_targets(sync, indicators)
    _load_assignments(sync, targets)
    _load_facts(sync, indicators)
    _load_lists(sync, targets)


def _load_indicators(sync: Sync) -> dict[str, Indicator]:
    records = [
        r for r in sync.bundle.indicators if r.document in sync.scope or (sync.whole and not r.document)
    ]
    rows = Indicator.objects.all()
    if not sync.whole:
        rows = rows.filter(defined_in__in=sync.scope)
    sync.keyed(Indicator, rows, positions(records, _indicator_values))
    indicators = {i.key: i for i in Indicator.objects.all()}
    _link_series(sync, records, indicators)
    return indicators


def _link_series(sync: Sync, records: list[Record], indicators: dict[str, Indicator]) -> None:
    """Let rates name the series their denominator comes from, once all indicators are there."""
    for record in records:
        row = indicators[record.key]
        code = record.get("denominator_series")
        series = indicators[code].pk if code else None
        if row.denominator_series_id != series:
            row.denominator_series_id = series
            row.save(update_fields=["denominator_series"])
            sync.changes.append(Change("update", "Indicator", row.key, ("denominator_series",)))


def _indicator_values(record: Record) -> dict[str, Any]:
    return {
        "defined_in": record.document or "",
        "name": record["name"],
        "aliases": record.get("aliases", []),
        "theme": record["theme"],
        "unit": record["unit"],
        "direction": record["direction"],
        "integer": record["integer"],
        "rollup": record["rollup"],
        "basis": record["basis"],
        "scale": None if record.get("scale") is None else int(record["scale"]),
        "numerator_name": as_text(record.get("numerator")),
        "denominator_name": as_text(record.get("denominator")),
        "decimals": int(record["decimals"]),
        "qualitative": record.get("qualitative", False),
        "definition": record["definition"],
    }


def _load_targets(sync: Sync, indicators: dict[str, Indicator]) -> dict[str, Target]:
    records = sync.owned(sync.bundle.targets)
    targets = sync.keyed(
        Target,
        Target.objects.filter(document__key__in=sync.scope),
        positions(records, lambda r: _target_values(sync, r, indicators)),
    )
    sync.children(TargetSource, "record", {targets[r.key]: sync.sources(r) for r in records})
    sync.children(
        TargetBody, "target", {targets[r.key]: sync.bodies(r.get("departments", [])) for r in records}
    )
    _load_milestones(sync, records, targets)
    _bind(sync, targets.values())
    return {t.key: t for t in Target.objects.all()}


def _target_values(sync: Sync, record: Record, indicators: dict[str, Indicator]) -> dict[str, Any]:
    document = sync.documents[record.document or ""]
    baseline = record.get("baseline") or {}
    return {
        "indicator": indicators[record["indicator"]],
        "document": document,
        "plan_id": document.plan_id,
        "region_id": record["region"],
        "name_as_written": record["name_as_written"],
        "scope": record["scope"],
        "scope_text": as_text(record.get("scope_text")),
        "target_type": record["target_type"],
        "nature": as_text(record.get("nature")),
        "firmness": as_text(record.get("firmness")),
        "criteria": as_text(record.get("criteria")),
        "parts": [{"label": p["label"], "value": str(p["value"])} for p in record.get("parts", [])],
        "qualitative": record.get("qualitative", False),
        "baseline_date": as_date(baseline.get("date")),
        "baseline_value": as_decimal(baseline.get("value")),
        "baseline_below": as_decimal(baseline.get("below")),
    }


def _load_milestones(sync: Sync, records: list[Record], targets: dict[str, Target]) -> None:
    """Milestones keep their rows: a due date that stays is updated, one that goes is withdrawn."""
    present: dict[tuple[int, str], Milestone] = {
        (m.target_id, m.key): m
        for m in Milestone.objects.filter(target__document__key__in=sync.scope, regional=None)
    }
    new, altered = [], []
    for record in records:
        target = targets[record.key]
        for key, values in _milestone_rows(record):
            row = present.pop((target.pk, key), None)
            if row is None:
                new.append(Milestone(target=target, key=key, **values))
            elif any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                altered.append(row)
                sync.changes.append(Change("update", "Milestone", f"{target.key} {key}"))
    for row in present.values():
        if row.withdrawn_at is None:
            row.withdrawn_at = sync.now
            altered.append(row)
            sync.changes.append(Change("withdraw", "Milestone", f"{row.target_id} {row.key}"))
    Milestone.objects.bulk_create(new)
    Milestone.objects.bulk_update(
        altered, ["due", "due_text", "comparator", "value", "value_max", "withdrawn_at"], batch_size=200
    )


def _milestone_rows(record: Record) -> Iterable[tuple[str, dict[str, Any]]]:
    open_number = 0
    for entry in record.get("milestones", []):
        due = as_date(entry.get("due"))
        if due is None:
            open_number += 1
        yield (
            due.isoformat() if due else f"open-{open_number}",
            {
                "due": due,
                "due_text": as_text(entry.get("due_text")),
                "comparator": as_text(entry.get("comparator")),
                "value": as_decimal(entry.get("value")),
                "value_max": as_decimal(entry.get("value_max")),
                "withdrawn_at": None,
            },
        )


def _bind(sync: Sync, targets: Iterable[Target]) -> None:
    """Spread targets over the regions they bind; a binding that no longer holds becomes inactive."""
    members: dict[str, list[str]] = {}
    for code, parent in Region.objects.filter(withdrawn=False).values_list("code", "parent_id"):
        members.setdefault(parent or "", []).append(code)
    loaded = (
        Target.objects.filter(pk__in=[t.pk for t in targets])
        .select_related("indicator", "document", "plan")
        .prefetch_related(BROKEN_DOWN)
    )
    wanted = {(b.target.pk, b.region_code): b for target in loaded for b in bindings(target, members)}
    present = {(r.target_id, r.region_id): r for r in RegionalTarget.objects.filter(target__in=loaded)}
    RegionalTarget.objects.bulk_create(
        RegionalTarget(target=b.target, region_id=code, indicator_id=b.target.indicator_id, **b.values())
        for (pk, code), b in wanted.items()
        if (pk, code) not in present
    )
    altered = []
    for at, row in present.items():
        values = (
            {**wanted[at].values(), "indicator_id": wanted[at].target.indicator_id}
            if at in wanted
            else {"active": False}
        )
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            altered.append(row)
    RegionalTarget.objects.bulk_update(
        altered,
        ["indicator", "origin", "has_baseline", "effective_from", "effective_to", "active"],
        batch_size=200,
    )


def _load_assignments(sync: Sync, targets: dict[str, Target]) -> None:
    records = sync.owned(sync.bundle.assignments)
    rows = sync.keyed(
        Assignment,
        Assignment.objects.filter(document__key__in=sync.scope),
        positions(
            records,
            lambda r: {
                "document": sync.documents[r.document or ""],
                "number": r["number"],
                "kind": r["kind"],
                "section": as_text(r.get("section")),
                "title": r["title"],
                "all_counties": r.get("all_counties", False),
            },
        ),
    )
    sync.children(AssignmentSource, "record", {rows[r.key]: sync.sources(r) for r in records})
    sync.children(
        AssignmentBody,
        "assignment",
        {
            rows[r.key]: sync.bodies(r.get("leads", []), role=AssignmentBody.Role.LEAD)
            + sync.bodies(r.get("responsible", []), role=AssignmentBody.Role.RESPONSIBLE)
            for r in records
        },
    )
    _link_targets(rows, records, targets)


def _load_facts(sync: Sync, indicators: dict[str, Indicator]) -> None:
    records = sync.owned(sync.bundle.facts)
    rows = sync.keyed(
        Fact,
        Fact.objects.filter(document__key__in=sync.scope),
        positions(
            records,
            lambda r: {
                "document": sync.documents[r.document or ""],
                "subject": r["subject"],
                "kind": r["kind"],
                "comparator": as_text(r.get("comparator")) or "=",
                "value": as_decimal(r.get("value")),
                "value_text": as_text(r.get("value_text")),
                "unit": as_text(r.get("unit")),
                "as_of": as_date(r.get("as_of")),
                "as_of_text": as_text(r.get("as_of_text")),
                "region_id": r.get("region"),
                "condition": as_text(r.get("condition")),
                "indicator": indicators[r["indicator"]] if r.get("indicator") else None,
            },
        ),
    )
    sync.children(FactSource, "record", {rows[r.key]: sync.sources(r) for r in records})


def _load_lists(sync: Sync, targets: dict[str, Target]) -> None:
    records = sync.owned(sync.bundle.lists)
    rows = sync.keyed(
        ListItem,
        ListItem.objects.filter(document__key__in=sync.scope),
        positions(
            records,
            lambda r: {
                "document": sync.documents[r.document or ""],
                "list": r["list"],
                "number": r["number"],
                "category": as_text(r.get("category")),
                "name": r["name"],
                "measures": as_text(r.get("measures")),
                "goal": as_text(r.get("goal")),
            },
        ),
    )
    sync.children(ListItemSource, "record", {rows[r.key]: sync.sources(r) for r in records})
    sync.children(ListItemBody, "item", {rows[r.key]: sync.bodies(r.get("departments", [])) for r in records})
    _link_targets(rows, records, targets)


def _link_targets(rows: dict[str, Any], records: list[Record], targets: dict[str, Target]) -> None:
    """Set the many-to-many `targets` of each row, touching only rows whose set differs."""
    linked = list(records)
    if not linked:
        return
    model = type(next(iter(rows.values())))
    through = model.targets.through
    owner = model._meta.model_name
    present: dict[int, set[int]] = {}
    for row_id, target_id in through.objects.filter(**{f"{owner}__in": rows.values()}).values_list(
        f"{owner}_id", "target_id"
    ):
        present.setdefault(row_id, set()).add(target_id)
    for record in linked:
        row = rows[record.key]
        wanted = {targets[key].pk for key in record.get("targets", [])}
        if wanted != present.get(row.pk, set()):
            row.targets.set(wanted)
