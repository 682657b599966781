"""What finished projects handed over, as the pages of the project and of the institution show it."""

from collections.abc import Iterable
from typing import Final

from projects.models import CapacityHandover, Institution, InstitutionVersion, Project, ProjectReport
from yuxi_eldercare.core.models import Department, Region

MOST: Final = 500  # institutions to choose from


def handover_of(project: Project) -> CapacityHandover | None:
    """What a project handed over, with the institution as it then was. One statement."""
    return (
        CapacityHandover.objects.filter(project=project)
        .select_related("institution", "version__region", "by")
        .first()
    )


def handovers_to(institution: Institution) -> list[CapacityHandover]:
    """What projects brought an institution, in the order of days. One statement."""
    return list(
        CapacityHandover.objects.filter(institution=institution)
        .select_related("project__document", "by")
        .order_by("on", "pk")
    )


def last_report(project: Project) -> ProjectReport | None:
    """The latest monthly report in force. One statement."""
    return ProjectReport.objects.filter(project=project, superseded_at=None).order_by("month_end").last()


def growing(keepers: Iterable[Department], region: Region) -> list[InstitutionVersion]:
    """Open institutions that these units keep in the county of a region, as they now are. One statement."""
    county = region if region.level != Region.Level.TOWNSHIP else region.parent
    rows = InstitutionVersion.objects.filter(
        superseded_at=None,
        until=None,
        status=InstitutionVersion.Status.OPEN,
        institution__keeper__in=[unit.pk for unit in keepers],
    )
    if county is not None and county.level == Region.Level.COUNTY:
        rows = rows.filter(county=county)
    return list(rows.select_related("institution").order_by("name", "pk")[:MOST])
