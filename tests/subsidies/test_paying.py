"""From approval to voucher: lists, results that come once, twice or wrong, and money that comes back."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from projects.sheets.reading import Table, read_table
from subsidies.models import Application, Balance, BudgetLine, Journal, PaymentBatch, PaymentOrder, Recovery
from subsidies.paying.batches import drop_order, make_batch, send_batch
from subsidies.paying.recoveries import drop_recovery, order_recovery, receive_recovery
from subsidies.paying.results import Results, read_results, write_results
from subsidies.paying.sheets import HEADINGS, write_list
from subsidies.queries.held import held
from targets.actions.refusals import NotAllowed, Refused
from tests.worlds import make_user
from yuxi_eldercare.core.models import AuditEvent

from .world import ACCOUNT, Subsidies, approved, make_lines, make_subsidies

pytestmark = pytest.mark.django_db
BEDS = 60
TOTAL = 60_000_000  # 60 beds of 10000 元, in 分


@pytest.fixture
def s() -> Subsidies:
    return make_subsidies()


def balance(line: BudgetLine, account: str) -> int:
    return Balance.objects.get(line=line, account=account).amount_fen


def sent(s: Subsidies, *applications: Application) -> PaymentBatch:
    made = make_batch(region=s.red, applications=[row.pk for row in applications], by=s.cai)
    return send_batch(batch=made.batch, by=s.cai)


def answers(batch: PaymentBatch, **changes: Any) -> Table:
    """The list as it comes back: every order paid today, but for what `changes` says of the first one."""
    rows = []
    for number, order in enumerate(batch.orders.order_by("pk"), 2):
        said = {
            "支付单号": order.number,
            "金额（元）": f"{order.amount_fen / 100:.2f}",
            "支付结果": "成功",
            "凭证号": f"P{batch.pk}",
            "支付日期": timezone.localdate().isoformat(),
            "失败原因": "",
        }
        if number == 2:
            said |= changes
        rows.append((number, list(said.values())))
    return Table(["支付单号", "金额（元）", "支付结果", "凭证号", "支付日期", "失败原因"], rows)


def test_a_list_has_an_order_per_level_and_adds_up(s: Subsidies) -> None:
    row = approved(s, BEDS, make_lines(s))
    made = make_batch(region=s.red, applications=[row.pk], by=s.cai)
    assert {o.line.level: o.amount_fen for o in made.orders} == {
        "province": 30_000_000,
        "city": 18_000_000,
        "county": 12_000_000,
    }
    assert sum(o.amount_fen for o in made.orders) == row.total_fen == TOTAL
    assert not made.short


def test_what_has_not_arrived_waits_and_is_named(s: Subsidies) -> None:
    lines = make_lines(s, cash=20_000_000)
    row = approved(s, BEDS, lines)
    made = make_batch(region=s.red, applications=[row.pk], by=s.cai)
    assert {o.line.level for o in made.orders} == {"city", "county"}
    [text] = made.short
    assert "300,000.00" in text
    assert "200,000.00" in text
    assert "省级" in text


def test_cash_on_one_list_is_not_there_for_another(s: Subsidies) -> None:
    lines = make_lines(s, cash=TOTAL)
    first, second = approved(s, BEDS, lines), approved(s, BEDS + 40, lines)
    make_batch(region=s.red, applications=[first.pk], by=s.cai)
    made = make_batch(region=s.red, applications=[second.pk], by=s.cai)
    # 500,000 元 of the province would be needed; 600,000 arrived, 300,000 are on the first list.
    assert {o.line.level for o in made.orders} == {"city", "county"}
    with pytest.raises(Refused, match="已在其他支付清单中"):
        make_batch(region=s.red, applications=[first.pk], by=s.cai)


def test_who_applied_or_approved_does_not_pay(s: Subsidies) -> None:
    row = approved(s, BEDS, make_lines(s))
    both = make_user("both", "treasurer", s.city)
    row.steps.create(verb="city_check", state=row.state, at=timezone.now(), by=both)
    with pytest.raises(Refused, match="市级复核通过"):
        make_batch(region=s.red, applications=[row.pk], by=both)
    for person in (s.ann, s.bob, s.lin):
        with pytest.raises(NotAllowed):
            make_batch(region=s.red, applications=[row.pk], by=person)


def test_results_post_once_and_settle_everything(s: Subsidies) -> None:
    lines = make_lines(s)
    row = approved(s, BEDS, lines)
    batch = sent(s, row)
    table = answers(batch)
    assert write_results(table, by=s.cai).paid_fen == TOTAL
    row.refresh_from_db()
    batch.refresh_from_db()
    assert (row.state, batch.state) == (Application.State.PAID, PaymentBatch.State.DONE)
    assert balance(lines["province"], "paid") == balance(lines["province"], "settled") == 30_000_000
    assert balance(lines["province"], "committed") == 0

    again = write_results(table, by=s.cai)  # the same file once more
    assert again.paid_fen == 0
    assert all(line.unchanged for line in again.lines)
    assert Journal.objects.filter(kind="pay").count() == 3
    assert balance(lines["province"], "paid") == 30_000_000


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"支付单号": "ZF2023-XX-1"}, "不在已送支付的清单中"),
        ({"支付结果": "也许"}, "无法识别"),
        ({"凭证号": ""}, "凭证号"),
        ({"支付日期": "13月1日"}, "无法识别"),
        ({"支付日期": "2001-01-01"}, "清单送出"),
        ({"支付日期": "2999-01-01"}, "今天以前"),
        ({"金额（元）": "1.00"}, "与清单上的300,000.00元不同"),
        ({"支付结果": "失败"}, "失败原因"),
        ({"支付结果": "", "凭证号": "", "支付日期": "", "失败原因": "户名不符"}, "支付结果“”无法识别"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_row_is_named_and_nothing_is_written(
    s: Subsidies, changes: dict[str, str], words: str
) -> None:
    batch = sent(s, approved(s, BEDS, make_lines(s)))
    with pytest.raises(Refused, match=words) as refused:
        write_results(answers(batch, **changes), by=s.cai)
    assert "第2行" in str(refused.value)
    assert not Journal.objects.filter(kind="pay").exists()
    assert set(batch.orders.values_list("state", flat=True)) == {"waiting"}


def test_an_order_twice_in_a_file_is_refused(s: Subsidies) -> None:
    batch = sent(s, approved(s, BEDS, make_lines(s)))
    table = answers(batch)
    twice = Table(table.header, [*table.rows, (9, table.rows[0][1])])
    assert [line.row for line in read_results(twice, by=s.cai).problems] == [9]


def test_what_contradicts_a_recorded_payment_changes_nothing(s: Subsidies) -> None:
    batch = sent(s, approved(s, BEDS, make_lines(s)))
    write_results(answers(batch), by=s.cai)
    with pytest.raises(Refused, match="登记有误的请冲销"):
        write_results(answers(batch, 凭证号="另一张"), by=s.cai)
    with pytest.raises(Refused, match="已支付"):
        write_results(answers(batch, 支付结果="失败", 失败原因="户名不符"), by=s.cai)
    assert not PaymentOrder.objects.exclude(state="paid").exists()


def test_a_voucher_belongs_to_one_list(s: Subsidies) -> None:
    lines = make_lines(s)
    first, second = sent(s, approved(s, 10, lines)), sent(s, approved(s, 10, lines))
    write_results(answers(first, 凭证号="P-1"), by=s.cai)
    with pytest.raises(Refused, match=f"已用于清单{first.number}"):
        write_results(answers(second, 凭证号="P-1"), by=s.cai)


def test_a_failed_payment_can_go_on_another_list(s: Subsidies) -> None:
    row = approved(s, BEDS, make_lines(s))
    batch = sent(s, row)
    write_results(answers(batch, 支付结果="失败", 凭证号="", 失败原因="户名不符"), by=s.cai)
    row.refresh_from_db()
    assert row.state == Application.State.APPROVED
    made = make_batch(region=s.red, applications=[row.pk], by=s.cai)
    assert [o.amount_fen for o in made.orders] == [30_000_000]


def test_results_of_another_countys_list_are_unknown(s: Subsidies) -> None:
    batch = sent(s, approved(s, BEDS, make_lines(s)))
    green = make_user("far", "treasurer", s.world.counties["999903"])
    results: Results = read_results(answers(batch), by=green)
    assert len(results.problems) == 3


def test_a_dropped_order_frees_what_it_reserved(s: Subsidies) -> None:
    row = approved(s, BEDS, make_lines(s, cash=30_000_000))
    batch = sent(s, row)
    for order in batch.orders.all():
        with pytest.raises(Refused, match="作废的理由"):
            drop_order(order=order, reason=" ", by=s.cai)
        drop_order(order=order, reason="户名写错", by=s.cai)
    batch.refresh_from_db()
    assert batch.state == PaymentBatch.State.DROPPED
    assert len(make_batch(region=s.red, applications=[row.pk], by=s.cai).orders) == 3


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_list_leaves_whole_comes_back_and_is_in_the_audit(s: Subsidies, form: str) -> None:
    row = approved(s, BEDS, make_lines(s))
    made = make_batch(region=s.red, applications=[row.pk], by=s.cai)
    with pytest.raises(Refused, match="送出以后"):
        write_list(io.BytesIO(), batch=made.batch, form=form, by=s.cai)
    batch = send_batch(batch=made.batch, by=s.cai)
    out = io.BytesIO()
    write_list(out, batch=batch, form=form, by=s.cai)
    out.seek(0)
    if form == "xlsx":
        rows = CalamineWorkbook.from_filelike(out).get_sheet_by_index(0).to_python()
        assert rows[0] == list(HEADINGS)
        assert rows[1][3] == ACCOUNT
        assert rows[1][4] == 300_000.0
        out.seek(0)
    table = read_table(out, "text/csv" if form == "csv" else "application/xlsx")
    assert [texts[0] for _row, texts in table.rows] == [o.number for o in batch.orders.order_by("pk")]
    event = AuditEvent.objects.get(action="payments.export")
    assert event.actor == s.cai
    assert event.after["count"] == 3
    assert ACCOUNT not in str(event.after)
    with pytest.raises(NotAllowed):
        write_list(io.BytesIO(), batch=batch, form=form, by=s.bob)


def paid(s: Subsidies, lines: dict[str, BudgetLine], beds: int = BEDS) -> Application:
    row = approved(s, beds, lines)
    write_results(answers(sent(s, row)), by=s.cai)
    row.refresh_from_db()
    return row


def due() -> date:
    return timezone.localdate() + timedelta(days=30)


def test_a_recovery_returns_to_the_lines_that_paid(s: Subsidies) -> None:
    lines = make_lines(s)
    row = paid(s, lines)
    recovery = order_recovery(
        application=row, amount_fen=10_000_001, reason="床位核减", due_on=due(), by=s.lin
    )
    journal = receive_recovery(
        recovery=recovery, amount_fen=10_000_001, on=timezone.localdate(), voucher="T-1", by=s.cai
    )
    back = {p.line.level: -p.amount_fen for p in journal.postings.filter(account="paid")}
    assert back == {"province": 5_000_001, "city": 3_000_000, "county": 2_000_000}
    hold = held([row.pk])[row.pk]
    assert sum(hold.paid.values()) == TOTAL - 10_000_001
    assert sum(hold.recovered.values()) == 10_000_001
    recovery.refresh_from_db()
    assert recovery.state == Recovery.State.DONE
    again = receive_recovery(
        recovery=recovery, amount_fen=10_000_001, on=timezone.localdate(), voucher="T-1", by=s.cai
    )
    assert again == journal
    assert Journal.objects.filter(kind="recover").count() == 1


def test_no_more_comes_back_than_was_paid(s: Subsidies) -> None:
    row = paid(s, make_lines(s))
    order_recovery(application=row, amount_fen=TOTAL - 100, reason="停办", due_on=due(), by=s.lin)
    with pytest.raises(Refused, match=r"不超过1\.00元"):
        order_recovery(application=row, amount_fen=101, reason="停办", due_on=due(), by=s.lin)
    last = order_recovery(application=row, amount_fen=100, reason="停办", due_on=due(), by=s.lin)
    with pytest.raises(Refused, match=r"还应退回1\.00元"):
        receive_recovery(recovery=last, amount_fen=101, on=timezone.localdate(), voucher="T", by=s.cai)
    with pytest.raises(Refused, match="凭证号"):
        receive_recovery(recovery=last, amount_fen=100, on=timezone.localdate(), voucher=" ", by=s.cai)


def test_recoveries_are_ordered_by_who_approves_and_entered_by_who_pays(s: Subsidies) -> None:
    row = paid(s, make_lines(s))
    for person in (s.ann, s.bob, s.cai):
        with pytest.raises(NotAllowed):
            order_recovery(application=row, amount_fen=1, reason="停办", due_on=due(), by=person)
    recovery = order_recovery(application=row, amount_fen=500, reason="停办", due_on=due(), by=s.lin)
    with pytest.raises(NotAllowed):
        receive_recovery(recovery=recovery, amount_fen=1, on=timezone.localdate(), voucher="T", by=s.lin)
    receive_recovery(recovery=recovery, amount_fen=200, on=timezone.localdate(), voucher="T", by=s.cai)
    dropped = drop_recovery(recovery=recovery, reason="法院裁定免除", by=s.lin)
    assert (dropped.state, dropped.received_fen) == (Recovery.State.DROPPED, 200)
    with pytest.raises(Refused, match="已取消"):
        receive_recovery(recovery=recovery, amount_fen=1, on=timezone.localdate(), voucher="U", by=s.cai)
