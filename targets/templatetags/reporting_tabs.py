"""The tabs of the reporting pages: only those that concern the person."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from targets.reporting.doors import may_open

register = template.Library()


@dataclass(frozen=True)
class Tab:
    """One tab."""

    url: str
    label: str
    current: bool


@register.simple_tag(takes_context=True)
def reporting_tabs(context: dict[str, Any]) -> list[Tab]:
    """我的待办 and 填报轮次 for everybody, the others for those who may do something there."""
    request = context["request"]
    here = (request.resolver_match.url_name or "") if request.resolver_match else ""
    return [
        Tab(reverse(name), label, here.split("-")[0] == name.split("-")[0])
        for name, label in _tabs()
        if may_open(request.user, name)
    ]


def _tabs() -> list[tuple[str, str]]:
    return [
        ("desk", _("我的待办")),
        ("round-list", _("填报轮次")),
        ("review", _("审核")),
        ("confirm", _("确认生效")),
        ("red-answers", _("红灯说明")),
        ("exception-list", _("逾期例外")),
        ("proxy-list", _("代报授权")),
        ("handover", _("移交")),
        ("check-rules", _("校验规则")),
        ("special-days", _("工作日历")),
    ]
