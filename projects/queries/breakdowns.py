"""Projects added up by place, category, type, start year and body: every way of adding comes to the same whole.

What is linked to another of the rows (同一、其中一部分、重叠) is left out of all sums and listed apart, so that no work
is added twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When

from projects.models import Project, ProjectBody, ProjectLink, StatedTotal
from projects.queries.plans import SUMS, Totals
from yuxi_eldercare.core.models import Department, Region

NOTHING = Totals(*(0 for _ in fields(Totals)))


@dataclass(frozen=True)
class Group:
    """Projects that are alike in everything they are added up by. `joint`: the one project of several bodies.

    Those `apart` are linked to another of the rows: shown beside, never added.
    """

    apart: bool
    region: str
    category: str
    type: str
    start_year: int | None
    body: int | None
    joint: int | None
    totals: Totals


@dataclass(frozen=True)
class Places:
    """What names the groups: regions by code, bodies by id, and the bodies of each project that has several."""

    regions: dict[str, Region]
    bodies: dict[int, Department]
    joint: dict[int, tuple[int, ...]]


def counted(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Of these rows those that are added up: not linked to another of them."""
    plain = rows.order_by().prefetch_related(None)
    return plain.exclude(_linked(plain))


def linked(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Of these rows those shown beside: linked to another of them, whose amount already holds theirs."""
    plain = rows.order_by().prefetch_related(None)
    return plain.filter(_linked(plain))


def _linked(plain: QuerySet[Project]) -> Q:
    """Asked of the links, which are few, once for all rows."""
    return Q(pk__in=ProjectLink.objects.filter(to__in=plain.values("pk")).values("project"))


def beside(rows: QuerySet[Project], most: int) -> list[Project]:
    """The first of these rows that stand apart, in document order, each with its links. Two statements."""
    found = (
        linked(rows)
        .select_related("document__plan", "region")
        .prefetch_related(
            Prefetch("links", ProjectLink.objects.select_related("to").order_by("to__position"))
        )
    )
    return list(found.order_by("document__position", "position")[:most])


def groups(rows: QuerySet[Project]) -> list[Group]:
    """The rows in groups, those that stand apart in groups of their own. One statement."""
    first = ProjectBody.objects.filter(project=OuterRef("pk")).order_by("position", "pk")
    other = ProjectBody.objects.filter(project=OuterRef("pk")).exclude(department=OuterRef("body"))
    keys = ("apart", "region_id", "category", "type", "start_year", "body", "joint")
    plain = rows.order_by().select_related(None).prefetch_related(None)
    found = (
        plain.annotate(apart=Case(When(_linked(plain), then=Value(True)), default=Value(False)))
        .annotate(body=Subquery(first.values("department")[:1]))
        .annotate(joint=Case(When(Exists(other), then=F("pk"))))
        .values_list(*keys)
        .annotate(**SUMS)
    )
    return [_group(row[: len(keys)], row[len(keys) :]) for row in found]


def _group(keys: Sequence[Any], numbers: Sequence[int]) -> Group:
    apart, region, category, type_, start_year, body, joint = keys
    return Group(apart, region, category, type_, start_year, body, joint, Totals(*numbers))


def plus(one: Totals, other: Totals) -> Totals:
    """Both together."""
    return Totals(*(getattr(one, f.name) + getattr(other, f.name) for f in fields(Totals)))


def places_of(found: Iterable[Group]) -> Places:
    """The names behind groups. Two statements, three where projects have several bodies."""
    found = list(found)
    several = {group.joint for group in found if group.joint is not None}
    joint: dict[int, tuple[int, ...]] = dict.fromkeys(several, ())
    if several:
        rows = ProjectBody.objects.filter(project__in=several).order_by("position", "pk")
        for project, body in rows.values_list("project_id", "department_id"):
            joint[project] = tuple(dict.fromkeys([*joint[project], body]))
    bodies = {group.body for group in found if group.body is not None}
    bodies |= {body for several_bodies in joint.values() for body in several_bodies}
    departments = Department.objects.filter(pk__in=bodies).select_related("region")
    return Places(
        regions={row.code: row for row in Region.objects.filter(withdrawn=False)},
        bodies={row.pk: row for row in departments},
        joint=joint,
    )


def added_up(found: Iterable[Group], key: Callable[[Group], Any]) -> dict[Any, Totals]:
    """The sums of the groups by what `key` says of them."""
    by: dict[Any, Totals] = {}
    for group in found:
        name = key(group)
        by[name] = plus(by.get(name, NOTHING), group.totals)
    return by


@dataclass(frozen=True)
class Check:
    """A total a document states beside the sum of its rows."""

    stated: StatedTotal
    rows: Totals

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
    by: dict[tuple[int, str], Totals] = {}
    for document, category, *numbers in rows.order_by().values_list("document", "category").annotate(**SUMS):
        for name in {category, ""}:
            by[document, name] = plus(by.get((document, name), NOTHING), Totals(*numbers))
    return [Check(row, by.get((row.document_id, row.category), NOTHING)) for row in stated]
