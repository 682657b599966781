"""What units owe in a round: one record per indicator, region and period, with its answer and revision.

A record's `department`, `region`, `indicator`, `period_end` and `revision` are what a push takes.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from targets.actions.checks import is_rate
from targets.models import Entry, Indicator, Observation, ReportingRound
from targets.reporting.scope import visible_entries
from yuxi_eldercare.core.api.fields import (
    Table,
    choice,
    day,
    decimal,
    free,
    label,
    listed,
    moment,
    text,
    whole,
    yes_no,
)
from yuxi_eldercare.core.api.filters import Day, Filters, Number, OneOf, Reference, YesNo
from yuxi_eldercare.core.api.resource import Resource, Rest, Rows
from yuxi_eldercare.core.api.shared import department_filter, departments_meant, region_filter

from .rounds import is_open

VALUE, PARTS, NUMERATOR = "value", "numerator_and_denominator", "numerator"
ENTRY = Table(
    "Entry",
    whole("id", note=gettext_lazy("填报项编号")),
    whole("round", "round_id", gettext_lazy("轮次编号")),
    text("round_name", "round__name"),
    choice("period_kind", Observation.PeriodKind, "round__kind"),
    day("due_on", "round__due_on"),
    text("department", "department__key", gettext_lazy("填报单位的键")),
    text("department_name", "department__short_name"),
    text("credit_code", "department__credit_code", gettext_lazy("统一社会信用代码"), null=True),
    text("region", "region_id"),
    text("region_name", "region__short_name"),
    text("indicator", "indicator__key"),
    text("indicator_name", "indicator__name"),
    text("unit", "indicator__unit", gettext_lazy("计量单位"), null=True),
    day("period_end"),
    listed("answer_by", (VALUE, PARTS, NUMERATOR), gettext_lazy("推送时给数值、分子和分母，还是只给分子")),
    choice("state", Entry.State),
    label("state_label", Entry.State, "state"),
    whole("revision", note=gettext_lazy("修订号；推送时带上，可避免覆盖他人的修改")),
    decimal("value", null=True),
    decimal("numerator", null=True),
    decimal("denominator", null=True),
    yes_no("not_applicable"),
    text("na_reason", null=True),
    text("note", null=True),
    free("explanations", None, gettext_lazy("规则代码 → 说明")),
    text("correction_reason", null=True),
    text("channel", note=gettext_lazy("由何处填报：grid、excel、api、counted")),
    text("edited_by", "edited_by__display_name", null=True),
    moment("edited_at", null=True),
    moment("submitted_at", null=True),
    moment("returned_at", null=True),
    text("return_reason", null=True),
    moment("reviewed_at", null=True),
    moment("published_at", null=True),
)


class EntryFilters(Filters):
    """Parameters of the list of entries."""

    round = Number(ReportingRound, gettext_lazy("填报轮次"), lambda pk: Q(round=pk), gettext_lazy("轮次编号"))
    state = OneOf(Entry.State, "state")
    indicator = Reference(
        Indicator, gettext_lazy("指标"), lambda code: Q(indicator__key=code), gettext_lazy("指标代码")
    )
    region = region_filter()
    department = department_filter(lambda word: Q(department__in=departments_meant(word)))
    period_end = Day(lambda end: Q(period_end=end), gettext_lazy("期末日"))
    owed = YesNo(Q(state__in=Entry.OPEN_STATES), gettext_lazy("是否还要填报：未填报、填报中或已退回"))
    open = YesNo(lambda: is_open("round__"), gettext_lazy("所在轮次现在能否填报（不计逾期例外）"))


class Entries(Resource):
    """Cells of the caller's units, and of others once they were submitted to the caller."""

    title = gettext_lazy("填报项")
    notes = gettext_lazy("本单位的全部填报项；其他单位的，在提交之后对审核、牵头、领导和督查人员可见。")
    table = ENTRY
    queryset = Entry.objects.all()
    more = ("explanations", "indicator__rollup", "indicator__denominator_series_id")
    order = ("-round__period_end", "-round_id", "department__position", "indicator__position", "region", "id")
    filterset_class = EntryFilters
    lookup_field = "id"
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[Any]:
        """Those that the caller may see, of indicators that are still asked for."""
        return visible_entries(self.caller).filter(indicator__withdrawn_at=None).order_by(*self.order)

    def complete(self, rows: Rows, rest: Rest) -> None:
        """Explanations as plain texts, and what to answer with."""
        for key, row in rows.items():
            told, rollup, series = rest[key]
            row["explanations"] = {rule: said.get("text", "") for rule, said in told.items()}
            row["answer_by"] = NUMERATOR if series else PARTS if is_rate(Indicator(rollup=rollup)) else VALUE
