"""Words for closed months."""

from django import template

from yuxi_eldercare.core import closing
from yuxi_eldercare.core.models import PeriodClose

register = template.Library()


@register.filter
def month_name(close: PeriodClose) -> str:
    """2026年10月."""
    return closing.month_name(close)
