"""Judgements of closed months, whole: nothing else is needed to show, explain or recompute one."""

from django.db import models

from yuxi_eldercare.core.models import FrozenRow, Region

from .targets import Indicator, Milestone, RegionalTarget


class FrozenAssessment(FrozenRow):
    """The judgement of one milestone for one region as a month was closed; rows are numbered in file order.

    `answer` and `inputs` are as in `Assessment`. `stated` holds the words and numbers of target, milestone, indicator
    and document as they read then, `grounds` the phrases that state the target and who reported the judged figure.
    """

    COUNTED_BY = "assessments"

    regional_target = models.ForeignKey(
        RegionalTarget, on_delete=models.PROTECT, related_name="frozen", db_index=False
    )
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="frozen", db_index=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="frozen", db_index=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="frozen", db_index=False)
    document = models.CharField(max_length=100)  # key of the document that states the target
    due = models.DateField()
    as_of = models.DateField()
    state = models.CharField(max_length=16)
    light = models.CharField(max_length=6)
    marks = models.JSONField(default=list)
    answer = models.JSONField()
    inputs = models.JSONField()
    rule_version = models.CharField(max_length=12)
    thresholds = models.JSONField()  # the set that judged it: plan, version, shares, days
    members_reported = models.PositiveSmallIntegerField(null=True)
    members_expected = models.PositiveSmallIntegerField(null=True)
    stated = models.JSONField()
    grounds = models.JSONField()
    is_demo = models.BooleanField(default=False)

    class Meta(FrozenRow.Meta):
        constraints = [
            *FrozenRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["close", "regional_target", "milestone"], name="frozen_assessment_once"
            ),
        ]
        indexes = [
            models.Index(fields=["close", "region"], name="frozen_close_region"),
            models.Index(fields=["indicator", "region"], name="frozen_indicator"),
        ]
