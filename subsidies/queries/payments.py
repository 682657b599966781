"""What pages ask about payments: what can be paid, lists with their orders, recoveries."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from subsidies.models import Application, BudgetLine, PaymentBatch, PaymentOrder, Recovery
from subsidies.queries.held import held
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import KEEP_BOOKS, can

from .seen import regions_for

ORDER = PaymentOrder.State


def batches_in(regions: Collection[str]) -> QuerySet[PaymentBatch]:
    """Payment lists of some regions, newest first, with the number and sum of their orders by state."""
    rows = PaymentBatch.objects.filter(region__in=regions).select_related("region", "made_by", "sent_by")
    live = ~Q(orders__state=ORDER.DROPPED)
    return rows.annotate(
        orders_n=Count("orders", filter=live),
        orders_fen=Sum("orders__amount_fen", filter=live),
        waiting_n=Count("orders", filter=Q(orders__state=ORDER.WAITING)),
        paid_n=Count("orders", filter=Q(orders__state=ORDER.PAID)),
        paid_fen=Sum("orders__amount_fen", filter=Q(orders__state=ORDER.PAID)),
        failed_n=Count("orders", filter=Q(orders__state=ORDER.FAILED)),
        last_paid_on=Max("orders__paid_on"),
    ).order_by("-pk")


def orders_of(batch: PaymentBatch) -> QuerySet[PaymentOrder]:
    """The orders of a list with what their rows show. One statement."""
    shown = ("application__county", "application__scheme", "line__region", "settled_by")
    return batch.orders.select_related(*shown).order_by("pk")


@dataclass
class Payable:
    """An approved application with what is committed on each line and not on a list yet."""

    application: Application
    parts: list[tuple[BudgetLine, int]] = field(default_factory=list)

    @property
    def total_fen(self) -> int:
        """All of it, in 分."""
        return sum(amount for _line, amount in self.parts)


def payable_in(region: str, most: int = 200) -> list[Payable]:
    """Approved applications of a region with money that waits to be paid, oldest first. Four statements."""
    rows = list(
        Application.objects.filter(state=Application.State.APPROVED)
        .filter(Q(county=region) | Q(county__parent=region))
        .select_related("county", "scheme")
        .order_by("approved_at", "pk")[:most]
    )
    holds = held([row.pk for row in rows])
    waiting = PaymentOrder.objects.filter(state=ORDER.WAITING, application__in=[row.pk for row in rows])
    listed = set(waiting.values_list("application_id", "line_id"))
    lines = BudgetLine.objects.select_related("region").in_bulk(
        {line for hold in holds.values() for line in hold.committed}
    )
    found = []
    for row in rows:
        parts = [
            (lines[line], amount)
            for line, amount in sorted(holds[row.pk].committed.items())
            if amount > 0 and (row.pk, line) not in listed
        ]
        if parts:
            found.append(Payable(row, parts))
    return found


def to_list(user: User) -> QuerySet[Application]:
    """Approved applications of the regions whose purse somebody keeps that stand on no list that waits."""
    regions = regions_for(user, KEEP_BOOKS)
    rows = Application.objects.filter(state=Application.State.APPROVED, county__in=regions)
    return rows.exclude(orders__state=ORDER.WAITING)


def lists_to_finish(user: User) -> QuerySet[PaymentBatch]:
    """Payment lists of these regions that are to be sent, or wait for their results."""
    state = PaymentBatch.State
    regions = regions_for(user, KEEP_BOOKS)
    rows = PaymentBatch.objects.filter(region__in=regions, state__in=[state.OPEN, state.SENT])
    return rows.select_related("region").order_by("pk")


def money_to_come(user: User) -> QuerySet[Recovery]:
    """Recoveries of these regions whose money has not come back whole."""
    return recoveries_in(regions_for(user, KEEP_BOOKS)).filter(state=Recovery.State.OPEN)


def payments_waiting(user: User) -> list[QuerySet[Any]]:
    """What waits for somebody as treasurer, for the number in the top bar; empty for anybody else."""
    return [to_list(user), lists_to_finish(user), money_to_come(user)] if can(user, KEEP_BOOKS) else []


def open_fen(application: Application) -> int:
    """What is to come back of an application and has not come yet, in 分. One statement."""
    rows = application.recoveries.filter(state=Recovery.State.OPEN)
    return rows.aggregate(sum=Sum(F("amount_fen") - F("received_fen")))["sum"] or 0


def recoveries_in(regions: Collection[str]) -> QuerySet[Recovery]:
    """Recoveries of applications of some regions, open ones first."""
    rows = Recovery.objects.filter(application__county__in=regions)
    shown = ("application__county__parent", "application__scheme", "made_by", "settled_by")
    return rows.select_related(*shown).order_by("-state", "due_on", "pk")
