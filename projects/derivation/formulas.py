"""What a formula may say: a measure over the institutions that fulfil conditions, alone or as part of another.

A formula is data (`fixtures/derivations.yaml`) because the definition of an indicator is an official's, not a
programmer's. What it may name is listed here; anything else is refused with the place and what would be right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

TOWNSHIPS: Final = "townships"
ALL_TOWNSHIPS: Final = "all_townships"
# Measures that count each row once.
ROWS: Final = ("institutions",)
# Columns that are added up; `institutions` counts each row once, `townships` each township that has such a row,
# `all_townships` the townships there are.
MEASURES: Final = (
    *ROWS,
    TOWNSHIPS,
    ALL_TOWNSHIPS,
    "beds",
    "nursing_beds",
    "childcare_places",
    "inclusive_places",
    "enrolled",
    "staff",
    "certified_staff",
)
# Columns that choose rows by their code.
CHOICES: Final = ("kind", "operation")
# Columns that choose rows by yes or no.
FLAGS: Final = ("demonstration",)
# Smallest value of a column: {"at_least": {"beds": 100}}.
AT_LEAST: Final = ("beds", "nursing_beds", "childcare_places")
_KEYS: Final = {"indicator", "source", "numerator", "denominator", "note"}
REGISTER: Final = "register"


class FormulaError(ValueError):
    """A formula says something that cannot be computed; the text names the indicator and the remedy."""


@dataclass(frozen=True)
class Term:
    """The sum of one measure over the rows that fulfil every condition."""

    measure: str
    choices: Mapping[str, frozenset[str]]
    flags: Mapping[str, bool]
    at_least: Mapping[str, int]

    def about(self, row: Any) -> bool:
        """Whether a single row (with the columns as attributes) fulfils every condition."""
        return (
            all(getattr(row, name) in codes for name, codes in self.choices.items())
            and all(getattr(row, name) == value for name, value in self.flags.items())
            and all(getattr(row, name) >= least for name, least in self.at_least.items())
        )


@dataclass(frozen=True)
class Formula:
    """How an indicator is counted: a term, or (for a rate) a term as part of another.

    A rate whose denominator belongs to someone else (a population series) has no `denominator` here.
    """

    indicator: str
    numerator: Term
    denominator: Term | None = None
    note: str = ""

    @property
    def terms(self) -> tuple[Term, ...]:
        """The numerator, and the denominator where there is one."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)


def parse_formulas(rows: Any) -> list[Formula]:
    """The formulas over the register in a file's content. Raises `FormulaError` for the first thing that is wrong.

    Those with another source are for `ledger`.
    """
    if not isinstance(rows, list):
        raise FormulaError("the file must hold a list of formulas")
    codes = [str(row.get("indicator")) for row in rows if isinstance(row, Mapping)]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise FormulaError(f"{', '.join(twice)}: an indicator has one formula, keep one of them")
    return [
        _formula(row) for row in rows if not isinstance(row, Mapping) or row.get("source") in (None, REGISTER)
    ]


def _formula(row: Any) -> Formula:
    if not isinstance(row, Mapping) or not isinstance(row.get("indicator"), str):
        raise FormulaError(f"{row!r}: a formula names its indicator")
    code = row["indicator"]
    _only(code, row, _KEYS)
    if "numerator" not in row:
        raise FormulaError(f"{code}: the numerator is missing")
    below = row.get("denominator")
    return Formula(
        code,
        _term(code, row["numerator"]),
        None if below is None else _term(code, below),
        str(row.get("note", "")),
    )


def _term(code: str, row: Any) -> Term:
    if not isinstance(row, Mapping):
        raise FormulaError(f"{code}: a term is written as {{sum: beds, where: {{…}}}}")
    _only(code, row, {"sum", "where", "at_least"})
    measure = row.get("sum")
    if measure not in MEASURES:
        raise FormulaError(f"{code}: sum is one of {', '.join(MEASURES)}, not {measure!r}")
    where = row.get("where", {})
    least = row.get("at_least", {})
    _only(code, where, {*CHOICES, *FLAGS})
    _only(code, least, set(AT_LEAST))
    for name, value in least.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise FormulaError(f"{code}: at_least of {name} is a whole number, not {value!r}")
    return Term(
        measure,
        {name: _codes(code, name, where[name]) for name in CHOICES if name in where},
        {name: _yes_or_no(code, name, where[name]) for name in FLAGS if name in where},
        dict(least),
    )


def _codes(code: str, name: str, value: Any) -> frozenset[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values or not all(isinstance(one, str) for one in values):
        raise FormulaError(f"{code}: {name} is a code or a list of codes, not {value!r}")
    return frozenset(values)


def _yes_or_no(code: str, name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise FormulaError(f"{code}: {name} is true or false, not {value!r}")
    return value


def _only(code: str, row: Any, known: set[str]) -> None:
    if not isinstance(row, Mapping):
        raise FormulaError(f"{code}: {row!r} must be written as name: value")
    unknown = sorted(set(map(str, row)) - known)
    if unknown:
        raise FormulaError(
            f"{code}: {', '.join(unknown)} is not known here; known are {', '.join(sorted(known))}"
        )
