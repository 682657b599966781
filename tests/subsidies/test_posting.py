"""The one door of the books: what each kind moves, what is refused in which words, replays, reversals, days."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from subsidies.amounts import MOST_FEN
from subsidies.books import posting
from subsidies.books.granting import commit, release
from subsidies.books.posting import reverse
from subsidies.models import Balance, Journal, PaymentBatch, PaymentOrder, Posting
from subsidies.queries.held import held
from targets.actions.refusals import Refused

from .books_world import DAY, Books, Kind, balances, day, demo_user


@pytest.fixture
def books(db: None) -> Books:
    return Books()


def _steps(books: Books) -> dict[str, Journal]:
    """One journal of each kind: 1,000 budgeted, 600 arrived, 500 committed, 300 paid, 100 back, 200 released."""
    line = books.province
    application = books.application(total_fen=500)
    return {
        "budget": books.post(Kind.BUDGET, {line.pk: 1_000}),
        "arrive": books.post(Kind.ARRIVE, {line.pk: 600}),
        "commit": books.post(Kind.COMMIT, {line.pk: 500}, application),
        "pay": books.post(Kind.PAY, {line.pk: 300}, application),
        "recover": books.post(Kind.RECOVER, {line.pk: 100}, application),
        "release": books.post(Kind.RELEASE, {line.pk: 200}, application),
    }


MOVED = [
    ("budget", {"source": -1_000, "available": 1_000}),
    ("arrive", {"treasury": -600, "cash": 600}),
    ("commit", {"available": -500, "committed": 500}),
    ("pay", {"committed": -300, "settled": 300, "cash": -300, "paid": 300}),
    ("recover", {"settled": -100, "available": 100, "paid": -100, "cash": 100}),
    ("release", {"committed": -200, "available": 200}),
]


@pytest.mark.parametrize(("kind", "moved"), MOVED, ids=[kind for kind, _moved in MOVED])
def test_each_kind_moves_its_accounts(books: Books, kind: str, moved: dict[str, int]) -> None:
    journal = _steps(books)[kind]
    assert dict(journal.postings.values_list("account", "amount_fen")) == moved


def test_balances_are_what_the_postings_come_to(books: Books) -> None:
    _steps(books)
    left = {
        "source": -1_000, "available": 800, "settled": 200,
        "treasury": -600, "cash": 400, "paid": 200,
    }  # fmt: skip
    assert balances(books.province) == left


@pytest.mark.parametrize(
    ("kind", "amount", "word"),
    [
        (Kind.COMMIT, 801, "“可用预算”只有8.00元，不够8.01元，差0.01元"),
        (Kind.RELEASE, 201, "“已批未付”只有2.00元"),
        (Kind.PAY, 201, "“已批未付”只有2.00元"),
        (Kind.RECOVER, 1, "“已结清”只有0.00元"),
        (Kind.BUDGET, -801, "“可用预算”只有8.00元"),
        (Kind.ARRIVE, -151, "“到位未付”只有1.50元"),
        (Kind.ARRIVE, 851, "到位资金不能超过预算"),
    ],
)
def test_more_than_there_is_is_refused_in_words(books: Books, kind: str, amount: int, word: str) -> None:
    line = books.province
    books.fund(line, 1_000, 150)
    application = books.granted(line, 200)
    before = balances(line)
    with pytest.raises(Refused, match="2023年省级养老床位建设补助") as refused:
        books.post(kind, {line.pk: amount}, None if kind in posting.OF_LINES else application)
    assert word in str(refused.value)
    assert balances(line) == before


def test_a_payment_needs_money_that_arrived(books: Books) -> None:
    books.fund(books.province, 1_000, 150)
    application = books.granted(books.province, 200)
    with pytest.raises(Refused, match=r"“到位未付”只有1.50元，不够2.00元，差0.50元"):
        books.post(Kind.PAY, {books.province.pk: 200}, application)


@pytest.mark.parametrize("kind", [Kind.PAY, Kind.RELEASE, Kind.RECOVER])
def test_an_application_gives_only_what_it_holds(books: Books, kind: str) -> None:
    """The line has it, for somebody else."""
    line = books.province
    books.fund(line, 1_000, 1_000)
    other, mine = books.granted(line, 600), books.granted(line, 200)
    books.post(Kind.PAY, {line.pk: 300}, other)
    with pytest.raises(Refused, match=f"申请{mine.number}在"):
        books.post(kind, {line.pk: 250}, mine)


def test_one_line_short_of_money_keeps_back_the_whole_event(books: Books) -> None:
    books.fund(books.province, 500)
    books.fund(books.own, 299)
    application = books.application(total_fen=800)
    with pytest.raises(Refused, match="2023年市级"):
        books.post(Kind.COMMIT, {books.province.pk: 500, books.own.pk: 300}, application)
    assert balances(books.province) == {"source": -500, "available": 500}


def test_what_came_later_may_not_have_been_spent_before(books: Books) -> None:
    """400 are there on the 10th; what is dated earlier finds them spent on the 20th."""
    line = books.province
    books.fund(line, 400, on=day(10))
    books.granted(line, 300, on=day(20))
    with pytest.raises(Refused, match=r"到2023-06-20只有1.00元，不够1.50元，差0.50元"):
        books.granted(line, 150, on=day(12))
    books.granted(line, 100, on=day(12))
    with pytest.raises(Refused, match=r"“可用预算”只有0.00元"):
        books.granted(line, 1, on=day(9))
    with pytest.raises(Refused, match=r"只有0.00元，不够0.01元"):
        books.post(Kind.BUDGET, {line.pk: -1}, on=day(10))


def test_money_of_one_day_counts_at_its_end(books: Books) -> None:
    line = books.province
    books.fund(line, 400, on=day(10))
    books.post(Kind.BUDGET, {line.pk: -100}, on=day(15))
    books.post(Kind.BUDGET, {line.pk: 100}, on=day(15))
    assert books.granted(line, 400, on=day(12)).journals.count() == 1


def test_on_no_day_has_more_arrived_than_was_budgeted(books: Books) -> None:
    line = books.province
    books.fund(line, 400, on=day(10))
    with pytest.raises(Refused, match=r"到2023-06-09的预算减去已到位的资金只有0.00元"):
        books.post(Kind.ARRIVE, {line.pk: 1}, on=day(9))
    books.post(Kind.ARRIVE, {line.pk: 400}, on=day(20))
    with pytest.raises(Refused, match="到位资金不能超过预算"):
        books.post(Kind.ARRIVE, {line.pk: 1}, on=day(12))
    with pytest.raises(Refused, match="到位资金不能超过预算"):
        books.post(Kind.BUDGET, {line.pk: -1}, on=day(30))


def test_nothing_happens_tomorrow(books: Books) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused, match="日期不能晚于今天") as refused:
        books.post(Kind.BUDGET, {books.province.pk: 1}, on=tomorrow)
    assert refused.value.problems[0].field == "on"


@pytest.mark.parametrize("amounts", [[MOST_FEN + 1], [MOST_FEN, 1], [10**30]])
def test_what_no_budget_can_be_is_refused(books: Books, amounts: list[int]) -> None:
    for amount in amounts[:-1]:
        books.post(Kind.BUDGET, {books.province.pk: amount})
    with pytest.raises(Refused, match="金额过大"):
        books.post(Kind.BUDGET, {books.province.pk: amounts[-1]})


def test_the_largest_budget_is_spent_to_the_last_fen(books: Books) -> None:
    line = books.province
    books.fund(line, MOST_FEN, MOST_FEN)
    application = books.granted(line, MOST_FEN)
    books.post(Kind.PAY, {line.pk: MOST_FEN}, application)
    assert balances(line) == {
        "source": -MOST_FEN, "settled": MOST_FEN, "treasury": -MOST_FEN, "paid": MOST_FEN
    }  # fmt: skip
    assert held([application.pk])[application.pk].paid == {line.pk: MOST_FEN}


def test_a_replay_finds_what_is_there(books: Books) -> None:
    line = books.province
    first = books.post(Kind.BUDGET, {line.pk: 100}, key="same")
    assert books.post(Kind.BUDGET, {line.pk: 100}, key="same", on=day(2)) == first
    assert balances(line) == {"source": -100, "available": 100}


def test_a_replay_is_answered_also_when_the_money_is_gone(books: Books) -> None:
    line = books.province
    books.fund(line, 100)
    application = books.application(total_fen=100)
    first = books.post(Kind.COMMIT, {line.pk: 100}, application, key="same")
    assert books.post(Kind.COMMIT, {line.pk: 100}, application, key="same") == first


@pytest.mark.parametrize("changed", ["amount", "line", "kind", "application"])
def test_another_event_under_the_same_key_is_refused(books: Books, changed: str) -> None:
    for line in (books.province, books.own):
        books.fund(line, 1_000, 500)
    one, two = books.granted(books.province, 100), books.granted(books.province, 100)
    books.post(Kind.PAY, {books.province.pk: 50}, one, key="same")
    line = books.own if changed == "line" else books.province
    kind = Kind.RELEASE if changed == "kind" else Kind.PAY
    amount = 51 if changed == "amount" else 50
    before = Journal.objects.count()
    with pytest.raises(Refused, match="同一编号已在2023-06-01登记了另一笔“支付”"):
        books.post(kind, {line.pk: amount}, two if changed == "application" else one, key="same")
    assert Journal.objects.count() == before


def test_a_reversal_takes_back_the_whole_once(books: Books) -> None:
    line = books.province
    books.fund(line, 100)
    journal = books.post(Kind.ARRIVE, {line.pk: 60}, voucher="")
    back = reverse(journal, on=day(5), reason="录错", by=books.cai)
    assert (back.kind, back.reverses, back.reason) == ("arrive", journal, "录错")
    assert balances(line) == {"source": -100, "available": 100}
    with pytest.raises(Refused, match="已经冲销过"):
        reverse(journal, on=day(5), reason="录错", by=books.cai)
    with pytest.raises(Refused, match="冲销的账不能再冲销"):
        reverse(back, on=day(5), reason="录错", by=books.cai)


@pytest.mark.parametrize(
    ("on", "reason", "word"),
    [(date(2023, 5, 31), "录错", "不能早于原账日期"), (day(9), "  ", "请写明冲销的理由")],
)
def test_a_reversal_has_its_day_and_its_reason(books: Books, on: date, reason: str, word: str) -> None:
    journal = books.post(Kind.BUDGET, {books.province.pk: 60})
    with pytest.raises(Refused, match=word):
        reverse(journal, on=on, reason=reason, by=books.cai)


def test_what_was_spent_cannot_be_reversed(books: Books) -> None:
    line = books.province
    journal = books.post(Kind.BUDGET, {line.pk: 100})
    books.granted(line, 40, on=day(20))
    with pytest.raises(Refused, match=r"到2023-06-20只有0.60元，不够1.00元"):
        reverse(journal, on=day(10), reason="录错", by=books.cai)


def test_a_payment_reversed_can_be_made_again(books: Books) -> None:
    line = books.province
    books.fund(line, 100, 100)
    application = books.granted(line, 100)
    reverse(books.post(Kind.PAY, {line.pk: 100}, application), on=day(3), reason="退汇", by=books.cai)
    assert held([application.pk])[application.pk].committed == {line.pk: 100}
    with pytest.raises(Refused, match=r"“已结清”只有0.00元"):
        books.post(Kind.RECOVER, {line.pk: 1}, application, on=day(3))
    books.post(Kind.PAY, {line.pk: 100}, application, on=day(3))
    assert held([application.pk])[application.pk].granted_fen == 100


def test_committed_released_and_committed_again(books: Books) -> None:
    """A second approval of the same application is no replay of the first."""
    line = books.province
    books.fund(line, 100)
    application = books.granted(line, 100)
    given = {"parts": {"province": 100}, "lines": {"province": line.pk}, "on": DAY, "by": books.lead}
    assert commit(application, **given) == application.journals.get(), "a replay"
    assert release(application, on=DAY, reason="撤回", by=books.lead) is not None
    assert release(application, on=DAY, reason="撤回", by=books.lead) is None, "nothing is left"
    again = commit(application, **given)
    assert again.key == f"approve:{application.pk}:2"
    assert balances(line) == {"source": -100, "committed": 100}
    assert release(application, on=DAY, reason="撤回", by=books.lead) is not None
    assert balances(line) == {"source": -100, "available": 100}


def test_a_line_that_does_not_fit_or_is_missing_is_named(books: Books) -> None:
    books.fund(books.province, 100)
    application = books.application(books.white, total_fen=100)
    parts = {"province": 50, "city": 30, "county": 20}
    chosen = {"province": books.province.pk, "county": books.county.pk}
    with pytest.raises(Refused) as refused:
        commit(application, parts=parts, lines=chosen, on=DAY, by=books.lead)
    assert {p.field: p.message for p in refused.value.problems} == {
        "line_city": "请为市级资金选择预算；没有可选的，请财务人员先登记预算。",
        "line_county": "所选的预算不能用于这笔申请的县级资金，请重新选择。",
    }
    assert not application.journals.exists()


def test_what_waits_to_be_paid_is_not_released(books: Books) -> None:
    line = books.province
    books.fund(line, 100)
    application = books.granted(line, 100)
    batch = PaymentBatch.objects.create(region=books.city, made_by=books.cai)
    PaymentOrder.objects.create(
        batch=batch, number="1", application=application, line=line, amount_fen=100, payee="某", bank="某"
    )
    with pytest.raises(Refused, match="正在支付清单中"):
        release(application, on=DAY, reason="撤回", by=books.lead)


def test_what_a_demonstration_moves_is_demonstration(books: Books) -> None:
    by_demo = books.post(Kind.BUDGET, {books.province.pk: 1}, by=demo_user(books))
    on_demo = books.post(Kind.BUDGET, {books.line("city", books.city, year=2022, is_demo=True).pk: 1})
    real = books.post(Kind.BUDGET, {books.province.pk: 1})
    assert (by_demo.is_demo, on_demo.is_demo, real.is_demo) == (True, True, False)


@pytest.mark.parametrize("kind", [Kind.COMMIT, Kind.PAY, Kind.RELEASE, Kind.RECOVER])
def test_only_a_budget_and_an_arrival_are_taken_back_by_a_minus(books: Books, kind: str) -> None:
    with pytest.raises(ValueError, match="negative"):
        books.post(kind, {books.province.pk: -1}, books.application())
    with pytest.raises(ValueError, match="about an application"):
        books.post(kind, {books.province.pk: 1})


@pytest.mark.parametrize("change", [{"amount_fen": 2}, None], ids=["changed", "deleted"])
def test_the_database_keeps_what_was_posted(books: Books, change: dict[str, Any] | None) -> None:
    books.post(Kind.BUDGET, {books.province.pk: 1})
    rows = Posting.objects.filter(amount_fen=1)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        rows.update(**change) if change else rows.delete()


def test_the_database_itself_refuses_an_overspent_account(books: Books) -> None:
    books.fund(books.province, 100)
    with pytest.raises(IntegrityError), transaction.atomic():
        Balance.objects.filter(line=books.province, account="available").update(amount_fen=-1)
