"""Indicators counted from the register of institutions: declared formulas over dated rows, no database, no clock."""

from .formulas import Formula, FormulaError, Term, parse_formulas
from .stock import Derived, RegisterRows, derive

__all__ = ["Derived", "Formula", "FormulaError", "RegisterRows", "Term", "derive", "parse_formulas"]
