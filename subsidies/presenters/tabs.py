"""The tabs over the pages about subsidies."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Tab:
    """One tab; `current` where the page belongs to it."""

    url: str
    label: str
    current: bool


# Plan data, which everyone who is logged in may read; the others are ledgers.
_OPEN_TO_ALL = frozenset({"subsidy-schemes", "subsidy-what-if"})


def subsidy_tabs(page: str, *, ledgers: bool) -> list[Tab]:
    """The tabs in their order; `page` is the name of the address that is shown, `ledgers`: the person reads those."""
    return [
        Tab(reverse(name), label, page.startswith(families))
        for name, label, families in _tabs()
        if ledgers or name in _OPEN_TO_ALL
    ]


def _tabs() -> Sequence[tuple[str, str, tuple[str, ...]]]:
    """Address, label, first words of the pages that belong to it."""
    return (
        ("subsidy-list", _("补助台账"), ("subsidy-list", "subsidy-application")),
        ("subsidy-mine", _("我的审批"), ("subsidy-mine",)),
        ("subsidy-books", _("资金"), ("subsidy-book",)),
        ("subsidy-payments", _("支付"), ("subsidy-payment",)),
        ("subsidy-recoveries", _("追回"), ("subsidy-recover",)),
        ("subsidy-households", _("适老化改造"), ("subsidy-household", "subsidy-people")),
        ("subsidy-trainees", _("培训人员"), ("subsidy-trainee",)),
        ("subsidy-lottery", _("福彩公益金"), ("subsidy-lottery",)),
        ("subsidy-public", _("公示"), ("subsidy-public",)),
        ("subsidy-schemes", _("补助标准"), ("subsidy-scheme",)),
        ("subsidy-what-if", _("试算"), ("subsidy-what-if",)),
    )
