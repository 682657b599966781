"""What comes late or twice: a success after a failure, a voucher with other figures, a recovery ordered again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from projects.sheets.reading import Table
from subsidies.books.verifying import verify
from subsidies.models import Application, Journal, PaymentBatch, PaymentOrder, Recovery
from subsidies.paying.batches import drop_order, make_batch, reverse_payment, send_batch
from subsidies.paying.recoveries import drop_recovery, order_recovery, receive_recovery, reverse_receipt
from subsidies.paying.results import write_results
from targets.actions.refusals import NotAllowed, Refused
from yuxi_eldercare.core.models import Membership, User

from .test_paying import TOTAL, answers
from .world import Subsidies, approved, make_lines, make_subsidies

pytestmark = pytest.mark.django_db
FAILED = {"支付结果": "失败", "凭证号": "", "失败原因": "户名不符"}


class Paid:
    """An application whose list was sent. Its first order fails or is dropped in the tests; the others are paid."""

    def __init__(self, s: Subsidies) -> None:
        self.s = s
        self.row = approved(s, 60, make_lines(s))
        self.batch = self.listed()
        self.first = self.batch.orders.order_by("pk")[0]

    def listed(self) -> PaymentBatch:
        """Whatever waits on another list, sent."""
        made = make_batch(region=self.s.red, applications=[self.row.pk], by=self.s.cai)
        return send_batch(batch=made.batch, by=self.s.cai)

    def say(self, batch: PaymentBatch | None = None, **changes: Any) -> None:
        write_results(answers(batch or self.batch, **changes), by=self.s.cai)

    def first_row(self) -> Table:
        """The result file with the first order alone."""
        table = answers(self.batch)
        return Table(table.header, table.rows[:1])

    def state(self) -> str:
        self.first.refresh_from_db()
        return str(self.first.state)

    def paid_fen(self) -> int:
        return sum(PaymentOrder.objects.filter(state="paid").values_list("amount_fen", flat=True))


@pytest.fixture
def p() -> Paid:
    return Paid(make_subsidies())


def test_a_success_after_a_failure_is_booked(p: Paid) -> None:
    p.say(**FAILED)
    p.say()
    p.row.refresh_from_db()
    assert (p.state(), p.first.failure, p.row.state) == ("paid", "", Application.State.PAID)
    assert p.paid_fen() == TOTAL
    assert not verify().differences


def test_a_success_of_what_was_dropped_after_sending_is_booked(p: Paid) -> None:
    for order in p.batch.orders.all():
        drop_order(order=order, reason="户名写错", by=p.s.cai)
    p.batch.refresh_from_db()
    assert p.batch.state == PaymentBatch.State.DROPPED
    p.say()
    p.batch.refresh_from_db()
    assert (p.state(), p.batch.state) == ("paid", PaymentBatch.State.DONE)
    assert not verify().differences


def test_what_was_dropped_before_sending_never_left(p: Paid) -> None:
    PaymentOrder.objects.filter(batch=p.batch).update(state="waiting")
    PaymentBatch.objects.filter(pk=p.batch.pk).update(state="open", sent_at=None)
    drop_order(order=p.first, reason="户名写错", by=p.s.cai)
    send_batch(batch=p.batch, by=p.s.cai)
    with pytest.raises(Refused, match="已登记为“已作废”，不能再登记结果"):
        p.say()
    assert p.paid_fen() == 0


def test_a_late_success_is_refused_while_another_list_has_the_amount(p: Paid) -> None:
    p.say(**FAILED)
    other = p.listed().orders.get()
    with pytest.raises(Refused, match=f"金额已列入{other.number}；如已实际支付，请先作废{other.number}"):
        write_results(p.first_row(), by=p.s.cai)
    assert p.state() == "failed"
    drop_order(order=other, reason="原单已付", by=p.s.cai)
    write_results(p.first_row(), by=p.s.cai)
    assert p.paid_fen() == TOTAL
    assert not verify().differences


def test_a_late_success_is_refused_once_another_order_paid(p: Paid) -> None:
    p.say(**FAILED)
    other = p.listed()
    p.say(other)
    with pytest.raises(Refused, match=f"后来由{other.orders.get().number}支付；确实付了两次的，请登记追回"):
        write_results(p.first_row(), by=p.s.cai)
    assert p.paid_fen() == TOTAL


def test_two_late_successes_of_one_amount_pay_it_once(p: Paid) -> None:
    """Neither stands in the other's way until one is booked: the books refuse the second, and with it the file."""
    p.say(**FAILED)
    again = p.listed()
    p.say(again, **FAILED)
    table, more = p.first_row(), answers(again, 凭证号="P-2")
    both = Table(table.header, [*table.rows, (3, more.rows[0][1])])
    with pytest.raises(Refused, match=r"第3行：.*“已批未付”"):
        write_results(both, by=p.s.cai)
    assert p.state() == "failed"
    assert not verify().differences


