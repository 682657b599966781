"""Ranking regions by their lights: one stated rule, plain counts in, places out.

1. A region's share is (green + ½ yellow) ÷ (green + yellow + red). Greys say nothing and stand beside it.
2. The larger share is placed first; of equal shares, the region with fewer red 约束性 targets.
3. Regions equal in both share a place, and the next place is left out (1, 2, 2, 4).
4. A region with fewer than `LEAST` judged targets is not placed: a share of two or three targets says little.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

LEAST = 5
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many targets of a region stand at each light, and how many of the red ones are 约束性."""

    green: int
    yellow: int
    red: int
    grey: int
    binding_red: int = 0

    @property
    def judged(self) -> int:
        """Targets with a light that counts: greys are left out."""
        return self.green + self.yellow + self.red

    @property
    def share(self) -> Fraction | None:
        """From 0 to 1; None where nothing is judged."""
        return Fraction(2 * self.green + self.yellow, 2 * self.judged) if self.judged else None


@dataclass(frozen=True, slots=True)
class Place:
    """A region's place among `of` placed ones; `rank` is None where too little is judged."""

    rank: int | None
    of: int
    shared: bool = False  # another region has the same place


def ranked(tallies: Mapping[Key, Tally]) -> dict[Key, Place]:
    """The place of each region (steps 1 to 4), best first; those without a place come last, in given order."""
    placed = {key: tally for key, tally in tallies.items() if tally.judged >= LEAST}
    order = sorted(placed, key=lambda key: _merit(placed[key]), reverse=True)
    merits = [_merit(placed[key]) for key in order]
    places = {
        key: Place(merits.index(merit) + 1, len(placed), merits.count(merit) > 1)
        for key, merit in zip(order, merits, strict=True)
    }
    return places | {key: Place(None, len(placed)) for key in tallies if key not in placed}


def _merit(tally: Tally) -> tuple[Fraction, int]:
    return tally.share or Fraction(0), -tally.binding_red
