"""What the body does with its part: sign for it, plan, ask for more time, hand it in for closure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import Problem, Refused
from targets.models import AssignmentPart, Deliverable, Extension, PartStep
from yuxi_eldercare.core.files import Upload
from yuxi_eldercare.core.models import User

from .basics import REASON_MOST, TEXT_MOST, Kind, changed, locked, reason_problems, refuse, take
from .evidence import attach, kept_files
from .telling import tell_supervisors

TITLE_MOST = 200
DELIVERABLES_MOST = 30


@dataclass(frozen=True)
class Signed:
    """What signing for many did: the parts signed for, and per part left (by id) the sentence why."""

    done: list[AssignmentPart]
    left: dict[int, str]


@dataclass(frozen=True)
class Item:
    """A deliverable as it is to be: `key` of one that is there, none for a new one."""

    title: str
    due: date
    key: int | None = None
    done_on: date | None = None
    dropped: bool = False


@transaction.atomic
def sign(*, part: AssignmentPart | int, by: User, revision: int | None = None) -> PartStep:
    """Sign for a part (签收)."""
    row = locked(part, Kind.SIGN, by, revision)
    now = timezone.now()
    row.signed_at, row.signed_by = now, by
    return take(Kind.SIGN, row, by, at=now)


def sign_many(*, parts: Iterable[AssignmentPart | int], by: User) -> Signed:
    """Sign for each of these that can be; the others are left, each with its reason."""
    done, left = [], {}
    for part in parts:
        try:
            done.append(sign(part=part, by=by).part)
        except Refused as refused:
            left[part if isinstance(part, int) else part.pk] = str(refused)
    return Signed(done, left)


@transaction.atomic
def plan(
    *,
    part: AssignmentPart | int,
    items: Sequence[Item],
    by: User,
    text: str = "",
    revision: int | None = None,
) -> PartStep:
    """Write the plan of work: dated deliverables. What is there and not among `items` stays as it is.

    The step keeps the plan before and after; one that is dropped stays, with the day and the explanation `text`.
    """
    row = locked(part, Kind.PLAN, by, revision)
    present = {one.pk: one for one in Deliverable.objects.filter(part=row)}
    refuse(_plan_problems(row, items, present, text))
    today = timezone.localdate()
    before = _as_data(present.values())
    for position, item in enumerate(items):
        old = present.get(item.key or 0)
        if old is None and item.dropped:
            continue
        one = old or Deliverable(part=row, is_demo=row.is_demo or by.is_demo)
        one.dropped_on = (one.dropped_on or today) if item.dropped else None
        if not item.dropped:
            one.title, one.due, one.done_on = item.title.strip(), item.due, item.done_on
            one.position = position
        one.save()
    after = _as_data(Deliverable.objects.filter(part=row))
    if before == after:
        raise Refused.because(_("工作计划没有改动。"), "items")
    return take(Kind.PLAN, row, by, text=text.strip(), data={"plan": [before, after]})


def _plan_problems(
    part: AssignmentPart, items: Sequence[Item], present: dict[int, Deliverable], text: str
) -> list[Problem]:
    problems: list[Problem] = []
    today = timezone.localdate()
    given = {item.key for item in items}
    kept = [item for item in items if not item.dropped]
    untouched = [one for one in present.values() if one.pk not in given and one.dropped_on is None]
    if not kept and not untouched:
        problems.append(Problem(None, "items", _("工作计划至少有一项成果，写明名称和完成日期。")))
    if len(items) > DELIVERABLES_MOST:
        text_most = _("最多%(most)s项成果，请合并。") % {"most": DELIVERABLES_MOST}
        problems.append(Problem(None, "items", text_most))
    for index, item in enumerate(items):
        if item.key is not None and item.key not in present:
            problems.append(Problem(index, "title", _("这项成果不属于本事项，请刷新页面。")))
            continue
        problems += [Problem(index, *found) for found in _item_problems(part, item, present, today)]
    dropped_now = [
        item for item in items if item.dropped and item.key in present and not present[item.key].dropped_on
    ]
    if dropped_now and not text.strip():
        problems.append(Problem(None, "text", _("取消成果须在说明中写明原因。")))
    if len(text) > TEXT_MOST:
        problems.append(Problem(None, "text", _("最多%(most)s字，请精简。") % {"most": TEXT_MOST}))
    return problems


def _item_problems(
    part: AssignmentPart, item: Item, present: dict[int, Deliverable], today: date
) -> list[tuple[str, str]]:
    if item.dropped:
        return []
    found = []
    if not item.title.strip() or len(item.title) > TITLE_MOST:
        found.append(("title", _("请填写成果名称，最多%(most)s字。") % {"most": TITLE_MOST}))
    old = present.get(item.key or 0)
    if (old is None or old.due != item.due) and part.due is not None and item.due > part.due:
        text = _("晚于事项的完成时限%(due)s，请提前，或先申请延期。")
        found.append(("due", text % {"due": part.due}))
    if item.due < part.issued_on:
        found.append(("due", _("早于下达日期%(day)s，请改正。") % {"day": part.issued_on}))
    if item.done_on is not None and not part.issued_on <= item.done_on <= today:
        found.append(("done_on", _("完成日期应在下达日期和今天之间。")))
    return found


def _as_data(rows: Iterable[Deliverable]) -> list[dict[str, str | int | None]]:
    return [
        {
            "key": one.pk,
            "title": one.title,
            "due": one.due.isoformat(),
            "done_on": one.done_on.isoformat() if one.done_on else None,
            "dropped_on": one.dropped_on.isoformat() if one.dropped_on else None,
        }
        for one in sorted(rows, key=lambda one: one.pk)
    ]


@transaction.atomic
def ask_extension(
    *, part: AssignmentPart | int, new_due: date, reason: str, by: User, revision: int | None = None
) -> Extension:
    """Ask for a later due day; one request waits at a time."""
    row = locked(part, Kind.ASK_EXTENSION, by, revision)
    if row.due is None:
        raise Refused.because(_("这个事项没有完成时限，无需延期。"), "new_due")
    problems = reason_problems(reason, "reason", _("请写明为什么需要延期。"))
    today = timezone.localdate()
    if new_due <= row.due or new_due < today:
        problems.append(
            Problem(None, "new_due", _("新时限应晚于原时限%(due)s，且不早于今天。") % {"due": row.due})
        )
    if Extension.objects.filter(part=row, decision=Extension.Decision.OPEN).exists():
        problems.append(Problem(None, "new_due", _("已有一份延期申请等待决定。")))
    refuse(problems)
    step = take(Kind.ASK_EXTENSION, row, by, text=reason.strip(), data={"asked": changed(row.due, new_due)})
    asked = Extension.objects.create(
        part=row,
        old_due=row.due,
        new_due=new_due,
        reason=reason.strip(),
        asked_at=step.at,
        asked_by=by,
        is_demo=step.is_demo,
    )
    tell_supervisors(step, row)
    return asked


@transaction.atomic
def submit(
    *,
    part: AssignmentPart | int,
    text: str,
    files: Sequence[Upload],
    by: User,
    unfinished: str = "",
    revision: int | None = None,
) -> PartStep:
    """Apply for closure (申请销号): what was achieved, with evidence; deliverables not done are explained."""
    row = locked(part, Kind.SUBMIT, by, revision)
    problems = reason_problems(text, "text", _("请写明完成情况和成效。"), TEXT_MOST)
    if not files:
        problems.append(Problem(None, "evidence", _("申请销号须附佐证材料（文件、照片、报表）。")))
    undone = list(_undone(row))
    if undone and not unfinished.strip():
        names = _("、").join(one.title for one in undone)
        words = _("还有成果未完成：%(names)s。请先填写完成日期，或在此说明。") % {"names": names}
        problems.append(Problem(None, "unfinished", words))
    if len(unfinished) > REASON_MOST:
        words = _("最多%(most)s字，请精简。") % {"most": REASON_MOST}
        problems.append(Problem(None, "unfinished", words))
    refuse(problems)
    kept = kept_files(row, files, by)
    data = {"unfinished": unfinished.strip(), "undone": len(undone)} if undone else {}
    step = take(Kind.SUBMIT, row, by, text=text.strip(), data=data)
    attach(step, kept)
    tell_supervisors(step, row)
    return step


def _undone(part: AssignmentPart) -> Collection[Deliverable]:
    return Deliverable.objects.filter(part=part, done_on=None, dropped_on=None)
