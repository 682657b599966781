"""Values that count. Drafts live elsewhere; what stands here was made to count and is never changed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, Region, User

from .targets import Indicator


class ObservationBatch(models.Model):
    """Values that began to count together (one action call), and whether they are demonstration data."""

    label = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="observation_batches"
    )


class Observation(models.Model):
    """One version of a reported value with two times: the period it describes and since when it was known.

    A correction is a new version with a reason; the old one gets `superseded_at` and stays readable.
    For a rate the judged reading is numerator / denominator × scale, exactly; `value` is that, rounded.
    """

    class PeriodKind(models.TextChoices):
        YEAR = "year", _("年")
        HALF = "half", _("半年")
        QUARTER = "quarter", _("季")
        MONTH = "month", _("月")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="observations")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="observations")
    period_kind = models.CharField(max_length=8, choices=PeriodKind)
    period_end = models.DateField()
    version = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    numerator = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    not_applicable = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    reason = models.TextField(blank=True)  # why this version replaces the one before
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="observations"
    )
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="reported")
    reported_at = models.DateTimeField()
    known_from = models.DateTimeField()  # when it began to count
    superseded_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(ObservationBatch, on_delete=models.PROTECT, related_name="observations")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["indicator_id", "region_id", "period_end", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "region", "period_end"],
                condition=Q(superseded_at__isnull=True),
                name="one_value_in_force",
            ),
            models.UniqueConstraint(
                fields=["indicator", "region", "period_end", "version"], name="observation_version_once"
            ),
            models.CheckConstraint(
                condition=Q(not_applicable=True, value__isnull=True)
                | Q(not_applicable=False, value__isnull=False),
                name="value_or_not_applicable",
            ),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(numerator__isnull=False),
                name="denominator_needs_numerator",
            ),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="correction_has_reason"),
        ]
        indexes = [
            models.Index(fields=["indicator", "period_end"], name="observation_period"),
            models.Index(fields=["region", "indicator"], name="observation_region"),
        ]
