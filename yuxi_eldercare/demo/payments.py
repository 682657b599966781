"""The demonstration's money: what arrived, a list that was paid, one that waits, and a sum that is to come back."""

import uuid
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Sum

from projects.sheets.reading import Table
from subsidies.books.keeping import Entry, register_arrival
from subsidies.models import Application, BudgetLine, PaymentBatch, PaymentOrder
from subsidies.models.books import Account
from subsidies.paying.batches import make_batch, send_batch
from subsidies.paying.recoveries import order_recovery, receive_recovery
from subsidies.paying.results import write_results
from subsidies.paying.sheets import ANSWERS, NUMBER
from yuxi_eldercare.core.models import User

# What of each level's commitments has arrived: the province's money is on its way.
_ARRIVED_PERCENT: Final = {"province": 80, "city": 100, "county": 100}
_RECOVERED_FEN: Final = 2_000_000


def seed_payments(today: date) -> int:
    """Let money arrive for what is approved, pay the first claim and get some of it back; returns how many lists."""
    people = {
        row.username: row for row in User.objects.filter(username__in=("caiwu", "minzheng"), is_demo=True)
    }
    claims = list(
        Application.objects.filter(is_demo=True, state=Application.State.APPROVED)
        .select_related("county")
        .order_by("pk")
    )
    if len(people) < 2 or not claims or PaymentBatch.objects.exists():
        return 0
    treasurer, approver = people["caiwu"], people["minzheng"]
    with transaction.atomic():
        _arrive(today, treasurer)
        _pay(claims[0], today, treasurer)
        recovery = order_recovery(
            application=claims[0],
            amount_fen=_RECOVERED_FEN * 2,
            reason="（演示）抽查发现4张床位未投入使用，按规定追回",
            due_on=today + timedelta(days=60),
            by=approver,
        )
        receive_recovery(
            recovery=recovery,
            amount_fen=_RECOVERED_FEN,
            on=today,
            voucher=f"（演示）退{today:%Y%m}01",
            by=treasurer,
        )
        for claim in claims[1:2]:
            make_batch(region=claim.county, applications=[claim.pk], by=treasurer, note="（演示）")
    return PaymentBatch.objects.filter(is_demo=True).count()


def _arrive(today: date, treasurer: User) -> None:
    """Part of what is committed on each line has arrived."""
    lines = BudgetLine.objects.filter(is_demo=True, balances__account=Account.COMMITTED)
    for line in lines.select_related("region").annotate(committed=Sum("balances__amount_fen")):
        amount = line.committed * _ARRIVED_PERCENT[line.level] // 100
        if amount:
            entry = Entry(
                amount_fen=amount,
                on=today,
                document=f"（演示）财社〔{today.year}〕2号",
                once=uuid.uuid4().hex,
            )
            register_arrival(line=line, entry=entry, by=treasurer)


def _pay(claim: Application, today: date, treasurer: User) -> None:
    """Send a list of one claim and enter its results."""
    batch = make_batch(region=claim.county, applications=[claim.pk], by=treasurer, note="（演示）").batch
    send_batch(batch=batch, by=treasurer)
    answer = ("成功", f"（演示）付{today:%Y%m}01", today.isoformat(), "")
    numbers = PaymentOrder.objects.filter(batch=batch).order_by("pk").values_list("number", flat=True)
    rows = [(row, [number, *answer]) for row, number in enumerate(numbers, 2)]
    write_results(Table([NUMBER, *ANSWERS], rows), by=treasurer)
