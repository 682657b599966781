"""The month's reporting: rounds, the cells each unit owes, and each step a cell takes until it counts."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, Region, StoredFile, User

from .observations import Observation
from .targets import Indicator


class ReportingLine(models.Model):
    """填报责任: the unit that reports an indicator for a region, the unit that confirms, the person in charge."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="lines")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="lines")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="lines")
    confirmer = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="lines_confirmed"
    )
    holder = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="lines")
    frequency = models.CharField(max_length=8, choices=Observation.PeriodKind, default="year")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    from_file = models.BooleanField(default=True)  # False: moved by hand, a load leaves it alone

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "region"], condition=Q(valid_to__isnull=True), name="one_reporting_line"
            )
        ]


class RoundCalendar(models.Model):
    """When rounds of a kind open and fall due: working days counted from the end of the period."""

    kind = models.CharField(max_length=8, choices=Observation.PeriodKind, unique=True)
    opens_after_days = models.SmallIntegerField(default=1)
    due_after_workdays = models.PositiveSmallIntegerField(default=10)
    grace_workdays = models.PositiveSmallIntegerField(default=3)
    remind_before_days = models.JSONField(default=list)
    remind_after_days = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)


class ReportingRound(models.Model):
    """A reporting round: periods of one kind, asked of a set of units between opening and closing."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Observation.PeriodKind)
    period_end = models.DateField()  # of its last period
    opens_on = models.DateField()
    due_on = models.DateField()
    grace_until = models.DateField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="rounds_closed")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="rounds_created")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-period_end", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "period_end", "name"], name="round_once"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on"), grace_until__gte=F("due_on")),
                name="round_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One cell that a unit owes in a round: empty, being drafted, on its way, or published.

    Reported 0, not reported (state `empty`) and not applicable are three different things. `revision`
    grows with every change, so that a second writer is told instead of overwriting.
    """

    class State(models.TextChoices):
        EMPTY = "empty", _("未填报")
        DRAFT = "draft", _("填报中")
        SUBMITTED = "submitted", _("待审核")
        RETURNED = "returned", _("已退回")
        REVIEWED = "reviewed", _("待确认")
        PUBLISHED = "published", _("已生效")

    OPEN_STATES = (State.EMPTY, State.DRAFT, State.RETURNED)

    round = models.ForeignKey(ReportingRound, on_delete=models.PROTECT, related_name="entries")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="entries")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="entries")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="entries")
    confirmer = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="entries_to_confirm"
    )  # the lead department that makes it count
    period_end = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.EMPTY)
    revision = models.PositiveIntegerField(default=0)
    value = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    numerator = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    not_applicable = models.BooleanField(default=False)
    na_reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    explanations = models.JSONField(default=dict)  # soft check key → explanation that stays with the value
    correction_reason = models.TextField(blank=True)  # set while a published value is being corrected
    channel = models.CharField(max_length=8, default="grid")  # grid | excel | api | counted
    edited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="entries_edited")
    edited_at = models.DateTimeField(null=True)
    on_behalf = models.ForeignKey(
        "ProxyAuthorization", on_delete=models.PROTECT, null=True, related_name="entries"
    )
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="entries_submitted"
    )
    submitted_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="entries_reviewed"
    )
    reviewed_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="entries_returned"
    )
    returned_at = models.DateTimeField(null=True)
    return_reason = models.TextField(blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="entries_published"
    )
    published_at = models.DateTimeField(null=True)
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True, related_name="entries")

    class Meta:
        ordering = ["indicator_id", "region_id", "period_end"]
        constraints = [
            models.UniqueConstraint(fields=["round", "indicator", "region", "period_end"], name="entry_once"),
            models.CheckConstraint(
                condition=Q(state="empty")
                | Q(not_applicable=True)
                | Q(value__isnull=False)
                | Q(state="draft"),
                name="entry_beyond_draft_says_something",
            ),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | Q(value__isnull=True), name="entry_value_or_na"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="return_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(observation__isnull=False), name="published_entry_counts"
            ),
        ]
        indexes = [
            models.Index(fields=["department", "state"], name="entry_department_state"),
            models.Index(fields=["confirmer", "state"], name="entry_confirmer_state"),
            models.Index(fields=["indicator", "region", "period_end"], name="entry_cell"),
        ]


class EntryStep(models.Model):
    """One step of an entry with who, when, why and what changed; append-only."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=12)  # save | submit | return | review | publish | correct | withdraw
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="entry_steps")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]


class EntryFile(models.Model):
    """Evidence attached to an entry."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="entry_files")
    name = models.CharField(max_length=120)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="entry_files")
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)


class ProxyAuthorization(models.Model):
    """代报授权: names the unit that owes and the unit (or person) that may enter for it, for a time."""

    principal = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="proxies_given")
    agent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="proxies_held")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="proxies")
    reason = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="proxies_granted")
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="proxy_ends_after_start")
        ]


class RoundException(models.Model):
    """逾期例外: a unit asks to report after the grace time; a person grants it for a time or refuses."""

    round = models.ForeignKey(ReportingRound, on_delete=models.PROTECT, related_name="exceptions")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="round_exceptions")
    reason = models.TextField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="exceptions_requested")
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="exceptions_decided"
    )
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    decision_text = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(granted__isnull=True) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="exception_decision_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(granted=True) | Q(expires_at__isnull=False), name="granted_exception_expires"
            ),
        ]


class Handover(models.Model):
    """移交: the lines in charge and everything open pass from one person to another."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="handovers")
    from_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="handovers_given")
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="handovers_taken")
    reason = models.TextField()
    lines = models.PositiveIntegerField()
    open_entries = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="handovers_made")
    at = models.DateTimeField(auto_now_add=True)


class SheetSubmission(models.Model):
    """A unit's submitted sheet of a round as printed: its checksum, and the stamped scan once attached."""

    round = models.ForeignKey(ReportingRound, on_delete=models.PROTECT, related_name="sheets")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="sheets")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="sheets")
    checksum = models.CharField(max_length=64)
    content = models.JSONField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sheets")
    submitted_at = models.DateTimeField(auto_now_add=True)
    scan = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="sheets")

    class Meta:
        ordering = ["-id"]


class RedResponse(models.Model):
    """原因、措施、责任人、时限 for a light that a value of a round turned red."""

    round = models.ForeignKey(ReportingRound, on_delete=models.PROTECT, related_name="red_responses")
    regional_target = models.ForeignKey(
        "targets.RegionalTarget", on_delete=models.PROTECT, related_name="red_responses"
    )
    milestone = models.ForeignKey("targets.Milestone", on_delete=models.PROTECT, related_name="red_responses")
    cause = models.TextField(blank=True)
    measure = models.TextField(blank=True)
    responsible_person = models.CharField(max_length=60, blank=True)
    deadline = models.DateField(null=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="red_responses")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "regional_target", "milestone"], name="red_response_once"
            )
        ]
