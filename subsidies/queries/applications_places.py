"""Where a person may see, file, check and approve applications, from their memberships; no statement of its own."""

from dataclasses import dataclass

from django.db.models import Q

from subsidies.models import Application
from yuxi_eldercare.core.models import Membership, Region, User
from yuxi_eldercare.core.roles import (
    APPLY_SUBSIDY,
    APPROVE_SUBSIDY,
    CHECK_SUBSIDY,
    ROLES,
    VIEW_SUBSIDIES,
    memberships,
)

State = Application.State
# What waits for the unit itself.
OWN_TURN = (State.DRAFT, State.RETURNED)


@dataclass(frozen=True)
class Places:
    """Units and regions by what the person may do there.

    `county_units` check for their county as (region, unit); `city_checks` and `approves` are codes of cities.
    """

    seen: frozenset[str]
    applying: frozenset[int]
    county_units: frozenset[tuple[str, int]]
    city_checks: frozenset[str]
    approves: frozenset[str]

    def visible(self) -> Q:
        """Applications of the regions the person's memberships reach."""
        return Q(county__in=self.seen) | Q(county__parent__in=self.seen)

    def checks_county_of(self, application: Application) -> bool:
        """Whether the person checks this claim for its county: a reviewer there, of the unit that applied.

        A claim that a unit of the city filed is checked by any reviewer of the county.
        """
        if application.department.region_id != application.county_id:
            return any(region == application.county_id for region, _unit in self.county_units)
        return (application.county_id, application.department_id) in self.county_units

    def county_turn(self) -> Q:
        """Claims that wait for the person's check for a county."""
        found = Q(pk__in=[])
        for region, unit in self.county_units:
            found |= Q(county=region) & (Q(department=unit) | ~Q(department__region=region))
        return Q(state=State.SUBMITTED) & found

    def city_turn(self) -> Q:
        """Claims that wait for the person's check for the city."""
        return Q(state=State.COUNTY_CHECKED, county__parent__in=self.city_checks)

    def approval_turn(self) -> Q:
        """Claims that wait for the person's approval."""
        return Q(state=State.CITY_CHECKED, county__parent__in=self.approves)

    def own_turn(self) -> Q:
        """Drafts and returned claims of the person's units."""
        return Q(state__in=OWN_TURN, department__in=self.applying)

    @property
    def judges(self) -> bool:
        """Whether the person checks or approves anything anywhere."""
        return bool(self.county_units or self.city_checks or self.approves)


def places_of(user: User) -> Places:
    """Where the person may do what, today."""
    held = memberships(user) if user.is_active else []
    reviewing = [m for m in _with(held, CHECK_SUBSIDY) if m.department_id is not None]
    return Places(
        seen=frozenset(m.region_id for m in _with(held, VIEW_SUBSIDIES)),
        applying=frozenset(
            m.department_id for m in _with(held, APPLY_SUBSIDY) if m.department_id is not None
        ),
        county_units=frozenset(
            (m.region_id, m.department_id)
            for m in reviewing
            if m.department_id is not None and m.region.level == Region.Level.COUNTY
        ),
        city_checks=frozenset(m.region_id for m in reviewing if m.region.level == Region.Level.CITY),
        approves=frozenset(
            m.region_id for m in _with(held, APPROVE_SUBSIDY) if m.region.level == Region.Level.CITY
        ),
    )


def _with(held: list[Membership], permission: str) -> list[Membership]:
    return [m for m in held if permission in ROLES[m.role].permissions]
