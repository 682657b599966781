"""数据疑点: what two places of the documents (or two figures) contradict, and the official's ruling."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .people import User
from .plans import Clause, LoadedRecord


class Finding(LoadedRecord):
    """A doubt that names every place it rests on. It stays when ruled on and is withdrawn with its cause."""

    class Kind(models.TextChoices):
        TOTAL_MISMATCH = "total_mismatch", _("合计与明细不符")
        PROSE_VS_TABLE = "prose_vs_table", _("正文与表格不一致")
        DRAFT_VS_ISSUED = "draft_vs_issued", _("征求意见稿与印发稿不同")
        COUNTY_VS_CITY = "county_vs_city", _("县级与市级不一致")
        SPELLING = "spelling", _("同一事物写法不一")
        DUPLICATE_PROJECT = "duplicate_project", _("疑似同一项目")
        MEASURED_DIFFERENTLY = "measured_differently", _("口径不同")
        CANNOT_BOTH_BE_TRUE = "cannot_both_be_true", _("数据不能同时成立")
        PLAN_CONFLICT = "plan_conflict", _("规划目标冲突")
        MISSING_ATTACHMENT = "missing_attachment", _("提及但未提供")
        MISSING_INFORMATION = "missing_information", _("文中未载明")
        SLIP = "slip", _("文字疑误")
        REPORTED_DIFFERS = "reported_differs", _("直报与汇总不符")
        COUNTED_DIFFERS = "counted_differs", _("填报与统计不符")

    class Origin(models.TextChoices):
        CHECK = "check", _("规则检查")
        REVIEWED = "reviewed", _("人工校核")
        DATA = "data", _("填报数据")

    kind = models.CharField(max_length=24, choices=Kind)
    origin = models.CharField(max_length=10, choices=Origin)
    summary = models.TextField()
    subjects = models.JSONField(default=list)  # keys of the records it is about
    raised_at = models.DateTimeField(auto_now_add=True)

    class Meta(LoadedRecord.Meta):
        indexes = [models.Index(fields=["kind", "withdrawn_at"], name="finding_kind")]


class FindingPlace(models.Model):
    """One of the places a finding names: a phrase of a clause, or (for figures) words without a clause."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="places")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, related_name="finding_places")
    phrase = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class Ruling(models.Model):
    """An official's decision on a finding. A later ruling replaces an earlier one; none is edited."""

    class Decision(models.TextChoices):
        ACCEPT = "accept", _("认可原文")
        EXPLAIN = "explain", _("说明原因")
        CORRECT = "correct", _("按裁定处理")

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="rulings")
    decision = models.CharField(max_length=8, choices=Decision)
    text = models.TextField()
    effect = models.JSONField(default=dict)  # what `targets.actions` applies, e.g. {"supersede": "ap23.t.…"}
    ruled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="rulings")
    ruled_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-ruled_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(replaced_at__isnull=True), name="one_ruling_in_force"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="ruling_has_words"),
        ]
