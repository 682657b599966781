"""Whose subsidies somebody sees: those of the regions their roles reach."""

from django.db.models import QuerySet

from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import ROLES, memberships


def regions_for(user: User, permission: str) -> set[str]:
    """Codes of the regions in which somebody may do it, with those below them. One statement per user object."""
    held = frozenset(m.region_id for m in memberships(user) if permission in ROLES[m.role].permissions)
    known: dict[frozenset[str], set[str]] = user.__dict__.setdefault("_regions_below", {})
    if held not in known:
        known[held] = set(Region.objects.filter(parent__in=held).values_list("code", flat=True))
    return {*held, *known[held]}


def counties_for(user: User, permission: str) -> QuerySet[Region]:
    """The counties among them, in their order."""
    rows = Region.objects.filter(level=Region.Level.COUNTY, withdrawn=False)
    return rows.filter(pk__in=regions_for(user, permission)).order_by("position", "code")
