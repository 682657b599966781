"""Chinese words (through gettext) for what the engine answers in codes."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.models import Indicator, Milestone
from yuxi_eldercare.core.templatetags.frame import number

STATES = {
    "NOT_APPLICABLE": gettext_lazy("不适用"),
    "NO_DATA": gettext_lazy("尚未填报"),
    "MET": gettext_lazy("已达标"),
    "MET_LATE": gettext_lazy("逾期完成"),
    "PENDING": gettext_lazy("待期末数"),
    "BREACHED": gettext_lazy("未保持"),
    "MISSED": gettext_lazy("逾期未达标"),
    "NOT_DUE": gettext_lazy("未到期"),
    "REGRESSED": gettext_lazy("低于基期"),
    "ON_TRACK": gettext_lazy("进度正常"),
    "BEHIND": gettext_lazy("滞后"),
    "AT_RISK": gettext_lazy("严重滞后"),
}
MARKS = {
    "STALE": gettext_lazy("数据过期"),
    "FALLEN_BACK": gettext_lazy("已回落"),
    "ABOVE_RANGE": gettext_lazy("超出区间"),
    "PROVISIONAL": gettext_lazy("暂定"),
    "BINDING": gettext_lazy("约束性"),
}
REASONS = {
    "NO_BASELINE": gettext_lazy("没有本地区的基期值，不计算完成比例"),
    "BASELINE_IS_BOUND": gettext_lazy("基期值只有上限（“不足”），不计算完成比例"),
    "NO_READING": gettext_lazy("没有可用的填报值"),
    "NOT_APPLICABLE": gettext_lazy("填报为不适用"),
    "ZERO_SPAN": gettext_lazy("目标值等于基期值，不计算完成比例"),
    "NOTHING_EXPECTED": gettext_lazy("按序时进度此时尚无要求"),
}
LIGHTS = {
    "red": gettext_lazy("红灯"),
    "yellow": gettext_lazy("黄灯"),
    "green": gettext_lazy("绿灯"),
    "grey": gettext_lazy("灰灯"),
}
_COMPARATORS = {">=": "≥", "<=": "≤", "=": "＝"}


def state_word(state: str, light: str) -> str:
    """The word beside the light; an overdue report has its own."""
    if state == "NO_DATA" and light == "red":
        return _("逾期未报")
    return str(STATES[state])


def demand(milestone: Milestone, indicator: Indicator) -> str:
    """What a milestone demands, with its unit: “≥ 90%”, “1—2 家”, or the words of a qualitative target."""
    if milestone.value is None:
        return _("定性目标")
    unit = indicator.unit
    if milestone.value_max is not None:
        return f"{number(milestone.value)}—{number(milestone.value_max)} {unit}"
    sign = _COMPARATORS.get(milestone.comparator, "")
    return f"{sign} {with_unit(milestone.value, unit)}".strip()


def with_unit(value: Decimal | None, unit: str, decimals: int | None = None) -> str:
    """“41.2%” or “20 家”; — for none."""
    if value is None:
        return "—"
    text = number(value, decimals)
    return f"{text}%" if unit == "%" else f"{text} {unit}"


def period(day: date | None) -> str:
    """The period that ends on a day: 2023年, 2023年6月, or the day."""
    if day is None:
        return "—"
    if (day.month, day.day) == (12, 31):
        return _("%(year)s年") % {"year": day.year}
    return _("%(year)s年%(month)s月") % {"year": day.year, "month": day.month}


def due_words(milestone: Milestone) -> str:
    """The due date as a year, or the text's own words where it gives none."""
    return period(milestone.due) if milestone.due else milestone.due_text or _("未载明期限")
