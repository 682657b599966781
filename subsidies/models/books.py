"""The books: budget lines and what happened to their money, as journals of postings that sum to nothing.

Two pairs of accounts run beside each other, as in the accounts of public bodies (平行记账): the budget's
(`source` → `available` → `committed` → `settled`) and the cash's (`treasury` → `cash` → `paid`). A payment posts in
both. Journals and postings are only added; what was wrong is reversed by a journal of its own. `Balance` is what the
postings of an account sum to, kept beside them so that the database itself refuses an overspent account.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Region, User

from .applications import Application
from .schemes import Level, Programme


class BudgetLine(models.Model):
    """Money of one level, year and programme. `region` is whose purse: the city for central to city level money."""

    class Fund(models.TextChoices):
        GENERAL = "general", _("一般公共预算")
        LOTTERY = "lottery", _("福彩公益金")

    year = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=10, choices=Level)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="budget_lines")
    programme = models.CharField(max_length=24, choices=Programme)
    fund = models.CharField(max_length=8, choices=Fund, default=Fund.GENERAL)
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-year", "programme", "level", "region__position", "fund"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "level", "region", "programme", "fund"], name="budget_line_once"
            )
        ]


class Account(models.TextChoices):
    """Where the money of a line stands. Only `source` and `treasury`, where it comes from, may be negative."""

    SOURCE = "source", _("预算来源")
    AVAILABLE = "available", _("可用预算")
    COMMITTED = "committed", _("已批未付")
    SETTLED = "settled", _("已结清")
    TREASURY = "treasury", _("国库")
    CASH = "cash", _("到位未付")
    PAID = "paid", _("已支付")


class Balance(models.Model):
    """What the postings of one account of a line sum to, in 分."""

    line = models.ForeignKey(BudgetLine, on_delete=models.CASCADE, related_name="balances")
    account = models.CharField(max_length=10, choices=Account)
    amount_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "account"], name="balance_once"),
            models.CheckConstraint(
                condition=Q(account__in=["source", "treasury"]) | Q(amount_fen__gte=0),
                name="balance_never_overspent",
            ),
            models.CheckConstraint(
                condition=~Q(account__in=["source", "treasury"]) | Q(amount_fen__lte=0),
                name="balance_source_gives",
            ),
        ]


class Journal(models.Model):
    """One event in the books, on one day. `key` says what it is about, once: a replay finds it there."""

    class Kind(models.TextChoices):
        BUDGET = "budget", _("预算安排")
        COMMIT = "commit", _("批复")
        RELEASE = "release", _("撤销批复")
        ARRIVE = "arrive", _("资金到位")
        PAY = "pay", _("支付")
        RECOVER = "recover", _("追回")

    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=80, unique=True)  # approve:12, pay:ZF-…
    on = models.DateField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="journals")
    recovery = models.ForeignKey("Recovery", on_delete=models.PROTECT, null=True, related_name="journals")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    voucher = models.CharField(max_length=60, blank=True)
    document = models.CharField(max_length=120, blank=True)  # 文号
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reason=""), name="reversal_has_reason"
            ),
            models.CheckConstraint(condition=~Q(kind="pay") | ~Q(voucher=""), name="payment_has_voucher"),
        ]
        indexes = [models.Index(fields=["application", "kind"], name="journal_application")]


class Posting(models.Model):
    """So much to (positive) or from (negative) an account of a line; a journal's postings sum to nothing."""

    journal = models.ForeignKey(Journal, on_delete=models.CASCADE, related_name="postings")
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(max_length=10, choices=Account)
    amount_fen = models.BigIntegerField()

    class Meta:
        ordering = ["journal_id", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="posting_not_nothing"),
            models.UniqueConstraint(fields=["journal", "line", "account"], name="posting_once"),
        ]
        indexes = [models.Index(fields=["line", "account"], name="posting_line_account")]
