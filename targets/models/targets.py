"""The dictionary of indicators and the commitments that point at it."""

from django.db import models
from django.db.models import F, Q

from yuxi_eldercare.core.models import Department, Document, LoadedRecord, Plan, Region, Ruling, Source


class Indicator(LoadedRecord):
    """What is measured: unit, direction, roll-up and basis. `key` is the indicator code. It holds no values."""

    class Direction(models.TextChoices):
        UP = "up", "越高越好"
        DOWN = "down", "越低越好"

    class Rollup(models.TextChoices):
        SUM = "sum", "各县合计"
        RATIO = "ratio_of_sums", "分子合计÷分母合计"
        EVERY = "every_member", "逐县判定"
        MAX = "max", "取最大"
        MIN = "min", "取最小"
        NONE = "none", "仅市级填报"

    class Basis(models.TextChoices):
        POINT = "point", "时点数"
        YEAR = "year", "全年累计数"

    defined_in = models.CharField(max_length=100, blank=True)  # code of the document folder; empty: shared
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
    """One commitment of one document on one indicator. Its values are `Milestone`s, its regions `RegionalTarget`s."""

    class Scope(models.TextChoices):
        CITY = "city", "全市"
        COUNTY = "county", "全县"
        EACH_COUNTY = "each_county", "每个县（市、区）"
        EACH_STREET = "each_street", "每个街道"
        EACH_TOWNSHIP = "each_township", "每个乡镇（街道）"
        EACH_COMMUNITY = "each_community", "每个村（社区）"
        NAMED = "named", "具名地点或项目"

    class Type(models.TextChoices):
        REACH = "reach", "到期达到"
        FLOOR = "floor", "保持不低于"
        CEILING = "ceiling", "保持不高于"
        RANGE = "range", "期末落入区间"
        DONE = "done", "按期完成"
        ANNUAL = "annual", "每年完成"

    class Nature(models.TextChoices):
        BINDING = "binding", "约束性"
        INDICATIVE = "indicative", "预期性"

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
    """One due date of a target with the value demanded; `due` is empty where the text leaves the year open."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="milestones")
    key = models.CharField(max_length=20)  # permanent within the target: the due date, or "open-1"
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
        OWN = "own", "本级目标"
        EACH = "each", "逐县目标"
        CITY_RATE = "city_rate", "全市比率对县要求"
        ALL_MEMBERS = "all_members", "所辖各县全部达到"

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
