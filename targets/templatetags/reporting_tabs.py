"""The tabs of the reporting pages: only those that concern the person."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxi_eldercare.core.roles import (
    CONFIRM,
    ENTER,
    GRANT_EXCEPTION,
    GRANT_PROXY,
    HAND_OVER,
    LOAD_CALENDAR,
    MANAGE_ROUNDS,
    MANAGE_RULES,
    REVIEW,
    can,
)

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
        for name, label, permissions in _tabs()
        if not permissions or any(can(request.user, permission) for permission in permissions)
    ]


def _tabs() -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        ("desk", _("我的待办"), ()),
        ("round-list", _("填报轮次"), ()),
        ("review", _("审核"), (REVIEW,)),
        ("confirm", _("确认生效"), (CONFIRM,)),
        ("red-answers", _("红灯说明"), (ENTER, REVIEW, CONFIRM)),
        ("exception-list", _("逾期例外"), (ENTER, REVIEW, GRANT_EXCEPTION)),
        ("proxy-list", _("代报授权"), (ENTER, GRANT_PROXY)),
        ("handover", _("移交"), (ENTER, HAND_OVER)),
        ("check-rules", _("校验规则"), (MANAGE_RULES,)),
        ("special-days", _("工作日历"), (LOAD_CALENDAR, MANAGE_ROUNDS)),
    ]
