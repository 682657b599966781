"""Money on pages: 分 in the database, 万元 on screen."""

from django import template

from projects.amounts import to_wan
from yuxi_eldercare.core.templatetags.frame import number

register = template.Library()


@register.filter
def wan(fen: int | None) -> str:
    """分 as 万元 with grouped thousands; — for none."""
    return number(to_wan(fen))
