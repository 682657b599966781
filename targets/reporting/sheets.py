"""The sheet a unit submitted: its content as it was, the checksum printed on it, and the stamped scan."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Refused
from targets.models import Entry, SheetSubmission
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.files import FileRefused, Upload, store
from yuxi_eldercare.core.models import User

from .context import explanation_texts
from .figures import figure_of
from .periods import period_name
from .scope import Entitlements
from .wording import kept

SENT = (Entry.State.SUBMITTED, Entry.State.REVIEWED, Entry.State.PUBLISHED)
Content = dict[str, Any]


def note_sheets(entries: Sequence[Entry], *, by: User) -> list[SheetSubmission]:
    """Keep the sheet of every unit and region among entries that were just submitted. Two statements."""
    units = {(e.round_id, e.department_id, e.region_id) for e in entries}
    rows = Entry.objects.filter(
        round__in={unit[0] for unit in units},
        department__in={unit[1] for unit in units},
        region__in={unit[2] for unit in units},
        state__in=SENT,
    ).select_related("round", "indicator", "region", "department")
    found: dict[tuple[int, int, str], list[Entry]] = {unit: [] for unit in units}
    for row in rows.order_by("indicator__position", "indicator__key", "period_end"):
        found.get((row.round_id, row.department_id, row.region_id), []).append(row)
    sheets = []
    for (round_id, department_id, region_id), rows_of_unit in sorted(found.items()):
        content = content_of(rows_of_unit)
        sheets.append(
            SheetSubmission(
                round_id=round_id,
                department_id=department_id,
                region_id=region_id,
                checksum=checksum(content),
                content=content,
                submitted_by=by,
            )
        )
    return SheetSubmission.objects.bulk_create(sheets)


@kept
def content_of(entries: Iterable[Entry]) -> Content:
    """What the printed form says, as JSON: everything the checksum covers."""
    rows = list(entries)
    if not rows:
        return {"rows": []}
    first = rows[0]
    return {
        "round": first.round.name,
        "department": first.department.name,
        "region": {"code": first.region_id, "name": first.region.name},
        "rows": [
            {
                "code": row.indicator.key,
                "name": row.indicator.name,
                "unit": row.indicator.unit,
                "period_end": row.period_end.isoformat(),
                "period": period_name(row.round.kind, row.period_end),
                **figure_of(row).as_json(),
                "shown": figure_of(row).text(row.indicator),
                "na_reason": row.na_reason,
                "note": row.note,
                "explanations": dict(sorted(explanation_texts(row).items())),
            }
            for row in rows
        ],
    }


def checksum(content: Content) -> str:
    """SHA-256 of the content in canonical JSON (sorted keys)."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def verify(sheet: SheetSubmission) -> bool:
    """Whether the stored content still has the checksum that was printed."""
    return checksum(sheet.content) == sheet.checksum


def latest_sheet(round_id: int, department_id: int, region_id: str) -> SheetSubmission | None:
    """The latest sheet a unit submitted for a region in a round."""
    rows = SheetSubmission.objects.filter(round=round_id, department=department_id, region=region_id)
    return rows.select_related("round", "department", "region", "submitted_by", "scan").first()


def still_current(sheet: SheetSubmission) -> bool:
    """Whether the unit's sent entries still say what the sheet says: nothing was returned or corrected."""
    rows = Entry.objects.filter(
        round=sheet.round_id, department=sheet.department_id, region=sheet.region_id, state__in=SENT
    ).select_related("round", "indicator", "region", "department")
    ordered = rows.order_by("indicator__position", "indicator__key", "period_end")
    return checksum(content_of(ordered)) == sheet.checksum


@transaction.atomic
def attach_scan(*, sheet: SheetSubmission, upload: Upload, by: User) -> SheetSubmission:
    """Attach the signed and stamped scan of a printed sheet; a later scan replaces an earlier one."""
    row = SheetSubmission.objects.select_for_update(of=("self",)).select_related(
        "department__region", "region"
    )
    found = row.get(pk=sheet.pk)
    right = Entitlements(by, timezone.localdate()).of(found.department, found.region)
    if not right:
        raise NotAllowed.because(right.decision.reason)
    try:
        stored = store(upload, by=by, department=found.department)
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
    before = {"scan": found.scan_id}
    found.scan = stored
    found.save(update_fields=["scan"])
    audit.record(
        by=by,
        action="sheets.attach_scan",
        object_type="sheet_submission",
        object_key=str(found.pk),
        before=before,
        after={"scan": stored.pk, "sha256": stored.sha256, "name": stored.name},
        detail=_("报表%(checksum)s") % {"checksum": found.checksum[:12]},
    )
    return found
