"""What the finance system says became of a payment list: read, compared row by row, written all or nothing.

A row that says again what is recorded changes nothing, so that a file may come twice. A row that contradicts what is
recorded, or names an order nobody sent, is refused with its number, and then no row of the file is written.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.sheets.reading import Table
from subsidies.amounts import grouped, read_yuan
from subsidies.books.posting import Event, lock_lines, post
from subsidies.models import ApplicationStep, Journal, PaymentBatch, PaymentOrder
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import KEEP_BOOKS, can

from .basics import locked, settle, step
from .batches import finish
from .sheets import AMOUNT, ANSWERS, FAILURE, NUMBER, PAID_ON, RESULT, VOUCHER

State = PaymentOrder.State
PAID_WORDS: Final = frozenset({"成功", "已支付", "支付成功", "paid", "success"})
FAILED_WORDS: Final = frozenset({"失败", "支付失败", "退票", "failed"})
_FORMS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
_VOUCHER_MOST: Final = 60


@dataclass
class Line:
    """A row of a result file: its number in the sheet, the order it names, and what it says of it."""

    row: int
    number: str
    order: PaymentOrder | None = None
    paid: bool = False
    voucher: str = ""
    paid_on: date | None = None
    failure: str = ""
    unchanged: bool = False
    problem: str = ""


@dataclass
class Results:
    """What a file says, compared with what is recorded."""

    lines: list[Line] = field(default_factory=list)

    @property
    def problems(self) -> list[Line]:
        """The rows that cannot be written."""
        return [line for line in self.lines if line.problem]

    @property
    def news(self) -> list[Line]:
        """The rows that record something."""
        return [line for line in self.lines if not line.problem and not line.unchanged]

    @property
    def paid_fen(self) -> int:
        """What the new rows pay."""
        return sum(line.order.amount_fen for line in self.news if line.paid and line.order)


def read_results(table: Table, *, by: User) -> Results:
    """Compare a file with what is recorded; nothing is written. Raises `Refused` for missing headings."""
    missing = [name for name in (NUMBER, *ANSWERS[:3]) if table.column(name) is None]
    if missing:
        text = _("表格缺少“%(columns)s”列，请在导出的支付清单上填写结果后上传。")
        raise Refused.because(text % {"columns": "”“".join(missing)}, "file")
    columns = {name: table.column(name) for name in (NUMBER, AMOUNT, *ANSWERS)}
    orders = _orders({texts[columns[NUMBER] or 0] for _number, texts in table.rows}, by)
    results, seen = Results(), set[str]()
    for row, texts in table.rows:
        said = {name: texts[place] if place is not None else "" for name, place in columns.items()}
        line = Line(row, said[NUMBER], orders.get(said[NUMBER]))
        if not any(said[name] for name in ANSWERS):
            continue  # nothing has become of it yet
        if line.number in seen:
            line.problem = _("这个支付单号在文件中出现了两次，请只保留一行。")
        else:
            line.problem = _read(line, said)
        seen.add(line.number)
        results.lines.append(line)
    _check_vouchers(results.news)
    return results


def _orders(numbers: Iterable[str], by: User) -> dict[str, PaymentOrder]:
    """Orders of sent lists this person may keep, by number. One statement."""
    rows = PaymentOrder.objects.select_related("batch__region", "application", "line__region")
    sent = rows.filter(number__in=list(numbers), batch__sent_at__isnull=False)
    return {row.number: row for row in sent if can(by, KEEP_BOOKS, region=row.batch.region)}


def _read(line: Line, said: dict[str, str]) -> str:
    """Take over what a row says of its order; the sentence about what is wrong with it, or nothing."""
    order = line.order
    if order is None:
        return _("支付单号“%(number)s”不在已送支付的清单中，请核对是否漏字、错字，或不属于你管的地区。") % {
            "number": line.number
        }
    if said[AMOUNT] and read_yuan(said[AMOUNT]) != order.amount_fen:
        text = _(
            "金额“%(said)s”与清单上的%(amount)s元不同，请核对；部分支付不能登记，请先作废再重新编制清单。"
        )
        return text % {"said": said[AMOUNT], "amount": grouped(order.amount_fen)}
    word = said[RESULT].strip().lower()
    if word in FAILED_WORDS:
        line.failure = said[FAILURE].strip()[:200]
        return _failed_problem(line, order)
    if word not in PAID_WORDS:
        return _("支付结果“%(said)s”无法识别，请填“成功”或“失败”。") % {"said": said[RESULT]}
    line.paid, line.voucher, line.paid_on = True, said[VOUCHER].strip(), _day(said[PAID_ON])
    return _paid_problem(line, order, said[PAID_ON])


def _failed_problem(line: Line, order: PaymentOrder) -> str:
    if order.state == State.FAILED:
        line.unchanged = True
        return ""
    if order.state != State.WAITING:
        return _contradicts(order)
    return "" if line.failure else _("请填写失败原因，以便改正后重新支付。")


def _paid_problem(line: Line, order: PaymentOrder, said: str) -> str:
    if not line.voucher or len(line.voucher) > _VOUCHER_MOST:
        return _("请填写凭证号，最多%(most)s个字。") % {"most": _VOUCHER_MOST}
    if line.paid_on is None:
        return _("支付日期“%(said)s”无法识别，请按2023-12-31的样式填写。") % {"said": said}
    if order.state == State.PAID:
        line.unchanged = (order.voucher, order.paid_on) == (line.voucher, line.paid_on)
        return "" if line.unchanged else _contradicts(order)
    if order.state != State.WAITING and (problem := _too_late(order)):
        return problem
    sent = timezone.localdate(order.batch.sent_at)
    if line.paid_on < sent:
        sent = _first_sent(order, sent)
    if not sent <= line.paid_on <= timezone.localdate():
        text = _("支付日期%(day)s应在清单送出（%(sent)s）以后、今天以前，请核对。")
        return text % {"day": line.paid_on, "sent": sent}
    return ""


def _too_late(order: PaymentOrder) -> str:
    """Why a success cannot be recorded any more of an order that failed or was dropped; empty where it can.

    The bank may have paid all the same. Who then puts the amount on another list pays it twice.
    """
    left_late = order.settled_at and order.batch.sent_at and order.settled_at >= order.batch.sent_at
    if order.voucher or not left_late:
        return _contradicts(order)
    others = PaymentOrder.objects.filter(application=order.application_id, line=order.line_id)
    other = others.filter(state__in=[State.WAITING, State.PAID]).exclude(pk=order.pk).order_by("-pk").first()
    if other is None:
        return ""
    values = {"state": order.get_state_display(), "number": other.number}
    if other.state == State.PAID:
        text = _("这笔已登记为“%(state)s”，后来由%(number)s支付；确实付了两次的，请登记追回其中一笔。")
        return text % values
    text = _(
        "这笔已登记为“%(state)s”，金额已列入%(number)s；如已实际支付，请先作废%(number)s，再登记，以免付两次。"
    )
    return text % values


def _first_sent(order: PaymentOrder, sent: date) -> date:
    """When the amount was first sent for payment: what was entered wrongly and taken back is entered anew as it was."""
    others = PaymentOrder.objects.filter(
        application=order.application_id, line=order.line_id, state=State.FAILED
    )
    first = others.exclude(voucher="").aggregate(first=Min("batch__sent_at"))["first"]
    return min(sent, timezone.localdate(first)) if first else sent


def _contradicts(order: PaymentOrder) -> str:
    values = {"state": order.get_state_display(), "voucher": order.voucher, "day": order.paid_on}
    if order.state == State.PAID:
        text = _("这笔已按凭证%(voucher)s于%(day)s登记为已支付，文件所写不同，未改动；登记有误的请冲销。")
        return text % values
    text = _(
        "这笔已登记为“%(state)s”，不能再登记结果。没有支付的，请重新编制清单；已经支付的，在新清单上登记。"
    )
    return text % values


def _day(text: str) -> date | None:
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None


def _check_vouchers(news: Sequence[Line]) -> None:
    """A voucher belongs to one list: one that is recorded for another list is named."""
    paid = [line for line in news if line.paid and line.order]
    known = PaymentOrder.objects.filter(voucher__in={line.voucher for line in paid}, state=State.PAID)
    lists: dict[str, set[str]] = defaultdict(set)
    for voucher, batch in known.values_list("voucher", "batch__number"):
        lists[voucher].add(batch or "")
    for line in paid:
        assert line.order is not None
        lists[line.voucher].add(line.order.batch.number or "")
    for line in paid:
        assert line.order is not None
        others = lists[line.voucher] - {line.order.batch.number or ""}
        if others:
            text = _("凭证号%(voucher)s已用于清单%(lists)s，请核对。")
            line.problem = text % {"voucher": line.voucher, "lists": "、".join(sorted(others))}


@transaction.atomic
def write_results(table: Table, *, by: User) -> Results:
    """Write what a file says, all or nothing.

    1. Lock the applications it names, then their lists, lines and orders, and compare again.
    2. Post every payment under its order's number, so that none is posted twice.
    3. Close what is paid whole: applications, then lists.

    Raises `Refused` with every row that cannot be written, and where the books refuse a payment.
    """
    place = table.column(NUMBER)
    numbers = {texts[place] for _number, texts in table.rows} if place is not None else set()
    named = PaymentOrder.objects.filter(number__in=numbers)
    applications = {row.pk: row for row in locked(set(named.values_list("application_id", flat=True)))}
    batches = PaymentBatch.objects.select_for_update().filter(orders__in=named.values("pk"))
    held_batches = {row.pk: row for row in _once(batches.order_by("pk"))}
    lock_lines(set(named.values_list("line_id", flat=True)))
    results = read_results(table, by=by)
    if results.problems:
        raise Refused(
            [
                Problem(
                    line.row, "file", _("第%(row)s行：%(text)s") % {"row": line.row, "text": line.problem}
                )
                for line in results.problems
            ]
        )
    now = timezone.now()
    for line in results.news:
        assert line.order is not None
        order, application = line.order, applications[line.order.application_id]
        order.settled_at, order.settled_by = now, by
        if line.paid:
            _pay(line, order, by)
            step(application, ApplicationStep.Verb.PAY, by, amount_fen=order.amount_fen, voucher=line.voucher)
        else:
            order.state, order.failure = State.FAILED, line.failure
        order.save()
    settle(applications.values())
    for batch in held_batches.values():
        finish(batch)
    if results.news:
        _note(results, by)
    return results


def _once(rows: Iterable[PaymentBatch]) -> list[PaymentBatch]:
    return list({row.pk: row for row in rows}.values())


def _pay(line: Line, order: PaymentOrder, by: User) -> None:
    assert line.paid_on is not None
    event = Event(
        kind=Journal.Kind.PAY,
        key=f"pay:{order.number}",
        on=line.paid_on,
        by=by,
        application=order.application,
        voucher=line.voucher,
        is_demo=order.is_demo,
    )
    try:
        post(event, {order.line_id: order.amount_fen})
    except Refused as refused:
        text = _("第%(row)s行：%(text)s") % {"row": line.row, "text": refused}
        raise Refused([Problem(line.row, "file", text)]) from None
    order.state, order.voucher, order.paid_on, order.failure = State.PAID, line.voucher, line.paid_on, ""


def _note(results: Results, by: User) -> None:
    rows = [
        [line.number, line.paid, line.voucher, str(line.paid_on or ""), line.failure] for line in results.news
    ]
    audit.record(
        by=by,
        action="payments.results",
        object_type="payment_batch",
        object_key="、".join(sorted({str(line.order.batch.number) for line in results.news if line.order})),
        after={"paid_fen": results.paid_fen, **audit.digest_rows(rows)},
    )
