"""What a formula over the project ledger may say, and how what happened to projects becomes dated rows.

Like a formula over the register it is data. It adds up projects that reached a stage and are not stopped, or what
their monthly reports state, over the projects that fulfil conditions.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from .formulas import FormulaError

LEDGER: Final = "ledger"
PROJECTS: Final = "projects"
# What monthly reports state since the beginning of the project.
OUTPUTS: Final = ("beds", "childcare_places")
# The amount is the one a target's qualifier states (建设投资额在5000万元以上).
CRITERIA: Final = "criteria"
STAGES: Final = ("planned", "approved", "started", "building", "built", "accepted", "in_use")
STOPPED: Final = "stopped"
_AMOUNT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(万|亿)元(?:以上|及以上)")
_FEN: Final = {"万": 100 * 10_000, "亿": 100 * 100_000_000}


@dataclass(frozen=True)
class LedgerFormula:
    """How an indicator is counted from the ledger. `words`: one of them stands in the name, type or content."""

    indicator: str
    measure: str
    keys: frozenset[str]
    category: str
    words: tuple[str, ...]
    reached: str
    amount_from_criteria: bool
    note: str = ""


@dataclass(frozen=True)
class Span:
    """From `since` up to, not including, `until` (None: still) a project adds `amount`."""

    project: int
    since: date
    until: date | None
    amount: int


def parse_ledger_formulas(rows: Iterable[Any]) -> list[LedgerFormula]:
    """The formulas of a file's rows whose source is the ledger. Raises `FormulaError` for the first wrong one."""
    return [_formula(row) for row in rows if isinstance(row, Mapping) and row.get("source") == LEDGER]


def _formula(row: Mapping[str, Any]) -> LedgerFormula:
    code, term = str(row.get("indicator")), row.get("numerator")
    if set(row) - {"indicator", "source", "numerator", "note"} or not isinstance(term, Mapping):
        raise FormulaError(f"{code}: of the ledger a formula has a numerator and a note, nothing else")
    where = term.get("where", {})
    if set(term) - {"sum", "where", "reached", "amount"} or set(where) - {"project", "category", "words"}:
        raise FormulaError(f"{code}: known are sum, where (project, category, words), reached, amount")
    measure, reached = term.get("sum"), term.get("reached", "")
    if measure not in (PROJECTS, *OUTPUTS):
        raise FormulaError(f"{code}: sum is one of {', '.join((PROJECTS, *OUTPUTS))}, not {measure!r}")
    if (measure == PROJECTS) != (reached in STAGES):
        raise FormulaError(f"{code}: projects count from a stage on (reached: {', '.join(STAGES)})")
    if term.get("amount", CRITERIA) != CRITERIA:
        raise FormulaError(f"{code}: amount is {CRITERIA}, not {term['amount']!r}")
    return LedgerFormula(
        code,
        measure,
        frozenset(_texts(where.get("project", []))),
        str(where.get("category", "")),
        tuple(_texts(where.get("words", []))),
        reached,
        "amount" in term,
        str(row.get("note", "")),
    )


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value]


def amount_in(criteria: str) -> int | None:
    """The least amount in 分 that a target's qualifier states; none where it states none."""
    found = _AMOUNT.search(criteria)
    return int(Decimal(found[1]) * _FEN[found[2]]) if found else None


def stage_spans(project: int, changes: Sequence[tuple[date, str]], reached: str) -> list[Span]:
    """When a project counts as one that reached a stage: not before, and not while it is stopped.

    `changes` are (day, stage) in order.
    """
    spans: list[Span] = []
    begun: date | None = None
    furthest = -1
    for day, stage in changes:
        if stage != STOPPED:
            furthest = max(furthest, STAGES.index(stage))
        counts = stage != STOPPED and furthest >= STAGES.index(reached)
        if counts and begun is None:
            begun = day
        elif not counts and begun is not None:
            spans += [Span(project, begun, day, 1)] if day > begun else []
            begun = None
    return spans if begun is None else [*spans, Span(project, begun, None, 1)]


def output_spans(project: int, reports: Sequence[tuple[date, int]]) -> list[Span]:
    """What a project's reports state, each from its month's end to the next one's. `reports` are in order."""
    untils = [day for day, _amount in reports[1:]]
    return [
        Span(project, day, until, amount)
        for (day, amount), until in zip(reports, [*untils, None], strict=True)
    ]
