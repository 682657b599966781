"""Households as somebody sees them: what the list is narrowed to, counts by county and year, one row."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from subsidies.counting.households import INDICATOR
from subsidies.models import Household
from targets.models import Indicator
from targets.queries.judged import Judged, judged
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.roles import EDIT_PEOPLE, ROLES, VIEW_SUBSIDIES, memberships

from .seen import regions_for

OPEN, ACCEPTED, WITHDRAWN = "open", "accepted", "withdrawn"


def units_of(user: User) -> list[Department]:
    """The counties' units whose people somebody keeps. The roles are read once per user."""
    held = (m for m in memberships(user) if EDIT_PEOPLE in ROLES[m.role].permissions)
    units = {m.department.pk: m.department for m in held if m.department and not m.department.withdrawn}
    regions = Region.objects.filter(level=Region.Level.COUNTY, pk__in={u.region_id for u in units.values()})
    counties = dict(regions.values_list("code", "position"))
    own = [unit for unit in units.values() if unit.region_id in counties]
    return sorted(
        own, key=lambda u: (counties[u.region_id], u.kind != Department.Kind.DEPARTMENT, u.position, u.key)
    )


def households_for(user: User) -> QuerySet[Household]:
    """The households of the counties somebody sees."""
    rows = Household.objects.filter(county__in=regions_for(user, VIEW_SUBSIDIES))
    return rows.select_related("county", "township", "department", "application")


@dataclass(frozen=True)
class HouseholdFilter:
    """What the list is narrowed to; empty means all, withdrawn ones only where they are asked for."""

    county: str = ""
    year: int | None = None
    state: str = ""
    group: str = ""

    def among(self, rows: QuerySet[Household]) -> QuerySet[Household]:
        """The rows asked for."""
        wanted = Q(withdrawn_at__isnull=self.state != WITHDRAWN)
        if self.state in (OPEN, ACCEPTED):
            wanted &= Q(accepted_on__isnull=self.state == OPEN)
        if self.county:
            wanted &= Q(county=self.county)
        if self.group:
            wanted &= Q(group=self.group)
        if self.year is not None:
            wanted &= Q(accepted_on__range=(date(self.year, 1, 1), date(self.year, 12, 31)))
        return rows.filter(wanted).order_by("county__position", "-accepted_on", "-pk")


@dataclass(frozen=True)
class Tally:
    """A county's households: accepted within a year, and being worked on."""

    accepted: int = 0
    under_way: int = 0


def tallies(rows: QuerySet[Household], year: int) -> dict[str, Tally]:
    """Counts by county. One statement."""
    within = Q(accepted_on__range=(date(year, 1, 1), date(year, 12, 31)))
    found = (
        rows.filter(withdrawn_at=None)
        .order_by()
        .values_list("county_id")
        .annotate(done=Count("pk", filter=within), open=Count("pk", filter=Q(accepted_on=None)))
    )
    return {county: Tally(accepted, under_way) for county, accepted, under_way in found}


def standings(year: int) -> dict[str, Judged]:
    """How the year's target stands in each region it binds, as judged from what counts. Four statements."""
    indicator = Indicator.objects.filter(key=INDICATOR).first()
    if indicator is None:
        return {}
    found: dict[str, Judged] = {}
    for row in judged(indicators=[indicator.pk], due=date(year, 12, 31)):
        found.setdefault(row.region.code, row)
    return found


def years(rows: QuerySet[Household]) -> list[int]:
    """The years in which something was accepted, the latest first. One statement."""
    return [day.year for day in rows.dates("accepted_on", "year", order="DESC")]
