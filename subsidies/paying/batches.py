"""Payment lists: made from what is approved and has arrived, dropped, sent to the finance system."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.amounts import grouped
from subsidies.books.posting import lock_lines, reverse
from subsidies.books.wording import line_name
from subsidies.models import (
    Application,
    ApplicationStep,
    Balance,
    BudgetLine,
    Journal,
    PaymentBatch,
    PaymentOrder,
)
from subsidies.models.books import Account
from subsidies.queries.held import Held, held
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import KEEP_BOOKS

from .basics import State, locked, own_problems, reason_of, require, step

ORDERS_MOST = 500


@dataclass
class Made:
    """A new list, and what could not be put on it because the money has not arrived."""

    batch: PaymentBatch
    orders: list[PaymentOrder] = field(default_factory=list)
    short: list[str] = field(default_factory=list)


@transaction.atomic
def make_batch(*, region: Region, applications: Collection[int], by: User, note: str = "") -> Made:
    """Put what is approved, arrived and not yet on a list on one: an order per application and budget line.

    1. Lock the applications, then their lines.
    2. Each order pays the whole of what is committed on its line; a line whose cash does not reach leaves it out.

    Raises `NotAllowed`, and `Refused` naming every application that cannot be paid; without any order too.
    """
    require(by, KEEP_BOOKS, region)
    rows = locked(applications)
    problems = [*_problems(rows, region), *own_problems(rows, by)]
    if len(rows) < len(set(applications)) or not rows:
        problems.append(Problem(None, "applications", _("请选择要支付的申请。")))
    if problems:
        raise Refused(problems)
    holds = held([row.pk for row in rows])
    lines = lock_lines({line for hold in holds.values() for line in hold.committed})
    batch = PaymentBatch.objects.create(
        region=region, note=note.strip()[:200], made_by=by, is_demo=by.is_demo or any(r.is_demo for r in rows)
    )
    batch.number = f"ZF{timezone.localdate().year}-{region.pk}-{batch.pk:05}"
    batch.save(update_fields=["number"])
    made = Made(batch)
    _fill(made, rows, holds, lines)
    if not made.orders:
        words = made.short or [_("所选申请没有待支付的金额，或已在其他支付清单中。")]
        raise Refused([Problem(None, "applications", text) for text in words])
    if len(made.orders) > ORDERS_MOST:
        text = _("一份清单最多%(most)s笔，请分成几份。") % {"most": ORDERS_MOST}
        raise Refused.because(text, "applications")
    PaymentOrder.objects.bulk_create(made.orders)
    _note("make", batch, by, orders=len(made.orders), total_fen=sum(o.amount_fen for o in made.orders))
    return made


def _problems(rows: Sequence[Application], region: Region) -> list[Problem]:
    found = []
    for index, row in enumerate(rows):
        text = ""
        if region.pk not in {row.county_id, row.county.parent_id}:
            text = _("%(number)s不属于%(region)s，不能列入这份清单。")
        elif row.state != State.APPROVED:
            text = _("%(number)s现在是“%(state)s”，只有已批复、未付清的申请可以支付。")
        elif not (row.payee and row.bank and row.account):
            text = _("%(number)s没有完整的收款户名、开户银行和账号，请申请单位补充后再支付。")
        if text:
            values = {
                "number": row.number,
                "region": region.short_name,
                "state": row.get_state_display(),
            }
            found.append(Problem(index, "applications", text % values))
    return found


def _fill(
    made: Made, rows: Sequence[Application], holds: dict[int, Held], lines: dict[int, BudgetLine]
) -> None:
    cash = dict(
        Balance.objects.filter(line__in=lines, account=Account.CASH).values_list("line_id", "amount_fen")
    )
    waiting = PaymentOrder.objects.filter(state=PaymentOrder.State.WAITING)
    taken = waiting.filter(line__in=lines).order_by().values_list("line_id").annotate(sum=Sum("amount_fen"))
    reserved: dict[int, int] = defaultdict(int, taken)
    listed = set(waiting.filter(application__in=rows).values_list("application_id", "line_id"))
    for row in rows:
        for line, amount in sorted(holds[row.pk].committed.items()):
            if amount <= 0 or (row.pk, line) in listed:
                continue
            free = cash.get(line, 0) - reserved[line]
            if amount > free:
                made.short.append(_short_words(row, lines[line], amount, free))
                continue
            reserved[line] += amount
            made.orders.append(_order(made, row, lines[line], amount))


def _order(made: Made, row: Application, line: BudgetLine, amount: int) -> PaymentOrder:
    return PaymentOrder(
        batch=made.batch,
        number=f"{made.batch.number}-{len(made.orders) + 1:03}",
        application=row,
        line=line,
        amount_fen=amount,
        payee=row.payee,
        bank=row.bank,
        account=row.account,
        account_masked=row.account_masked,
        is_demo=made.batch.is_demo,
    )


def _short_words(row: Application, line: BudgetLine, amount: int, free: int) -> str:
    text = _(
        "%(number)s应从%(line)s支付%(amount)s元，该资金到位未付且未列入清单的只有%(free)s元，未列入；请先登记到位。"
    )
    values = {"number": row.number, "line": line_name(line), "amount": grouped(amount)}
    return text % {**values, "free": grouped(max(free, 0))}


@transaction.atomic
def send_batch(*, batch: PaymentBatch | int, by: User) -> PaymentBatch:
    """Close a list for changes and hand it to the finance system; from now on results are taken for it."""
    waiting = PaymentOrder.objects.filter(
        batch=batch if isinstance(batch, int) else batch.pk, state=PaymentOrder.State.WAITING
    )
    applications = locked(set(waiting.values_list("application_id", flat=True)))
    row = _locked_batch(batch, by)
    if row.state != PaymentBatch.State.OPEN:
        raise Refused.because(_state_words(row), "state")
    orders = waiting.count()
    if not orders:
        raise Refused.because(_("清单里没有待支付的单据，请作废后重新编制。"))
    problems = own_problems(applications, by)
    if problems:
        raise Refused(problems)
    row.state, row.sent_at, row.sent_by = PaymentBatch.State.SENT, timezone.now(), by
    row.save(update_fields=["state", "sent_at", "sent_by"])
    _note("send", row, by, orders=orders)
    return row


@transaction.atomic
def drop_order(*, order: PaymentOrder | int, reason: str, by: User) -> PaymentOrder:
    """Take a waiting order off its list; what it reserved is free again. A list without orders is dropped."""
    batch = PaymentBatch.objects.get(orders=order if isinstance(order, int) else order.pk)
    row = _locked_batch(batch, by)
    found = row.orders.select_for_update().get(pk=order if isinstance(order, int) else order.pk)
    if found.state != PaymentOrder.State.WAITING:
        text = _("%(number)s现在是“%(state)s”，不能作废。")
        raise Refused.because(text % {"number": found.number, "state": found.get_state_display()}, "state")
    found.failure = reason_of(reason, _("请写明作废的理由。"))[:200]
    found.state, found.settled_at, found.settled_by = PaymentOrder.State.DROPPED, timezone.now(), by
    found.save(update_fields=["failure", "state", "settled_at", "settled_by"])
    _note("drop", row, by, order=found.number, reason=found.failure)
    finish(row)
    return found


@transaction.atomic
def reverse_payment(*, order: PaymentOrder | int, reason: str, by: User) -> PaymentOrder:
    """Take back a payment that was entered wrongly (冲销): the money is committed and there again.

    Raises `NotAllowed`, and `Refused` for an order that is not paid, and where money has been asked back since.
    """
    pk = order if isinstance(order, int) else order.pk
    found = PaymentOrder.objects.select_related("batch").get(pk=pk)
    [application] = locked([found.application_id])
    row = _locked_batch(found.batch, by)
    found = row.orders.select_for_update().get(pk=pk)
    if found.state != PaymentOrder.State.PAID:
        text = _("%(number)s现在是“%(state)s”，没有支付可以冲销。")
        raise Refused.because(text % {"number": found.number, "state": found.get_state_display()}, "state")
    if application.recoveries.exclude(state="dropped").exists():
        raise Refused.because(_("这笔补助已在追回，不能冲销支付；请先办结或取消追回。"), "state")
    why = reason_of(reason, _("请写明冲销的理由。"))
    journal = Journal.objects.get(key=f"pay:{found.number}")
    reverse(journal, on=timezone.localdate(), reason=why, by=by)
    found.failure = (_("已冲销：%(reason)s") % {"reason": why})[:200]
    found.state, found.settled_at, found.settled_by = PaymentOrder.State.FAILED, timezone.now(), by
    found.save(update_fields=["failure", "state", "settled_at", "settled_by"])
    application.state = State.APPROVED
    application.save(update_fields=["state"])
    step(application, ApplicationStep.Verb.PAY, by, why, reversed_fen=found.amount_fen, voucher=found.voucher)
    _note("reverse", row, by, order=found.number, amount_fen=found.amount_fen, reason=why)
    return found


def finish(batch: PaymentBatch) -> None:
    """Close a list in which nothing waits any more. The caller holds its lock."""
    states = set(batch.orders.values_list("state", flat=True))
    if PaymentOrder.State.WAITING in states:
        return
    dropped = states <= {PaymentOrder.State.DROPPED}
    batch.state = PaymentBatch.State.DROPPED if dropped else PaymentBatch.State.DONE
    batch.save(update_fields=["state"])


def _locked_batch(batch: PaymentBatch | int, by: User) -> PaymentBatch:
    rows = PaymentBatch.objects.select_for_update(of=("self",)).select_related("region")
    row = rows.get(pk=batch if isinstance(batch, int) else batch.pk)
    require(by, KEEP_BOOKS, row.region)
    return row


def _state_words(row: PaymentBatch) -> str:
    return _("这份清单现在是“%(state)s”，请刷新页面后再办理。") % {"state": row.get_state_display()}


def _note(verb: str, batch: PaymentBatch, by: User, **after: object) -> None:
    audit.record(
        by=by,
        action=f"payments.{verb}",
        object_type="payment_batch",
        object_key=str(batch.number),
        after={"state": batch.state, **after},
    )
