"""Money on pages: 分 in the database, 万元 on screen."""

from decimal import Decimal

from django import template

from projects.importers import FEN_PER_WAN
from yuxi_eldercare.core.templatetags.frame import number

register = template.Library()


@register.filter
def wan(fen: int | None) -> str:
    """分 as 万元 with grouped thousands; — for none."""
    return number(None if fen is None else Decimal(fen) / FEN_PER_WAN)
