"""The rows of the page of totals: hundreds of them, so that their cells are put together here."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from projects.presenters.breakdowns import Column
from projects.queries.plans import Totals

from .money import wan

register = template.Library()


@register.simple_tag
def sum_cells(columns: Sequence[Column], sums: Totals) -> SafeString:
    """The cells of a row, one for each column."""
    cells = []
    for column in columns:
        number = getattr(sums, column.name)
        cells.append(f"{column.opening}{wan(number) if column.is_money else number}</td>")
    return SafeString("".join(cells))  # the openings are escaped, the rest is figures


@register.simple_tag(takes_context=True)
def ledger_link(context: dict[str, Any], parameter: str) -> str:
    """The address of the ledger narrowed as the page is, up to the value of `parameter`."""
    query = context["request"].GET.copy()
    for name in [name for name, value in query.items() if not value or name in {"by", "page", parameter}]:
        del query[name]
    kept = f"{query.urlencode()}&" if query else ""
    return f"{reverse('project-list')}?{kept}{parameter}="
