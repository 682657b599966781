"""The register of institutions as of a day: what is asked for, its rows, its sums, one institution's history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, When
from django.utils.translation import gettext as _

from projects.models import FormerCode, Institution, InstitutionVersion
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.roles import EDIT_INSTITUTION, ROLES, Decision, memberships

SUMS = ("beds", "nursing_beds", "childcare_places", "staff", "certified_staff")
LIMIT = 30
_SHOWN = ("institution__keeper", "region", "county")


def may_read(user: User) -> Decision:
    """The register is read by everybody who holds a role."""
    if memberships(user):
        return Decision(True)
    return Decision(False, _("机构名册供担任角色的人员查看，请联系安全管理员授予角色。"))


def units_of(user: User) -> list[Department]:
    """The units whose institutions somebody keeps, bureaus before governments."""
    held = (m for m in memberships(user) if EDIT_INSTITUTION in ROLES[m.role].permissions)
    units = {m.department.pk: m.department for m in held if m.department and not m.department.withdrawn}
    return sorted(units.values(), key=lambda u: (u.kind != Department.Kind.DEPARTMENT, u.position, u.key))


def holding_on(day: date) -> Q:
    """Versions that say what was so on a day, as it is known now."""
    return Q(superseded_at=None, since__lte=day) & (Q(until=None) | Q(until__gt=day))


@dataclass(frozen=True)
class InstitutionFilter:
    """What the register is narrowed to; empty means all."""

    day: date
    county: str = ""
    kind: str = ""
    operation: str = ""
    status: str = ""
    keeper: str = ""
    text: str = ""

    def rows(self) -> QuerySet[InstitutionVersion]:
        """The versions asked for, without an order."""
        wanted = holding_on(self.day)
        for name in ("county", "kind", "operation", "status"):
            if value := getattr(self, name):
                wanted &= Q((name, value))
        if self.keeper:
            wanted &= Q(institution__keeper__key=self.keeper)
        if self.text:
            wanted &= self._said()
        return InstitutionVersion.objects.filter(wanted).order_by()

    def _said(self) -> Q:
        """Rows with the text: Latin letters and digits are looked for in code and name, others in name and address."""
        if self.text.isascii():
            once = FormerCode.objects.filter(code__istartswith=self.text).values("institution")
            by_code = Q(institution__credit_code__istartswith=self.text) | Q(institution__in=once)
            return Q(name__icontains=self.text) | by_code
        return Q(name__contains=self.text) | Q(address__contains=self.text)


def in_order(rows: QuerySet[InstitutionVersion]) -> QuerySet[InstitutionVersion]:
    """By county as counties are listed, then by name, with all that a line shows."""
    return rows.select_related(*_SHOWN).order_by("county__position", "county", "name", "pk")


@dataclass(frozen=True)
class Sums:
    """Counts over exactly the rows that are shown; `by_county` holds how many lie in each county."""

    institutions: int
    closed: int
    beds: int
    nursing_beds: int
    childcare_places: int
    staff: int
    certified_staff: int
    by_county: dict[str, int]


def sums(rows: QuerySet[InstitutionVersion]) -> Sums:
    """One statement."""
    closed = Count("pk", filter=Q(status=InstitutionVersion.Status.CLOSED))
    added = {name: Sum(name) for name in SUMS}
    found = rows.values("county").annotate(institutions=Count("pk"), closed=closed, **added)
    groups: list[dict[str, Any]] = [dict(group) for group in found]
    totals = {name: sum(group[name] for group in groups) for name in ("institutions", "closed", *SUMS)}
    return Sums(**totals, by_county={group["county"]: group["institutions"] for group in groups})


def page_of(
    rows: QuerySet[InstitutionVersion],
    *,
    size: int,
    number: str | None,
    by_county: Mapping[str, int],
    order: Sequence[str],
) -> "Page[InstitutionVersion]":
    """One page of the rows, county by county in an order of counties, then by name. One statement.

    The counties that the page shows are known from how many rows each has, so that a late page costs no more
    than the first.
    """
    counties = [*(code for code in order if code in by_county), *sorted(by_county.keys() - set(order))]
    ends = list(accumulate(by_county[code] for code in counties))
    page: Any = Paginator(range(ends[-1] if ends else 0), size).get_page(number)
    start, stop = max(page.start_index() - 1, 0), page.end_index()
    found: list[InstitutionVersion] = []
    lying = [
        code for code, end in zip(counties, ends, strict=True) if end > start and end - by_county[code] < stop
    ]
    if lying:
        before = ends[counties.index(lying[0])] - by_county[lying[0]]
        place = Case(
            *(When(county=code, then=n) for n, code in enumerate(lying)), output_field=IntegerField()
        )
        ordered = rows.filter(county__in=lying).select_related(*_SHOWN).order_by(place, "name", "pk")
        found = list(ordered[start - before : stop - before])
    page.object_list = found
    return cast("Page[InstitutionVersion]", page)


@dataclass(frozen=True)
class Choices:
    """What the register can be narrowed to."""

    counties: list[Region]
    keepers: list[Department]


def choices() -> Choices:
    """Counties, and the units that keep an institution. Two statements."""
    kept = Institution.objects.order_by().values("keeper").distinct()
    return Choices(
        counties=list(Region.objects.filter(level=Region.Level.COUNTY, withdrawn=False)),
        keepers=list(Department.objects.filter(pk__in=kept).order_by("region__position", "position")),
    )


def institution(pk: int) -> Institution | None:
    """One institution with its keeper. One statement."""
    return Institution.objects.select_related("keeper__region").filter(pk=pk).first()


def versions_of(row: Institution) -> list[InstitutionVersion]:
    """All versions ever stated, the latest day first, on one day the one in force first. One statement."""
    rows = row.versions.select_related("region", "county", "recorded_by")
    return sorted(rows, key=lambda v: (v.since, v.superseded_at is None, v.recorded_at, v.pk), reverse=True)


def former_codes_of(row: Institution) -> list[FormerCode]:
    """The codes it bore by mistake, the last corrected first. One statement."""
    return list(row.former_codes.select_related("corrected_by").order_by("-pk"))


def version_on(versions: Iterable[InstitutionVersion], day: date) -> InstitutionVersion | None:
    """The version in force that says what was so on a day."""
    for version in versions:
        within = version.since <= day and (version.until is None or day < version.until)
        if within and version.superseded_at is None:
            return version
    return None


def search_institutions(text: str, day: date) -> QuerySet[InstitutionVersion]:
    """Institutions of today whose name, address or code has the text; their number is limited."""
    rows = InstitutionFilter(day, text=text).rows()
    return rows.select_related(*_SHOWN).order_by("name", "pk")[:LIMIT]
