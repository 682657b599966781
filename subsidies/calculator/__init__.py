"""The arithmetic of subsidies: pure and exact, in whole 分. The same code computes a claim and a what-if case."""

from .compute import Case, Computation, Part, Unmet, compute
from .conditions import CODES, Condition, ConditionFault, read_conditions
from .rules import LEVELS, Terms
from .sharing import share

__all__ = [
    "CODES",
    "LEVELS",
    "Case",
    "Computation",
    "Condition",
    "ConditionFault",
    "Part",
    "Terms",
    "Unmet",
    "compute",
    "read_conditions",
    "share",
]
