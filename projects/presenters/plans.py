"""The ledger of projects: what is asked for, its rows, and totals that never add the same work twice."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

from projects.models import (
    Project,
    ProjectBody,
    ProjectLink,
    ProjectSource,
    ProjectStanding,
    StageChange,
)
from projects.queries.owed import behind_on
from projects.queries.plans import Totals, linked_among, totals_apart
from yuxi_eldercare.core.models import Department, Document, Region

NO_STAGE = "none"


@dataclass(frozen=True)
class ProjectFilter:
    """What the ledger is narrowed to. Without a document, drafts whose issued text is known stay out."""

    document: str = ""
    county: str = ""
    category: str = ""
    type: str = ""
    year: int | None = None
    text: str = ""
    stage: str = ""  # a code of `StageChange.Stage`, or `NO_STAGE`
    light: str = ""
    body: str = ""  # key of a department
    problems: bool = False
    behind: date | None = None  # only those behind with their monthly report on this day

    def projects(self) -> QuerySet[Project]:
        """The projects asked for, in no order. A year asks for projects under way in it."""
        wanted = Q(document__withdrawn_at=None)
        wanted &= Q(document__key=self.document) if self.document else Q(document__superseded_by=None)
        if self.county:
            wanted &= Q(region=self.county)
        if self.category:
            wanted &= Q(category=self.category)
        if self.type:
            wanted &= Q(type=self.type)
        if self.year is not None:
            wanted &= Q(start_year__lte=self.year, end_year__gte=self.year)
        if self.text:
            wanted &= Q(name__icontains=self.text) | Q(content__icontains=self.text)
        return Project.objects.filter(wanted & self._followed(), withdrawn_at=None).order_by()

    def _followed(self) -> Q:
        wanted = Q()
        if self.stage == NO_STAGE:
            wanted &= Q(standing=None) | Q(standing__stage="")
        elif self.stage:
            wanted &= Q(standing__stage=self.stage)
        if self.light:
            untold = Q(standing=None) if self.light == ProjectStanding.Light.GREY else Q()
            wanted &= Q(standing__light=self.light) | untold
        if self.body:
            named = ProjectBody.objects.filter(department__key=self.body)
            wanted &= Q(pk__in=named.values("project"))
        if self.problems:
            wanted &= Q(standing__problems=True)
        if self.behind is not None:
            wanted &= behind_on(self.behind)
        return wanted

    def rows(self) -> QuerySet[Project]:
        """The projects asked for, in document order, with bodies, phrases and links."""
        return (
            self.projects()
            .order_by("document__position", "position")
            .select_related("document__plan", "region")
            .prefetch_related(
                "bodies",
                Prefetch("sources", ProjectSource.objects.select_related("clause")),
                Prefetch("links", ProjectLink.objects.select_related("to")),
                Prefetch("linked_from", ProjectLink.objects.select_related("project__document__plan")),
            )
        )


@dataclass(frozen=True)
class LedgerTotals:
    """Sums of some projects in 分; county projects linked to one that is also among them stand apart."""

    counted: Totals
    repeated: Totals

    @property
    def without_amount(self) -> int:
        """How many of those counted state no amount."""
        return self.counted.without_amount

    @property
    def listed(self) -> int:
        """How many rows there are, with those that stand apart."""
        return self.counted.count + self.repeated.count


def ledger_totals(rows: QuerySet[Project]) -> LedgerTotals:
    """Sums of exactly these rows; what is linked to another of them (same, part, overlap) stands apart.

    One statement.
    """
    plain = rows.order_by().prefetch_related(None)
    counted, repeated = totals_apart(plain, linked_among(plain))
    return LedgerTotals(counted, repeated)


@dataclass(frozen=True)
class ProjectChoices:
    """What the ledger can be narrowed to."""

    documents: list[Document]
    counties: list[Region]
    categories: list[str]
    types: list[str]
    years: list[int]
    bodies: list[Department]


def project_choices() -> ProjectChoices:
    """Choices that occur among the projects. Four statements."""
    current = Project.objects.filter(withdrawn_at=None, document__withdrawn_at=None).order_by()
    rows = list(current.values_list("category", "type", "start_year", "end_year").distinct())
    years = [year for row in rows for year in row[2:] if year is not None]
    listed = Project.objects.filter(withdrawn_at=None)
    here, there = (
        Exists(listed.filter(document=OuterRef("pk"))),
        Exists(current.filter(region=OuterRef("pk"))),
    )
    named = Exists(ProjectBody.objects.filter(department=OuterRef("pk"), project__withdrawn_at=None))
    return ProjectChoices(
        documents=list(Document.objects.filter(here, withdrawn_at=None).order_by("position")),
        counties=list(Region.objects.filter(there)),
        categories=sorted({row[0] for row in rows if row[0]}),
        types=sorted({row[1] for row in rows if row[1]}),
        years=list(range(min(years), max(years) + 1)) if years else [],
        bodies=list(Department.objects.filter(named)),
    )


def unknown_choice(wanted: ProjectFilter, choices: ProjectChoices, stages: Collection[str]) -> str:
    """The first thing the ledger is narrowed to that there is none of; "" where all of them are known."""
    known: list[tuple[object, Collection[object]]] = [
        (wanted.document, [row.key for row in choices.documents]),
        (wanted.county, [row.code for row in choices.counties]),
        (wanted.category, choices.categories),
        (wanted.type, choices.types),
        (wanted.year, choices.years),
        (wanted.body, [row.key for row in choices.bodies]),
        (wanted.stage, stages),
        (wanted.light, ProjectStanding.Light.values),
    ]
    return next((str(value)[:40] for value, there in known if value not in {"", None, *there}), "")


@dataclass(frozen=True)
class ProjectSummary:
    """Projects in a few figures: by category, by the stage reached and by planned years; no work counts twice."""

    count: int
    total_fen: int
    categories: list[tuple[str, int, int]]  # name, count, 分
    stages: list[tuple[str, int]]  # label, count; those without an entry are left out
    lights: list[tuple[str, str, int]]  # colour, word, count as of today; none for a day gone by
    unreported: int  # without an entry of a stage
    ahead: int  # planned to begin after the year
    under_way: int
    ended: int  # planned to be finished before the year
    undated: int


def project_summary(county: str, day: date) -> ProjectSummary:
    """The figures of a county's projects (all of them without one) as of a day. One statement."""
    plain = ProjectFilter(county=county).projects()
    reached = StageChange.objects.filter(project=OuterRef("pk"), on__lte=day).order_by("-on", "-pk")
    groups = list(
        plain.exclude(linked_among(plain))
        .annotate(reached=Subquery(reached.values("stage")[:1]))
        .values("category", "reached", "standing__light", "standing__as_of")
        .annotate(
            n=Count("pk"),
            total=Sum("total_investment_fen"),
            ahead=Count("pk", filter=Q(start_year__gt=day.year)),
            ended=Count("pk", filter=Q(end_year__lt=day.year)),
            undated=Count("pk", filter=Q(start_year=None, end_year=None)),
        )
        .order_by("category")
    )
    count, ahead, ended, undated = (
        sum(g[name] for g in groups) for name in ("n", "ahead", "ended", "undated")
    )
    stages: Counter[str | None] = Counter()
    lights: Counter[str | None] = Counter()
    categories: dict[str, list[int]] = {}
    for group in groups:
        stages[group["reached"]] += group["n"]
        if group["standing__as_of"] is not None and group["standing__as_of"] <= day:
            lights[group["standing__light"]] += group["n"]
        sums = categories.setdefault(group["category"], [0, 0])
        sums[0] += group["n"]
        sums[1] += group["total"] or 0
    return ProjectSummary(
        count,
        sum(group["total"] or 0 for group in groups),
        [(name, n, fen) for name, (n, fen) in categories.items()],
        [(str(stage.label), stages[stage]) for stage in StageChange.Stage if stages[stage]],
        [(light, str(light.label), lights[light]) for light in ProjectStanding.Light if lights[light]],
        stages[None],
        ahead,
        count - ahead - ended - undated,
        ended,
        undated,
    )
