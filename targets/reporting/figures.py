"""What a cell says: a number (with its parts, for a rate), not applicable, or nothing yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from targets.judging.values import exact_ratio
from targets.models import Entry, Indicator, Observation
from targets.progress import plain

_SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, *not applicable*, or (all empty) *not reported*: three different things everywhere."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_applicable: bool = False

    @property
    def says_something(self) -> bool:
        """Whether it is an answer."""
        return self.value is not None or self.not_applicable

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was typed."""
        return not self.says_something and self.numerator is None and self.denominator is None

    def part(self, name: str) -> Decimal | None:
        """`value`, `numerator` or `denominator`; none where not applicable."""
        number: Decimal | None = getattr(self, name)
        return None if self.not_applicable else number

    def as_json(self) -> dict[str, Any]:
        """For steps, audit rows and checksums: plain decimal strings."""
        return {
            "value": _text(self.value),
            "numerator": _text(self.numerator),
            "denominator": _text(self.denominator),
            "not_applicable": self.not_applicable,
        }

    def text(self, indicator: Indicator) -> str:
        """As people read it: “54.3% (19/35)”, “12 家”, “不适用”, “未填报”."""
        if self.not_applicable:
            return _("不适用")
        parts = ""
        if self.numerator is not None or self.denominator is not None:
            parts = f"{_text(self.numerator) or '—'}/{_text(self.denominator) or '—'}"
        if self.value is None:
            return parts or _("未填报")
        places = max(indicator.decimals, 2) if indicator.scale else 6
        number = plain(round(self.value, places))
        shown = f"{number}%" if indicator.unit == "%" else f"{number} {indicator.unit}"
        return f"{shown} ({parts})" if parts else shown


EMPTY = Figure()
NOT_APPLICABLE = Figure(not_applicable=True)


def rate_of(indicator: Indicator, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """The rate of two parts to six places; none while a part is missing or the denominator is 0."""
    if numerator is None or not denominator:
        return None
    return exact_ratio(numerator, denominator, indicator.scale or 1).quantize(_SIX_PLACES)


def figure_of(row: Entry | Observation) -> Figure:
    """The figure of an entry or an observation."""
    return stored_figure(row.value, row.numerator, row.denominator, row.not_applicable)


def stored_figure(
    value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None, not_applicable: bool
) -> Figure:
    """A figure from columns, with numbers as every database gives them."""
    return Figure(_same(value), _same(numerator), _same(denominator), not_applicable)


def from_json(data: Mapping[str, Any] | None) -> Figure | None:
    """The figure a step noted."""
    if data is None or "value" not in data:
        return None

    def read(name: str) -> Decimal | None:
        return None if data[name] is None else Decimal(data[name])

    return Figure(read("value"), read("numerator"), read("denominator"), bool(data["not_applicable"]))


def _same(number: Decimal | None) -> Decimal | None:
    """Without trailing zeros, in which SQLite and PostgreSQL differ."""
    if number is None:
        return None
    text = str(number)
    return Decimal(plain(number)) if "." in text or "E" in text else number


def _text(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)
