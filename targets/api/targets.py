"""Commitments as other systems read them."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, TextField, Window
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy

from targets.models import Indicator, Milestone, RegionalTarget, Target, TargetBody, TargetSource
from yuxi_eldercare.core.api.attached import Branch, attach
from yuxi_eldercare.core.api.fields import (
    Field,
    Table,
    choice,
    day,
    decimal,
    label,
    many,
    one,
    text,
    yes_no,
)
from yuxi_eldercare.core.api.filters import Filters, OneOf, Reference, Withdrawn, Word, Year, YesNo
from yuxi_eldercare.core.api.paging import Span
from yuxi_eldercare.core.api.rendering import plain_number
from yuxi_eldercare.core.api.resource import Resource, Rows
from yuxi_eldercare.core.api.shared import (
    SOURCE,
    body_branch,
    body_fields,
    by_body,
    department_filter,
    document_filter,
    document_in_force,
    plan_filter,
    region_filter,
    source_branch,
    split_bodies,
    truth,
    withdrawn_field,
)

BASELINE = Table(
    "Baseline",
    day("date", None),
    decimal("value", None, gettext_lazy("确数；只有上限时为空"), null=True),
    decimal("below", None, gettext_lazy("只知不足（超过）此数"), null=True),
)
MILESTONE = Table(
    "Milestone",
    day("due", "m__due", gettext_lazy("到期日；文中未载明为空"), null=True),
    text("due_text", "m__due_text", gettext_lazy("文中的期限写法"), null=True),
    text("comparator", "m__comparator", gettext_lazy(">=、<=、= 或 range；定性目标为空"), null=True),
    decimal("value", "m__value", null=True),
    decimal("value_max", "m__value_max", gettext_lazy("区间上限"), null=True),
)
PART = Table("Part", text("label", None), decimal("value", None))
BOUND = Table(
    "BoundRegion",
    text("region", None),
    choice("origin", RegionalTarget.Origin, note=gettext_lazy("约束该地区的缘由")),
)
TARGET = Table(
    "Target",
    text("key"),
    text("indicator_code", "indicator__key"),
    text("indicator_name", "indicator__name"),
    text("name_as_written", note=gettext_lazy("文中的指标写法")),
    text("document", "document__key", gettext_lazy("文件代码")),
    text("plan", "plan__key"),
    text("region", "region_id", gettext_lazy("作出承诺的地区代码")),
    choice("scope", Target.Scope),
    text("scope_text", note=gettext_lazy("文中的范围写法"), null=True),
    choice("target_type", Target.Type),
    choice("direction", Indicator.Direction, "indicator__direction"),
    text("unit", "indicator__unit", null=True),
    choice("nature", Target.Nature, null=True),
    label("nature_label", Target.Nature, "nature"),
    text("firmness", note=gettext_lazy("应、力争、探索；平述为空"), null=True),
    text("criteria", note=gettext_lazy("限定条件"), null=True),
    Field(
        "parts",
        PART.serializer(many=True, help_text=gettext_lazy("目标值的组成，如市级、县级各几个")),
        "parts",
    ),
    yes_no("qualitative", note=gettext_lazy("定性目标，由裁定判断")),
    yes_no("in_force", "is_in_force", gettext_lazy("文件已印发且未被替代，本条未撤下也未被裁定替代")),
    withdrawn_field(),
    one("baseline", BASELINE, gettext_lazy("基期值；文中没有为空"), null=True),
    many("milestones", MILESTONE),
    *body_fields("departments", "department_keys", gettext_lazy("文中写明的单位")),
    many("sources", SOURCE, gettext_lazy("全部出处，第一个为主要出处")),
    many("binds", BOUND, gettext_lazy("实际约束的地区")),
)


class TargetFilters(Filters):
    """Parameters of the list of targets."""

    document = document_filter()
    plan = plan_filter("plan")
    region = region_filter()
    binds = region_filter(
        lambda code: Q(pk__in=RegionalTarget.objects.filter(region=code, active=True).values("target")),
        gettext_lazy("实际约束该地区的目标（含全市比率对县的要求）"),
    )
    indicator = Reference(
        Indicator, gettext_lazy("指标"), lambda code: Q(indicator__key=code), gettext_lazy("指标代码")
    )
    scope = OneOf(Target.Scope, "scope")
    target_type = OneOf(Target.Type, "target_type")
    nature = OneOf(Target.Nature, "nature")
    qualitative = YesNo(Q(qualitative=True))
    in_force = YesNo(Q(is_in_force=True))
    due_year = Year(
        lambda year: Q(
            pk__in=Milestone.objects.filter(due__year=year, withdrawn_at=None, regional=None).values("target")
        ),
        gettext_lazy("有在该年到期的目标值"),
    )
    department = department_filter(by_body(TargetBody.objects.all(), "target"))
    search = Word(
        lambda word: (
            Q(name_as_written__icontains=word)
            | Q(indicator__name__icontains=word)
            | Q(criteria__icontains=word)
            | Q(pk__in=TargetSource.objects.filter(phrase__icontains=word).values("record"))
        ),
        gettext_lazy("指标名称、条件或原文"),
    )
    withdrawn = Withdrawn()


IN_FORCE = Q(withdrawn_at=None, superseded_by_ruling=False) & document_in_force("document__")
ORDER = ("document__position", "position", "key")
_DEMANDS = ("m__key", *MILESTONE.columns)
_BASE = (
    "baseline_date",
    Cast("baseline_value", TextField()),
    Cast("baseline_below", TextField()),
)


class Targets(Resource):
    """One commitment of one document on one indicator."""

    title = gettext_lazy("目标值")
    notes = gettext_lazy("每项承诺一条；同一承诺的重复表述列在 sources 中。数值为十进制字符串。")
    table = TARGET
    queryset = Target.objects.annotate(is_in_force=truth(IN_FORCE))
    order = ORDER
    filterset_class = TargetFilters

    def page(self, queryset: QuerySet[Any], span: Span) -> tuple[int, Rows]:
        """The keys of the page first: the rows themselves are read together with their milestones."""
        chosen = list(
            queryset.annotate(row_total=Window(Count("*"))).values_list("pk", "row_total")[span.rows]
        )
        keys = [key for key, _total in chosen]
        rows = target_rows(Target.objects.filter(pk__in=keys)) if keys else {}
        return chosen[0][1] if chosen else 0, {key: rows[key] for key in keys}


def target_rows(targets: QuerySet[Target]) -> Rows:
    """These targets with everything that hangs on them, in order. Two statements however many there are."""
    joined = targets.annotate(
        is_in_force=truth(IN_FORCE),
        m=FilteredRelation(
            "milestones", condition=Q(milestones__withdrawn_at=None, milestones__regional=None)
        ),
    ).order_by(*ORDER, F("m__due").asc(nulls_last=True), "m__key")
    width = len(_DEMANDS) + 1
    rows: Rows = {}
    for raw in joined.values_list("pk", *_DEMANDS, *TARGET.columns, *_BASE):
        key, milestone, *demand = raw[:width]
        row = rows.get(key)
        if row is None:
            ((row, base),) = TARGET.shaped([raw[width:]])
            row["baseline"] = _baseline(*base)
            row["milestones"] = []
            rows[key] = row
        if milestone is not None:
            row["milestones"] += (made for made, _rest in MILESTONE.shaped([tuple(demand)]))
    attach(rows, _branches())
    for row in rows.values():
        split_bodies(row, "departments", "department_keys")
    return rows


def _baseline(date: Any, value: Any, below: Any) -> dict[str, Any] | None:
    """None where the text gives no value: a date alone is no baseline."""
    if value is None and below is None:
        return None
    return {"date": date, "value": plain_number(value), "below": plain_number(below)}


def _branches() -> Collection[Branch]:
    return (
        body_branch("departments", TargetBody.objects.all(), "target_id"),
        source_branch(TargetSource.objects.all()),
        Branch(
            "binds",
            RegionalTarget.objects.filter(active=True),
            "target_id",
            ("region_id", "origin"),
            lambda region, origin: {"region": region, "origin": origin},
            "region__position",
        ),
    )
