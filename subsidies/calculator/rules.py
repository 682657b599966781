"""The terms of one version of a scheme, as the calculator takes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .conditions import Condition

# Whose budgets share a subsidy, in the order in which equal remainders are served.
LEVELS: Final = ("central", "province", "city", "county")


@dataclass(frozen=True)
class Terms:
    """Amount per unit in 分 (None: the documents state none), conditions, and parts by level (None: not stated).

    `limited`: what is claimed must be there, as the licence says (beds, places); households and persons are not.
    """

    amount_fen: int | None
    conditions: tuple[Condition, ...] = ()
    split: Mapping[str, int] | None = None
    limited: bool = True

    def __post_init__(self) -> None:
        if self.amount_fen is not None and (type(self.amount_fen) is not int or self.amount_fen <= 0):
            raise ValueError("an amount is whole and positive, or not stated")
        if self.split is not None:
            if not self.split or set(self.split) - set(LEVELS):
                raise ValueError(f"a split names levels of {LEVELS}")
            parts = self.split.values()
            if any(type(part) is not int or part < 0 for part in parts) or not sum(parts):
                raise ValueError("parts are whole and not negative, and one is positive")

    @property
    def ordered_split(self) -> dict[str, int] | None:
        """The parts in the order of `LEVELS`; those of 0 left out."""
        if self.split is None:
            return None
        return {level: self.split[level] for level in LEVELS if self.split.get(level)}
