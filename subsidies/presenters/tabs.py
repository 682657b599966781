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


def subsidy_tabs(page: str) -> list[Tab]:
    """The tabs in their order; `page` is the name of the address that is shown."""
    return [Tab(reverse(name), label, page.startswith(families)) for name, label, families in _tabs()]


def _tabs() -> Sequence[tuple[str, str, tuple[str, ...]]]:
    """Address, label, first words of the pages that belong to it."""
    return ()
