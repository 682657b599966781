"""Sharing an amount out so that the parts are the whole: the method of largest remainders (Hamilton)."""

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def share(total: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Whole parts of `total` (分, not negative) in proportion to whole weights; they always add up to it.

    1. Each gets the whole 分 of its exact share.
    2. What is left, fewer 分 than there are parts, goes one each to the largest remainders; equal ones are served
       in the order of the mapping.

    Raises `ValueError` for a negative total or weight, and where no weight is positive although there is money.
    """
    if total < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("neither the total nor a weight may be negative")
    whole = sum(weights.values())
    if whole == 0:
        if total:
            raise ValueError("nobody to share with")
        return dict.fromkeys(weights, 0)
    parts = {key: total * weight // whole for key, weight in weights.items()}
    left = total - sum(parts.values())
    by_remainder = sorted(weights, key=lambda key: -(total * weights[key] % whole))
    for key in by_remainder[:left]:
        parts[key] += 1
    return parts
