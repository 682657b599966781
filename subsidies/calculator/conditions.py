"""Conditions of a subsidy as data: read from JSON, tested against a case.

| code | parameters | asks |
|---|---|---|
| premises | `is`: own or leased | whose the premises are |
| lease_years | `at_least`: years | the lease is so long, counted in full years from its first day, and is running |
| operation | `in`: list | how the institution is run |
| operation_not | `in`: list | how it is not run (不含公建民营) |
| kind | `in`: list | what kind of institution it is |
| filed | | it is filed (备案) under 《养老机构管理办法》 |
| once_per_unit | | each bed or place is subsidised once |
| once_per_year | | one grant a year |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

PREMISES: Final = ("own", "leased")
OPERATIONS: Final = ("public", "public_private", "private")
KINDS: Final = (
    "eldercare",
    "regional_centre",
    "community_centre",
    "day_care",
    "mutual_aid",
    "happiness_home",
    "childcare",
)
CODES: Final = (
    "premises",
    "lease_years",
    "operation",
    "operation_not",
    "kind",
    "filed",
    "once_per_unit",
    "once_per_year",
)
_LISTS: Final = {"operation": OPERATIONS, "operation_not": OPERATIONS, "kind": KINDS}
_YEARS_MOST: Final = 100


class ConditionFault(ValueError):
    """A condition cannot be read: `index` in the list, `code` and what is wrong (`word`)."""

    def __init__(self, index: int, code: str, word: str) -> None:
        super().__init__(f"condition {index}: {code}: {word}")
        self.index, self.code, self.word = index, code, word


@dataclass(frozen=True)
class Condition:
    """One condition: its code and its parameters."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As `read_conditions` reads it back."""
        return {"code": self.code, **self.values}


def read_conditions(data: Any) -> tuple[Condition, ...]:
    """Conditions from their JSON form, in its order. Raises `ConditionFault`; a code stands once."""
    if not isinstance(data, list):
        raise ConditionFault(0, "", "not a list")
    found: list[Condition] = []
    for index, row in enumerate(data):
        code = row.get("code") if isinstance(row, dict) else None
        if code not in CODES:
            raise ConditionFault(index, str(code), "unknown code")
        if any(one.code == code for one in found):
            raise ConditionFault(index, code, "twice")
        values = {key: value for key, value in row.items() if key != "code"}
        _check(index, code, values)
        found.append(Condition(code, values))
    return tuple(found)


def _check(index: int, code: str, values: Mapping[str, Any]) -> None:
    if code == "premises":
        if set(values) != {"is"} or values["is"] not in PREMISES:
            raise ConditionFault(index, code, "is: own or leased")
    elif code == "lease_years":
        years = values.get("at_least")
        if set(values) != {"at_least"} or type(years) is not int or not 1 <= years <= _YEARS_MOST:
            raise ConditionFault(index, code, "at_least: whole years")
    elif code in _LISTS:
        words = values.get("in")
        if set(values) != {"in"} or not _is_choice(words, _LISTS[code]):
            raise ConditionFault(index, code, f"in: some of {', '.join(_LISTS[code])}")
    elif values:
        raise ConditionFault(index, code, "takes no parameters")


def _is_choice(words: Any, among: Sequence[str]) -> bool:
    if not isinstance(words, list) or not words or not all(word in among for word in words):
        return False
    return len(set(words)) == len(words)
