"""How commitments stand: the latest assessment of every milestone in every region it binds."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from django.db.models import Count, Q, QuerySet, TextField, Window
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from targets.models import Assessment, Indicator, RegionalTarget, Target
from targets.presenters.words import LIGHTS, state_word
from targets.progress import ANSWER_KEYS, Light, Mark, Reason, State
from yuxi_eldercare.core.api.fields import (
    Field,
    Table,
    choice,
    day,
    decimal,
    free,
    moment,
    one,
    text,
    whole,
    yes_no,
)
from yuxi_eldercare.core.api.filters import Filters, OneOf, Reference, Word, Year, YesNo
from yuxi_eldercare.core.api.paging import Span
from yuxi_eldercare.core.api.rendering import plain_number
from yuxi_eldercare.core.api.resource import Resource, Rows
from yuxi_eldercare.core.api.shared import document_filter, plan_filter, region_filter
from yuxi_eldercare.core.models import Region


def _codes(name: str, words: Any, note: Any, *, null: bool = False) -> Field:
    """A code of the engine's vocabulary."""
    extra: dict[str, Any] = {"allow_null": null, "help_text": note}
    return Field(name, serializers.ChoiceField(choices=[str(word) for word in words], **extra))


ANSWER_FIELDS = (
    day("due", None),
    _codes("state", State, gettext_lazy("状态")),
    _codes("light", Light, gettext_lazy("红黄绿灯，灰灯为未评")),
    Field("marks", serializers.ListField(child=serializers.ChoiceField(choices=[str(m) for m in Mark]))),
    day("met_on", None, gettext_lazy("逾期完成的日期"), null=True),
    decimal("actual", None, gettext_lazy("据以评估的填报值"), null=True),
    day("actual_date", None, null=True),
    decimal("expected", None, gettext_lazy("填报值当日的序时进度"), null=True),
    decimal("gap", None, gettext_lazy("距目标的差，正数为尚缺"), null=True),
    decimal("share_done", None, null=True),
    decimal("expected_share", None, null=True),
    decimal("schedule_ratio", None, null=True),
    decimal("required_pace", None, gettext_lazy("今后每年需要的增量"), null=True),
    decimal("forecast", None, gettext_lazy("到期预测值"), null=True),
    decimal("forecast_low", None, gettext_lazy("80% 区间下限"), null=True),
    decimal("forecast_high", None, gettext_lazy("80% 区间上限"), null=True),
    _codes("reason", Reason, gettext_lazy("比例为空的原因"), null=True),
)
ANSWER = Table("Answer", *ANSWER_FIELDS)
THRESHOLDS = Table(
    "Thresholds",
    whole("version", None),
    decimal("green", None),
    decimal("yellow", None),
    decimal("start_up", None),
    decimal("closing", None),
)
ASSESSMENT = Table(
    "Assessment",
    text("key", None, gettext_lazy("目标键@地区代码@目标值的键")),
    text("indicator_code", "indicator__key"),
    text("indicator_name", "indicator__name"),
    text("unit", "indicator__unit", null=True),
    text("target", "regional_target__target__key", gettext_lazy("目标键")),
    text("document", "regional_target__target__document__key"),
    text("plan", "regional_target__target__plan__key"),
    text("region", "region_id"),
    text("region_name", "region__short_name"),
    choice("origin", RegionalTarget.Origin, "regional_target__origin", gettext_lazy("约束该地区的缘由")),
    choice("nature", Target.Nature, "regional_target__target__nature", null=True),
    text("comparator", "milestone__comparator"),
    decimal("value", "milestone__value", gettext_lazy("目标值")),
    decimal("value_max", "milestone__value_max", null=True),
    day("as_of", note=gettext_lazy("评估日")),
    moment("computed_at"),
    text("rule_version", note=gettext_lazy("评估规则的版本")),
    whole("members_reported", note=gettext_lazy("已填报的下级个数；本级直报为空"), null=True),
    whole("members_expected", null=True),
    yes_no("demo", "is_demo", gettext_lazy("所用数据含演示数据")),
    whole("run", "run_id", gettext_lazy("得出本结果的后台任务"), null=True),
    *ANSWER_FIELDS,
    text("state_label", None),
    text("light_label", None),
    one("thresholds", THRESHOLDS, gettext_lazy("所用的阈值")),
    free("inputs", None, gettext_lazy("评估的全部输入；include=inputs 时给出"), optional=True),
)
_LEVELS = ("green", "yellow", "start_up", "start_up_annual", "closing")
_MORE: tuple[str | Cast, ...] = (
    "indicator_id",
    "milestone__key",
    "regional_target__target__target_type",
    "answer_text",
    "thresholds__version",
    "thresholds_id",
    *(Cast(f"thresholds__{level}", TextField()) for level in _LEVELS),
)
ORDER = (
    "regional_target__target__document__position",
    "regional_target__target__position",
    "regional_target__target__key",
    "region__position",
    "milestone__due",
    "pk",
)


