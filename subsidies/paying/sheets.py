"""The payment list as a file for the finance system, and what its rows are called when they come back."""

from decimal import Decimal
from typing import IO, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from subsidies.books.wording import line_name
from subsidies.models import PaymentBatch, PaymentOrder
from targets.actions.refusals import Refused
from targets.reporting.wording import kept
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.ciphers import CannotOpen
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import KEEP_BOOKS
from yuxi_eldercare.core.spreadsheets import csv_bytes, write_xlsx

from .basics import require

# The headings of both files: a file that leaves is filled in on the right and comes back.
NUMBER: Final = "支付单号"
RESULT: Final = "支付结果"
VOUCHER: Final = "凭证号"
PAID_ON: Final = "支付日期"
FAILURE: Final = "失败原因"
AMOUNT: Final = "金额（元）"
ANSWERS: Final = (RESULT, VOUCHER, PAID_ON, FAILURE)
HEADINGS: Final = (NUMBER, "收款人", "开户银行", "账号", AMOUNT, "用途", "资金来源", "申请编号", *ANSWERS)


@transaction.atomic
def write_list(target: IO[bytes], *, batch: PaymentBatch, form: str, by: User) -> None:
    """Write the waiting orders of a sent list with whole account numbers; the audit says who took them out.

    `form` is xlsx or csv. Raises `NotAllowed`, and `Refused` for a list that was not sent.
    """
    require(by, KEEP_BOOKS, batch.region)
    if batch.state != PaymentBatch.State.SENT:
        raise Refused.because(_("清单送出以后才能导出，请先点“送支付”。"))
    try:
        rows = _rows(batch)
    except CannotOpen:
        text = _("有账号打不开：当时加密用的密钥不在系统的密钥表里。请系统管理员补上后再导出。")
        raise Refused.because(text) from None
    audit.record(
        by=by,
        action="payments.export",
        object_type="payment_batch",
        object_key=str(batch.number),
        after={"form": form, **audit.digest_rows(rows)},
    )
    if form == "csv":
        target.write(csv_bytes(HEADINGS, rows))
    else:
        write_xlsx(target, "支付清单", HEADINGS, rows)


@kept
def _rows(batch: PaymentBatch) -> list[list[Any]]:
    orders = batch.orders.filter(state=PaymentOrder.State.WAITING).select_related(
        "application__scheme", "line__region"
    )
    return [
        [
            order.number,
            order.payee,
            order.bank,
            order.account.open(),
            Decimal(order.amount_fen).scaleb(-2),
            order.application.scheme.name,
            line_name(order.line),
            order.application.number,
            *[""] * len(ANSWERS),
        ]
        for order in orders.order_by("pk")
    ]
