"""Indicators counted from the register and the project ledger: formulas over dated rows, no database, no clock.

`formulas` and `stock` are about the register, `ledger` about projects.
"""

from .formulas import Formula, FormulaError, Term, parse_formulas
from .ledger import LedgerFormula, Span, parse_ledger_formulas
from .stock import Derived, RegisterRows, derive

__all__ = [
    "Derived",
    "Formula",
    "FormulaError",
    "LedgerFormula",
    "RegisterRows",
    "Span",
    "Term",
    "derive",
    "parse_formulas",
    "parse_ledger_formulas",
]
