"""The figure of one parent for one period in exact decimals: the nine counties of a city.

The same rule as `levels.roll_up`, which is the form for many periods and many parents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final

from targets.progress.vocabulary import RollUp
from targets.rollup.groups import RollUpError

_EXACT: Final = Context(prec=60)
_SHOWN: Final = Context(prec=28)


@dataclass(frozen=True, slots=True)
class MemberValue:
    """What one member reported for the period: a value, or numerator and denominator of a rate.

    Nothing reported is `MemberValue()`; *not applicable* is `MemberValue(not_applicable=True)`.
    """

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_applicable: bool = False


@dataclass(frozen=True, slots=True)
class RolledUpValue:
    """The parent's figure: exact for sums and extremes, 28 significant digits for a rate.

    `value` is None when nobody reported or when it is *not applicable*.
    """

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    not_applicable: bool
    reported: int
    expected: int
    provisional: bool


def roll_up_values(
    method: RollUp,
    scale: Decimal | int,
    members: Sequence[MemberValue],
    *,
    counted_as_complete: bool = False,
) -> RolledUpValue:
    """One parent's figure from its members' reports of one period, in exact decimals.

    The same rule as `roll_up`. Raises `RollUpError` for a method that does not combine values.
    """
    by_ratio = method is RollUp.RATIO_OF_SUMS
    tops = [_top(member, by_ratio) for member in members]
    numbers = [top for top in tops if top is not None]
    reported = sum(
        member.not_applicable or top is not None for member, top in zip(members, tops, strict=True)
    )
    numerator, denominator, value = _combined(method, numbers, members, tops, Decimal(scale))
    ratio_of_nothing = by_ratio and bool(numbers) and numerator == 0 and denominator == 0
    return RolledUpValue(
        value=value,
        numerator=numerator,
        denominator=denominator,
        not_applicable=reported > 0 and (not numbers or ratio_of_nothing),
        reported=reported,
        expected=len(members),
        provisional=0 < reported < len(members) and not counted_as_complete,
    )


def _top(member: MemberValue, by_ratio: bool) -> Decimal | None:
    """The number a member contributes (its numerator for a rate); None if missing or not applicable."""
    if member.not_applicable:
        return None
    if not by_ratio:
        return member.value
    return None if member.denominator is None else member.numerator


def _combined(
    method: RollUp,
    numbers: list[Decimal],
    members: Sequence[MemberValue],
    tops: list[Decimal | None],
    scale: Decimal,
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Numerator, denominator and value of the parent."""
    if method in (RollUp.EVERY_MEMBER, RollUp.NONE):
        raise RollUpError(f"{method} does not combine values")
    if not numbers:
        return None, None, None
    if method in (RollUp.MAX, RollUp.MIN):
        extreme = max(numbers) if method is RollUp.MAX else min(numbers)
        return extreme, None, extreme
    total = _exact_sum(numbers)
    if method is RollUp.SUM:
        return total, None, total
    parts = [
        member.denominator
        for member, top in zip(members, tops, strict=True)
        if top is not None and member.denominator is not None
    ]
    below = _exact_sum(parts)
    if below == 0:
        return total, below, None
    return total, below, _SHOWN.divide(_EXACT.multiply(total, scale), below)


def _exact_sum(numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = _EXACT.add(total, number)
    return total
