"""Following a project from 谋划 to 投用: the only door through which its ledger changes."""

from .links import link_projects, unlink_projects
from .money import enter_funding, plan_funding
from .reports import report_month
from .stages import enter_stage

__all__ = [
    "enter_funding",
    "enter_stage",
    "link_projects",
    "plan_funding",
    "report_month",
    "unlink_projects",
]
