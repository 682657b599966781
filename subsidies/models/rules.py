"""Money, per-unit and facility rules as the documents state them; applications build on these rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, Document, LoadedRecord, Source


class Rule(LoadedRecord):
    """A standard: so much per bed, so many square metres per hundred households, at least such a share."""

    class Kind(models.TextChoices):
        MONEY = "money", _("资金标准")
        PER_UNIT = "per_unit", _("配建标准")
        FACILITY = "facility", _("设施标准")
        SHARE = "share", _("比例要求")
        QUOTA = "quota", _("数量要求")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="rules")
    subject = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=Kind)
    comparator = models.CharField(max_length=5, blank=True)
    value = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    value_max = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    unit = models.CharField(max_length=30, blank=True)
    condition = models.TextField(blank=True)
    split = models.JSONField(null=True)  # {"省": 5, "市": 3, "县": 2}
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)


class RuleBody(models.Model):
    """A body named for a rule."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="bodies")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="rule_bodies")
    as_written = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class RuleSource(Source):
    """A phrase that states a rule."""

    record = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="sources")
