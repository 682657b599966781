"""Applications: claimed, checked by the county and by the city, approved; each step by another person.

What a step said stays in `ApplicationStep`, to which rows are only added. Money is not kept here: what was committed,
paid and recovered stands in the books (`books`, `payments`).
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import Institution
from yuxi_eldercare.core.models import Department, Region, StoredFile, User
from yuxi_eldercare.core.models.sealed import SealedField, nothing

from .schemes import Scheme, SchemeVersion


class Application(models.Model):
    """A claim under one scheme, by an institution of the register or by a county for households.

    `number` is its external key. `year` is the year an annual subsidy is for; of a one-time one it is null.
    `computed` is what `calculator.compute` answered with `version`, kept as it was when last submitted or checked.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待县级核查")
        COUNTY_CHECKED = "county_checked", _("待市级复核")
        CITY_CHECKED = "city_checked", _("待审批")
        APPROVED = "approved", _("已批复")
        PAID = "paid", _("已付清")
        RETURNED = "returned", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤回")
        REFUSED = "refused", _("不予补助")

    class Premises(models.TextChoices):
        OWN = "own", _("自建产权用房")
        LEASED = "leased", _("租赁用房")

    class PayeeKind(models.TextChoices):
        ACCOUNT = "account", _("对公账户")
        CARD = "card", _("个人银行卡")

    number = models.CharField(max_length=32, unique=True, null=True)  # null only while the row is being made
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="applications")
    version = models.ForeignKey(
        SchemeVersion, on_delete=models.PROTECT, null=True, related_name="applications"
    )
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, related_name="applications"
    )
    county = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="applications")
    name = models.CharField(max_length=120)  # the applicant's name on the day it applied
    year = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    claimed = models.PositiveIntegerField()
    verified = models.PositiveIntegerField(null=True)
    premises = models.CharField(max_length=8, choices=Premises, blank=True)
    premises_number = models.CharField(max_length=80, blank=True)  # 产权证号, or the number of the lease
    lease_from = models.DateField(null=True)
    lease_to = models.DateField(null=True)
    computed = models.JSONField(null=True)
    total_fen = models.BigIntegerField(null=True)
    suspicion_answer = models.CharField(max_length=500, blank=True)  # why what looks like a repeat is none

    payee = models.CharField(max_length=120, blank=True)
    payee_kind = models.CharField(max_length=8, choices=PayeeKind, default=PayeeKind.ACCOUNT)
    bank = models.CharField(max_length=80, blank=True)
    account = SealedField(default=nothing)
    account_masked = models.CharField(max_length=40, blank=True)
    account_print = models.CharField(max_length=64, blank=True, db_index=True)
    contact = models.CharField(max_length=40, blank=True)
    phone = SealedField(default=nothing)
    phone_masked = models.CharField(max_length=20, blank=True)

    applied_on = models.DateField(null=True)  # the day it was (last) submitted; decides the version
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)  # counts changes: two people at once are told
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(claimed__gt=0), name="application_claims_something"),
            models.CheckConstraint(
                condition=Q(verified__isnull=True) | Q(verified__lte=F("claimed")),
                name="application_verified_within",
            ),
            models.CheckConstraint(
                condition=Q(lease_to__isnull=True) | Q(lease_to__gt=F("lease_from")),
                name="application_lease_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "paid"])
                | Q(version__isnull=False, verified__gt=0, total_fen__gt=0, approved_by__isnull=False),
                name="application_approved_whole",
            ),
            # An annual subsidy once a year; of one-time ones the beds are counted (`applying.repeats`).
            models.UniqueConstraint(
                fields=["scheme", "institution", "year"],
                condition=Q(year__isnull=False, institution__isnull=False)
                & ~Q(state__in=["withdrawn", "refused"]),
                name="application_once_a_year",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "state"], name="application_county_state"),
            models.Index(fields=["state"], name="application_state"),
            models.Index(fields=["premises_number"], name="application_premises"),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)


class ApplicationStep(models.Model):
    """A step of an application: who did what when, with which reason and figures. Rows are only added."""

    class Verb(models.TextChoices):
        CREATE = "create", _("登记")
        CHANGE = "change", _("修改")
        SUBMIT = "submit", _("提交")
        COUNTY_CHECK = "county_check", _("县级核查通过")
        CITY_CHECK = "city_check", _("市级复核通过")
        APPROVE = "approve", _("批复")
        RETURN = "return", _("退回")
        REFUSE = "refuse", _("不予补助")
        WITHDRAW = "withdraw", _("撤回")
        PAY = "pay", _("支付")
        RECOVER = "recover", _("追回")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=12, choices=Verb)
    state = models.CharField(max_length=16, choices=Application.State)  # the state it led to
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    figures = models.JSONField(default=dict)  # e.g. {"verified": 60, "total_fen": 60000000}
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["application_id", "id"]


class ApplicationFile(models.Model):
    """A piece of evidence of an application."""

    class Kind(models.TextChoices):
        LICENCE = "licence", _("登记证书")
        FILING = "filing", _("备案回执")
        PROPERTY = "property", _("产权证明")
        LEASE = "lease", _("租赁合同")
        VERIFICATION = "verification", _("床位核定材料")
        OTHER = "other", _("其他材料")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=12, choices=Kind)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["application_id", "kind", "id"]
