"""Points for units: facts and a table of rules in, one line per thing out; and the ranking by points.

1. A fact is scored by the rule of its cause that was in force on its day; without one it is not scored.
2. Each thing is scored once per unit and cause, whatever rule applied: a later rule scores nothing again.
3. Units are placed by the sum of their points; equal sums share a place and the next place is left out (1, 2, 2, 4).
4. A county's figure is the mean of its units, so that a county with many units is neither ahead nor behind for it.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeVar

from .ranking import Place

Key = TypeVar("Key")
# What a person enters with a reason; everything else follows from steps, notices and months.
BY_HAND: Final = ("praised", "criticised")
MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Rule:
    """So many points for a cause from a day on."""

    pk: int
    cause: str
    points: Decimal
    valid_from: date


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a unit did or failed to do on a day; `key` names it once and for all."""

    cause: str
    department: int
    on: date
    key: str
    part: int | None = None
    step: int | None = None
    notice: int | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A fact and the rule that scores it."""

    fact: Fact
    rule: Rule


def rule_on(rules: Iterable[Rule], cause: str, day: date) -> Rule | None:
    """The rule of a cause in force on a day (step 1)."""
    known = [rule for rule in rules if rule.cause == cause and rule.valid_from <= day]
    return max(known, key=lambda rule: rule.valid_from, default=None)


def score(
    facts: Iterable[Fact], rules: Iterable[Rule], present: Container[tuple[int, str, str]]
) -> list[Scored]:
    """The lines that are missing (steps 1 and 2); `present` holds (unit, cause, key) of those there are."""
    by_cause: dict[str, list[Rule]] = {}
    for known in rules:
        by_cause.setdefault(known.cause, []).append(known)
    given: set[tuple[int, str, str]] = set()
    lines = []
    for fact in facts:
        once = (fact.department, fact.cause, fact.key)
        rule = rule_on(by_cause.get(fact.cause, ()), fact.cause, fact.on)
        if rule is not None and once not in present and once not in given:
            given.add(once)
            lines.append(Scored(fact, rule))
    return lines


def mean(points: Iterable[Decimal]) -> Fraction | None:
    """The exact mean of some units' points; none of no units (step 4)."""
    every = list(points)
    return Fraction(sum(every, Decimal(0))) / len(every) if every else None


def placed(figures: Mapping[Key, Fraction | Decimal]) -> dict[Key, Place]:
    """The place of each by its figure, best first (step 3)."""
    order = sorted(figures, key=lambda key: figures[key], reverse=True)
    values = [figures[key] for key in order]
    return {
        key: Place(values.index(value) + 1, len(values), values.count(value) > 1)
        for key, value in zip(order, values, strict=True)
    }


def bounds(kind: str, day: date) -> tuple[date, date]:
    """First and last day of the month, quarter or year that holds a day."""
    months = MONTHS[kind]
    first = (day.month - 1) // months * months + 1
    past = first + months
    end = date(day.year + (past > 12), past - 12 if past > 12 else past, 1)
    return date(day.year, first, 1), end - timedelta(1)
