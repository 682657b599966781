"""Getting money back (追回): ordered by who may approve, entered by the treasurer as it comes."""

from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.amounts import grouped
from subsidies.books.posting import Event, lock_lines, post, reverse
from subsidies.calculator import share
from subsidies.models import Application, ApplicationStep, Journal, Recovery
from subsidies.models.books import Account
from subsidies.queries.held import held
from targets.actions.refusals import NotAllowed, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import APPROVE_SUBSIDY, KEEP_BOOKS, can

from .basics import locked, reason_of, require, step

State = Recovery.State
Verb = ApplicationStep.Verb
VOUCHER_MOST: Final = 60


@transaction.atomic
def order_recovery(
    *, application: Application | int, amount_fen: int, reason: str, due_on: date, by: User
) -> Recovery:
    """Decide that so much of what was paid is to come back by a day.

    Raises `NotAllowed`, and `Refused` for more than was paid and is not yet to come back.
    """
    pk = application if isinstance(application, int) else application.pk
    [row] = locked([pk])
    _require_deciding(by, row)
    why = reason_of(reason, _("请写明追回的理由和依据。"))
    hold = held([row.pk])[row.pk]
    open_rows = row.recoveries.filter(state=State.OPEN)
    if open_rows.filter(amount_fen=amount_fen, reason=why, due_on=due_on).exists():
        raise Refused.because(
            _("同样金额、期限和理由的追回已经登记，没有重复登记；另有一笔的，请写明不同的理由。")
        )
    wanted = sum(one.amount_fen - one.received_fen for one in open_rows)
    most = sum(hold.paid.values()) - wanted
    if not 0 < amount_fen <= most:
        text = _(
            "已支付且未追回的是%(paid)s元，其中%(wanted)s元已在追回中；追回金额应大于0、不超过%(most)s元。"
        )
        values = {"paid": sum(hold.paid.values()), "wanted": wanted, "most": max(most, 0)}
        raise Refused.because(text % {key: grouped(value) for key, value in values.items()}, "amount")
    if due_on < timezone.localdate():
        raise Refused.because(_("退回期限不能早于今天。"), "due_on")
    made = Recovery.objects.create(
        application=row, amount_fen=amount_fen, reason=why, due_on=due_on, made_by=by, is_demo=row.is_demo
    )
    _step(row, made, by, why, ordered_fen=amount_fen)
    _note("order", made, by, why, amount_fen=amount_fen, due_on=str(due_on))
    return made


@transaction.atomic
def receive_recovery(
    *, recovery: Recovery | int, amount_fen: int, on: date, voucher: str, by: User
) -> Journal:
    """Enter what came back: it goes to the budget lines that paid, in proportion to what each still has paid.

    The same voucher entered again returns the journal that is there, and nothing moves.
    Raises `NotAllowed`, and `Refused` for more than is to come back.
    """
    row = Recovery.objects.get(pk=recovery if isinstance(recovery, int) else recovery.pk)
    [application] = locked([row.application_id])
    row = Recovery.objects.select_for_update().get(pk=row.pk)
    require(by, KEEP_BOOKS, application.county)
    number = voucher.strip()
    if not number:
        raise Refused.because(_("请填写退款的凭证号。"), "voucher")
    if len(number) > VOUCHER_MOST:
        raise Refused.because(_("凭证号最多%(most)s个字，请缩短。") % {"most": VOUCHER_MOST}, "voucher")
    entered = row.journals.filter(kind=Journal.Kind.RECOVER, voucher=number, reverses=None)
    known = entered.filter(reversed_by=None).first()
    if known is not None:
        if (known.on, _came(known)) == (on, amount_fen):
            return known
        text = _("凭证号%(voucher)s已登记为%(day)s退回%(amount)s元，没有改动；登记有误的请先冲销。")
        words = {"voucher": number, "day": known.on.isoformat(), "amount": grouped(_came(known))}
        raise Refused.because(text % words, "voucher")
    if row.state != State.OPEN:
        text = _("这笔追回现在是“%(state)s”，不能再登记退款。")
        raise Refused.because(text % {"state": row.get_state_display()}, "state")
    left = row.amount_fen - row.received_fen
    if not 0 < amount_fen <= left:
        text = _("还应退回%(left)s元，登记的金额应大于0、不超过这个数。")
        raise Refused.because(text % {"left": grouped(left)}, "amount")
    if on > timezone.localdate():
        raise Refused.because(_("退款日期不能晚于今天。"), "on")
    paid = {
        line: amount
        for line, amount in sorted(held([application.pk])[application.pk].paid.items())
        if amount > 0
    }
    lock_lines(paid)
    event = Event(
        kind=Journal.Kind.RECOVER,
        key=_key(row, number, entered.count()),
        on=on,
        by=by,
        application=application,
        recovery=row,
        voucher=number,
        reason=row.reason[:300],
        is_demo=row.is_demo,
    )
    journal = post(event, share(amount_fen, paid))
    row.received_fen += amount_fen
    if row.received_fen == row.amount_fen:
        row.state, row.settled_at, row.settled_by = State.DONE, timezone.now(), by
    row.save(update_fields=["received_fen", "state", "settled_at", "settled_by"])
    _step(application, row, by, received_fen=amount_fen, voucher=number)
    _note("receive", row, by, amount_fen=amount_fen, voucher=number)
    return journal


