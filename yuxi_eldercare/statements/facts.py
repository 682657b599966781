"""What a county's statement rests on: everything granted from the budgets of one year, as of a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum

from subsidies.models import Application, Recovery, Unit
from subsidies.queries.book_totals import (
    Granted,
    Group,
    OfInstitution,
    added_up,
    granted_by,
    granted_by_institution,
    total,
)
from subsidies.queries.books import LineFilter
from yuxi_eldercare.core.models import Region, User


@dataclass(frozen=True)
class Counted:
    """How many applications of a scheme hold money of the year, and how many units were verified for them."""

    applications: int
    units: int
    unit: str


@dataclass(frozen=True)
class Facts:
    """One county, one year, one day."""

    county: Region
    year: int
    on: date
    groups: list[Group]
    institutions: list[OfInstitution]
    counted: dict[int, Counted]
    recoveries: list[Recovery]
    is_demo: bool

    @property
    def whole(self) -> Granted:
        """All of it together."""
        return total(self.groups)

    def by(self, key: Callable[[Group], Any]) -> dict[Any, Granted]:
        """The sums by what `key` says of a group."""
        return added_up(self.groups, key)


def read_facts(county: Region, year: int, on: date, user: User) -> Facts:
    """Read them, limited to what the person may see. Six statements."""
    wanted = LineFilter(year=year, region=county.pk)
    held = Application.objects.filter(
        Q(journals__postings__line__year=year, journals__on__lte=on), county=county
    ).distinct()
    counted = {
        row["scheme"]: Counted(row["n"], row["units"] or 0, str(Unit(row["scheme__unit"]).label))
        for row in Application.objects.filter(pk__in=held.order_by().values("pk"))
        .order_by()
        .values("scheme", "scheme__unit")
        .annotate(n=Count("pk"), units=Sum("verified"))
    }
    recoveries = Recovery.objects.filter(application__in=held.order_by().values("pk"), made_at__date__lte=on)
    return Facts(
        county=county,
        year=year,
        on=on,
        groups=granted_by(user, wanted, on),
        institutions=granted_by_institution(user, wanted, on),
        counted=counted,
        recoveries=list(recoveries.select_related("application").order_by("made_at")),
        is_demo=held.filter(is_demo=True).exists(),
    )
