"""supervision.yaml → ladder, issuing authorities, score rules. What was changed on a page stays as it is."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from targets.models import IssuingAuthority, LadderStep, ScoreRule
from yuxi_eldercare.core.models import Department
from yuxi_eldercare.core.plan_sync import Change, Sync

Identity = tuple[Any, ...]


def load_supervision(sync: Sync) -> None:
    """Bring rows of the file in line with it; a single document's folder has none."""
    if not sync.whole:
        return
    units = dict(Department.objects.values_list("key", "pk"))
    bundle = sync.bundle
    if bundle.ladder_steps:
        steps = {
            (record["cause"], record["kind"]): {
                "after_days": record["after_days"],
                "reply_workdays": record.get("reply_workdays"),
                "approved_by_hand": record.get("approved_by_hand", False),
                "enabled": True,
            }
            for record in bundle.ladder_steps
        }
        _bring(sync, LadderStep, ("cause", "kind"), steps, _switch_off)
    if bundle.issuing_authorities:
        authorities = {
            (record["region"], record["kind"]): {
                "department_id": units[record["department"]],
                "word": record["word"],
            }
            for record in bundle.issuing_authorities
        }
        _bring(sync, IssuingAuthority, ("region_id", "kind"), authorities, lambda row: bool(row.delete()))
    if bundle.score_rules:
        rules = {
            (record["cause"], date.fromisoformat(record["valid_from"])): {
                "points": Decimal(str(record["points"]))
            }
            for record in bundle.score_rules
        }
        _bring(sync, ScoreRule, ("cause", "valid_from"), rules, lambda _row: False, _is_unused)


def _bring(
    sync: Sync,
    model: type[Any],
    identity: tuple[str, str],
    wanted: dict[Identity, dict[str, Any]],
    leave: Callable[[Any], bool],
    may_change: Callable[[Any], bool] = lambda _row: True,
) -> None:
    """Add, update, and let go (`leave` says whether anything was done) the rows that are the file's."""
    name = model.__name__
    present: dict[Identity, Model] = {
        tuple(getattr(row, field) for field in identity): row for row in model.objects.all()
    }
    for key, values in wanted.items():
        row: Any = present.get(key)
        if row is None:
            model.objects.create(**dict(zip(identity, key, strict=True)), **values)
            sync.changes.append(Change("add", name, _named(key)))
            continue
        differing = [field for field, value in values.items() if getattr(row, field) != value]
        if row.from_file and differing and may_change(row):
            for field in differing:
                setattr(row, field, values[field])
            row.save(update_fields=[field.removesuffix("_id") for field in differing])
            sync.changes.append(Change("update", name, _named(key), tuple(differing)))
    for key, row in present.items():
        if key not in wanted and row.from_file and leave(row):
            sync.changes.append(Change("withdraw", name, _named(key)))


def _named(key: Identity) -> str:
    return " ".join(map(str, key))


def _switch_off(row: LadderStep) -> bool:
    if not row.enabled:
        return False
    row.enabled = False
    row.save(update_fields=["enabled"])
    return True


def _is_unused(row: ScoreRule) -> bool:
    """Points that were given by a rule stay as they were given: another figure needs another first day."""
    return not row.lines.exists()
