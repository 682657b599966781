"""What templates about subsidies ask for: the tabs, and amounts in 元."""

from typing import Any

from django import template

from subsidies.amounts import grouped
from subsidies.books.wording import line_name as name_of
from subsidies.models import BudgetLine, Journal
from subsidies.presenters import applications_page
from subsidies.presenters.tabs import Tab
from subsidies.presenters.tabs import subsidy_tabs as tabs_of
from yuxi_eldercare.core.roles import VIEW_SUBSIDIES, can

register = template.Library()


@register.simple_tag(takes_context=True)
def subsidy_tabs(context: template.Context) -> list[Tab]:
    """The tabs, the one of this page marked."""
    request = context["request"]
    match = request.resolver_match
    return tabs_of(match.url_name or "" if match else "", ledgers=bool(can(request.user, VIEW_SUBSIDIES)))


@register.filter
def yuan(fen: Any) -> str:
    """分 as 元 with grouped thousands and two decimals; — for none, and where there is nothing to ask."""
    return grouped(fen) if isinstance(fen, int) else "—"


@register.filter
def unit_word(unit: str) -> str:
    """张床位: what a scheme counts, behind a number."""
    return applications_page.unit_word(unit)


@register.simple_tag
def line_name(line: BudgetLine) -> str:
    """2023年省级养老床位建设补助（福彩公益金）."""
    return name_of(line)


@register.filter
def moved(journal: Journal, account: str) -> int:
    """What a journal moved on one account of all its lines, in 分."""
    return sum(row.amount_fen for row in journal.postings.all() if row.account == account)
