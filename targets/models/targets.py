"""The dictionary of indicators and the commitments that point at it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, Document, LoadedRecord, Plan, Region, Ruling, Source


class Indicator(LoadedRecord):
    """What is measured: unit, direction, roll-up, basis; no values. `key` is the indicator code."""

    class Direction(models.TextChoices):
        UP = "up", _("越高越好")
        DOWN = "down", _("越低越好")

    class Rollup(models.TextChoices):
        SUM = "sum", _("各县合计")
        RATIO = "ratio_of_sums", _("分子合计÷分母合计")
        EVERY = "every_member", _("逐县判定")
        MAX = "max", _("取最大")
        MIN = "min", _("取最小")
        NONE = "none", _("仅市级填报")

    class Basis(models.TextChoices):
        POINT = "point", _("时点数")
        YEAR = "year", _("全年累计数")

    defined_in = models.CharField(max_length=100, blank=True)  # code of the document folder; empty: shared
    denominator_series = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="denominator_of"
    )  # 60岁以上人口, 常住人口 …: a series of its own, entered once by its owner
    name = models.CharField(max_length=120)
    aliases = models.JSONField(default=list)
    theme = models.CharField(max_length=12)
    unit = models.CharField(max_length=12)
    direction = models.CharField(max_length=4, choices=Direction)
    integer = models.BooleanField(default=False)
    rollup = models.CharField(max_length=16, choices=Rollup)
    basis = models.CharField(max_length=6, choices=Basis)
    scale = models.PositiveSmallIntegerField(null=True)
    numerator_name = models.CharField(max_length=80, blank=True)
    denominator_name = models.CharField(max_length=80, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    qualitative = models.BooleanField(default=False)
    definition = models.TextField()

    class Meta(LoadedRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(rollup="ratio_of_sums") | Q(scale__isnull=False), name="ratio_has_scale"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Target(LoadedRecord):
    """One commitment of one document on one indicator; `Milestone`s hold values, `RegionalTarget`s places."""

    class Scope(models.TextChoices):
        CITY = "city", _("全市")
        COUNTY = "county", _("全县")
        EACH_COUNTY = "each_county", _("每个县（市、区）")
        EACH_STREET = "each_street", _("每个街道")
        EACH_TOWNSHIP = "each_township", _("每个乡镇（街道）")
        EACH_COMMUNITY = "each_community", _("每个村（社区）")
        NAMED = "named", _("具名地点或项目")

    class Type(models.TextChoices):
        REACH = "reach", _("到期达到")
        FLOOR = "floor", _("保持不低于")
        CEILING = "ceiling", _("保持不高于")
        RANGE = "range", _("期末落入区间")
        DONE = "done", _("按期完成")
        ANNUAL = "annual", _("每年完成")

    class Nature(models.TextChoices):
        BINDING = "binding", _("约束性")
        INDICATIVE = "indicative", _("预期性")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="targets")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="targets")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="targets")
    name_as_written = models.CharField(max_length=160)
    scope = models.CharField(max_length=16, choices=Scope)
    scope_text = models.CharField(max_length=160, blank=True)
    target_type = models.CharField(max_length=8, choices=Type)
    nature = models.CharField(max_length=10, choices=Nature, blank=True)
    firmness = models.CharField(max_length=4, blank=True)
    criteria = models.TextField(blank=True)
    parts = models.JSONField(default=list)
    qualitative = models.BooleanField(default=False)
    baseline_date = models.DateField(null=True)
    baseline_value = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    baseline_below = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    settled_by = models.ForeignKey(
        Ruling, on_delete=models.PROTECT, null=True, related_name="settled_targets"
    )
    superseded_by_ruling = models.BooleanField(default=False)

    class Meta(LoadedRecord.Meta):
        indexes = [models.Index(fields=["plan", "indicator"], name="target_plan_indicator")]
        constraints = [
            models.CheckConstraint(
                condition=Q(baseline_value__isnull=True) | Q(baseline_below__isnull=True),
                name="baseline_exact_or_bound",
            ),
            models.CheckConstraint(
                condition=Q(baseline_date__isnull=False)
                | Q(baseline_value__isnull=True, baseline_below__isnull=True),
                name="baseline_has_date",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by_ruling=False) | Q(settled_by__isnull=False),
                name="superseding_needs_ruling",
            ),
        ]


class Milestone(models.Model):
    """One due date of a target with the value demanded; `due` is empty where the text leaves the year open.

    A milestone of a single region (目标分解) names it in `regional`; its key is "<due>@<region>".
    """

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="milestones")
    regional = models.ForeignKey(
        "RegionalTarget", on_delete=models.CASCADE, null=True, related_name="own_milestones"
    )  # set: this region's part of a broken-down target, in place of the target's own milestones
    key = models.CharField(max_length=40)  # permanent within the target: the due date, or "open-1"
    due = models.DateField(null=True)
    due_text = models.CharField(max_length=60, blank=True)
    comparator = models.CharField(max_length=5, blank=True)
    value = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    value_max = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["target_id", "due", "key"]
        constraints = [
            models.UniqueConstraint(fields=["target", "key"], name="milestone_once"),
            models.CheckConstraint(
                condition=Q(comparator__in=["", ">=", "<=", "=", "range"]), name="milestone_comparator"
            ),
            models.CheckConstraint(
                condition=~Q(comparator="range") | Q(value_max__gte=F("value")), name="milestone_range"
            ),
        ]


class RegionalTarget(models.Model):
    """A target as it binds one region, made at load so that judging and pages read rows, not rules.

    `origin` says why it binds: the region's own target, one of 各县, a city rate that counties are also
    held to (without the city's baseline), or the city as "all of its counties".
    """

    class Origin(models.TextChoices):
        OWN = "own", _("本级目标")
        EACH = "each", _("逐县目标")
        CITY_RATE = "city_rate", _("全市比率对县要求")
        ALL_MEMBERS = "all_members", _("所辖各县全部达到")
        PART = "part", _("目标分解")

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="regional")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="regional")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="regional_targets")
    origin = models.CharField(max_length=12, choices=Origin)
    has_baseline = models.BooleanField(default=False)
    effective_from = models.DateField()
    effective_to = models.DateField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "region"], name="target_binds_region_once"),
        ]
        indexes = [
            models.Index(fields=["indicator", "region"], name="regional_indicator"),
            models.Index(fields=["region", "active"], name="regional_region"),
        ]


class TargetBody(models.Model):
    """A department named for a target, with the words of the text."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="bodies")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="target_bodies")
    as_written = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class TargetSource(Source):
    """A phrase that states a target."""

    record = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="sources")
