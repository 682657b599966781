"""Households whose homes were adapted and people who were trained: rows with personal data, sealed and masked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Institution
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.models.sealed import SealedField, nothing

from .applications import Application


class Person(models.Model):
    """What both have: a name and numbers, sealed; beside each what pages may show, and by what a repeat is found."""

    name = SealedField(default=nothing)
    name_masked = models.CharField(max_length=40)
    id_number = SealedField(default=nothing)
    id_masked = models.CharField(max_length=20)
    id_print = models.CharField(max_length=64, db_index=True)
    phone = SealedField(default=nothing)
    phone_masked = models.CharField(max_length=20, blank=True)
    county = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Household(Person):
    """A household of the 居家适老化改造 ledger; it counts in the year its work was accepted.

    Clause: “一老一小”整体解决方案 三（六）, 附件2·8.
    """

    class Group(models.TextChoices):
        DESTITUTE = "destitute", _("特困供养")
        OUT_OF_POVERTY = "out_of_poverty", _("脱贫户")
        EDGE = "edge", _("边缘易致贫户")
        OTHER = "other", _("其他低收入家庭")

    class Need(models.TextChoices):
        AGED = "aged", _("高龄")
        DISABLED_OLD = "disabled_old", _("失能")
        PARTLY_DISABLED = "partly_disabled", _("部分失能")
        HANDICAPPED = "handicapped", _("残疾")

    township = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    address = SealedField(default=nothing)
    group = models.CharField(max_length=16, choices=Group)
    need = models.CharField(max_length=16, choices=Need)
    works = models.CharField(max_length=300, blank=True)
    cost_fen = models.BigIntegerField(null=True)
    accepted_on = models.DateField(null=True)  # 验收; null: work goes on
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="households"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["id_print"], condition=Q(withdrawn_at__isnull=True), name="household_once"
            ),
            models.CheckConstraint(
                condition=Q(cost_fen__isnull=True) | Q(cost_fen__gte=0), name="household_cost_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["county", "accepted_on"], name="household_county_accepted")]


class Trainee(Person):
    """A person trained in a course, which a training subsidy may be paid for once."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True, related_name="trainees")
    course = models.CharField(max_length=80)
    certificate = models.CharField(max_length=60, blank=True)
    trained_on = models.DateField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="trainees")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["id_print", "course", "trained_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="trainee_once",
            )
        ]
        indexes = [models.Index(fields=["county", "trained_on"], name="trainee_county_trained")]
