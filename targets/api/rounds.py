"""Reporting rounds that the caller's units take part in, or that the caller follows."""

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from targets.models import Observation, ReportingRound, RoundException
from targets.reporting.owing import visible_rounds
from targets.reporting.scope import own_units
from targets.reporting.window import STATUSES, unexcepted
from yuxi_eldercare.core.api.fields import (
    Field,
    Table,
    choice,
    day,
    label,
    listed,
    many,
    moment,
    text,
    whole,
    yes_no,
)
from yuxi_eldercare.core.api.filters import Day, Filters, OneOf, YesNo
from yuxi_eldercare.core.api.rendering import local_moment
from yuxi_eldercare.core.api.resource import Resource, Rest, Rows


def _count(name: str, note: Any) -> Field:
    """A count of which the database says nothing where there is none."""
    return replace(whole(name, note=note), shape=lambda count: count or 0)


EXCEPTION = Table(
    "RoundException",
    text("department", None, gettext_lazy("单位的键")),
    moment("until", None, gettext_lazy("可填报至")),
)
ROUND = Table(
    "Round",
    whole("id", note=gettext_lazy("轮次编号")),
    text("name"),
    choice("period_kind", Observation.PeriodKind, "kind", gettext_lazy("填报的是月、季、半年还是年")),
    label("period_kind_label", Observation.PeriodKind, "kind"),
    day("period_end", note=gettext_lazy("最后一期的期末日")),
    day("opens_on"),
    day("due_on", note=gettext_lazy("截止日；之后提交计为迟报")),
    day("grace_until", note=gettext_lazy("宽限日；之后锁定")),
    moment("closed_at", null=True),
    listed("status", STATUSES, gettext_lazy("未获逾期例外的单位现在能否填报：open、late 可以")),
    text("sentence", None, gettext_lazy("状态的说明")),
    many("exceptions", EXCEPTION, gettext_lazy("本单位获准的逾期例外")),
    _count("owed", gettext_lazy("可见的应报项数")),
    _count("sent", gettext_lazy("其中已提交的")),
    _count("published", gettext_lazy("其中已生效的")),
    yes_no("demo", "is_demo", gettext_lazy("演示数据")),
)


def is_open(path: str = "") -> Q:
    """Rounds in which units may write without an exception today. `path` leads to the round ("round__")."""
    today = timezone.localdate()
    return Q(**{f"{path}closed_at": None, f"{path}opens_on__lte": today, f"{path}grace_until__gte": today})


class RoundFilters(Filters):
    """Parameters of the list of rounds."""

    period_kind = OneOf(Observation.PeriodKind, "kind")
    period_end = Day(lambda end: Q(period_end=end), gettext_lazy("期末日"))
    open = YesNo(is_open, gettext_lazy("现在能否填报（不计逾期例外）"))


class Rounds(Resource):
    """Rounds, the newest first."""

    title = gettext_lazy("填报轮次")
    notes = gettext_lazy("只列出本单位参加的，或所辖地区、牵头指标所在的轮次。")
    table = ROUND
    queryset = ReportingRound.objects.all()
    more = ("opens_on", "due_on", "grace_until", "closed_at")
    order = ("-period_end", "-id")
    filterset_class = RoundFilters
    lookup_field = "id"
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[Any]:
        """Those that the caller may see, with counts of what the caller sees in them."""
        return visible_rounds(self.caller).order_by(*self.order)

    def complete(self, rows: Rows, rest: Rest) -> None:
        """The state of each round today, and exceptions of the caller's units: one statement."""
        now = timezone.now()
        for key, row in rows.items():
            opens, due, grace, closed = rest[key]
            round = ReportingRound(opens_on=opens, due_on=due, grace_until=grace, closed_at=closed)
            window = unexcepted(round, now)
            row |= {"status": window.status, "sentence": window.sentence, "exceptions": []}
        granted = RoundException.objects.filter(
            round__in=list(rows), department__in=own_units(self.caller), granted=True, expires_at__gt=now
        )
        for key, department, until in granted.order_by("pk").values_list(
            "round_id", "department__key", "expires_at"
        ):
            rows[key]["exceptions"].append({"department": department, "until": local_moment(until)})
