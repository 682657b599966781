"""Paying out and getting back: batches for the finance system, their orders, and recoveries."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.models.sealed import SealedField, nothing

from .applications import Application
from .books import BudgetLine


class PaymentBatch(models.Model):
    """A payment list of one payer for the finance system. `number` is its external key."""

    class State(models.TextChoices):
        OPEN = "open", _("编制中")
        SENT = "sent", _("已送支付")
        DONE = "done", _("已办结")
        DROPPED = "dropped", _("已作废")

    number = models.CharField(max_length=32, unique=True, null=True)  # null only while the row is being made
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")  # the payer's
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number or str(self.pk)


class PaymentOrder(models.Model):
    """One row of a payment list: so much of one budget line to the payee of one application.

    The payee's account is a copy from the moment the list was made. While it waits it reserves its amount.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待支付")
        PAID = "paid", _("已支付")
        FAILED = "failed", _("支付失败")
        DROPPED = "dropped", _("已作废")

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=40, unique=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="orders")
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="orders")
    amount_fen = models.BigIntegerField()
    payee = models.CharField(max_length=120)
    bank = models.CharField(max_length=80)
    account = SealedField(default=nothing)
    account_masked = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    voucher = models.CharField(max_length=60, blank=True)
    paid_on = models.DateField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["batch_id", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="order_pays_something"),
            models.CheckConstraint(
                condition=~Q(state="paid") | (~Q(voucher="") & Q(paid_on__isnull=False)),
                name="paid_order_has_voucher",
            ),
            models.UniqueConstraint(
                fields=["application", "line"],
                condition=Q(state="waiting"),
                name="one_waiting_order",
            ),
        ]
        indexes = [models.Index(fields=["line", "state"], name="order_line_state")]

    def __str__(self) -> str:
        return self.number


class Recovery(models.Model):
    """Money that is to come back (追回), with its reason; what came is in the books, journal by journal."""

    class State(models.TextChoices):
        OPEN = "open", _("追回中")
        DONE = "done", _("已追回")
        DROPPED = "dropped", _("已取消")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="recoveries")
    amount_fen = models.BigIntegerField()
    received_fen = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=500)
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_of_something"),
            models.CheckConstraint(
                condition=Q(received_fen__gte=0, received_fen__lte=F("amount_fen")),
                name="recovery_within",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="recovery_has_reason"),
        ]
