"""Rows of the projects app: what plans list, and the register of institutions."""

from .institutions import Institution, InstitutionVersion
from .plans import Project, ProjectBody, ProjectLink, ProjectSource, StatedTotal, StatedTotalSource

__all__ = [
    "Institution",
    "InstitutionVersion",
    "Project",
    "ProjectBody",
    "ProjectLink",
    "ProjectSource",
    "StatedTotal",
    "StatedTotalSource",
]
