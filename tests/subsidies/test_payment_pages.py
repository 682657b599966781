"""Payment lists and recoveries on their pages: tick, send, take out, upload what came back, get money back."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from subsidies.models import Application, Journal, PaymentBatch, Recovery
from subsidies.paying.batches import make_batch, reverse_payment, send_batch
from subsidies.paying.recoveries import order_recovery, receive_recovery
from subsidies.paying.results import write_results
from targets.actions.refusals import Refused
from tests.worlds import make_user
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.spreadsheets import write_xlsx

from .test_paying import answers
from .world import ACCOUNT, Subsidies, approved, make_lines, make_subsidies

pytestmark = pytest.mark.django_db


@pytest.fixture
def s() -> Subsidies:
    return make_subsidies()


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def returned(text: str, *, result: str = "成功", voucher: str = "P-1") -> SimpleUploadedFile:
    """The exported list, filled in on the right."""
    lines = text.lstrip("\ufeff").splitlines()
    day = timezone.localdate().isoformat()
    filled = [line.removesuffix(",,,,") + f",{result},{voucher},{day}," for line in lines[1:]]
    return SimpleUploadedFile("结果.csv", "\r\n".join([lines[0], *filled]).encode(), "text/csv")


def test_from_ticking_to_booked(s: Subsidies) -> None:
    row = approved(s, 60, make_lines(s))
    client = at(s.cai)
    page = client.get(reverse("subsidy-payment-new") + f"?region={s.red.pk}").content.decode()
    assert "600,000.00" in page
    assert ACCOUNT not in page
    answer = client.post(
        reverse("subsidy-payment-new") + f"?region={s.red.pk}", {"applications": [row.pk], "note": "一"}
    )
    batch = PaymentBatch.objects.get()
    assert answer.headers["Location"] == reverse("subsidy-payment", args=[batch.number])
    assert client.post(answer.headers["Location"], {"do": "send"}).status_code == 302

    export = reverse("subsidy-payment-export", args=[batch.number, "csv"])
    assert client.get(export).status_code == 405
    text = client.post(export).content.decode()
    assert ACCOUNT in text
    preview = client.post(reverse("subsidy-payment-results"), {"file": returned(text)})
    assert preview.context["found"].paid_fen == row.total_fen
    assert not Journal.objects.filter(kind="pay").exists()
    for _again in range(2):  # the button pressed twice
        written = client.post(reverse("subsidy-payment-results"), {"rows": preview.context["rows"]})
        assert written.status_code == 302
    row.refresh_from_db()
    assert row.state == Application.State.PAID
    assert Journal.objects.filter(kind="pay").count() == 3
    assert "已办结" in client.get(reverse("subsidy-payments")).content.decode()


def test_what_waits_for_the_treasurer_stands_on_the_desk_and_in_the_badge(s: Subsidies) -> None:
    def told() -> tuple[str, str]:
        """The number in the top bar, and the part of the desk."""
        client = at(s.cai)
        badge = re.search(r"待办 <b>(\d+)</b>", client.get(reverse("desk")).content.decode())
        return badge[1] if badge else "", client.get(reverse("subsidy-desk")).content.decode()

    row = approved(s, 60, make_lines(s))
    count, part = told()
    assert count == "1"
    assert reverse("subsidy-payment-new") in part
    made = make_batch(region=s.red, applications=[row.pk], by=s.cai)
    count, part = told()
    assert count == "1"
    assert "核对并送出" in part
    assert reverse("subsidy-payment", args=[made.batch.number]) in part
    send_batch(batch=made.batch, by=s.cai)
    assert "登记结果" in told()[1]
    write_results(answers(made.batch), by=s.cai)
    assert told()[0] == ""
    due = order_recovery(
        application=row, amount_fen=100, reason="重复", due_on=timezone.localdate(), by=s.lin
    )
    count, part = told()
    assert count == "1"
    assert reverse("subsidy-recovery", args=[due.pk]) in part
    assert not at(s.ann).get(reverse("subsidy-desk")).content.strip()


def test_what_is_left_out_of_a_list_is_said_in_sentences_of_its_own(s: Subsidies) -> None:
    row = approved(s, 60, make_lines(s, cash=20_000_000))
    address = reverse("subsidy-payment-new") + f"?region={s.red.pk}"
    answer = at(s.cai).post(address, {"applications": [row.pk], "note": ""}, follow=True)
    done, left_out = list(answer.context["messages"])
    assert (done.level_tag, left_out.level_tag) == ("success", "warning")
    assert "2笔、300,000.00元" in str(done)
    assert "请先登记到位" in str(left_out)


def test_a_wrong_file_is_named_row_by_row_and_offers_no_button(s: Subsidies) -> None:
    made = make_batch(region=s.red, applications=[approved(s, 60, make_lines(s)).pk], by=s.cai)
    send_batch(batch=made.batch, by=s.cai)
    client = at(s.cai)
    text = client.post(reverse("subsidy-payment-export", args=[made.batch.number, "csv"])).content.decode()
    number = made.orders[0].number
    page = client.post(
        reverse("subsidy-payment-results"), {"file": returned(text.replace(number, "ZF-没有"))}
    )
    assert "不在已送支付的清单中" in page.content.decode()
    assert "确认登记" not in page.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"%PDF-1.4", "请上传"),
        ("a.csv", "甲,乙\r\n1,2".encode(), "缺少“支付单号”"),
        ("a.xlsx", b"not a workbook", "打不开"),
        ("a.csv", b"", "空"),
    ],
)
def test_what_is_no_result_file_is_refused(s: Subsidies, name: str, content: bytes, words: str) -> None:
    page = at(s.cai).post(reverse("subsidy-payment-results"), {"file": SimpleUploadedFile(name, content)})
    assert page.status_code == 422
    assert words in page.content.decode()


def test_a_character_that_no_column_takes_is_left_out(s: Subsidies) -> None:
    """Spreadsheets can write it as _x0000_."""
    made = make_batch(region=s.red, applications=[approved(s, 60, make_lines(s)).pk], by=s.cai)
    send_batch(batch=made.batch, by=s.cai)
    table, out, dirty = answers(made.batch, 凭证号="QQQQ"), io.BytesIO(), io.BytesIO()
    write_xlsx(out, "支付清单", table.header, [texts for _row, texts in table.rows])
    with zipfile.ZipFile(out) as clean, zipfile.ZipFile(dirty, "w") as changed:
        for name in clean.namelist():
            changed.writestr(name, clean.read(name).replace(b"QQQQ", b"P_x0000_1"))
    upload = SimpleUploadedFile("a.xlsx", dirty.getvalue())
    preview = at(s.cai).post(reverse("subsidy-payment-results"), {"file": upload})
    assert preview.context["found"].lines[0].voucher == "P1"


def test_a_changed_preview_is_not_written(s: Subsidies) -> None:
    answer = at(s.cai).post(reverse("subsidy-payment-results"), {"rows": "forged:abc"}, follow=True)
    assert "已过期" in answer.content.decode()


def test_another_county_does_not_see_the_list(s: Subsidies) -> None:
    made = make_batch(region=s.red, applications=[approved(s, 60, make_lines(s)).pk], by=s.cai)
    green = make_user("far", "treasurer", s.world.counties["999903"])
    assert at(green).get(reverse("subsidy-payment", args=[made.batch.number])).status_code == 404
    assert str(made.batch.number) not in at(green).get(reverse("subsidy-payments")).content.decode()


def test_a_recovery_from_decision_to_receipt(s: Subsidies) -> None:
    row = approved(s, 60, make_lines(s))
    batch = send_batch(batch=make_batch(region=s.red, applications=[row.pk], by=s.cai).batch, by=s.cai)
    client = at(s.cai)
    text = client.post(reverse("subsidy-payment-export", args=[batch.number, "csv"])).content.decode()
    preview = client.post(reverse("subsidy-payment-results"), {"file": returned(text)})
    client.post(reverse("subsidy-payment-results"), {"rows": preview.context["rows"]})

    address = reverse("subsidy-recovery-new", args=[row.number])
    today = timezone.localdate().isoformat()
    too_much = at(s.lin).post(address, {"amount": "600000.01", "due_on": today, "reason": "停办"})
    assert too_much.status_code == 422
    assert "不超过600,000.00元" in too_much.content.decode()
    assert (
        at(s.lin).post(address, {"amount": "100,000", "due_on": today, "reason": "停办"}).status_code == 302
    )
    recovery = Recovery.objects.get()
    page = reverse("subsidy-recovery", args=[recovery.pk])
    receipt = {"do": "receive", "amount": "100000", "on": today, "voucher": "T-1"}
    assert at(s.lin).post(page, receipt).status_code == 403
    assert client.post(page, receipt).status_code == 302
    assert "100,000.00" in client.get(page).content.decode()
    recovery.refresh_from_db()
    assert recovery.state == Recovery.State.DONE


def test_lists_take_the_same_statements_however_long(
    s: Subsidies, django_assert_max_num_queries: object
) -> None:
    lines = make_lines(s, budget=10**12, cash=10**12)
    for _n in range(6):
        make_batch(region=s.red, applications=[approved(s, 1, lines).pk], by=s.cai)
    for _n in range(12):
        approved(s, 1, lines)
    client = at(s.cai)
    for address in (
        reverse("subsidy-payments"),
        reverse("subsidy-payment-new") + f"?region={s.red.pk}",
        reverse("subsidy-payment", args=[PaymentBatch.objects.latest("pk").number]),
        reverse("subsidy-recoveries"),
    ):
        with django_assert_max_num_queries(15):  # type: ignore[operator]
            assert client.get(address).status_code == 200


def test_a_wrong_payment_and_a_wrong_receipt_are_taken_back_with_a_reason(s: Subsidies) -> None:
    row = approved(s, 60, make_lines(s))
    batch = send_batch(batch=make_batch(region=s.red, applications=[row.pk], by=s.cai).batch, by=s.cai)
    client = at(s.cai)
    write_results(answers(batch), by=s.cai)
    page = reverse("subsidy-payment", args=[batch.number])
    order = batch.orders.order_by("pk")[0]
    undo = {"do": "reverse", "order": order.number, "reason": " "}
    assert client.post(page, undo).status_code == 422
    assert client.post(page, undo | {"reason": "凭证号录错"}).status_code == 302
    order.refresh_from_db()
    row.refresh_from_db()
    assert (order.state, row.state) == ("failed", Application.State.APPROVED)
    assert "已冲销：凭证号录错" in client.get(page).content.decode()
    again = make_batch(region=s.red, applications=[row.pk], by=s.cai)
    assert [one.amount_fen for one in again.orders] == [order.amount_fen]

    recovery = order_recovery(
        application=row, amount_fen=100, reason="停办", due_on=timezone.localdate(), by=s.lin
    )
    receive_recovery(recovery=recovery, amount_fen=100, on=timezone.localdate(), voucher="T-9", by=s.cai)
    journal = recovery.journals.get()
    address = reverse("subsidy-recovery", args=[recovery.pk])
    undo = {"do": "reverse", "journal": str(journal.pk), "reason": "退款记错户"}
    anew = reverse("subsidy-recovery-new", args=[row.number])
    assert "已在追回中" not in at(s.lin).get(anew).content.decode()
    assert at(s.lin).post(address, undo).status_code == 403
    assert client.post(address, undo).status_code == 302
    recovery.refresh_from_db()
    assert (recovery.state, recovery.received_fen) == (Recovery.State.OPEN, 0)
    assert "其中 1.00 元已在追回中" in at(s.lin).get(anew).content.decode()
    assert client.post(address, undo).status_code == 422  # only once
    with pytest.raises(Refused, match="已在追回"):
        reverse_payment(order=batch.orders.order_by("pk")[1], reason="录错", by=s.cai)
