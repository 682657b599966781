"""重大项目 as the plans list them; stages and funding build on these rows."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, Document, LoadedRecord, Region, Source, User


class Project(LoadedRecord):
    """A project of a plan's table or prose. Money is whole 分; null where the text states none."""

    CHILDCARE = "托育"  # a category, in the documents' own word

    class Listing(models.TextChoices):
        TABLED = "tabled", _("列表项目")
        NAMED = "named", _("正文提及")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="projects")
    number = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=160)
    listing = models.CharField(max_length=8, choices=Listing)
    category = models.CharField(max_length=20, blank=True)
    type = models.CharField(max_length=40, blank=True)
    location = models.CharField(max_length=60, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="projects")
    start_year = models.PositiveSmallIntegerField(null=True)
    end_year = models.PositiveSmallIntegerField(null=True)
    content = models.TextField(blank=True)
    total_investment_fen = models.BigIntegerField(null=True)
    central_budget_fen = models.BigIntegerField(null=True)

    class Meta(LoadedRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(end_year__isnull=True) | Q(end_year__gte=F("start_year")),
                name="project_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(total_investment_fen__isnull=True) | Q(total_investment_fen__gte=0),
                name="project_total_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectBody(models.Model):
    """A body responsible for a project, with the words of the text."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="bodies")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="project_bodies")
    as_written = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class ProjectSource(Source):
    """A phrase that states a project."""

    record = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sources")


class ProjectLink(models.Model):
    """A county project that is the same as, a part of, or overlaps a city one: shown, never added twice."""

    class Kind(models.TextChoices):
        SAME = "same", _("同一项目")
        PART = "part", _("其中一部分")
        OVERLAP = "overlap", _("部分重叠")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="links")
    to = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=8, choices=Kind)
    # Of a part: how much of the other project it is, where it was said.
    amount_fen = models.BigIntegerField(null=True)
    note = models.TextField(blank=True)
    # Links of the plan files have no maker; those made on a page outlive a reload of the files.
    made_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0), name="project_link_amount"
            ),
            models.UniqueConstraint(fields=["project", "to"], name="project_link_once"),
            models.CheckConstraint(condition=~Q(project=F("to")), name="project_link_not_to_itself"),
        ]


class StatedTotal(LoadedRecord):
    """A total that the text itself states over its project table (合计, 小计), to check the rows against."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="stated_totals")
    label = models.CharField(max_length=40)
    category = models.CharField(max_length=20, blank=True)
    count = models.PositiveIntegerField(null=True)
    total_investment_fen = models.BigIntegerField(null=True)
    central_budget_fen = models.BigIntegerField(null=True)


class StatedTotalSource(Source):
    """A phrase that states a total."""

    record = models.ForeignKey(StatedTotal, on_delete=models.CASCADE, related_name="sources")
