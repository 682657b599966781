"""The escalation ladder, its numbered notices with replies, and the points units were given, each with its cause."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, Region, StoredFile, User

from .following import AssignmentPart, PartStep


class LadderStep(models.Model):
    """A rung of the ladder (提醒 → 催办 → 督办单 → 通报): after how many days it is reached, and what then goes out.

    `cause` says what is late; `after_days` counts from the day something was due (negative: before it). Read from
    `fixtures/supervision.yaml`, then kept on a page: a load leaves rows with `from_file` false alone.
    """

    class Kind(models.TextChoices):
        REMIND = "remind", _("提醒")
        URGE = "urge", _("催办")
        ORDER = "order", _("督办单")
        CIRCULAR = "circular", _("通报")

    class Cause(models.TextChoices):
        UNSIGNED = "unsigned", _("逾期未签收")
        REPORT = "report", _("逾期未报送进展")
        OVERDUE = "overdue", _("逾期未办结")
        REPLY = "reply", _("逾期未回复")

    kind = models.CharField(max_length=8, choices=Kind)
    cause = models.CharField(max_length=8, choices=Cause)
    after_days = models.SmallIntegerField()
    reply_workdays = models.PositiveSmallIntegerField(null=True)  # null: no reply is asked for
    approved_by_hand = models.BooleanField(default=False)  # a person sends it; the job only proposes
    enabled = models.BooleanField(default=True)
    from_file = models.BooleanField(default=True)

    class Meta:
        ordering = ["cause", "after_days"]
        constraints = [models.UniqueConstraint(fields=["kind", "cause"], name="ladder_step_once")]


class IssuingAuthority(models.Model):
    """In whose name notices of a kind go out in a region, and the word before their number (代字)."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=LadderStep.Kind)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=20)  # 玉养督
    from_file = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "kind"], name="issuing_authority_once")]


class SupervisionNotice(models.Model):
    """A numbered notice: why it went to whom, under whose name, answered by when. `said` keeps its words as sent.

    Numbers run without a gap per word and year: 玉养督〔2026〕3号. A vertically managed body gets a 函.
    """

    class Form(models.TextChoices):
        NOTICE = "notice", _("通知")
        LETTER = "letter", _("函")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待签发")
        SENT = "sent", _("已发出")
        REPLIED = "replied", _("已回复")
        SETTLED = "settled", _("已办结")
        DROPPED = "dropped", _("不予签发")

    kind = models.CharField(max_length=8, choices=LadderStep.Kind)
    cause = models.CharField(max_length=8, choices=LadderStep.Cause)
    cause_key = models.CharField(max_length=120)  # what is late, e.g. report:12:2026-09-30
    form = models.CharField(max_length=8, choices=Form)
    state = models.CharField(max_length=8, choices=State)
    part = models.ForeignKey(AssignmentPart, on_delete=models.PROTECT, related_name="supervision")
    recipient = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="supervision")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")  # the recipient's
    authority = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=20, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    issued_on = models.DateField(null=True)
    reply_due = models.DateField(null=True)
    said = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # null: the job
    dropped_reason = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "cause_key"], name="notice_once_per_cause"),
            models.UniqueConstraint(
                fields=["word", "year", "number"],
                condition=Q(number__isnull=False),
                name="notice_number_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "dropped"], number__isnull=True)
                | Q(state__in=["sent", "replied", "settled"], number__isnull=False),
                name="notice_numbered_when_sent",
            ),
        ]
        indexes = [models.Index(fields=["recipient", "state"], name="notice_recipient_state")]


class NoticeReply(models.Model):
    """What a recipient answered; returned with a reason, the next answer stands beside it."""

    notice = models.ForeignKey(SupervisionNotice, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField()
    replied_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    return_reason = models.CharField(max_length=300, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["notice_id", "id"]


class ScoreRule(models.Model):
    """For what a unit gains or loses points, and how many; a changed rule is a later version with its first day."""

    class Cause(models.TextChoices):
        ON_TIME = "on_time", _("按时报送")
        LATE = "late", _("逾期报送")
        RETURNED = "returned", _("退回")
        CLOSED_ON_TIME = "closed_on_time", _("按期销号")
        CLOSED_LATE = "closed_late", _("逾期销号")
        RED_MONTH = "red_month", _("红灯月")
        NOTICE = "notice", _("被督办")
        CIRCULAR = "circular", _("被通报")
        PRAISED = "praised", _("表扬")
        CRITICISED = "criticised", _("批评")

    cause = models.CharField(max_length=16, choices=Cause)
    points = models.DecimalField(max_digits=5, decimal_places=2)
    valid_from = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    from_file = models.BooleanField(default=True)

    class Meta:
        ordering = ["cause", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["cause", "valid_from"], name="score_rule_once")]


class ScoreLine(models.Model):
    """Points a unit was given for one thing on a day, with what they are for. Append-only; once per cause."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="score_lines")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(ScoreRule, on_delete=models.PROTECT, related_name="lines")
    points = models.DecimalField(max_digits=5, decimal_places=2)  # as the rule gave them
    on = models.DateField()
    cause_key = models.CharField(max_length=120)
    part = models.ForeignKey(AssignmentPart, on_delete=models.PROTECT, null=True, related_name="+")
    step = models.ForeignKey(PartStep, on_delete=models.PROTECT, null=True, related_name="+")
    notice = models.ForeignKey(SupervisionNotice, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=300, blank=True)
    given_at = models.DateTimeField(auto_now_add=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # null: the job
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["department_id", "on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["department", "rule", "cause_key"], name="score_once_per_cause")
        ]
