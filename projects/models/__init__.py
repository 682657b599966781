"""Rows of the projects app: what plans list, what became of it, and the register of institutions."""

from .handovers import CapacityHandover
from .institutions import FormerCode, Institution, InstitutionVersion
from .ledger import (
    FundingEntry,
    FundingPlan,
    ProjectPhoto,
    ProjectReport,
    ProjectStanding,
    Source,
    StageChange,
)
from .mappings import ColumnMapping
from .plans import Project, ProjectBody, ProjectLink, ProjectSource, StatedTotal, StatedTotalSource

__all__ = [
    "CapacityHandover",
    "ColumnMapping",
    "FormerCode",
    "FundingEntry",
    "FundingPlan",
    "Institution",
    "InstitutionVersion",
    "Project",
    "ProjectBody",
    "ProjectLink",
    "ProjectPhoto",
    "ProjectReport",
    "ProjectSource",
    "ProjectStanding",
    "Source",
    "StageChange",
    "StatedTotal",
    "StatedTotalSource",
]
