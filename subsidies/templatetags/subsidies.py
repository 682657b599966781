"""What templates about subsidies ask for: the tabs, and amounts in 元."""

from django import template

from subsidies.amounts import grouped
from subsidies.presenters.tabs import Tab
from subsidies.presenters.tabs import subsidy_tabs as tabs_of

register = template.Library()


@register.simple_tag(takes_context=True)
def subsidy_tabs(context: template.Context) -> list[Tab]:
    """The tabs, the one of this page marked."""
    match = context["request"].resolver_match
    return tabs_of(match.url_name or "" if match else "")


@register.filter
def yuan(fen: int | None) -> str:
    """分 as 元 with grouped thousands and two decimals; — for none."""
    return "—" if fen is None else grouped(fen)
