"""Check rules as data, and every version of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, User

from .targets import Indicator


class CheckRule(models.Model):
    """A validation rule as data: what it looks at (`kind` and `params`), how hard it is, and who owns it.

    The row is the version in force; `CheckRuleVersion`s hold what it was before. A rule that a county's
    department owns looks at that county only. A withdrawn rule stays readable and never runs again.
    """

    class Severity(models.TextChoices):
        HARD = "hard", _("不通过不能提交")
        SOFT = "soft", _("须作说明")

    key = models.SlugField(max_length=60, unique=True)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=24)
    params = models.JSONField(default=dict)
    indicators = models.ManyToManyField(Indicator, related_name="check_rules")  # empty: all
    severity = models.CharField(max_length=4, choices=Severity)
    hint = models.CharField(max_length=200, blank=True)  # said to the reporter after the rule's own sentence
    owner = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="check_rules")
    enabled = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="check_rules_withdrawn"
    )  # empty with `withdrawn_at`: the file no longer has it
    withdrawn_reason = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="check_rules")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(enabled=False), name="withdrawn_rule_is_off"
            )
        ]


class CheckRuleVersion(models.Model):
    """What a rule said from one change to the next, with who changed it and why; append-only.

    Without `made_by` it came from the file of rules.
    """

    rule = models.ForeignKey(CheckRule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=24)
    params = models.JSONField(default=dict)
    indicators = models.JSONField(default=list)  # codes, sorted; empty: all
    severity = models.CharField(max_length=4, choices=CheckRule.Severity)
    hint = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="check_rule_versions"
    )
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="check_rule_versions")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="check_rule_version_once")]
