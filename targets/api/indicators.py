"""The dictionary of indicators, with their series nested on request.

A page with all its series costs the same statements however many indicators it holds: one for the page, one
each for observations, roll-ups and assessments, two for targets.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from targets.models import (
    Assessment,
    Indicator,
    Observation,
    RegionalTarget,
    RolledUpValue,
    Target,
    TargetBody,
)
from yuxi_eldercare.core.api.fields import (
    Table,
    choice,
    day,
    decimal,
    label,
    many,
    moment,
    text,
    texts,
    whole,
    yes_no,
)
from yuxi_eldercare.core.api.filters import Filters, OneOf, Withdrawn, Word, YesNo
from yuxi_eldercare.core.api.resource import Resource, Rest, Rows
from yuxi_eldercare.core.api.shared import (
    department_filter,
    departments_meant,
    document_filter,
    plan_filter,
    region_filter,
    withdrawn_field,
)

from .assessments import ASSESSMENT, assessment_rows
from .assessments import ORDER as ASSESSMENT_ORDER
from .targets import TARGET, target_rows

OBSERVATION = Table(
    "Observation",
    text("region", "region_id"),
    choice("period_kind", Observation.PeriodKind),
    day("period_end", note=gettext_lazy("所属期的最后一天")),
    decimal("value", note=gettext_lazy("填报值；不适用为空"), null=True),
    decimal("numerator", null=True),
    decimal("denominator", null=True),
    yes_no("not_applicable"),
    moment("known_from", note=gettext_lazy("确认生效的时间")),
    yes_no("demo", "is_demo", gettext_lazy("演示数据")),
)
ROLLUP = Table(
    "Rollup",
    text("region", "region_id"),
    day("period_end"),
    decimal("value", null=True),
    decimal("numerator", null=True),
    decimal("denominator", null=True),
    yes_no("not_applicable"),
    whole("members_reported"),
    whole("members_expected"),
    yes_no("demo", "is_demo", gettext_lazy("演示数据")),
)
INDICATOR = Table(
    "Indicator",
    text("code", "key", gettext_lazy("指标代码")),
    text("name"),
    texts("aliases", "aliases", gettext_lazy("各文件中的其他写法")),
    text("theme"),
    text("unit", null=True),
    choice("direction", Indicator.Direction),
    label("direction_label", Indicator.Direction, "direction"),
    yes_no("integer", note=gettext_lazy("只数整数")),
    choice("rollup", Indicator.Rollup, note=gettext_lazy("由县到市的汇总方式")),
    label("rollup_label", Indicator.Rollup, "rollup"),
    choice("basis", Indicator.Basis),
    label("basis_label", Indicator.Basis, "basis"),
    whole("scale", note=gettext_lazy("比率的倍数：100 或 1000"), null=True),
    text("numerator", "numerator_name", gettext_lazy("分子的名称"), null=True),
    text("denominator", "denominator_name", gettext_lazy("分母的名称"), null=True),
    whole("decimals", note=gettext_lazy("显示的小数位数")),
    yes_no("qualitative"),
    text("definition", note=gettext_lazy("口径")),
    text("defined_in", note=gettext_lazy("只供一个文件使用的指标：该文件代码"), null=True),
    withdrawn_field(),
    many("observations", OBSERVATION, gettext_lazy("现行填报值；include=observations 时给出"), optional=True),
    many("rollups", ROLLUP, gettext_lazy("由下级汇总的值；include=rollups 时给出"), optional=True),
    many("targets", TARGET, gettext_lazy("include=targets 时给出"), optional=True),
    many("assessments", ASSESSMENT, gettext_lazy("include=assessments 时给出"), optional=True),
)


def _with_target(condition: Q) -> Q:
    return Q(pk__in=Target.objects.filter(condition, withdrawn_at=None).values("indicator"))


class IndicatorFilters(Filters):
    """Parameters of the list of indicators."""

    theme = Word(lambda theme: Q(theme=theme), gettext_lazy("领域，如 养老"))
    direction = OneOf(Indicator.Direction, "direction")
    rollup = OneOf(Indicator.Rollup, "rollup")
    qualitative = YesNo(Q(qualitative=True))
    document = document_filter(lambda code: _with_target(Q(document__key=code)))
    plan = plan_filter(lambda key: _with_target(Q(plan__key=key)))
    region = region_filter(
        lambda code: Q(pk__in=RegionalTarget.objects.filter(region=code, active=True).values("indicator")),
        gettext_lazy("有目标约束该地区的指标；所含的填报值、汇总值和评估也只给该地区的"),
    )
    department = department_filter(
        lambda word: _with_target(
            Q(pk__in=TargetBody.objects.filter(department__in=departments_meant(word)).values("target"))
        )
    )
    search = Word(
        lambda word: (
            Q(name__icontains=word)
            | Q(key__icontains=word)
            | Q(aliases__icontains=word)
            | _with_target(Q(name_as_written__icontains=word))
        ),
        gettext_lazy("名称、代码、其他写法或文件中的写法"),
    )
    withdrawn = Withdrawn()


Nested = Callable[[Rows, str], Iterable[tuple[int, dict[str, Any]]]]


class Indicators(Resource):
    """What is measured; `include` adds what was reported, promised and judged."""

    title = gettext_lazy("指标")
    notes = gettext_lazy("include=observations,targets,assessments 一次取得全部序列。")
    table = INDICATOR
    queryset = Indicator.objects.all()
    filterset_class = IndicatorFilters
    includes = ("observations", "rollups", "targets", "assessments")
    lookup_url_kwarg = "code"
    region = ""

    def narrow(self, asked: dict[str, Any]) -> None:
        """A region asked for also limits what is nested."""
        self.region = asked["region"]

    def complete(self, rows: Rows, rest: Rest) -> None:
        """Nest what was asked for."""
        for name in self.includes:
            if name not in self.asked:
                continue
            for row in rows.values():
                row[name] = []
            if rows:
                for key, item in NESTED[name](rows, self.region):
                    rows[key][name].append(item)


def _of(indicators: Rows, rows: QuerySet[Any], region: str) -> QuerySet[Any]:
    chosen = rows.filter(indicator__in=list(indicators))
    return chosen.filter(region=region) if region else chosen


def _series(table: Table, rows: QuerySet[Any]) -> Nested:
    def read(indicators: Rows, region: str) -> Iterator[tuple[int, dict[str, Any]]]:
        ordered = _of(indicators, rows, region).order_by(
            "indicator_id", "region__position", "period_end", "pk"
        )
        return ((key, row) for row, (key,) in table.read(ordered, "indicator_id"))

    return read


def _targets(indicators: Rows, region: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """All targets of the indicators wherever they bind: drafts too, marked by `in_force`."""
    by_code = {row["code"]: key for key, row in indicators.items()}
    rows = target_rows(Target.objects.filter(indicator__in=list(indicators), withdrawn_at=None))
    return ((by_code[row["indicator_code"]], row) for row in rows.values())


def _assessments(indicators: Rows, region: str) -> Iterator[tuple[int, dict[str, Any]]]:
    active = Assessment.objects.filter(regional_target__active=True)
    rows = assessment_rows(_of(indicators, active, region).order_by(*ASSESSMENT_ORDER))
    return ((key, row) for row, key, _more in rows)


NESTED: dict[str, Nested] = {
    "observations": _series(OBSERVATION, Observation.objects.filter(superseded_at=None)),
    "rollups": _series(ROLLUP, RolledUpValue.objects.all()),
    "targets": _targets,
    "assessments": _assessments,
}
