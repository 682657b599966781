"""The ledger of projects: what is asked for, its rows, and totals that never add the same work twice."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

from projects.models import Project, ProjectLink, ProjectSource, StageChange
from projects.queries.plans import Totals, projects, totals
from yuxi_eldercare.core.models import Document, Region


@dataclass(frozen=True)
class ProjectFilter:
    """What the ledger is narrowed to. Without a document, drafts whose issued text is known stay out."""

    document: str = ""
    county: str = ""
    category: str = ""
    type: str = ""
    year: int | None = None
    text: str = ""

    def rows(self) -> QuerySet[Project]:
        """The projects asked for, in document order. A year asks for projects under way in it."""
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
        return (
            projects()
            .filter(wanted)
            .select_related("document__plan", "region")
            .prefetch_related(None)
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
    without_amount: int


def ledger_totals(rows: QuerySet[Project]) -> LedgerTotals:
    """Sums of exactly these rows; what is linked to another of them (same, part, overlap) stands apart.

    Three statements.
    """
    plain = rows.order_by().prefetch_related(None)
    among = Exists(ProjectLink.objects.filter(project=OuterRef("pk"), to__in=plain.values("pk")))
    once = plain.exclude(among)
    return LedgerTotals(
        counted=totals(once),
        repeated=totals(plain.filter(among)),
        without_amount=once.filter(total_investment_fen=None).count(),
    )


@dataclass(frozen=True)
class ProjectChoices:
    """What the ledger can be narrowed to."""

    documents: list[Document]
    counties: list[Region]
    categories: list[str]
    types: list[str]
    years: list[int]


def project_choices() -> ProjectChoices:
    """Choices that occur among the projects. Three statements."""
    current = Project.objects.filter(withdrawn_at=None, document__withdrawn_at=None).order_by()
    rows = list(current.values_list("category", "type", "start_year", "end_year").distinct())
    years = [year for row in rows for year in row[2:] if year is not None]
    return ProjectChoices(
        documents=list(Document.objects.filter(pk__in=current.values("document")).order_by("position")),
        counties=list(Region.objects.filter(pk__in=current.values("region"))),
        categories=sorted({row[0] for row in rows if row[0]}),
        types=sorted({row[1] for row in rows if row[1]}),
        years=list(range(min(years), max(years) + 1)) if years else [],
    )


@dataclass(frozen=True)
class ProjectSummary:
    """Projects in a few figures: by category, by the stage reached and by planned years; no work counts twice."""

    count: int
    total_fen: int
    categories: list[tuple[str, int, int]]  # name, count, 分
    stages: list[tuple[str, int]]  # label, count; those without an entry are left out
    unreported: int  # without an entry of a stage
    ahead: int  # planned to begin after the year
    under_way: int
    ended: int  # planned to be finished before the year
    undated: int


def project_summary(county: str, day: date) -> ProjectSummary:
    """The figures of a county's projects (all of them without one) as of a day. One statement."""
    plain = ProjectFilter(county=county).rows().order_by().prefetch_related(None)
    among = Exists(ProjectLink.objects.filter(project=OuterRef("pk"), to__in=plain.values("pk")))
    reached = StageChange.objects.filter(project=OuterRef("pk"), on__lte=day).order_by("-on", "-pk")
    groups = list(
        plain.exclude(among)
        .annotate(reached=Subquery(reached.values("stage")[:1]))
        .values("category", "reached")
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
    categories: dict[str, list[int]] = {}
    for group in groups:
        stages[group["reached"]] += group["n"]
        sums = categories.setdefault(group["category"], [0, 0])
        sums[0] += group["n"]
        sums[1] += group["total"] or 0
    return ProjectSummary(
        count,
        sum(group["total"] or 0 for group in groups),
        [(name, n, fen) for name, (n, fen) in categories.items()],
        [(str(stage.label), stages[stage]) for stage in StageChange.Stage if stages[stage]],
        stages[None],
        ahead,
        count - ahead - ended - undated,
        ended,
        undated,
    )
