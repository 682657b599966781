"""The public list (公示): what was granted to whom, as far as others may read it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from subsidies.models import Application, Household, Trainee
from yuxi_eldercare.core.models import Region

_GRANTED = Q(state__in=[Application.State.APPROVED, Application.State.PAID])


@dataclass(frozen=True)
class PublicFilter:
    """What the list is narrowed to; empty means all. `year` is that of the approval."""

    year: int | None = None
    county: str = ""
    scheme: str = ""


def public_list(regions: Collection[str], wanted: PublicFilter) -> QuerySet[Application]:
    """Granted applications of some regions, latest approval first, with the people of those without institution."""
    rows = Application.objects.filter(_GRANTED, county__in=regions)
    if wanted.county:
        rows = rows.filter(county=wanted.county)
    if wanted.scheme:
        rows = rows.filter(scheme__key=wanted.scheme)
    if wanted.year:
        rows = rows.filter(approved_at__year=wanted.year)
    people = (
        Prefetch("households", Household.objects.filter(withdrawn_at=None).order_by("pk")),
        Prefetch("trainees", Trainee.objects.filter(withdrawn_at=None).order_by("pk")),
    )
    return rows.select_related("county", "scheme").prefetch_related(*people).order_by("-approved_at", "-pk")


def years_of_approval(regions: Collection[str]) -> list[int]:
    """The years in which something was granted, latest first. One statement."""
    rows = Application.objects.filter(_GRANTED, county__in=regions, approved_at__isnull=False)
    return [moment.year for moment in rows.datetimes("approved_at", "year", order="DESC")]


def schemes_granted(regions: Collection[str]) -> list[tuple[str, str]]:
    """Key and name of the schemes under which something was granted. One statement."""
    rows = Application.objects.filter(_GRANTED, county__in=regions).order_by(
        "scheme__position", "scheme__key"
    )
    return list(rows.values_list("scheme__key", "scheme__name").distinct())


def counties_in(regions: Collection[str]) -> QuerySet[Region]:
    """The counties among some regions, in their order."""
    rows = Region.objects.filter(pk__in=regions, level=Region.Level.COUNTY, withdrawn=False)
    return rows.order_by("position", "code")
