"""The nouns all apps share, one module per family."""

from .audit import AuditEvent, AuditHead
from .clients import ApiClient, JobInput, KeptAnswer
from .closes import FrozenRecord, FrozenRow, PeriodClose
from .files import StoredFile
from .findings import Finding, FindingPlace, Ruling
from .maps import MapOutline
from .notices import Notice, SpecialDay
from .operations import Job, PlanLoad
from .people import Membership, User
from .places import Department, DepartmentName, Region, RegionName, Succession
from .plans import Clause, Document, LoadedRecord, Plan, Source
from .reports import Report, ReportFile

__all__ = [
    "ApiClient",
    "AuditEvent",
    "AuditHead",
    "Clause",
    "Department",
    "DepartmentName",
    "Document",
    "Finding",
    "FindingPlace",
    "FrozenRecord",
    "FrozenRow",
    "Job",
    "JobInput",
    "KeptAnswer",
    "LoadedRecord",
    "MapOutline",
    "Membership",
    "Notice",
    "PeriodClose",
    "Plan",
    "PlanLoad",
    "Region",
    "RegionName",
    "Report",
    "ReportFile",
    "Ruling",
    "Source",
    "SpecialDay",
    "StoredFile",
    "Succession",
    "User",
]
