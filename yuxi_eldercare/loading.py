"""Loading plan files into the database: read → validate → apply in one transaction → count → ledger row.

`manage.py loadplans` and an official's upload call the same `load_plans`. The apps' importers do the
applying, in the order in which records refer to each other.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.importers import load_projects_app
from subsidies.importers import load_subsidies_app
from subsidies.schemes.loading import load_schemes
from targets.actions.rulings import apply_rulings, revert_rulings
from targets.importers import load_targets_app
from targets.models import Target
from targets.reporting.importers import load_reporting
from targets.supervision.loading import load_supervision
from yuxi_eldercare.checks.running import sync_check_findings
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.dispatch import after_commit
from yuxi_eldercare.core.importers import load_documents, load_findings, load_places
from yuxi_eldercare.core.models import PlanLoad, User
from yuxi_eldercare.core.plan_files import (
    Bundle,
    PlanFileError,
    load_collection,
    load_plan_folder,
)
from yuxi_eldercare.core.plan_sync import Change, Sync
from yuxi_eldercare.known import known_records


class PlanFilesRefused(ValueError):
    """The files cannot be loaded; `errors` names file, line, field and remedy of each problem."""

    def __init__(self, errors: list[PlanFileError]) -> None:
        self.errors = errors
        super().__init__("\n".join(map(str, errors)))


@dataclass
class LoadReport:
    """What a load changed (or would change): every change, and counts by verb and kind."""

    changes: list[Change]
    dry_run: bool
    counts: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = dict(Counter(f"{c.verb} {c.kind}" for c in self.changes))


# Kinds of records whose change can change a judgement.
_JUDGED_KINDS = {"Indicator", "Target", "Milestone", "Document", "Region"}


def load_plans(
    folder: Path | None = None, *, by: User | None = None, dry_run: bool = False, judge: bool = True
) -> LoadReport:
    """Bring the database in line with plan files; all or nothing, and idempotent.

    What the changes can move is judged anew after the commit, unless the caller does so (`judge=False`).

    `folder` is a whole collection (with regions.yaml …) or one document's folder, which then is checked
    against the shipped dictionaries and touches only its own records. Raises `PlanFilesRefused`.
    """
    bundle, scope, whole = _read(folder or settings.FIXTURES_DIR)
    if bundle.errors:
        raise PlanFilesRefused(bundle.errors)
    with transaction.atomic():
        sync = Sync(bundle, timezone.now(), scope, whole)
        _apply(sync)
        if sync.errors:
            raise PlanFilesRefused(sync.errors)
        if dry_run:
            transaction.set_rollback(True)
        else:
            _note(sync, by)
            if judge and any(change.kind in _JUDGED_KINDS for change in sync.changes):
                after_commit("targets.rejudge_indicators", _indicators(sync.scope), "load")
    return LoadReport(sync.changes, dry_run)


def _read(folder: Path) -> tuple[Bundle, frozenset[str], bool]:
    if not folder.is_dir():
        raise PlanFilesRefused([PlanFileError(str(folder), 1, "", _("找不到这个文件夹。请检查路径。"))])
    whole = (folder / "regions.yaml").is_file()
    bundle = load_collection(folder) if whole else load_plan_folder(folder, known_records())
    return bundle, frozenset(record.key for record in bundle.documents), whole


def _indicators(documents: frozenset[str]) -> list[int]:
    """The indicators that targets of these documents point at."""
    rows = Target.objects.filter(document__key__in=documents).order_by("indicator")
    return list(rows.values_list("indicator", flat=True).distinct())


def _apply(sync: Sync) -> None:
    load_places(sync)
    load_documents(sync)
    revert_rulings()
    load_targets_app(sync)
    load_reporting(sync)
    load_supervision(sync)
    load_projects_app(sync)
    load_subsidies_app(sync)
    load_schemes(sync)
    load_findings(sync)
    sync_check_findings(sync)
    apply_rulings()


def _note(sync: Sync, by: User | None) -> None:
    """The ledger row and the audit event; a load that changed nothing leaves neither."""
    if not sync.changes:
        return
    counts = dict(Counter(f"{c.verb} {c.kind}" for c in sync.changes))
    text = "\n".join(f"{c.verb} {c.kind} {c.key} {','.join(c.fields)}" for c in sync.changes)
    load = PlanLoad.objects.create(by=by, digest=hashlib.sha256(text.encode()).hexdigest(), changes=counts)
    audit.record(
        by=by,
        action="plans.load",
        object_type="PlanLoad",
        object_key=str(load.pk),
        after=counts,
        process="loadplans",
    )
