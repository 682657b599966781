"""What was granted, paid and got back, added up by county, scheme, level and institution, as of a day."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from datetime import date
from operator import add
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum

from subsidies.models import Application, Journal, Posting
from subsidies.models.books import Account
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import VIEW_SUBSIDIES

from .books import LineFilter
from .seen import regions_for


@dataclass(frozen=True)
class Granted:
    """In 分. `granted` is waiting or paid and kept; `paid` is less what came back, which `recovered` says."""

    granted: int = 0
    paid: int = 0
    recovered: int = 0

    def __add__(self, other: "Granted") -> "Granted":
        return Granted(*map(add, astuple(self), astuple(other)))

    @property
    def waiting(self) -> int:
        """Granted and not paid yet."""
        return self.granted - self.paid


_SUMS = {
    "granted": Sum("amount_fen", filter=Q(account__in=[Account.COMMITTED, Account.SETTLED])),
    "paid": Sum("amount_fen", filter=Q(account=Account.PAID)),
    "recovered": Sum("amount_fen", filter=Q(account=Account.PAID, journal__kind=Journal.Kind.RECOVER)),
}


def _granted(row: dict[str, Any]) -> Granted:
    return Granted(int(row["granted"] or 0), int(row["paid"] or 0), -int(row["recovered"] or 0))


@dataclass(frozen=True)
class Group:
    """What one county got under one scheme from one level."""

    county: str
    scheme: int
    scheme_name: str
    level: str
    sums: Granted


@dataclass(frozen=True)
class OfInstitution:
    """What one institution got in one county; households and others without an institution stand together."""

    institution: int | None
    name: str
    county: str
    sums: Granted


def granted_by(user: User, wanted: LineFilter, on: date) -> list[Group]:
    """Everything granted in the regions this person sees, as of a day, in groups. One statement."""
    keys = (
        "journal__application__county_id",
        "journal__application__scheme_id",
        "journal__application__scheme__name",
        "line__level",
    )
    rows = _postings(user, wanted, on).values(*keys).annotate(**_SUMS)
    rows = rows.order_by("journal__application__scheme__position", *keys)
    county, scheme, name, level = keys
    return [Group(row[county], row[scheme], row[name], row[level], _granted(row)) for row in rows]


def granted_by_institution(user: User, wanted: LineFilter, on: date) -> list[OfInstitution]:
    """The same by institution, largest first, under the name of its latest application. Two statements.

    What was not granted to an institution stands together, by county and at the end.
    """
    keys = ("journal__application__institution_id", "journal__application__county_id")
    rows = list(
        _postings(user, wanted, on)
        .order_by()
        .values(*keys)
        .annotate(**_SUMS, latest=Max("journal__application_id"))
    )
    latest = [row["latest"] for row in rows if row[keys[0]] is not None]
    names = dict(Application.objects.filter(pk__in=latest).values_list("pk", "name"))
    found = [
        OfInstitution(row[keys[0]], names.get(row["latest"], ""), row[keys[1]], _granted(row)) for row in rows
    ]
    return sorted(found, key=lambda row: (row.institution is None, -row.sums.granted, row.institution or 0))


def _postings(user: User, wanted: LineFilter, on: date) -> QuerySet[Posting]:
    codes = regions_for(user, VIEW_SUBSIDIES)
    if wanted.region:
        codes &= {wanted.region}
    rows = Posting.objects.filter(journal__on__lte=on, journal__application__county__in=codes)
    return rows.filter(**wanted.of_line("line__"))


def total(rows: Iterable[Group | OfInstitution]) -> Granted:
    """All of them together."""
    return sum((row.sums for row in rows), Granted())


def added_up(rows: Iterable[Group], key: Callable[[Group], Any]) -> dict[Any, Granted]:
    """The sums of the groups by what `key` says of them, in the order they are met."""
    found: dict[Any, Granted] = defaultdict(Granted)
    for row in rows:
        found[key(row)] += row.sums
    return dict(found)
