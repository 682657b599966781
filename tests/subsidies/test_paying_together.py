"""Two people at the same moment, and a process that dies half-way: nothing is paid or listed twice, nothing half."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from subsidies.books.verifying import verify
from subsidies.models import Application, Balance, Journal, PaymentBatch, PaymentOrder, Recovery
from subsidies.paying import results
from subsidies.paying.batches import make_batch, send_batch
from subsidies.paying.recoveries import order_recovery, receive_recovery
from subsidies.paying.results import write_results
from targets.actions.refusals import Refused
from tests.targets.threads import threads

from .test_paying import TOTAL, answers
from .world import Subsidies, approved, make_lines, make_subsidies

__all__ = ["threads"]
Start = Callable[..., threading.Thread]


def together(threads: Start, *acts: Callable[[], object]) -> list[str]:
    """Run them at the same moment; the refusals that were said."""
    start, said = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait(30)
        try:
            act()
        except Refused as refused:
            said.append(str(refused))

    for thread in [threads(run, act) for act in acts]:
        thread.join(60)
    return said


def sent(s: Subsidies, row: Application) -> PaymentBatch:
    made = make_batch(region=s.red, applications=[row.pk], by=s.cai)
    return send_batch(batch=made.batch, by=s.cai)


@pytest.mark.django_db(transaction=True)
def test_two_lists_at_once_do_not_hold_the_same_money(threads: Start) -> None:
    s = make_subsidies()
    row = approved(s, 60, make_lines(s))

    def make() -> None:
        make_batch(region=s.red, applications=[row.pk], by=s.cai)

    [words] = together(threads, make, make)
    assert "已在其他支付清单中" in words
    assert PaymentOrder.objects.filter(state="waiting").count() == 3
    assert PaymentBatch.objects.count() == 1  # the other one left nothing


@pytest.mark.django_db(transaction=True)
def test_cash_for_one_is_promised_once(threads: Start) -> None:
    s = make_subsidies()
    lines = make_lines(s, cash=30_000_000)
    rows = [approved(s, 60, lines) for _n in range(2)]
    made: list[int] = []

    def make(row: Application) -> Callable[[], None]:
        def act() -> None:
            made.append(len(make_batch(region=s.red, applications=[row.pk], by=s.cai).orders))

        return act

    # 300,000 元 of the province, 180,000 of the city and 120,000 of the county each; 300,000 arrived of each.
    said = together(threads, *[make(row) for row in rows])
    promised: dict[int, int] = {}
    for order in PaymentOrder.objects.filter(state="waiting"):
        promised[order.line_id] = promised.get(order.line_id, 0) + order.amount_fen
    assert all(
        promised[line.pk] <= Balance.objects.get(line=line, account="cash").amount_fen
        for line in lines.values()
    )
    assert sorted(made) == [1, 3]
    assert not said


@pytest.mark.django_db(transaction=True)
def test_the_same_results_at_once_are_booked_once(threads: Start) -> None:
    s = make_subsidies()
    lines = make_lines(s)
    table = answers(sent(s, approved(s, 60, lines)))

    def write() -> None:
        write_results(table, by=s.cai)

    assert together(threads, write, write) == []
    assert Journal.objects.filter(kind="pay").count() == 3
    paid = sum(Balance.objects.get(line=line, account="paid").amount_fen for line in lines.values())
    assert paid == TOTAL
    assert not verify().differences


@pytest.mark.django_db(transaction=True)
def test_the_same_return_at_once_comes_back_once(threads: Start) -> None:
    s = make_subsidies()
    row = approved(s, 60, make_lines(s))
    write_results(answers(sent(s, row)), by=s.cai)
    today = timezone.localdate()
    recovery = order_recovery(application=row, amount_fen=100, reason="停办", due_on=today, by=s.lin)

    def receive() -> None:
        receive_recovery(recovery=recovery, amount_fen=100, on=today, voucher="T-1", by=s.cai)

    assert together(threads, receive, receive) == []
    assert Recovery.objects.get().received_fen == 100
    assert Journal.objects.filter(kind="recover").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_while_booking_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    s = make_subsidies()
    row = approved(s, 60, make_lines(s))
    table = answers(sent(s, row))
    real, calls = results.post, []

    def dying(*args: Any, **kwargs: Any) -> Journal:
        calls.append(args)
        if len(calls) == 2:
            raise MemoryError
        return real(*args, **kwargs)

    monkeypatch.setattr(results, "post", dying)
    with pytest.raises(MemoryError):
        write_results(table, by=s.cai)
    assert not Journal.objects.filter(kind="pay").exists()
    assert set(PaymentOrder.objects.values_list("state", flat=True)) == {"waiting"}
    assert not verify().differences
    monkeypatch.undo()
    assert write_results(table, by=s.cai).paid_fen == TOTAL  # the same file once more
    assert not verify().differences