def test_a_payment_taken_back_is_entered_anew_on_another_list_with_its_own_day(p: Paid) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    PaymentBatch.objects.filter(pk=p.batch.pk).update(sent_at=long_ago)
    day = timezone.localdate() - timedelta(days=5)
    p.say()
    reverse_payment(order=p.first, reason="凭证号录错", by=p.s.cai)
    with pytest.raises(Refused, match="不能再登记结果"):
        write_results(p.first_row(), by=p.s.cai)
    other = p.listed()
    early = {"支付日期": (long_ago - timedelta(days=1)).date().isoformat()}
    with pytest.raises(Refused, match="应在清单送出"):
        p.say(other, **early)
    with pytest.raises(Refused, match=r"“已批未付”(到|只有)"):
        p.say(other, 支付日期=day.isoformat())  # sent by then, and not granted yet
    yesterday = timezone.localdate() - timedelta(days=1)
    p.say(other, 支付日期=yesterday.isoformat())
    assert other.orders.get().paid_on == yesterday
    assert not verify().differences


def test_the_voucher_of_a_payment_taken_back_is_free_again(p: Paid) -> None:
    p.say(凭证号="P-7")
    reverse_payment(order=p.first, reason="录错", by=p.s.cai)
    other = p.listed()
    p.say(other, 凭证号="P-7")
    assert other.orders.get().state == "paid"


def test_one_voucher_for_two_lists_of_one_file_is_refused(p: Paid) -> None:
    second = Paid.__new__(Paid)
    second.s, second.row = p.s, approved(p.s, 1, {line.level: line for line in _lines(p)})
    batch = second.listed()
    one, two = answers(p.batch, 凭证号="P-1"), answers(batch, 凭证号="P-1")
    both = Table(one.header, [*one.rows, *((row + 10, texts) for row, texts in two.rows)])
    with pytest.raises(Refused, match="凭证号P-1已用于清单"):
        write_results(both, by=p.s.cai)
    assert p.paid_fen() == 0


def _lines(p: Paid) -> list[Any]:
    return [order.line for order in p.batch.orders.select_related("line")]


def wanted(p: Paid, **given: Any) -> Recovery:
    fields: dict[str, Any] = {"amount_fen": 1_000, "reason": "床位核减", "due_on": timezone.localdate()}
    return order_recovery(application=p.row, by=p.s.lin, **(fields | given))


def came(
    p: Paid, recovery: Recovery, amount: int = 1_000, days_ago: int = 0, voucher: str = "T-1"
) -> Journal:
    day = timezone.localdate() - timedelta(days=days_ago)
    return receive_recovery(recovery=recovery, amount_fen=amount, on=day, voucher=voucher, by=p.s.cai)


@pytest.mark.parametrize(("amount", "days_ago"), [(400, 0), (1_000, 1)], ids=["amount", "day"])
def test_the_same_voucher_with_other_figures_is_refused(p: Paid, amount: int, days_ago: int) -> None:
    p.say()
    recovery = wanted(p)
    first = came(p, recovery)
    today = timezone.localdate().isoformat()
    with pytest.raises(Refused, match=rf"凭证号T-1已登记为{today}退回10\.00元，没有改动") as refused:
        came(p, recovery, amount, days_ago)
    assert refused.value.problems[0].field == "voucher"
    assert list(recovery.journals.all()) == [first]
    assert came(p, recovery) == first, "the same once more"


def test_a_receipt_taken_back_is_entered_anew_under_its_voucher(p: Paid) -> None:
    p.say()
    recovery = wanted(p)
    reverse_receipt(journal=came(p, recovery, 600), reason="金额录错", by=p.s.cai)
    again = came(p, recovery, 700)
    assert came(p, recovery, 700) == again
    recovery.refresh_from_db()
    assert recovery.received_fen == 700
    assert recovery.journals.count() == 3
    assert not verify().differences


def test_a_voucher_as_long_as_none_is_refused(p: Paid) -> None:
    p.say()
    with pytest.raises(Refused, match="凭证号最多60个字"):
        came(p, wanted(p), voucher="9" * 61)


@pytest.mark.parametrize(
    "other",
    [{}, {"amount_fen": 999}, {"reason": "停办"}, {"due_on": timezone.localdate() + timedelta(days=1)}],
)
def test_the_same_recovery_ordered_twice_is_refused(p: Paid, other: dict[str, Any]) -> None:
    p.say()
    wanted(p)
    if other:
        wanted(p, **other)
        assert Recovery.objects.count() == 2
        return
    with pytest.raises(Refused, match="已经登记，没有重复登记"):
        wanted(p)
    came(p, Recovery.objects.get())
    wanted(p)  # what was asked back came back: this is another one


def test_who_keeps_the_books_does_not_decide_what_comes_back(p: Paid) -> None:
    p.say()
    recovery = wanted(p)
    today = timezone.localdate()
    Membership.objects.create(user=p.s.lin, role="treasurer", region=p.s.city, valid_from=today)
    p.s.lin = User.objects.get(pk=p.s.lin.pk)
    with pytest.raises(NotAllowed, match="追回须由另一人决定或取消"):
        wanted(p, reason="停办")
    with pytest.raises(NotAllowed, match="追回须由另一人决定或取消"):
        drop_recovery(recovery=recovery, reason="免除", by=p.s.lin)
    recovery.refresh_from_db()
    assert recovery.state == Recovery.State.OPEN