class AssessmentFilters(Filters):
    """Parameters of the list of assessments."""

    indicator = Reference(
        Indicator, gettext_lazy("指标"), lambda code: Q(indicator__key=code), gettext_lazy("指标代码")
    )
    target = Reference(
        Target,
        gettext_lazy("目标值"),
        lambda key: Q(regional_target__target__key=key),
        gettext_lazy("目标键"),
    )
    document = document_filter("regional_target__target__document")
    plan = plan_filter("regional_target__target__plan")
    region = region_filter()
    level = OneOf(Region.Level, "region__level", gettext_lazy("地区级别"))
    origin = OneOf(RegionalTarget.Origin, "regional_target__origin")
    nature = OneOf(Target.Nature, "regional_target__target__nature")
    light = OneOf([str(word) for word in Light], "light")
    state = OneOf([str(word) for word in State], "state")
    mark = OneOf(
        [str(word) for word in Mark],
        lambda chosen: Q(*(("marks_text__contains", f'"{mark}"') for mark in chosen), _connector=Q.OR),
        gettext_lazy("带有任一标记"),
    )
    due_year = Year(lambda year: Q(milestone__due__year=year), gettext_lazy("到期年份"))
    demo = YesNo(Q(is_demo=True))
    search = Word(
        lambda word: (
            Q(indicator__name__icontains=word) | Q(regional_target__target__name_as_written__icontains=word)
        ),
        gettext_lazy("指标名称或文中写法"),
    )


class Assessments(Resource):
    """Stored answers; what-if answers are `assessments/preview`."""

    title = gettext_lazy("评估结果")
    notes = gettext_lazy("每个目标值在其约束的每个地区的最新评估。数值为十进制字符串。")
    table = ASSESSMENT
    queryset = Assessment.objects.filter(regional_target__active=True).annotate(
        marks_text=Cast("marks", TextField())
    )
    order = ORDER
    includes = ("inputs",)
    filterset_class = AssessmentFilters
    lookup_value_regex = "[^/]+@[^/]+@[^/]+"

    def of_key(self, queryset: QuerySet[Any], key: str) -> QuerySet[Any]:
        target, region, milestone = key.split("@", 2)  # a broken-down milestone has one of its own
        return queryset.filter(regional_target__target__key=target, region=region, milestone__key=milestone)

    def page(self, queryset: QuerySet[Any], span: Span) -> tuple[int, Rows]:
        """The page with its total; one statement."""
        more = ["pk", "row_total", *(["inputs"] if "inputs" in self.asked else [])]
        chosen = queryset.annotate(row_total=Window(Count("*")))
        total, rows = 0, {}
        for row, _indicator, (key, total, *inputs) in assessment_rows(chosen, *more, span=span):  # noqa: B007
            rows[key] = row
            if inputs:
                row["inputs"] = inputs[0]
        return total, rows


def assessment_rows(
    assessments: QuerySet[Assessment], *more: str, span: Span | None = None
) -> Iterator[tuple[dict[str, Any], int, tuple[Any, ...]]]:
    """Each assessment as (JSON, indicator's primary key, values of `more`). One statement."""
    columns = (*ASSESSMENT.columns, *_MORE, *more)
    raw = assessments.annotate(answer_text=Cast("answer", TextField())).values_list(*columns)
    thresholds: dict[tuple[int, bool], dict[str, Any]] = {}
    for row, rest in ASSESSMENT.shaped(raw[span.rows] if span else raw):
        indicator, milestone, target_type, answer, version, set_id, *others = rest
        given = orjson.loads(answer)
        row["key"] = f"{row['target']}@{row['region']}@{milestone}"
        for name in ANSWER_KEYS:
            row[name] = given.get(name)
        row["state_label"] = state_word(row["state"], row["light"])
        row["light_label"] = LIGHTS[row["light"]]
        kind = (set_id, target_type == Target.Type.ANNUAL)
        if kind not in thresholds:
            thresholds[kind] = _thresholds(version, kind[1], others)
        row["thresholds"] = thresholds[kind]
        yield row, indicator, tuple(others[len(_LEVELS) :])


def _thresholds(version: int, annual: bool, levels: Sequence[Any]) -> dict[str, Any]:
    """The levels a target of this kind is judged by: 起步期 is longer for a yearly quota."""
    green, yellow, start_up, start_up_annual, closing = map(plain_number, levels[: len(_LEVELS)])
    return {
        "version": version,
        "green": green,
        "yellow": yellow,
        "start_up": start_up_annual if annual else start_up,
        "closing": closing,
    }
