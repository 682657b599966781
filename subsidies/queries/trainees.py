"""Trained people as somebody sees them: what the list is narrowed to, counts, the institutions of a county."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from projects.models import InstitutionVersion
from subsidies.models import Trainee
from targets.models import Indicator
from targets.queries.judged import Judged, judged
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import VIEW_SUBSIDIES

from .households import WITHDRAWN
from .seen import regions_for


def trainees_for(user: User) -> QuerySet[Trainee]:
    """The trainees of the counties somebody sees."""
    rows = Trainee.objects.filter(county__in=regions_for(user, VIEW_SUBSIDIES))
    return rows.select_related("county", "institution", "department", "application")


# The documents set shares of caregivers; how many are to be trained in a year none of them says.
INDICATORS: Final = ("caregiver-skills-training-rate", "caregiver-prejob-training-rate")


@dataclass(frozen=True)
class TraineeFilter:
    """What the list is narrowed to; empty means all, withdrawn ones only where they are asked for."""

    county: str = ""
    year: int | None = None
    course: str = ""
    state: str = ""

    def among(self, rows: QuerySet[Trainee]) -> QuerySet[Trainee]:
        """The rows asked for."""
        wanted = Q(withdrawn_at__isnull=self.state != WITHDRAWN)
        if self.county:
            wanted &= Q(county=self.county)
        if self.course:
            wanted &= Q(course__contains=self.course)
        if self.year is not None:
            wanted &= Q(trained_on__range=(date(self.year, 1, 1), date(self.year, 12, 31)))
        return rows.filter(wanted).order_by("county__position", "-trained_on", "-pk")


@dataclass(frozen=True)
class Sums:
    """How many trainings, of how many different people, how many with a certificate."""

    trainings: int
    people: int
    certified: int


def sums(rows: QuerySet[Trainee]) -> Sums:
    """Over exactly these rows. One statement."""
    found = rows.order_by().aggregate(
        trainings=Count("pk"),
        people=Count("id_print", distinct=True),
        certified=Count("pk", filter=~Q(certificate="")),
    )
    return Sums(**found)


def standings(regions: Collection[str]) -> list[Judged]:
    """How the targets about training stand in some regions, as judged from what counts. Four statements."""
    wanted = list(Indicator.objects.filter(key__in=INDICATORS).values_list("pk", flat=True))
    return judged(indicators=wanted, regions=regions) if wanted else []


def years(rows: QuerySet[Trainee]) -> list[int]:
    """The years of the trainings, the latest first. One statement."""
    return [day.year for day in rows.dates("trained_on", "year", order="DESC")]


def institution_names(rows: Collection[Trainee]) -> dict[int, str]:
    """What the institutions of some rows are called now, by id. One statement, none without any."""
    wanted = {row.institution_id for row in rows if row.institution_id is not None}
    if not wanted:
        return {}
    versions = InstitutionVersion.objects.filter(superseded_at=None, until=None, institution__in=wanted)
    return dict(versions.order_by().values_list("institution_id", "name"))


def institutions_in(counties: Collection[str]) -> list[tuple[int, str]]:
    """The open institutions of some counties, for a choice. One statement."""
    versions = InstitutionVersion.objects.filter(
        superseded_at=None, until=None, county__in=counties, status=InstitutionVersion.Status.OPEN
    )
    return list(versions.order_by("county__position", "name").values_list("institution_id", "name"))
