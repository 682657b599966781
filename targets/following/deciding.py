"""What the supervisor decides about a part: a later day, return for correction, closure (销号)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import Problem, Refused
from targets.models import AssignmentPart, Extension, PartFile, PartStep
from yuxi_eldercare.core.files import Upload
from yuxi_eldercare.core.models import User

from .basics import REASON_MOST, TEXT_MOST, Kind, changed, locked, reason_problems, refuse, take
from .evidence import attach, kept_files
from .telling import tell_body


@transaction.atomic
def grant_extension(
    *,
    extension: Extension | int,
    by: User,
    new_due: date | None = None,
    reason: str = "",
    revision: int | None = None,
) -> PartStep:
    """Grant a later day (the one asked for, or another that is later than the old); the old stays in the trail."""
    asked = _asked(extension)
    row = locked(asked.part_id, Kind.GRANT_EXTENSION, by, revision)
    asked = _open(asked)
    day = new_due or asked.new_due
    problems = []
    if day <= asked.old_due:
        text = _("新时限应晚于原时限%(due)s。")
        problems.append(Problem(None, "new_due", text % {"due": asked.old_due}))
    if day < timezone.localdate():
        problems.append(Problem(None, "new_due", _("新时限须不早于今天，请另定一天。")))
    if len(reason) > REASON_MOST:
        problems.append(Problem(None, "reason", _("最多%(most)s字，请精简。") % {"most": REASON_MOST}))
    refuse(problems)
    asked.new_due = day
    _decide(asked, Extension.Decision.GRANTED, reason, by)
    data = {"due": changed(row.due, day), "extension": asked.pk}
    row.due = day
    step = take(Kind.GRANT_EXTENSION, row, by, text=reason.strip(), data=data)
    tell_body(step, row)
    return step


@transaction.atomic
def refuse_extension(
    *, extension: Extension | int, reason: str, by: User, revision: int | None = None
) -> PartStep:
    """Refuse a later day, with a reason the body reads."""
    asked = _asked(extension)
    row = locked(asked.part_id, Kind.REFUSE_EXTENSION, by, revision)
    asked = _open(asked)
    refuse(reason_problems(reason, "reason", _("请写明为什么不同意延期。")))
    _decide(asked, Extension.Decision.REFUSED, reason, by)
    step = take(Kind.REFUSE_EXTENSION, row, by, text=reason.strip(), data={"extension": asked.pk})
    tell_body(step, row)
    return step


def _asked(extension: Extension | int) -> Extension:
    return Extension.objects.get(pk=extension if isinstance(extension, int) else extension.pk)


def _open(asked: Extension) -> Extension:
    """The request as it is now that its part is locked."""
    asked.refresh_from_db()
    if asked.decision != Extension.Decision.OPEN:
        raise Refused.because(_("这份延期申请已经处理过。"), "extension")
    return asked


def _decide(asked: Extension, decision: str, reason: str, by: User) -> None:
    asked.decision, asked.decision_reason = decision, reason.strip()
    asked.decided_by, asked.decided_at = by, timezone.now()
    asked.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at", "new_due"])


@transaction.atomic
def return_part(
    *, part: AssignmentPart | int, reason: str, by: User, revision: int | None = None
) -> PartStep:
    """Return an application for closure with what is still to be put right (退回整改)."""
    row = locked(part, Kind.RETURN, by, revision)
    refuse(reason_problems(reason, "reason", _("请写明退回的理由和整改要求，承办单位会看到。"), TEXT_MOST))
    step = take(Kind.RETURN, row, by, text=reason.strip())
    tell_body(step, row)
    return step


@transaction.atomic
def close(
    *,
    part: AssignmentPart | int,
    note: str,
    by: User,
    files: Sequence[Upload] = (),
    revision: int | None = None,
) -> PartStep:
    """Close a part (销号) after verifying its evidence; `note` says what was verified and how."""
    row = locked(part, Kind.CLOSE, by, revision)
    problems = reason_problems(note, "note", _("请写明核实了什么、怎样核实的。"), TEXT_MOST)
    if not PartFile.objects.filter(part=row, step__kind=Kind.SUBMIT).exists():
        problems.append(Problem(None, "note", _("没有销号的佐证材料，请退回整改。")))
    refuse(problems)
    kept = kept_files(row, files, by)
    waiting = Extension.objects.filter(part=row, decision=Extension.Decision.OPEN).first()
    if waiting is not None:
        _decide(waiting, Extension.Decision.REFUSED, _("事项已销号。"), by)
    now = timezone.now()
    row.closed_at, row.closed_by = now, by
    # In time is who applied by the due day: the state has stood since the application.
    late = row.due is not None and row.due < row.state_since
    step = take(Kind.CLOSE, row, by, text=note.strip(), data={"late": late}, at=now)
    attach(step, kept)
    tell_body(step, row)
    return step
