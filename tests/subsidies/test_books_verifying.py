"""Every way in which the books and what is kept beside them can differ is found and named."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from subsidies.books import verifying
from subsidies.books.posting import reverse
from subsidies.models import (
    Application,
    Balance,
    Journal,
    PaymentBatch,
    PaymentOrder,
    Posting,
    Recovery,
)
from subsidies.tasks import verify_books
from yuxi_eldercare.core.models import Job

from .books_world import DAY, Books, Kind, day


class Right(Books):
    """Books with everything in them: one application paid by an order and partly got back, one waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.fund(self.province, 1_000, 800)
        self.paid, self.waiting = self.granted(self.province, 500), self.granted(self.province, 200)
        batch = PaymentBatch.objects.create(region=self.city, made_by=self.cai, number="ZF-1")
        self.order = PaymentOrder.objects.create(
            batch=batch, number="ZF-1-001", application=self.paid, line=self.province, amount_fen=500,
            payee="某", bank="某", state="paid", voucher="PZ-1", paid_on=DAY,
        )  # fmt: skip
        self.pay = self.post(Kind.PAY, {self.province.pk: 500}, self.paid, key="pay:ZF-1-001")
        Application.objects.filter(pk=self.paid.pk).update(state="paid")
        self.recovery = Recovery.objects.create(
            application=self.paid,
            amount_fen=100,
            received_fen=60,
            reason="多付",
            due_on=DAY,
            made_by=self.lead,
        )
        self.post(Kind.RECOVER, {self.province.pk: 60}, self.paid, recovery=self.recovery)


@pytest.fixture
def books(db: None) -> Right:
    return Right()


def differences() -> list[str]:
    return verifying.verify().differences


def test_right_books_have_no_differences(books: Right) -> None:
    verdict = verifying.verify()
    assert verdict.differences == []
    assert (verdict.lines, verdict.journals, verdict.postings) == (3, 6, 16)


def test_a_balance_that_is_not_its_postings(books: Right) -> None:
    Balance.objects.filter(line=books.province, account="cash").update(amount_fen=1)
    name = "2023年省级养老床位建设补助（一般公共预算）"
    assert differences() == [f"{name}的“到位未付”余额记为0.01元，按分录应为3.60元。"]


def test_a_balance_without_postings_and_one_that_is_gone(books: Right) -> None:
    Balance.objects.filter(line=books.province, account="paid").delete()
    Balance.objects.create(line=books.own, account="paid", amount_fen=7)
    found = differences()
    assert any("“已支付”余额记为0.00元，按分录应为4.40元" in text for text in found)
    assert any("市级" in text and "记为0.07元，按分录应为0.00元" in text for text in found)
    assert len(found) == 2


def _by_hand(books: Right, kind: str, postings: dict[str, int], **given: Any) -> Journal:
    fields: dict[str, Any] = {"kind": kind, "key": "hand", "on": DAY, "by": books.cai, "voucher": "PZ-9"}
    journal = Journal.objects.create(**(fields | given))
    for account, amount in postings.items():
        Posting.objects.create(journal=journal, line=books.own, account=account, amount_fen=amount)
        Balance.objects.create(line=books.own, account=account, amount_fen=amount)
    return journal


@pytest.mark.parametrize(
    ("kind", "postings", "word"),
    [
        ("budget", {"source": -10, "available": 9}, "预算方合计-0.01元，资金方合计0.00元"),
        ("arrive", {"treasury": -10, "cash": 11}, "预算方合计0.00元，资金方合计0.01元"),
        ("budget", {"source": -10, "committed": 10}, "“预算安排”的账记在了不该有的科目“已批未付”上"),
        ("budget", {}, "（hand）没有分录"),
        (
            "arrive",
            {"treasury": -10, "cash": 10},
            "市级养老床位建设补助（一般公共预算）在2023-06-01到位的资金比预算多0.10元",
        ),
    ],
)
def test_a_journal_that_does_not_balance(
    books: Right, kind: str, postings: dict[str, int], word: str
) -> None:
    _by_hand(books, kind, postings)
    assert any(word in text for text in differences())


