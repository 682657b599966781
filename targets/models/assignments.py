"""任务分工: numbered tasks, measures and safeguards with their bodies. (A Celery task is something else.)"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, Document, LoadedRecord, Source

from .targets import Target


class Assignment(LoadedRecord):
    """An assigned policy task as the text states it; following it to closure builds on this row."""

    class Kind(models.TextChoices):
        TASK = "task", _("重点任务")
        SAFEGUARD = "safeguard", _("保障措施")
        MEASURE = "measure", _("主要措施")
        REQUIREMENT = "requirement", _("工作要求")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="assignments")
    number = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=Kind)
    section = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=400)
    all_counties = models.BooleanField(default=False)
    targets = models.ManyToManyField(Target, related_name="assignments")


class AssignmentBody(models.Model):
    """A body of an assignment with its role and the words of the text."""

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头单位")
        RESPONSIBLE = "responsible", _("责任单位")

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="bodies")
    role = models.CharField(max_length=12, choices=Role)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="assignment_bodies")
    as_written = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class AssignmentSource(Source):
    """A phrase that states an assignment."""

    record = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="sources")