@transaction.atomic
def reverse_receipt(*, journal: Journal | int, reason: str, by: User) -> Recovery:
    """Take back what was entered as returned by mistake; it is still to come then."""
    pk = journal if isinstance(journal, int) else journal.pk
    found = Journal.objects.get(pk=pk, kind=Journal.Kind.RECOVER, reverses=None)
    [application] = locked([found.application_id or 0])
    row = Recovery.objects.select_for_update().get(pk=found.recovery_id or 0)
    require(by, KEEP_BOOKS, application.county)
    why = reason_of(reason, _("请写明冲销的理由。"))
    amount = _came(found)
    reverse(found, on=timezone.localdate(), reason=why, by=by)
    row.received_fen -= amount
    row.state = State.OPEN if row.state == State.DONE else row.state
    row.settled_at, row.settled_by = (
        (None, None) if row.state == State.OPEN else (row.settled_at, row.settled_by)
    )
    row.save(update_fields=["received_fen", "state", "settled_at", "settled_by"])
    _step(application, row, by, why, reversed_fen=amount, voucher=found.voucher)
    _note("reverse", row, by, why, amount_fen=amount, voucher=found.voucher)
    return row


@transaction.atomic
def drop_recovery(*, recovery: Recovery | int, reason: str, by: User) -> Recovery:
    """Give up what has not come back yet, with a reason; what came stays entered."""
    pk = recovery if isinstance(recovery, int) else recovery.pk
    [application] = locked([Recovery.objects.values_list("application_id", flat=True).get(pk=pk)])
    row = Recovery.objects.select_for_update().get(pk=pk)
    _require_deciding(by, application)
    why = reason_of(reason, _("请写明取消追回的理由。"))
    if row.state != State.OPEN:
        text = _("这笔追回现在是“%(state)s”，不能取消。")
        raise Refused.because(text % {"state": row.get_state_display()}, "state")
    row.state, row.settled_at, row.settled_by = State.DROPPED, timezone.now(), by
    row.save(update_fields=["state", "settled_at", "settled_by"])
    _step(application, row, by, why, dropped_fen=row.amount_fen - row.received_fen)
    _note("drop", row, by, why)
    return row


def _require_deciding(by: User, application: Application) -> None:
    """Who decides what is to come back does not keep the money. Raises `NotAllowed`."""
    require(by, APPROVE_SUBSIDY, application.county.parent or application.county)
    if can(by, KEEP_BOOKS):
        raise NotAllowed.because(_("你担任财务人员，追回须由另一人决定或取消。"))


def _came(journal: Journal) -> int:
    """What came back by a journal, in 分."""
    return sum(row.amount_fen for row in journal.postings.all() if row.account == Account.CASH)


def _key(row: Recovery, voucher: str, earlier: int) -> str:
    """A voucher whose entry was taken back and that is entered anew is told from the first by a number."""
    return f"recover:{row.pk}{f'/{earlier + 1}' if earlier else ''}:{voucher}"


def _step(application: Application, row: Recovery, by: User, reason: str = "", **figures: object) -> None:
    step(application, Verb.RECOVER, by, reason, recovery=row.pk, **figures)


def _note(verb: str, row: Recovery, by: User, detail: str = "", **after: object) -> None:
    audit.record(
        by=by,
        action=f"recoveries.{verb}",
        object_type="recovery",
        object_key=str(row.pk),
        after={"state": row.state, "received_fen": row.received_fen, **after},
        detail=detail,
    )
