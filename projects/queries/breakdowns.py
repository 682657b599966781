"""Projects added up by place, category, type, start year and body: every way of adding comes to the same whole.

What is linked to another of the rows (同一、其中一部分、重叠) is left out of all sums and listed apart, so that no work
is added twice.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Count, Q, QuerySet

from projects.models import Project, ProjectBody, ProjectLink, StatedTotal
from projects.queries.plans import SUMS, Totals, linked_among
from yuxi_eldercare.core.models import Department, Region

_KEYS = ("region_id", "category", "type", "start_year")
NOTHING = Totals(*(0 for _ in fields(Totals)))


@dataclass(frozen=True)
class Group:
    """Projects that are alike in everything they are added up by; `sums` holds the fields of `Totals` in order.

    `bodies`: ids in the order of the text.
    """

    region: str
    category: str
    type: str
    start_year: int | None
    bodies: tuple[int, ...]
    sums: tuple[int, ...]


@dataclass(frozen=True)
class Groups:
    """Projects in groups, and what stands beside them: its sums and its ids in document order."""

    counted: list[Group]
    apart: Totals
    linked: list[int]


@dataclass(frozen=True)
class Places:
    """What names the groups: regions by code, bodies by id, each with its region."""

    regions: dict[str, Region]
    bodies: dict[int, Department]


@dataclass(frozen=True)
class Beside:
    """A project that stands apart, and its links."""

    project: Project
    links: list[ProjectLink]


def counted(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Of these rows those that are added up: not linked to another of them."""
    plain = rows.order_by().prefetch_related(None)
    return plain.exclude(linked_among(plain))


def linked(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Of these rows those shown beside: linked to another of them, whose amount already holds theirs."""
    plain = rows.order_by().prefetch_related(None)
    return plain.filter(linked_among(plain))


def beside(ids: list[int]) -> list[Beside]:
    """The projects with these ids, which all have links, in document order. One statement."""
    found = (
        ProjectLink.objects.filter(project__in=ids)
        .select_related("project__document__plan", "project__region", "to")
        .order_by("project__document__position", "project__position", "project_id", "to__position", "pk")
    )
    each = (list(links) for _pk, links in groupby(found, key=lambda link: link.project_id))
    return [Beside(links[0].project, links) for links in each]


def groups(rows: QuerySet[Project]) -> Groups:
    """The rows in groups, those that stand apart beside them. Two statements.

    Nearly all projects have one body and no link: they are grouped where they lie. The few others come one by one,
    since joining all their bodies would add their money several times.
    """
    plain = rows.order_by().select_related(None).prefetch_related(None)
    bodies = ProjectBody.objects.order_by().values("project").annotate(n=Count("pk"))
    several, beside_others = Q(pk__in=bodies.filter(n__gt=1).values("project")), linked_among(plain)
    alike = (
        plain.exclude(several)
        .exclude(beside_others)
        .values_list(*_KEYS, "bodies__department")
        .annotate(**SUMS)
    )
    counted = [_group(row[:4], row[4:5], row[5:]) for row in alike]
    single = (
        plain.filter(several | Q(beside_others))
        .annotate(apart=beside_others)
        .order_by("document__position", "position", "pk", "bodies__position", "bodies__pk")
        .values_list("pk", "apart", *_KEYS, "bodies__department")
        .annotate(**SUMS)
    )
    apart, ids = [], []
    for pk, of_one in groupby(single, key=itemgetter(0)):
        lines = list(of_one)  # one for each body, all with the sums of the project
        group = _group(lines[0][2:6], [line[6] for line in lines], lines[0][7:])
        if lines[0][1]:
            apart.append(group)
            ids.append(pk)
        else:
            counted.append(group)
    return Groups(counted, total(apart), ids)


def _group(keys: Iterable[Any], bodies: Iterable[int | None], sums: tuple[int, ...]) -> Group:
    region, category, type_, start_year = keys
    named = tuple(dict.fromkeys(body for body in bodies if body is not None))
    return Group(region, category, type_, start_year, named, sums)


def total(found: Iterable[Group]) -> Totals:
    """The sums of all these groups."""
    columns = list(zip(*(group.sums for group in found), strict=True))
    return Totals(*map(sum, columns)) if columns else NOTHING


def places_of(bodies: Iterable[Department]) -> Places:
    """Regions and these bodies, as names of groups; of the villages only those that are needed. One statement."""
    needed = Q(pk__in=Project.objects.values("region")) | Q(pk__in=Department.objects.values("region"))
    every = {row.code: row for row in Region.objects.filter(~Q(level=Region.Level.VILLAGE) | needed)}
    by_id = {}
    for body in bodies:
        body.region = every[body.region_id]
        by_id[body.pk] = body
    return Places({code: row for code, row in every.items() if not row.withdrawn}, by_id)


def added_up(found: Iterable[Group], key: Callable[[Group], Any]) -> dict[Any, Totals]:
    """The sums of the groups by what `key` says of them."""
    by: dict[Any, list[Group]] = {}
    for group in found:
        by.setdefault(key(group), []).append(group)
    return {name: total(alike) for name, alike in by.items()}


@dataclass(frozen=True)
class Sums:
    """What a document can state about its rows: how many they are, and amounts in 分."""

    count: int
    total_fen: int
    central_fen: int


@dataclass(frozen=True)
class Check:
    """A total a document states beside the sum of its rows."""

    stated: StatedTotal
    rows: Sums

    @property
    def agrees(self) -> bool:
        """Whether the rows come to what the text says, as far as it says."""
        pairs = (
            (self.stated.count, self.rows.count),
            (self.stated.total_investment_fen, self.rows.total_fen),
            (self.stated.central_budget_fen, self.rows.central_fen),
        )
        return all(said is None or said == sum_ for said, sum_ in pairs)


def checks(documents: Iterable[int]) -> list[Check]:
    """Stated totals of documents beside their tabled rows. Two statements, one where none are stated."""
    stated = list(
        StatedTotal.objects.filter(document__in=list(documents), withdrawn_at=None)
        .select_related("document")
        .order_by("document__position", "position")
    )
    if not stated:
        return []
    rows = Project.objects.filter(
        withdrawn_at=None, listing=Project.Listing.TABLED, document__in={row.document_id for row in stated}
    )
    wanted = {field.name: SUMS[field.name] for field in fields(Sums)}
    by: dict[tuple[int, str], list[tuple[int, ...]]] = {}
    for document, category, *sums in rows.order_by().values_list("document", "category").annotate(**wanted):
        for name in {category, ""}:
            by.setdefault((document, name), []).append(tuple(sums))
    return [Check(row, _sums(by.get((row.document_id, row.category), []))) for row in stated]


def _sums(lines: list[tuple[int, ...]]) -> Sums:
    return Sums(*map(sum, zip(*lines, strict=True))) if lines else Sums(0, 0, 0)
