"""Small pieces of the register's pages."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import InstitutionVersion
from projects.presenters.institutions import shown

register = template.Library()


@register.simple_tag
def fact(version: InstitutionVersion, name: str) -> str:
    """A fact of a version in words."""
    return shown(version, name)


@register.simple_tag
def recorded(version: InstitutionVersion) -> str:
    """When and by whom a version was stated."""
    words: dict[str, Any] = {
        "at": timezone.localtime(version.recorded_at).strftime("%Y-%m-%d %H:%M"),
        "who": version.recorded_by,
    }
    return (_("%(who)s 于 %(at)s 登记") if version.recorded_by else _("%(at)s 登记")) % words