def test_an_account_below_nothing_in_between(books: Right) -> None:
    """Its end is right: only the days before are not."""
    _by_hand(books, "budget", {"source": -10, "available": 10}, on=day(5))
    early = Journal.objects.create(kind="budget", key="early", on=DAY, by=books.cai)
    for account, amount in (("source", 4), ("available", -4)):
        Posting.objects.create(journal=early, line=books.own, account=account, amount_fen=amount)
        Balance.objects.filter(line=books.own, account=account).update(amount_fen=F("amount_fen") + amount)
    name = "2023年市级养老床位建设补助（一般公共预算）"
    assert differences() == [
        f"{name}的“可用预算”在2023-06-01为-0.04元，低于零。",
        f"{name}在2023-06-01到位的资金比预算多0.04元。",
    ]


def test_a_crash_between_approval_and_the_books(books: Right) -> None:
    application = books.application(total_fen=300)
    number = application.number
    assert differences() == [f"申请{number}批复3.00元，账上批复的是0.00元。"]


def test_an_application_granted_less_or_given_up_with_money_waiting(books: Right) -> None:
    Application.objects.filter(pk=books.waiting.pk).update(total_fen=201)
    assert differences() == [f"申请{books.waiting.number}批复2.01元，账上批复的是2.00元。"]
    Application.objects.filter(pk=books.waiting.pk).update(state="withdrawn")
    assert differences() == [f"申请{books.waiting.number}的状态是“已撤回”，账上还有2.00元待支付。"]
    Application.objects.filter(pk=books.waiting.pk).update(state="paid", total_fen=200)
    assert differences() == [f"申请{books.waiting.number}记为已付清，账上还有2.00元待支付。"]


def test_a_paid_order_without_its_payment_and_the_other_way_round(books: Right) -> None:
    PaymentOrder.objects.update(state="waiting")
    assert differences() == ["支付单ZF-1-001的状态是“待支付”、金额5.00元，账上支付的是5.00元。"]
    PaymentOrder.objects.update(state="paid", amount_fen=499)
    assert differences() == ["支付单ZF-1-001的状态是“已支付”、金额4.99元，账上支付的是5.00元。"]
    PaymentOrder.objects.update(state="paid", amount_fen=500, number="ZF-1-002")
    assert differences() == [
        "支付单ZF-1-002的状态是“已支付”、金额5.00元，账上支付的是0.00元。",
        "账上有支付5.00元（ZF-1-001），没有对应的支付单。",
    ]


def test_a_payment_that_was_reversed_is_none(books: Right) -> None:
    books.post(Kind.ARRIVE, {books.province.pk: 100})
    batch = PaymentBatch.objects.get()
    order = PaymentOrder.objects.create(
        batch=batch, number="ZF-1-009", application=books.waiting, line=books.province, amount_fen=200,
        payee="某", bank="某", state="paid", voucher="PZ-1", paid_on=DAY,
    )  # fmt: skip
    pay = books.post(Kind.PAY, {books.province.pk: 200}, books.waiting, key="pay:ZF-1-009")
    assert differences() == []
    reverse(pay, on=day(2), reason="退汇", by=books.cai)
    assert differences() == ["支付单ZF-1-009的状态是“已支付”、金额2.00元，账上支付的是0.00元。"]
    PaymentOrder.objects.filter(pk=order.pk).update(state="failed")
    assert differences() == []


def test_a_recovery_that_received_something_else(books: Right) -> None:
    Recovery.objects.update(received_fen=61)
    assert differences() == [f"申请{books.paid.number}的追回记为收到0.61元，账上收回0.60元。"]


def test_the_command_says_so_and_ends_with_1(books: Right) -> None:
    out = StringIO()
    call_command("verifybooks", stdout=out)
    assert out.getvalue().strip() == "补助账目一致：预算 3 条，账目 6 笔，分录 16 条。"
    Balance.objects.filter(line=books.province, account="cash").update(amount_fen=1)
    with pytest.raises(CommandError, match="有 1 处不一致") as refused:
        call_command("verifybooks", stdout=out)
    assert refused.value.returncode == 1
    assert "余额记为0.01元" in str(refused.value)


def test_the_nightly_task_leaves_a_job_with_what_it_found(books: Right) -> None:
    assert Job.objects.get(pk=verify_books()).error == ""
    Recovery.objects.update(received_fen=61)
    job = Job.objects.get(pk=verify_books())
    assert (job.state, job.result["count"]) == ("done", 1)
    assert "账上收回0.60元" in job.error
    assert verifying.latest() == job
