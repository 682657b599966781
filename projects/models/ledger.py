"""What happened to a project: stages, money by source, monthly reports. Entries are added, never edited.

Money is whole 分. What was entered wrongly is put right by a further entry with its reason: a funding entry of the
opposite sign, or a later version of a month's report.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import StoredFile, User

from .plans import Project


class StageChange(models.Model):
    """A project reached a stage on a day; the last one says where it is. Stages may be left out, not undone.

    停建 is entered like a stage; the next entry says at which stage work went on.
    """

    class Stage(models.TextChoices):
        PLANNED = "planned", _("谋划")
        APPROVED = "approved", _("立项")
        STARTED = "started", _("开工")
        BUILDING = "building", _("在建")
        BUILT = "built", _("完工")
        ACCEPTED = "accepted", _("验收")
        IN_USE = "in_use", _("投用")
        STOPPED = "stopped", _("停建")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="stages")
    stage = models.CharField(max_length=10, choices=Stage)
    on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["project_id", "on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(stage="stopped") | ~Q(reason=""), name="stop_has_reason")
        ]
        indexes = [models.Index(fields=["project", "on"], name="stage_change_project")]


class Source(models.TextChoices):
    """Where the money of a project comes from."""

    CENTRAL = "central", _("中央预算内")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县级")
    BONDS = "bonds", _("专项债券")
    SOCIAL = "social", _("社会资本")


class FundingPlan(models.Model):
    """How much of a project one source is to pay, as a version with its reason."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="funding_plans")
    source = models.CharField(max_length=10, choices=Source)
    planned_fen = models.BigIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["project_id", "source", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "source"],
                condition=Q(superseded_at__isnull=True),
                name="one_funding_plan_in_force",
            ),
            models.CheckConstraint(condition=Q(planned_fen__gte=0), name="planned_not_negative"),
        ]


class FundingEntry(models.Model):
    """Money of one source that arrived or was spent on a day; a negative one takes back an earlier entry."""

    class Kind(models.TextChoices):
        ARRIVED = "arrived", _("到位")
        SPENT = "spent", _("支出")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="funding_entries")
    source = models.CharField(max_length=10, choices=Source)
    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()
    amount_fen = models.BigIntegerField()
    explanation = models.CharField(max_length=300, blank=True)
    voucher = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["project_id", "on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="funding_entry_not_nothing"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) | ~Q(explanation=""), name="taken_back_has_explanation"
            ),
        ]


class ProjectReport(models.Model):
    """What a project had come to by the end of a month, since its beginning. A later version supersedes it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reports")
    month_end = models.DateField()
    invested_fen = models.BigIntegerField()
    beds = models.PositiveIntegerField(default=0)
    childcare_places = models.PositiveIntegerField(default=0)
    area_m2 = models.PositiveIntegerField(default=0)
    problems = models.TextField(blank=True)
    explanation = models.CharField(max_length=300, blank=True)
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["project_id", "month_end", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month_end"],
                condition=Q(superseded_at__isnull=True),
                name="one_project_report_in_force",
            ),
            models.CheckConstraint(condition=Q(invested_fen__gte=0), name="invested_not_negative"),
        ]


class ProjectPhoto(models.Model):
    """A picture of a month's progress."""

    report = models.ForeignKey(ProjectReport, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=120, blank=True)
    is_demo = models.BooleanField(default=False)


class ProjectStanding(models.Model):
    """Where a project stands as of a day, worked out from its entries: what lists show, filter and sum.

    Never typed: `following.standings` writes it after every entry, after a load of plan files, and nightly.
    """

    class Light(models.TextChoices):
        RED = "red", _("红灯")
        YELLOW = "yellow", _("黄灯")
        GREEN = "green", _("绿灯")
        GREY = "grey", _("灰灯")

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    as_of = models.DateField()
    stage = models.CharField(
        max_length=10, choices=StageChange.Stage, blank=True
    )  # "" before the first entry
    stage_on = models.DateField(null=True)
    light = models.CharField(max_length=6, choices=Light)
    stage_light = models.CharField(max_length=6, choices=Light)
    stage_code = models.CharField(max_length=16)
    # Sums over the sources; null where nothing was entered.
    planned_fen = models.BigIntegerField(null=True)
    arrived_fen = models.BigIntegerField(null=True)
    spent_fen = models.BigIntegerField(null=True)
    # The latest month's report.
    month_end = models.DateField(null=True)
    invested_fen = models.BigIntegerField(null=True)
    problems = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["light"], name="standing_light"),
            models.Index(fields=["stage"], name="standing_stage"),
        ]
