"""Template access to the words of reporting: steps, states, windows, changes."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.models import Entry, EntryStep, Indicator
from targets.reporting.checks import KINDS
from targets.reporting.diffs import Difference, change_text
from targets.reporting.figures import Figure, from_json
from targets.reporting.periods import period_name

register = template.Library()

_STEPS = {
    "save": gettext_lazy("填报"),
    "submit": gettext_lazy("提交审核"),
    "withdraw": gettext_lazy("撤回"),
    "return": gettext_lazy("退回"),
    "review": gettext_lazy("审核通过"),
    "publish": gettext_lazy("确认生效"),
    "correct": gettext_lazy("发起更正"),
    "cancel": gettext_lazy("取消更正"),
    "move": gettext_lazy("移交单位"),
}
_WINDOWS = {
    "not_open": gettext_lazy("未开放"),
    "open": gettext_lazy("填报中"),
    "late": gettext_lazy("迟报期"),
    "locked": gettext_lazy("已锁定"),
    "closed": gettext_lazy("已关闭"),
    "excepted": gettext_lazy("逾期例外"),
}


@register.simple_tag
def step_word(verb: str) -> str:
    """What a step is called."""
    return str(_STEPS.get(verb, verb))


@register.simple_tag
def step_change(step: EntryStep, indicator: Indicator) -> str:
    """From what to what a step changed the figure; empty when it did not."""
    before, after = from_json(step.before) or Figure(), from_json(step.after)
    if after is None or after == before:
        return ""
    return f"{before.text(indicator)} → {after.text(indicator)}"


@register.filter
def window_word(status: str) -> str:
    """The state of a unit's round in a word."""
    return str(_WINDOWS[status])


@register.filter
def state_name(state: str) -> str:
    """待审核, 已退回 …"""
    return str(Entry.State(state).label)


@register.filter
def figure_text(figure: Figure | None, indicator: Indicator) -> str:
    """A figure as people read it; a dash for none."""
    return figure.text(indicator) if figure is not None else "—"


@register.filter
def entry_period(entry: Entry) -> str:
    """2026年三季度."""
    return period_name(entry.round.kind, entry.period_end)


@register.filter
def change_words(difference: Difference, unit: str) -> str:
    """+3 家（+12%）."""
    return change_text(difference, unit)


@register.simple_tag
def rule_kind(kind: str) -> str:
    """What a kind of rule looks at."""
    return str(KINDS[kind].sentence)


@register.filter
def unit_of(attributes: dict[str, Any]) -> str:
    """The unit that stands beside a form's number."""
    return str(attributes.get("data-unit", ""))


@register.filter
def share(part: Any, whole: Any) -> str:
    """“81%”; a dash of nothing."""
    return _("%(share)s%%") % {"share": round(100 * (part or 0) / whole)} if whole else "—"


@register.filter
def percent(value: float | None) -> str:
    """A share from 0 to 100 with one decimal; a dash for none."""
    return "—" if value is None else f"{value:.1f}%"
