"""Results of judging. All of it can be recomputed from targets, observations and thresholds."""

from django.db import models
from django.db.models import Q

from yuxi_eldercare.core.models import Job, Plan, Region, User

from .targets import Indicator, Milestone, RegionalTarget


class ThresholdSet(models.Model):
    """A version of a plan's thresholds (§4.1), never edited; the row without a plan is the default."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="threshold_sets")
    version = models.PositiveSmallIntegerField()
    green = models.DecimalField(max_digits=4, decimal_places=3, default="0.95")
    yellow = models.DecimalField(max_digits=4, decimal_places=3, default="0.60")
    start_up = models.DecimalField(max_digits=4, decimal_places=3, default="0.10")
    start_up_annual = models.DecimalField(max_digits=4, decimal_places=3, default="0.25")
    closing = models.DecimalField(max_digits=4, decimal_places=3, default="0.10")
    stale_after_days = models.PositiveSmallIntegerField(null=True)
    grace_days = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    set_at = models.DateTimeField(auto_now_add=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="threshold_sets")

    class Meta:
        ordering = ["plan_id", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "version"], name="threshold_version_once"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(plan__isnull=True), name="default_version_once"
            ),
            models.CheckConstraint(condition=Q(yellow__lte=models.F("green")), name="yellow_below_green"),
        ]


class RolledUpValue(models.Model):
    """A parent region's value made of its members' values of one period end (§4.5); rebuilt, never typed."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="rolled_up")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="rolled_up")
    period_end = models.DateField()
    value = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    numerator = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    not_applicable = models.BooleanField(default=False)
    members_reported = models.PositiveSmallIntegerField()
    members_expected = models.PositiveSmallIntegerField()
    accepted_reason = models.TextField(blank=True)  # lead department lets an incomplete figure count
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="accepted_rollups"
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["indicator_id", "region_id", "period_end"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "region", "period_end"], name="rolled_up_once"),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | ~Q(accepted_reason=""),
                name="acceptance_has_reason",
            ),
        ]


class Assessment(models.Model):
    """The latest judgement of one milestone for one region, with every input it was made from.

    `answer` is the preview's answer (decimal strings), `inputs` a case that gives the same answer again.
    """

    regional_target = models.ForeignKey(RegionalTarget, on_delete=models.CASCADE, related_name="assessments")
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="assessments")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="assessments")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="assessments")
    as_of = models.DateField()
    state = models.CharField(max_length=16)
    light = models.CharField(max_length=6)
    marks = models.JSONField(default=list)
    answer = models.JSONField()
    inputs = models.JSONField()
    rule_version = models.CharField(max_length=12)
    thresholds = models.ForeignKey(ThresholdSet, on_delete=models.PROTECT, related_name="assessments")
    members_reported = models.PositiveSmallIntegerField(null=True)
    members_expected = models.PositiveSmallIntegerField(null=True)
    is_demo = models.BooleanField(default=False)  # demonstration values are among the readings
    computed_at = models.DateTimeField()
    run = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="assessments")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["regional_target", "milestone"], name="one_latest_assessment")
        ]
        indexes = [
            models.Index(fields=["region", "light"], name="assessment_region_light"),
            models.Index(fields=["indicator", "region"], name="assessment_indicator"),
        ]


class Transition(models.Model):
    """A change of state or light of one milestone for one region; append-only history of lights."""

    regional_target = models.ForeignKey(RegionalTarget, on_delete=models.CASCADE, related_name="transitions")
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="transitions")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="transitions")
    as_of = models.DateField()
    at = models.DateTimeField()
    from_state = models.CharField(max_length=16, blank=True)
    from_light = models.CharField(max_length=6, blank=True)
    to_state = models.CharField(max_length=16)
    to_light = models.CharField(max_length=6)
    cause = models.CharField(max_length=20)  # value | nightly | load | ruling | thresholds | correction
    is_demo = models.BooleanField(default=False)  # demonstration values were among the readings
    run = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="transitions")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "as_of"], name="transition_region")]


class JudgingState(models.Model):
    """The date all assessments stand at, and the run that brought them there: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    as_of = models.DateField()
    run = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_judging_state")]


class JudgingLock(models.Model):
    """What a transaction locks before it reads values of (indicator, region) in order to write from them.

    Taken by indicator, then from the county to the city (`judging.locks`). It holds nothing else.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["indicator", "region"], name="one_judging_lock")]
