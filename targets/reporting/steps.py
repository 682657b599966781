"""The way of an entry through the unit and the lead department: submit, withdraw, return, review.

All or nothing per call, each step with who, when and why. A reviewer passes or returns; nobody but the
reporting unit changes a figure, and nobody reviews what they entered.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import Refused
from targets.models import Entry, Observation
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.notify import tell

from .basics import unanswered
from .checks import Problem
from .context import check_entries
from .denominators import refresh
from .entries import windows_of
from .figures import figure_of
from .proposals import answer
from .red import ask
from .scope import Entitlements, may_confirm, may_review
from .sheets import note_sheets
from .trail import Complaints, enterers, locked, note, snapshot, store, usable
from .wording import kept

State = Entry.State
Rows = Iterable[Entry | int]


@dataclass(frozen=True)
class Approved:
    """What a bulk approval did: the entries passed, and per entry left (by id) the sentence why."""

    done: list[Entry]
    left: dict[int, str]


@transaction.atomic
def submit(*, entries: Rows, by: User) -> list[Entry]:
    """Send drafts to the unit's reviewer. Hard problems and unexplained soft ones refuse, by place.

    Denominators of others are taken as they count now. What was done with counted figures that were offered is
    kept. Values that turn a light red ask for a red response, and the sheet as submitted is kept with its checksum.
    """
    rows = locked(entries)
    now = timezone.now()
    before = {row.pk: snapshot(row) for row in rows}
    complaints = Complaints(rows)
    _check_writer(rows, complaints, by, now)
    for index, row in enumerate(rows):
        if row.state == State.RETURNED:
            complaints.add(index, "state", _("已退回，请先修改，或在备注中说明后再提交。"))
        elif row.state not in (State.EMPTY, State.DRAFT):
            complaints.add(index, "state", _("已提交过，无需重复提交。"))
    complaints.refuse()
    refresh(rows)
    _check_complete(rows, complaints)
    complaints.refuse()
    for row in rows:
        row.state, row.submitted_by, row.submitted_at = State.SUBMITTED, by, now
        row.returned_by, row.returned_at, row.return_reason = None, None, ""
        row.revision += 1
    _store(rows, "submitted_by", "submitted_at", "returned_by", "returned_at", "return_reason")
    note("submit", rows, before, by=by, at=now)
    answer(rows, by=by, at=now)
    ask(rows, by=by)
    note_sheets(rows, by=by)
    return rows


def _check_writer(rows: Sequence[Entry], complaints: Complaints, by: User, now: datetime) -> None:
    rights = Entitlements(by, timezone.localdate(now))
    windows = windows_of(rows, now)
    for index, row in enumerate(rows):
        right = rights.of(row.department, row.region)
        if not right:
            complaints.add(index, "department", right.decision.reason, permission=True)
            continue
        window = windows[row.round_id, row.department_id]
        sentence = usable(row) or ("" if window.may_write else window.sentence)
        if sentence:
            complaints.add(index, "state", sentence)


def _check_complete(rows: Sequence[Entry], complaints: Complaints) -> None:
    """An answer in every cell, no problem that blocks, and a reason where a value counts already."""
    problems = check_entries(rows)
    counting = _counting(rows)
    for index, row in enumerate(rows):
        if figure_of(row).is_empty:
            complaints.add(index, "value", unanswered(row))
        for problem in blocking(problems.get(row.pk, [])):
            complaints.add(index, problem.field, problem.message)
        key = (row.indicator_id, row.region_id, row.period_end)
        if key in counting and not row.correction_reason:
            text = _("该期已有生效数据（来自其他轮次或系统），替换它须写明更正理由。")
            complaints.add(index, "correction_reason", text)


def _counting(rows: Sequence[Entry]) -> set[tuple[int, str, object]]:
    """Places among these that hold a value other than a demonstration one. One statement."""
    found = Observation.objects.filter(
        indicator__in={row.indicator_id for row in rows},
        region__in={row.region_id for row in rows},
        period_end__in={row.period_end for row in rows},
        superseded_at=None,
        is_demo=rows[0].round.is_demo,
    )
    return set(found.values_list("indicator_id", "region_id", "period_end"))


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """Those that stand in the way of submission."""
    return [problem for problem in problems if problem.blocks]


@transaction.atomic
def withdraw(*, entries: Rows, by: User) -> list[Entry]:
    """Take submitted entries back before they are reviewed: they are drafts again."""
    rows = locked(entries)
    now = timezone.now()
    before = {row.pk: snapshot(row) for row in rows}
    complaints = Complaints(rows)
    _check_writer(rows, complaints, by, now)
    for index, row in enumerate(rows):
        if row.state != State.SUBMITTED:
            complaints.add(index, "state", _("只有待审核的数据可以撤回。"))
    complaints.refuse()
    for row in rows:
        row.state = State.DRAFT
        row.revision += 1
    _store(rows)
    note("withdraw", rows, before, by=by, at=now)
    return rows


@transaction.atomic
def return_entries(*, entries: Rows, reason: str, by: User) -> list[Entry]:
    """Send entries back with a reason: the unit's reviewer what was submitted, the lead what was reviewed.

    The people who entered and submitted them are told, once per return.
    """
    if not reason.strip():
        raise Refused.because(_("退回须写明理由，填报人会在单元格旁看到。"), "reason")
    rows = locked(entries)
    now = timezone.now()
    before = {row.pk: snapshot(row) for row in rows}
    complaints = Complaints(rows)
    for index, row in enumerate(rows):
        if row.state == State.SUBMITTED:
            decision = may_review(by, row)
        elif row.state == State.REVIEWED:
            decision = may_confirm(by, row)
        else:
            complaints.add(index, "state", _("只有待审核或待确认的数据可以退回。"))
            continue
        if not decision:
            complaints.add(index, "department", decision.reason, permission=True)
    complaints.refuse()
    for row in rows:
        row.state = State.RETURNED
        row.returned_by, row.returned_at, row.return_reason = by, now, reason.strip()
        row.reviewed_by, row.reviewed_at = None, None
        row.revision += 1
    _store(rows, "returned_by", "returned_at", "return_reason", "reviewed_by", "reviewed_at")
    note("return", rows, before, by=by, at=now, reason=reason.strip())
    _tell_returned(rows, reason.strip(), by, now)
    return rows


@kept
def _tell_returned(rows: Sequence[Entry], reason: str, by: User, now: datetime) -> None:
    people: dict[int, list[Entry]] = {}
    for row in rows:
        for user_id in {row.edited_by_id, row.submitted_by_id} - {None, by.pk}:
            people.setdefault(int(user_id or 0), []).append(row)
    for user in User.objects.filter(pk__in=people):
        own = people[user.pk]
        names = "、".join(sorted({row.indicator.name for row in own})[:5])
        tell(
            [user],
            reason_key=f"return:{min(row.pk for row in own)}:{now.isoformat()}",
            title=_("%(count)s项数据被退回：%(round)s") % {"count": len(own), "round": rows[0].round.name},
            text=_("%(names)s。理由：%(reason)s") % {"names": names, "reason": reason},
            department=own[0].department,
            by=by,
        )


@transaction.atomic
def review(*, entries: Rows, by: User) -> list[Entry]:
    """Pass submitted entries on to the lead department. Figures stay as they are."""
    rows = locked(entries)
    complaints = _review_complaints(rows, by)
    complaints.refuse()
    return _pass(rows, by)


@transaction.atomic
def approve_clean(*, entries: Rows, by: User) -> Approved:
    """Pass those that may be passed and of which no check says anything; the others are left, with why."""
    rows = locked(entries)
    problems = check_entries(rows)

    def clean(row: Entry) -> str:
        found = problems.get(row.pk, [])
        return found[0].message if found else ""

    left = reasons_against(rows, lambda chosen: _review_complaints(chosen, by), clean)
    good = [row for row in rows if row.pk not in left]
    return Approved(_pass(good, by) if good else [], left)


def reasons_against(
    rows: Sequence[Entry], judge: Callable[[Sequence[Entry]], Complaints], clean: Callable[[Entry], str]
) -> dict[int, str]:
    """Per entry (by id) the first reason why it cannot be passed in bulk."""
    left = {row.pk: sentence for row in rows if (sentence := clean(row))}
    try:
        judge(rows).refuse()
    except Refused as refused:
        for problem in refused.problems:
            left[rows[problem.index or 0].pk] = problem.message
    return left


def _review_complaints(rows: Sequence[Entry], by: User) -> Complaints:
    complaints = Complaints(rows)
    entered = enterers(rows)
    for index, row in enumerate(rows):
        decision = may_review(by, row)
        if not decision:
            complaints.add(index, "department", decision.reason, permission=True)
        elif row.state != State.SUBMITTED:
            complaints.add(index, "state", _("只有待审核的数据可以审核。"))
        elif by.pk in entered[row.pk]:
            text = _("不能审核自己填报的数据，请由本单位其他审核员审核。")
            complaints.add(index, "by", text, permission=True)
    return complaints


def _pass(rows: list[Entry], by: User) -> list[Entry]:
    now = timezone.now()
    before = {row.pk: snapshot(row) for row in rows}
    for row in rows:
        row.state, row.reviewed_by, row.reviewed_at = State.REVIEWED, by, now
        row.revision += 1
    _store(rows, "reviewed_by", "reviewed_at")
    note("review", rows, before, by=by, at=now)
    return rows


def _store(rows: Sequence[Entry], *fields: str) -> None:
    store(rows, ["state", "revision", "value", "denominator", *fields])
