"""Indicators counted from what is stored: the formulas of `fixtures/derivations.yaml` over register and ledger.

What is counted is what is known now about each period's end. `register` counts institutions, `ledger` projects.
"""

from .ledger import amounts_of, counted_projects, ledger_formulas, ledger_spans
from .register import Counted, count_register, counted_institutions, formulas, register_begins, register_rows

__all__ = [
    "Counted",
    "amounts_of",
    "count_register",
    "counted_institutions",
    "counted_projects",
    "formulas",
    "ledger_formulas",
    "ledger_spans",
    "register_begins",
    "register_rows",
]
