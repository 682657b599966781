"""Values in force as judging needs them: by indicator, region and period end, exact."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Final

from targets.models import Observation, RolledUpValue

# A double, and SQLite's decimal column, hold 15 digits; a ratio is cut there and nowhere else.
RATIO_DIGITS: Final = Context(prec=15)

Place = tuple[int, str]  # (indicator id, region code)


@dataclass(frozen=True, slots=True)
class Value:
    """A value in force for one period end: reported by the region itself, or rolled up from its members."""

    period_end: date
    value: Decimal | None  # None: not applicable
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_demo: bool = False

    def reading(self, scale: int | None) -> Decimal | None:
        """The judged figure: numerator / denominator × scale to 15 digits where known, else `value`.

        None is *not applicable*.
        """
        if self.value is None:
            return None
        if scale is None or self.numerator is None or not self.denominator:
            return self.value
        return exact_ratio(self.numerator, self.denominator, scale)


@dataclass(frozen=True, slots=True)
class Rolled:
    """A parent's value made from its members', and how many of them it rests on."""

    value: Value
    reported: int
    expected: int
    accepted: bool = False  # the lead department lets it count although members are missing

    @property
    def provisional(self) -> bool:
        return self.reported < self.expected and not self.accepted


Direct = dict[Place, dict[date, Value]]
RolledUp = dict[Place, dict[date, Rolled]]


def exact_ratio(numerator: Decimal, denominator: Decimal, scale: int) -> Decimal:
    """numerator / denominator × scale with 15 significant digits."""
    return RATIO_DIGITS.divide(numerator * scale, denominator)


def values_in_force(indicators: Collection[int], regions: Iterable[str]) -> Direct:
    """What these regions report themselves on these indicators. One statement."""
    rows = Observation.objects.filter(
        indicator__in=indicators, region__in=set(regions), superseded_at=None
    ).values_list("indicator_id", "region_id", "period_end", "value", "numerator", "denominator", "is_demo")
    found: Direct = {}
    for indicator, region, period_end, value, numerator, denominator, is_demo in rows:
        figure = Value(period_end, value, numerator, denominator, is_demo)
        found.setdefault((indicator, region), {})[period_end] = figure
    return found


def stored_roll_ups(indicators: Collection[int], regions: Iterable[str]) -> RolledUp:
    """Stored roll-ups of these regions on these indicators. One statement."""
    found: RolledUp = {}
    for row in RolledUpValue.objects.filter(indicator__in=indicators, region__in=set(regions)):
        found.setdefault((row.indicator_id, row.region_id), {})[row.period_end] = as_rolled(row)
    return found


def as_rolled(row: RolledUpValue) -> Rolled:
    """A stored roll-up as judging sees it."""
    value = Value(row.period_end, row.value, row.numerator, row.denominator, row.is_demo)
    return Rolled(value, row.members_reported, row.members_expected, bool(row.accepted_reason))
