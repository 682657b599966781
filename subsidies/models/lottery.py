"""The share of the welfare lottery fund (福彩公益金) that goes to eldercare, on each base the documents word."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import User


class LotteryBase(models.TextChoices):
    """Of what the share is taken. Each wording is one clause's; none is repaired into another."""

    # 社区养老服务实施方案（征求意见稿）三（三）10
    MUNICIPAL = "municipal", _("市级福彩公益金")
    # “一老一小”整体解决方案 四（十二）, 附件8·3
    RETURNED = "returned", _("省级按比例返还市级的福彩公益金")
    # “一老一小”整体解决方案 附件2·29
    RETAINED = "retained", _("市级留存福彩公益金")


class LotteryFigure(models.Model):
    """Of a year and a base: how much there was and how much went to eldercare. A later version supersedes it."""

    year = models.PositiveSmallIntegerField()
    base = models.CharField(max_length=10, choices=LotteryBase)
    total_fen = models.BigIntegerField()
    eldercare_fen = models.BigIntegerField()
    document = models.CharField(max_length=120)  # where the figures stand
    reason = models.CharField(max_length=300, blank=True)
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-year", "base", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "base"], condition=Q(superseded_at__isnull=True), name="lottery_figure_once"
            ),
            models.CheckConstraint(
                condition=Q(total_fen__gte=0, eldercare_fen__gte=0, eldercare_fen__lte=F("total_fen")),
                name="lottery_share_within",
            ),
        ]


class LotteryChoice(models.Model):
    """Which base the reported share is taken of, chosen openly with a reason; the last one counts."""

    base = models.CharField(max_length=10, choices=LotteryBase)
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="lottery_choice_has_reason")]
