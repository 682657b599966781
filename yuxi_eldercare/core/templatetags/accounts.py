"""Pieces of the administrators' pages: tabs to what the person may open, words for roles and times."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxi_eldercare.core.accounts.duties import has_second_factor, is_administrator
from yuxi_eldercare.core.models import Membership
from yuxi_eldercare.core.roles import (
    LOAD_PLANS,
    MANAGE_MAP,
    ROLES,
    VIEW_ACCOUNTS,
    VIEW_AUDIT,
    VIEW_JOBS,
    can,
)

register = template.Library()


@dataclass(frozen=True)
class Tab:
    """One of the pages under 管理."""

    url: str
    label: str
    current: bool


@register.simple_tag(takes_context=True)
def admin_tabs(context: dict[str, Any]) -> list[Tab]:
    """The pages under 管理 that the person may open."""
    request = context["request"]
    pages = [
        ("user-list", _("账号"), VIEW_ACCOUNTS, ("user", "membership")),
        ("department-list", _("单位"), VIEW_ACCOUNTS, ("department",)),
        ("client-list", _("接入系统"), VIEW_ACCOUNTS, ("client",)),
        ("region-import", _("地区"), LOAD_PLANS, ("region",)),
        ("map-outline", _("地图边界"), MANAGE_MAP, ("map",)),
        ("audit-list", _("审计记录"), VIEW_AUDIT, ("audit",)),
        ("job-list", _("后台任务"), VIEW_JOBS, ("job",)),
    ]
    family = (request.resolver_match.url_name or "").split("-")[0] if request.resolver_match else ""
    return [
        Tab(reverse(name), label, family in families)
        for name, label, permission, families in pages
        if can(request.user, permission)
    ]


@register.simple_tag(takes_context=True)
def without_second_factor(context: dict[str, Any]) -> bool:
    """Whether an administrator is at work without a second factor, which only a demonstration lets happen."""
    user = context["request"].user
    return not settings.ADMIN_SECOND_FACTOR and is_administrator(user) and not has_second_factor(user)


@register.filter
def role_name(code: str) -> str:
    """The name of a role."""
    return str(ROLES[code].name) if code in ROLES else code


@register.filter
def place(membership: Membership) -> str:
    """Where a role is held: the unit, or the whole region."""
    if membership.department is not None:
        return membership.department.short_name
    return membership.region.short_name


@register.filter
def until(day: date | None) -> str:
    """The last day of a role."""
    return day.isoformat() if day else _("长期")
