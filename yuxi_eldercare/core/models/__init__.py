"""The nouns all apps share, one module per family."""

from .audit import AuditEvent, AuditHead
from .files import StoredFile
from .findings import Finding, FindingPlace, Ruling
from .notices import Notice, SpecialDay
from .operations import Job, PlanLoad
from .people import Membership, User
from .places import Department, DepartmentName, Region, RegionName, Succession
from .plans import Clause, Document, LoadedRecord, Plan, Source

__all__ = [
    "AuditEvent",
    "AuditHead",
    "Clause",
    "Department",
    "DepartmentName",
    "Document",
    "Finding",
    "FindingPlace",
    "Job",
    "LoadedRecord",
    "Membership",
    "Notice",
    "Plan",
    "PlanLoad",
    "Region",
    "RegionName",
    "Ruling",
    "Source",
    "SpecialDay",
    "StoredFile",
    "Succession",
    "User",
]
