"""Checking, approving and ending a claim: each step by another person, each with its figures.

Approval commits the money in the same transaction; a claim given up after approval gives it back.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.amounts import grouped
from subsidies.books.granting import commit, release
from subsidies.models import Application, ApplicationStep
from subsidies.queries.held import held
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.models import User

from .basics import lock_claims, locked, needed_reason, refuse_all, short_enough, take
from .computing import Computed, compute_claim, keep, no_split
from .repeats import Repeat, repeats

State = Application.State
Verb = ApplicationStep.Verb


@transaction.atomic
def county_check(
    *,
    application: Application | int,
    verified: int,
    by: User,
    answer: str = "",
    note: str = "",
    revision: int | None = None,
) -> Application:
    """The county's check: how many units were found. `answer` says why what looks like a repeat is none.

    Raises `NotAllowed`, or `Refused`: more than claimed or licensed, anything else that is unmet.
    """
    row = locked(application, Verb.COUNTY_CHECK, by, revision)
    _check(row, verified, answer)
    _passed(Verb.COUNTY_CHECK, row, by, note)
    return row


@transaction.atomic
def city_check(
    *,
    application: Application | int,
    by: User,
    verified: int | None = None,
    answer: str = "",
    note: str = "",
    revision: int | None = None,
) -> Application:
    """The city's check; without `verified` the county's figure stands.

    Raises `NotAllowed`, or `Refused`, also while something that looks like a repeat is not answered in words.
    """
    row = locked(application, Verb.CITY_CHECK, by, revision)
    found = _check(row, row.verified or 0 if verified is None else verified, answer)
    if [one for one in found if not one.hard] and not row.suspicion_answer:
        text = _("有疑似重复的申请，请写明为什么不是重复，再通过复核。")
        raise Refused.because(text, "answer")
    _passed(Verb.CITY_CHECK, row, by, note)
    return row


def _check(row: Application, verified: int, answer: str) -> list[Repeat]:
    """Compute anew with the verified figure and keep it; returns what looks like repeats."""
    lock_claims(row)
    if verified > row.claimed:
        text = _("核定 %(verified)s 多于申请的 %(claimed)s；确有更多的，退回后由申请单位修改。")
        words = {"verified": verified, "claimed": row.claimed}
        raise Refused.because(text % words, "verified")
    if verified < 1:
        raise Refused.because(
            _("请填写核定的数量，至少为 1；一张也不能核定的，请退回或不予补助。"), "verified"
        )
    if answer.strip():
        row.suspicion_answer = short_enough(answer.strip(), "answer")
    found = repeats(row)
    keep(row, _sound(row, verified, found))
    row.verified = verified
    return found


def _sound(row: Application, quantity: int, found: list[Repeat]) -> Computed:
    """The computation of a claim of which everything is met. Raises `Refused`."""
    computed = compute_claim(row, quantity=quantity, on=timezone.localdate(), version=row.version)
    problems = [
        Problem(None, "verified" if one.field == "claimed" else one.field, one.message)
        for one in computed.problems()
    ]
    problems += [Problem(None, "", one.sentence) for one in found if one.hard]
    refuse_all(problems)
    return computed


def _passed(verb: str, row: Application, by: User, note: str) -> None:
    figures: dict[str, Any] = {"verified": row.verified, "total_fen": row.total_fen}
    if row.suspicion_answer:
        figures["answer"] = row.suspicion_answer
    take(verb, row, by, reason=short_enough(note.strip(), "note"), figures=figures)


@transaction.atomic
def approve(
    *,
    application: Application | int,
    lines: Mapping[str, int],
    by: User,
    note: str = "",
    revision: int | None = None,
) -> Application:
    """Approve a claim and commit each level's part on the budget line chosen for it (level → line number).

    Raises `NotAllowed`, or `Refused`: anything unmet, no document that states the split, a line without the money.
    """
    row = locked(application, Verb.APPROVE, by, revision)
    lock_claims(row)
    computed = _sound(row, row.verified or 0, repeats(row))
    parts = computed.answer.parts
    if parts is None:
        raise no_split(computed.version)
    keep(row, computed)
    row.approved_at, row.approved_by = timezone.now(), by
    figures = {
        "verified": row.verified,
        "total_fen": row.total_fen,
        "parts": {part.level: part.amount_fen for part in parts},
        "lines": {level: int(line) for level, line in lines.items()},
    }
    take(Verb.APPROVE, row, by, reason=short_enough(note.strip(), "note"), figures=figures)
    commit(
        row,
        parts={part.level: part.amount_fen for part in parts},
        lines=lines,
        on=timezone.localdate(),
        by=by,
        is_demo=row.is_demo or by.is_demo,
    )
    return row


@transaction.atomic
def return_with_reason(
    *, application: Application | int, reason: str, by: User, revision: int | None = None
) -> Application:
    """Send a claim back to be put right, with the reason the unit reads."""
    row = locked(application, Verb.RETURN, by, revision)
    text = needed_reason(reason, _("请写明退回的理由，申请单位会看到。"))
    row.verified = None
    take(Verb.RETURN, row, by, reason=text)
    return row


@transaction.atomic
def refuse(
    *, application: Application | int, reason: str, by: User, revision: int | None = None
) -> Application:
    """Decide that nothing is granted. The claim ends here and no longer counts against others."""
    row = locked(application, Verb.REFUSE, by, revision)
    take(Verb.REFUSE, row, by, reason=needed_reason(reason, _("请写明不予补助的理由，申请单位会看到。")))
    return row


@transaction.atomic
def withdraw(
    *, application: Application | int, reason: str, by: User, revision: int | None = None
) -> Application:
    """Give a claim up. After approval what is still committed goes back to its budget lines.

    Raises `NotAllowed`, or `Refused` while money that was paid has not come back, or a payment order waits.
    """
    row = locked(application, Verb.WITHDRAW, by, revision)
    why = needed_reason(reason, _("请写明撤回的理由。"))
    released: dict[int, int] = {}
    if row.state == State.APPROVED:
        books = held([row.pk])[row.pk]
        if paid := sum(books.paid.values()):
            text = _("这笔补助已支付、尚未追回 %(paid)s 元，不能撤回；请先追回，财务人员登记退款后再撤回。")
            raise Refused.because(text % {"paid": grouped(paid)})
        released = {line: amount for line, amount in books.committed.items() if amount}
        release(row, on=timezone.localdate(), reason=why[:300], by=by)
    figures = {"released": released} if released else {}
    take(Verb.WITHDRAW, row, by, reason=why, figures=figures)
    return row
