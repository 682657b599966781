"""Applications: registered, sent, checked twice and approved, each step by another person."""

from .deciding import approve, city_check, county_check, refuse, return_with_reason, withdraw
from .drafting import Claim, change_application, register_application, submit
from .evidence import attach_evidence, open_evidence, remove_evidence
from .listing import list_people

__all__ = [
    "Claim",
    "approve",
    "attach_evidence",
    "change_application",
    "city_check",
    "county_check",
    "list_people",
    "open_evidence",
    "refuse",
    "register_application",
    "remove_evidence",
    "return_with_reason",
    "submit",
    "withdraw",
]
