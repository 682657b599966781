"""An assignment followed to closure: one part per body, from 签收 to 销号. Steps are added, never edited."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, Region, StoredFile, User

from .assignments import Assignment, AssignmentBody


class AssignmentPart(models.Model):
    """承办事项: what one body, never a group, has to do of an assignment, and where that stands.

    `due` is null where neither the text nor the supervisor sets a day. `revision` counts changes of state, so that
    two people at once are told.
    """

    class State(models.TextChoices):
        ISSUED = "issued", _("待签收")
        SIGNED = "signed", _("已签收")
        WORKING = "working", _("推进中")
        SUBMITTED = "submitted", _("申请销号")
        RETURNED = "returned", _("退回整改")
        CLOSED = "closed", _("已销号")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Frequency(models.TextChoices):
        MONTH = "month", _("每月")
        QUARTER = "quarter", _("每季度")
        HALF = "half", _("每半年")
        YEAR = "year", _("每年")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="parts")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="parts")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="parts")  # the department's
    role = models.CharField(max_length=12, choices=AssignmentBody.Role)
    state = models.CharField(max_length=10, choices=State, default=State.ISSUED)
    state_since = models.DateField()
    due = models.DateField(null=True)
    frequency = models.CharField(max_length=8, choices=Frequency, default=Frequency.QUARTER)
    wanted = models.CharField(max_length=400, blank=True)  # what is asked of this body in particular
    issued_on = models.DateField()
    issued_at = models.DateTimeField(auto_now_add=True)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["assignment__document__position", "assignment__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "department"], name="part_once_per_body"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="part_signed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, state="closed"),
                name="part_closed_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["department", "state"], name="part_department_state"),
            models.Index(fields=["state", "due"], name="part_state_due"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} · {self.department}"


class PartStep(models.Model):
    """One thing that happened to a part: who, when, why. The trail of the part, append-only."""

    class Kind(models.TextChoices):
        ISSUE = "issue", _("分解下达")
        SIGN = "sign", _("签收")
        PLAN = "plan", _("填报工作计划")
        REPORT = "report", _("报送进展")
        RETURN_REPORT = "return_report", _("退回进展")
        SUBMIT = "submit", _("申请销号")
        RETURN = "return", _("退回整改")
        CLOSE = "close", _("销号")
        REOPEN = "reopen", _("重新办理")
        ASK_EXTENSION = "ask_extension", _("申请延期")
        GRANT_EXTENSION = "grant_extension", _("同意延期")
        REFUSE_EXTENSION = "refuse_extension", _("不同意延期")
        COORDINATE = "coordinate", _("答复需协调事项")
        CHANGE = "change", _("调整要求")
        WITHDRAW = "withdraw", _("撤回")

    part = models.ForeignKey(AssignmentPart, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)  # the reason, where the step needs one
    data = models.JSONField(default=dict)  # what changed: {"due": ["2025-06-30", "2025-09-30"]}
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["part_id", "at", "id"]


class Deliverable(models.Model):
    """A dated result of a part's plan of work. One that was dropped stays, with the day it was dropped."""

    part = models.ForeignKey(AssignmentPart, on_delete=models.PROTECT, related_name="deliverables")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200)
    due = models.DateField()
    done_on = models.DateField(null=True)
    dropped_on = models.DateField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["part_id", "due", "position", "id"]


class PartReport(models.Model):
    """Progress by a period's end as a body tells it. Told again, it is a later version that supersedes this one."""

    part = models.ForeignKey(AssignmentPart, on_delete=models.PROTECT, related_name="reports")
    period_end = models.DateField()
    text = models.TextField()
    percent = models.PositiveSmallIntegerField(null=True)  # only where a share of work done means something
    problems = models.TextField(blank=True)  # 需协调解决的问题
    answer = models.TextField(blank=True)  # what the supervisor said to the problems
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()  # when it was to be in, as it was known then
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    return_reason = models.CharField(max_length=300, blank=True)
    superseded_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["part_id", "period_end", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "period_end"],
                condition=Q(superseded_at__isnull=True),
                name="one_part_report_in_force",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="part_percent_within"
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | (Q(returned_by__isnull=False) & ~Q(return_reason="")),
                name="returned_part_report_has_why",
            ),
        ]


class PartFile(models.Model):
    """Evidence given with a step of a part: a report, an application for closure, a verification."""

    part = models.ForeignKey(AssignmentPart, on_delete=models.PROTECT, related_name="files")
    step = models.ForeignKey(PartStep, on_delete=models.PROTECT, related_name="files")
    report = models.ForeignKey(PartReport, on_delete=models.PROTECT, null=True, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)


class Extension(models.Model):
    """延期: a later day asked for, and what was decided. At most one waits for a decision."""

    class Decision(models.TextChoices):
        OPEN = "open", _("待决定")
        GRANTED = "granted", _("同意")
        REFUSED = "refused", _("不同意")

    part = models.ForeignKey(AssignmentPart, on_delete=models.PROTECT, related_name="extensions")
    old_due = models.DateField()
    new_due = models.DateField()
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision_reason = models.CharField(max_length=300, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["part_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["part"], condition=Q(decision="open"), name="one_open_extension"),
            models.CheckConstraint(condition=Q(new_due__gt=F("old_due")), name="extension_is_later"),
            models.CheckConstraint(
                condition=Q(decision="open", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision="open") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="extension_decided_by_someone",
            ),
        ]


class PartMonth(models.Model):
    """How a part stood at a month's end. Written once; a red month stays on record after catching up (§6)."""

    part = models.ForeignKey(AssignmentPart, on_delete=models.PROTECT, related_name="months")
    month_end = models.DateField()
    light = models.CharField(max_length=6)  # green | yellow | red | grey, as in targets.progress.vocabulary
    state = models.CharField(max_length=10, choices=AssignmentPart.State)
    due = models.DateField(null=True)
    reasons = models.JSONField(default=list)  # codes, see targets.standing
    written_at = models.DateTimeField(auto_now_add=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["part_id", "month_end"]
        constraints = [models.UniqueConstraint(fields=["part", "month_end"], name="part_month_once")]
