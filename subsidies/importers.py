"""Plan files → money, per-unit and facility rules."""

from typing import Any

from yuxi_eldercare.core.plan_files.bundle import Record
from yuxi_eldercare.core.plan_sync import Sync, as_date, as_decimal, as_text, positions

from .models import Rule, RuleBody, RuleSource


def load_subsidies_app(sync: Sync) -> None:
    """Rules of the documents in scope."""
    records = sync.owned(sync.bundle.rules)
    rows = sync.keyed(
        Rule,
        Rule.objects.filter(document__key__in=sync.scope),
        positions(records, lambda r: _values(sync, r)),
    )
    sync.children(RuleSource, "record", {rows[r.key]: sync.sources(r) for r in records})
    sync.children(RuleBody, "rule", {rows[r.key]: sync.bodies(r.get("departments", [])) for r in records})


def _values(sync: Sync, record: Record) -> dict[str, Any]:
    split = record.get("split")
    return {
        "document": sync.documents[record.document or ""],
        "subject": record["subject"],
        "kind": record["kind"],
        "comparator": as_text(record.get("comparator")),
        "value": as_decimal(record.get("value")),
        "value_max": as_decimal(record.get("value_max")),
        "unit": as_text(record.get("unit")),
        "condition": as_text(record.get("condition")),
        "split": {name: int(part) for name, part in split.items()} if split else None,
        "valid_from": as_date(record.get("valid_from")),
        "valid_to": as_date(record.get("valid_to")),
    }
