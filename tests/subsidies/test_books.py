"""What treasurers enter: lines, budget, arrivals, reversals; who may, what is refused at which field, the audit."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from subsidies.books.keeping import Entry, change_budget, open_line, register_arrival, reverse_entry
from subsidies.models import BudgetLine, Journal, PaymentBatch, PaymentOrder
from targets.actions.refusals import NotAllowed, Refused
from yuxi_eldercare.core.models import AuditEvent

from .books_world import DAY, Books, Kind, balances, day, demo_user

ENTRY = Entry(amount_fen=1_000, on=DAY, document="云财社〔2023〕1号", once="a" * 32)


@pytest.fixture
def books(db: None) -> Books:
    return Books()


def line_of(books: Books, **given: Any) -> BudgetLine:
    fields: dict[str, Any] = {
        "year": 2024, "level": "city", "region": books.city, "programme": "operating", "by": books.cai,
    }  # fmt: skip
    return open_line(**(fields | given))


def problems(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(p.field, p.message) for p in refused.value.problems]


def test_a_line_is_opened_and_on_record(books: Books) -> None:
    line = line_of(books, fund="lottery", note=" 福彩 ")
    assert (line.fund, line.note, line.made_by, line.is_demo) == ("lottery", "福彩", books.cai, False)
    event = AuditEvent.objects.get(action="books.open_line")
    assert event.after["line"] == "2024年市级养老床位运营补贴（福彩公益金）"


WRONG_LINES = {
    "far year": ({"year": 2090}, "year", "年度请填2015至"),
    "old year": ({"year": 1999}, "year", "年度请填2015至"),
    "county level in the city": ({"level": "county"}, "region", "县级资金要选县（市、区），云溪市不是"),
    "no level": ({"level": "village"}, "level", "请选择资金级次"),
    "no programme": ({"programme": "x"}, "programme", "请选择补助项目"),
    "no fund": ({"fund": "x"}, "fund", "请选择资金性质"),
    "long note": ({"note": "长" * 201}, "note", "备注最多200个字"),
    "twice": (
        {"year": 2023, "programme": "construction"},
        "fund",
        "已有2023年市级养老床位建设补助（一般公共预算），请在原有预算上追加",
    ),
}


@pytest.mark.parametrize(("given", "field", "word"), WRONG_LINES.values(), ids=WRONG_LINES)
def test_a_line_that_does_not_fit_is_refused_at_its_field(
    books: Books, given: dict[str, Any], field: str, word: str
) -> None:
    before = BudgetLine.objects.count()
    with pytest.raises(Refused) as refused:
        line_of(books, **given)
    [(named, sentence)] = problems(refused)
    assert named == field
    assert word in sentence
    assert BudgetLine.objects.count() == before


def test_money_of_the_levels_above_stands_in_the_city(books: Books) -> None:
    with pytest.raises(Refused, match="省级资金由市级统一管理"):
        line_of(books, level="province", region=books.red)
    assert line_of(books, level="county", region=books.red, by=books.hong).region == books.red


@pytest.mark.parametrize("who", ["hong", "bai", "lead"])
def test_a_purse_is_kept_by_its_treasurer(books: Books, who: str) -> None:
    """红河区's treasurer does not reach the city's purse, nor 白水县's, nor does who approves reach any."""
    by = getattr(books, who)
    journal = books.post(Kind.BUDGET, {books.province.pk: 1})
    acts: list[Any] = [
        lambda: line_of(books, by=by),
        lambda: change_budget(line=books.province, entry=ENTRY, by=by),
        lambda: register_arrival(line=books.province, entry=ENTRY, by=by),
        lambda: reverse_entry(journal=journal, on=DAY, reason="录错", by=by),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert Journal.objects.count() == 1
    assert not AuditEvent.objects.filter(action__startswith="books.").exists()


def test_the_city_keeps_the_purses_of_its_counties(books: Books) -> None:
    assert change_budget(line=books.county, entry=ENTRY, by=books.cai).by == books.cai
    assert balances(books.county) == {"source": -1_000, "available": 1_000}


def test_budget_and_arrival_are_entered_with_their_document(books: Books) -> None:
    added = change_budget(line=books.own, entry=ENTRY, by=books.cai)
    arrived = register_arrival(line=books.own, entry=replace(ENTRY, amount_fen=600), by=books.cai)
    back = replace(ENTRY, amount_fen=-200, on=day(3), reason="多拨", once="b" * 32)
    register_arrival(line=books.own, entry=back, by=books.cai)
    less = replace(ENTRY, amount_fen=-100, on=day(4), reason="调减", once="c" * 32)
    change_budget(line=books.own, entry=less, by=books.cai)
    assert (added.kind, added.document, arrived.kind) == ("budget", "云财社〔2023〕1号", "arrive")
    assert balances(books.own) == {"source": -900, "available": 900, "treasury": -400, "cash": 400}
    events = AuditEvent.objects.filter(action__in=["books.budget", "books.arrive"]).order_by("pk")
    assert [(e.action, e.after["amount_fen"], e.detail) for e in events] == [
        ("books.budget", 1_000, ""),
        ("books.arrive", 600, ""),
        ("books.arrive", -200, "多拨"),
        ("books.budget", -100, "调减"),
    ]


def test_a_form_sent_twice_is_entered_once(books: Books) -> None:
    first = change_budget(line=books.own, entry=ENTRY, by=books.cai)
    assert change_budget(line=books.own, entry=ENTRY, by=books.cai) == first
    assert AuditEvent.objects.filter(action="books.budget").count() == 1
    with pytest.raises(Refused, match="同一编号已在2023-06-01登记"):
        change_budget(line=books.own, entry=replace(ENTRY, amount_fen=2), by=books.cai)


WRONG_ENTRIES = {
    "nothing": ({"amount_fen": 0}, "amount_fen", "金额不能为零"),
    "no document": ({"document": "  "}, "document", "请填写依据的文号"),
    "long document": ({"document": "长" * 121}, "document", "文号最多120个字"),
    "back without a reason": ({"amount_fen": -1, "reason": " "}, "reason", "须写明理由"),
    "long reason": ({"reason": "长" * 301}, "reason", "理由最多300个字"),
    "tomorrow": ({"on": timezone.localdate() + timedelta(days=1)}, "on", "日期不能晚于今天"),
    "long ago": ({"on": date(2021, 12, 31)}, "on", "早于这条预算的年度"),
    "another page's form": ({"once": "x"}, "", "表单已过期"),
    "too large": ({"amount_fen": 10**15 + 1}, "amount_fen", "金额过大"),
}


@pytest.mark.parametrize(("given", "field", "word"), WRONG_ENTRIES.values(), ids=WRONG_ENTRIES)
def test_a_wrong_entry_is_refused_at_its_field(
    books: Books, given: dict[str, Any], field: str, word: str
) -> None:
    with pytest.raises(Refused) as refused:
        change_budget(line=books.own, entry=replace(ENTRY, **given), by=books.cai)
    [(named, sentence)] = problems(refused)
    assert named == field
    assert word in sentence
    assert not Journal.objects.exists()


def test_more_cannot_arrive_than_is_budgeted(books: Books) -> None:
    change_budget(line=books.own, entry=ENTRY, by=books.cai)
    register_arrival(line=books.own, entry=replace(ENTRY, amount_fen=900), by=books.cai)
    more = replace(ENTRY, amount_fen=101, once="b" * 32)
    with pytest.raises(Refused, match=r"只有1.00元，不够1.01元") as refused:
        register_arrival(line=books.own, entry=more, by=books.cai)
    assert refused.value.problems[0].field == "amount_fen"
    register_arrival(line=books.own, entry=replace(more, amount_fen=100), by=books.cai)


def _promised(books: Books, amount: int) -> None:
    application = books.granted(books.own, amount)
    batch = PaymentBatch.objects.create(region=books.city, made_by=books.cai)
    PaymentOrder.objects.create(
        batch=batch,
        number="1",
        application=application,
        line=books.own,
        amount_fen=amount,
        payee="某",
        bank="某",
    )


def test_money_a_payment_list_counts_on_does_not_go_back(books: Books) -> None:
    books.fund(books.own, 1_000)
    arrival = books.post(Kind.ARRIVE, {books.own.pk: 500})
    _promised(books, 300)
    back = replace(ENTRY, amount_fen=-201, reason="多拨")
    with pytest.raises(Refused, match=r"有3.00元已列入支付清单，最多可退回2.00元"):
        register_arrival(line=books.own, entry=back, by=books.cai)
    with pytest.raises(Refused, match=r"最多可退回2.00元"):
        reverse_entry(journal=arrival, on=day(2), reason="录错", by=books.cai)
    register_arrival(line=books.own, entry=replace(back, amount_fen=-200), by=books.cai)


def test_an_entry_is_reversed_by_the_treasurer_and_on_record(books: Books) -> None:
    journal = change_budget(line=books.own, entry=ENTRY, by=books.cai)
    back = reverse_entry(journal=journal, on=day(2), reason=" 录错 ", by=books.cai)
    assert (back.reverses, back.reason) == (journal, "录错")
    assert balances(books.own) == {}
    event = AuditEvent.objects.get(action="books.reverse")
    assert (event.after["journal"], event.detail) == (journal.pk, "录错")
    with pytest.raises(Refused, match="已经冲销过"):
        reverse_entry(journal=journal, on=day(2), reason="录错", by=books.cai)


def test_what_an_application_moved_is_not_reversed_here(books: Books) -> None:
    books.fund(books.own, 1_000)
    journal = books.granted(books.own, 100).journals.get()
    with pytest.raises(Refused, match="“批复”不在这里冲销"):
        reverse_entry(journal=journal, on=DAY, reason="录错", by=books.cai)
    with pytest.raises(Refused, match="须写明理由"):
        reverse_entry(journal=Journal.objects.filter(kind="budget")[0], on=DAY, reason=" ", by=books.cai)


def test_a_demonstration_opens_demonstration_lines(books: Books) -> None:
    line = line_of(books, by=demo_user(books))
    assert line.is_demo
    assert change_budget(line=line, entry=replace(ENTRY, on=date(2024, 1, 1)), by=books.cai).is_demo
