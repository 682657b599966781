"""Rows of the subsidies app: what documents fix, what is granted by which rule, and where every 分 went."""

from .applications import Application, ApplicationFile, ApplicationStep
from .books import Balance, BudgetLine, Journal, Posting
from .lottery import LotteryBase, LotteryChoice, LotteryFigure
from .payments import PaymentBatch, PaymentOrder, Recovery
from .people import Household, Trainee
from .rules import Rule, RuleBody, RuleSource
from .schemes import Level, Programme, Scheme, SchemeVersion, Unit

__all__ = [
    "Application",
    "ApplicationFile",
    "ApplicationStep",
    "Balance",
    "BudgetLine",
    "Household",
    "Journal",
    "Level",
    "LotteryBase",
    "LotteryChoice",
    "LotteryFigure",
    "PaymentBatch",
    "PaymentOrder",
    "Posting",
    "Programme",
    "Recovery",
    "Rule",
    "RuleBody",
    "RuleSource",
    "Scheme",
    "SchemeVersion",
    "Trainee",
    "Unit",
]
