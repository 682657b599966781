"""A grant given up after a part of it was paid: only once that part is back, and then whole."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subsidies.applying import withdraw
from subsidies.applying.repeats import counting_claims
from subsidies.books.verifying import verify
from subsidies.models import Application, Balance, BudgetLine, Journal
from subsidies.paying.batches import make_batch, send_batch
from subsidies.paying.recoveries import order_recovery, receive_recovery, reverse_receipt
from subsidies.paying.results import write_results
from subsidies.queries.held import held
from targets.actions.refusals import Refused

from .test_paying import answers
from .world import Subsidies, approved, make_lines, make_subsidies

pytestmark = pytest.mark.django_db


@pytest.fixture
def s() -> Subsidies:
    return make_subsidies()


def partly_paid(s: Subsidies) -> tuple[Application, dict[str, BudgetLine]]:
    """60 beds of which city and county have paid; the province's 300,000 元 have not arrived."""
    lines = make_lines(s, cash=20_000_000)
    row = approved(s, 60, lines)
    batch = make_batch(region=s.red, applications=[row.pk], by=s.cai).batch
    write_results(answers(send_batch(batch=batch, by=s.cai)), by=s.cai)
    row.refresh_from_db()
    assert (row.state, sum(held([row.pk])[row.pk].paid.values())) == ("approved", 30_000_000)
    return row, lines


def recover(s: Subsidies, row: Application, fen: int, voucher: str) -> Journal:
    due = timezone.localdate() + timedelta(days=30)
    made = order_recovery(application=row, amount_fen=fen, reason=f"停业 {voucher}", due_on=due, by=s.lin)
    return receive_recovery(recovery=made, amount_fen=fen, on=timezone.localdate(), voucher=voucher, by=s.cai)


def available(lines: dict[str, BudgetLine]) -> dict[str, int]:
    return {
        level: Balance.objects.get(line=line, account="available").amount_fen for level, line in lines.items()
    }


def test_what_is_still_committed_is_released_once_all_that_was_paid_is_back(s: Subsidies) -> None:
    row, lines = partly_paid(s)
    with pytest.raises(Refused, match=r"尚未追回 300,000\.00 元"):
        withdraw(application=row, reason="停业", by=s.ann)
    recover(s, row, 29_999_999, "记-1")
    with pytest.raises(Refused, match=r"尚未追回 0\.01 元"):
        withdraw(application=row, reason="停业", by=s.ann)
    recover(s, row, 1, "记-2")
    assert available(lines)["province"] == 10**9 - 30_000_000
    withdraw(application=row, reason="停业", by=s.ann)
    assert available(lines) == dict.fromkeys(lines, 10**9)
    hold = held([row.pk])[row.pk]
    assert not any([*hold.committed.values(), *hold.paid.values()])
    assert row.steps.get(verb="withdraw").figures == {"released": {str(lines["province"].pk): 30_000_000}}
    assert verify().differences == []


def test_beds_count_again_when_what_came_back_turns_out_not_to_have_come(s: Subsidies) -> None:
    row, _lines = partly_paid(s)
    journal = recover(s, row, 30_000_000, "记-1")
    withdraw(application=row, reason="停业", by=s.ann)
    again = Application(
        scheme=s.scheme, version=s.version, institution=s.home, county=s.red, department=s.unit, claimed=100
    )
    assert counting_claims(again) == []
    reverse_receipt(journal=journal, reason="入账有误", by=s.cai)
    assert [one.units for one in counting_claims(again)] == [60]
    assert verify().differences == []
