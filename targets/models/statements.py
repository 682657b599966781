"""What the documents state besides commitments: background figures and the rows of the annex lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, Document, LoadedRecord, Region, Source

from .targets import Indicator, Target


class Fact(LoadedRecord):
    """A figure given as background: observed, forecast, or a cost norm. It is never judged."""

    class Kind(models.TextChoices):
        OBSERVED = "observed", _("现状")
        FORECAST = "forecast", _("预测")
        COST_NORM = "cost_norm", _("测算标准")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="facts")
    subject = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=Kind)
    comparator = models.CharField(max_length=2, default="=")
    value = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    value_text = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=30, blank=True)
    as_of = models.DateField(null=True)
    as_of_text = models.CharField(max_length=60, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="facts")
    condition = models.TextField(blank=True)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, null=True, related_name="facts")


class FactSource(Source):
    """A phrase that states a fact."""

    record = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="sources")


class ListItem(LoadedRecord):
    """A row of one of the annex lists of platforms, industries, reforms, policies, factors or pilots."""

    class List(models.TextChoices):
        PLATFORMS = "platforms", _("重大平台")
        INDUSTRIES = "industries", _("重大产业")
        REFORMS = "reforms", _("重大改革")
        POLICIES = "policies", _("重大政策")
        FACTORS = "factors", _("重大要素")
        PILOTS = "pilots", _("重大试点")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="list_items")
    list = models.CharField(max_length=12, choices=List)
    number = models.CharField(max_length=10)
    category = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=160)
    measures = models.TextField(blank=True)
    goal = models.TextField(blank=True)
    targets = models.ManyToManyField(Target, related_name="list_items")


class ListItemBody(models.Model):
    """A body responsible for a list row."""

    item = models.ForeignKey(ListItem, on_delete=models.CASCADE, related_name="bodies")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="list_bodies")
    as_written = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class ListItemSource(Source):
    """A phrase that states a list row."""

    record = models.ForeignKey(ListItem, on_delete=models.CASCADE, related_name="sources")
