"""Small pieces of the pages of supervision: tabs, numbers of notices, points with their sign, what waits."""

from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from targets.models import LadderStep, ScoreRule, SupervisionNotice
from targets.presenters.supervision import cause_words
from targets.supervision.escalating import number_of
from yuxi_eldercare.core.roles import MANAGE_LADDER, can

from .reporting_tabs import Tab

register = template.Library()


@register.simple_tag(takes_context=True)
def supervision_tabs(context: dict[str, Any]) -> list[Tab]:
    """The ledgers of tasks; the rules only for those who keep them."""
    request = context["request"]
    here = (request.resolver_match.url_name or "") if request.resolver_match else ""
    names = [
        ("assignment-list", _("任务分工")),
        ("part-list", _("任务台账")),
        ("supervision-list", _("督办台账")),
        ("supervision-scores", _("考核排名")),
    ]
    if can(request.user, MANAGE_LADDER):
        names.append(("supervision-ladder", _("督办规则")))
    return [Tab(reverse(name), label, here == name) for name, label in names]


@register.simple_tag
def notice_number(notice: SupervisionNotice) -> str:
    """玉养督〔2026〕3号."""
    return number_of(notice)


register.simple_tag(cause_words)


@register.simple_tag
def signed(points: Decimal) -> str:
    """Points with their sign: +1, -0.5."""
    return f"{points.normalize():+f}"


@register.filter
def rule_name(key: str, kind: str) -> str:
    """What a change of the rules was about, from the audit row's key: “逾期未签收 · 催办”."""
    first, _space, second = key.partition(" ")
    kinds = dict(LadderStep.Kind.choices)
    if kind == "score_rule":
        return str(dict(ScoreRule.Cause.choices).get(first, first))
    head = dict(LadderStep.Cause.choices).get(first, first)
    return f"{head} · {kinds.get(second, second)}"
