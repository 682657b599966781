"""What registers and ledgers count beside what is reported: the same or not, and what is said when it is not.

A reporter takes the counted figure or reports another one with an explanation, by the form, a sheet or the API.
"""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.models import Entry, Indicator
from targets.queries.proposals import Proposal

from .checks import Problem
from .figures import NOT_APPLICABLE, Figure, stored_figure

COUNTED = "counted"
"""The key under which the explanation of another figure is kept, as those of soft checks are."""
LEDGER = "ledger"
SUBSIDIES = "subsidies"


def source_name(source: str) -> str:
    """What counts, as people call it."""
    names = {LEDGER: _("项目台账"), SUBSIDIES: _("补助台账")}
    return names.get(source) or _("机构名册")


def offered_figure(proposal: Proposal) -> Figure:
    """The offered figure; 0 of 0 is not applicable. Of a rate over a series the numerator only."""
    if proposal.denominator == 0:
        return NOT_APPLICABLE
    return stored_figure(proposal.value, proposal.numerator, proposal.denominator, False)


def same(indicator: Indicator, figure: Figure, proposal: Proposal) -> bool:
    """Whether a reported figure is the offered one.

    Parts are compared where there are parts; a rate that was given as such, at the decimals it is shown with.
    """
    offered = offered_figure(proposal)
    if figure.not_applicable or offered.not_applicable:
        return figure.not_applicable and offered.not_applicable
    if indicator.denominator_series_id is not None:
        return figure.numerator == offered.numerator
    if offered.denominator is None:
        return figure.value == offered.value
    if figure.denominator is not None:
        return (figure.numerator, figure.denominator) == (offered.numerator, offered.denominator)
    if figure.value is None or offered.value is None:
        return False
    return abs(figure.value - offered.value) <= Decimal(1).scaleb(-indicator.decimals) / 2


def counted_problems(
    entry: Entry, figure: Figure, proposal: Proposal | None, *, explained: bool
) -> Iterator[Problem]:
    """The soft problem of an answer that is not the offered figure.

    It asks for an explanation while the unit can still give one. What was counted otherwise only since then is told
    to those who review and confirm, and holds nothing up: it is a finding once the figure counts.
    """
    if proposal is None or not figure.says_something or same(entry.indicator, figure, proposal):
        return
    words = {"source": source_name(proposal.source), "counted": offered_text(entry.indicator, proposal)}
    if entry.state in Entry.OPEN_STATES or explained:
        text = _("与%(source)s统计的%(counted)s不同，请采用统计数，或说明原因。")
    else:
        text = _("提交后%(source)s统计为%(counted)s，与填报不同。")
        explained = True
    yield Problem(COUNTED, "soft", text % words, explained=explained)


def offered_text(indicator: Indicator, proposal: Proposal) -> str:
    """As people read it: “45.2% (412/912)”; of a rate over a series what its numerator is, and how much."""
    if indicator.denominator_series_id is not None and proposal.numerator is not None:
        words = {"name": indicator.numerator_name or _("分子"), "number": offered_figure(proposal).numerator}
        return _("%(name)s%(number)s") % words
    return offered_figure(proposal).text(indicator)
