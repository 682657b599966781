"""The nouns all apps share, one module per family."""

from .findings import Finding, FindingPlace, Ruling
from .operations import AuditEvent, Job, PlanLoad
from .people import Membership, User
from .places import Department, DepartmentName, Region, RegionName, Succession
from .plans import Clause, Document, LoadedRecord, Plan, Source

__all__ = [
    "AuditEvent",
    "Clause",
    "Department",
    "DepartmentName",
    "Document",
    "Finding",
    "FindingPlace",
    "Job",
    "LoadedRecord",
    "Membership",
    "Plan",
    "PlanLoad",
    "Region",
    "RegionName",
    "Ruling",
    "Source",
    "Succession",
    "User",
]
