"""目标分解: a city target split by county and by year, in versions that are replaced, never edited."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Region, User

from .targets import Target


class Breakdown(models.Model):
    """One version of how a target is split. Issued, it gives each county milestones of its own."""

    class State(models.TextChoices):
        DRAFT = "draft", _("拟定中")
        ISSUED = "issued", _("已下达")
        REPLACED = "replaced", _("已被替代")

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="breakdowns")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    reason = models.TextField(blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="breakdowns_created")
    created_at = models.DateTimeField(auto_now_add=True)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="breakdowns_issued")
    issued_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["target_id", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["target", "version"], name="breakdown_version_once"),
            models.UniqueConstraint(
                fields=["target"], condition=Q(state="issued"), name="one_breakdown_in_force"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(issued_by__isnull=False, issued_at__isnull=False),
                name="issued_breakdown_is_signed",
            ),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="new_breakdown_has_reason"),
        ]


class BreakdownPart(models.Model):
    """What one county owes by one due date in a breakdown."""

    breakdown = models.ForeignKey(Breakdown, on_delete=models.CASCADE, related_name="parts")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="breakdown_parts")
    due = models.DateField()
    value = models.DecimalField(max_digits=15, decimal_places=4)

    class Meta:
        ordering = ["region_id", "due"]
        constraints = [
            models.UniqueConstraint(fields=["breakdown", "region", "due"], name="breakdown_part_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="breakdown_part_not_negative"),
        ]
