"""Computing one case by the terms of a version: what is unmet, the amount, and each level's part of it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from .conditions import Condition
from .rules import Terms
from .sharing import share


@dataclass(frozen=True)
class Case:
    """What is known about a claim. `quantity` is verified units, or claimed ones before verification.

    `capacity`: units the licence or register states (None: not known there). `granted_before`: units of the same
    institution already granted or applied for under once-per-unit schemes. `grants_this_year`: other grants of this
    scheme for the same year. `on`: the day of the claim, on which a lease must be running (None: not asked).
    """

    quantity: int
    capacity: int | None = None
    granted_before: int = 0
    grants_this_year: int = 0
    premises: str = ""
    lease_from: date | None = None
    lease_to: date | None = None  # the last day of the lease
    operation: str = ""
    kind: str = ""
    filed: bool | None = None
    on: date | None = None


@dataclass(frozen=True)
class Unmet:
    """A condition the case does not meet, or (`unknown`) that cannot be answered; `said` has the figures to name."""

    code: str
    said: dict[str, Any]
    unknown: bool = False


@dataclass(frozen=True)
class Part:
    """One level's part in 分 and its weight in the split."""

    level: str
    weight: int
    amount_fen: int


@dataclass(frozen=True)
class Computation:
    """The answer. `granted_fen` is 0 while anything is unmet; `amount_fen` is what it would be (None: not stated).

    `parts` is None where no split is stated; otherwise the parts add up to `amount_fen`.
    """

    quantity: int
    unit_fen: int | None
    amount_fen: int | None
    parts: tuple[Part, ...] | None
    unmet: tuple[Unmet, ...]

    @property
    def granted_fen(self) -> int:
        """What may be granted now."""
        return 0 if self.unmet or self.amount_fen is None else self.amount_fen

    def as_json(self) -> dict[str, Any]:
        """Plain values, in the order of the fields; they equal themselves when read back from JSON."""
        parts = None if self.parts is None else [asdict(part) for part in self.parts]
        return asdict(self) | {
            "parts": parts,
            "unmet": [asdict(one) for one in self.unmet],
            "granted_fen": self.granted_fen,
        }


def compute(terms: Terms, case: Case) -> Computation:
    """Compute a case. Pure: equal inputs give equal answers on any day.

    1. Test each condition; all that are unmet are named, not only the first.
    2. amount = units × amount per unit, in whole 分: nothing is rounded here.
    3. Share the amount between levels by largest remainders (`sharing.share`).

    Raises `ValueError` for a negative quantity, capacity or count.
    """
    if min(case.quantity, case.granted_before, case.grants_this_year, case.capacity or 0) < 0:
        raise ValueError("counts are not negative")
    unmet = tuple(_unmet(terms, case))
    if terms.amount_fen is None:
        return Computation(case.quantity, None, None, None, unmet)
    amount = case.quantity * terms.amount_fen
    split = terms.ordered_split
    parts = None
    if split is not None:
        shares = share(amount, split)
        parts = tuple(Part(level, split[level], shares[level]) for level in split)
    return Computation(case.quantity, terms.amount_fen, amount, parts, unmet)


def _unmet(terms: Terms, case: Case) -> list[Unmet]:
    found: list[Unmet] = []
    if terms.amount_fen is None:
        found.append(Unmet("amount_not_stated", {}))
    if case.quantity == 0:
        found.append(Unmet("nothing", {}))
    if terms.limited:
        if case.capacity is None:
            found.append(Unmet("capacity", {}, unknown=True))
        elif case.quantity > case.capacity:
            found.append(Unmet("capacity", {"quantity": case.quantity, "capacity": case.capacity}))
    for condition in terms.conditions:
        answer = _TESTS[condition.code](condition, case)
        if answer is not None:
            found.append(answer)
    return found


def full_months(first: date, last: date) -> int:
    """Full months of a term from its first to its last day, both included: 2021-03-01 to 2026-02-28 are sixty.

    A month is full on the eve of the day with the number of the first one, or at its own end where it has no such
    eve: what begins on 29 February is a year old at the end of the next one.
    """
    end = date.fromordinal(last.toordinal() + 1) if last < date.max else last
    return (end.year - first.year) * 12 + end.month - first.month - (end.day < first.day)


def _premises(condition: Condition, case: Case) -> Unmet | None:
    wanted = condition.values["is"]
    if case.premises == wanted:
        return None
    return Unmet("premises", {"is": wanted, "was": case.premises}, unknown=not case.premises)


def _lease(condition: Condition, case: Case) -> Unmet | None:
    least = condition.values["at_least"]
    if case.lease_from is None or case.lease_to is None:
        return Unmet("lease_years", {"at_least": least}, unknown=True)
    months = full_months(case.lease_from, case.lease_to) if case.lease_to >= case.lease_from else 0
    dates = {"from": case.lease_from.isoformat(), "to": case.lease_to.isoformat()}
    if months < 12 * least:
        return Unmet("lease_years", {"at_least": least, "months": months, **dates})
    if case.on is not None and not case.lease_from <= case.on <= case.lease_to:
        return Unmet("lease_years", {"at_least": least, "months": months, **dates, "on": case.on.isoformat()})
    return None


def _one_of(field: str, *, barred: bool = False) -> Callable[[Condition, Case], Unmet | None]:
    def test(condition: Condition, case: Case) -> Unmet | None:
        value = getattr(case, field)
        if value and (value in condition.values["in"]) is not barred:
            return None
        return Unmet(condition.code, {"in": condition.values["in"], "was": value}, unknown=not value)

    return test


def _filed(condition: Condition, case: Case) -> Unmet | None:
    return None if case.filed else Unmet("filed", {}, unknown=case.filed is None)


def _once_per_unit(condition: Condition, case: Case) -> Unmet | None:
    if not case.granted_before:
        return None
    said = {"before": case.granted_before, "quantity": case.quantity, "capacity": case.capacity}
    if case.capacity is None:
        return Unmet("once_per_unit", said, unknown=True)
    return Unmet("once_per_unit", said) if case.granted_before + case.quantity > case.capacity else None


def _once_per_year(condition: Condition, case: Case) -> Unmet | None:
    return Unmet("once_per_year", {"grants": case.grants_this_year}) if case.grants_this_year else None


_TESTS: Final[dict[str, Callable[[Condition, Case], Unmet | None]]] = {
    "premises": _premises,
    "lease_years": _lease,
    "operation": _one_of("operation"),
    "operation_not": _one_of("operation", barred=True),
    "kind": _one_of("kind"),
    "filed": _filed,
    "once_per_unit": _once_per_unit,
    "once_per_year": _once_per_year,
}
