"""A county's plan beside the city's: what either asks for on each indicator, and the projects they share."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.models import Project, ProjectLink, ProjectSource
from targets.models import Indicator
from targets.presenters.rows import TargetRow, target_row
from targets.queries.day import PageDay, page_day
from yuxi_eldercare.checks.county_city import Against, Beside, Verdict, beside
from yuxi_eldercare.checks.raised import Claim
from yuxi_eldercare.checks.reading import read_snapshot
from yuxi_eldercare.checks.snapshot import Place, TargetInfo
from yuxi_eldercare.checks.wording import demands
from yuxi_eldercare.core.models import Document, Finding, Region

from .said import Said

Lights = dict[str, list[TargetRow]]
_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True)
class Asked:
    """What one plan asks for: its target, the words, and the lights of the county on it."""

    target: TargetInfo
    words: str
    lights: list[TargetRow]
    document: Document
    against: Against | None = None
    verdict: str = ""


@dataclass(frozen=True)
class Row:
    """An indicator with what the county's plan and the city's plans ask for."""

    line: Beside
    verdict: str
    county: Asked | None
    cities: list[Asked]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class BesideFilter:
    """What the rows are narrowed to: a verdict, and one of the city's documents."""

    verdict: str = ""
    document: str = ""

    def keeps(self, row: Row) -> bool:
        """Whether a row is left."""
        if self.document and not any(asked.document.key == self.document for asked in row.cities):
            return False
        return not self.verdict or row.line.verdict == self.verdict


@require_safe
def county_city(request: HttpRequest, code: str) -> HttpResponse:
    """A county's document beside those of its city that stand."""
    document = get_object_or_404(
        Document.objects.select_related("plan__region__parent"), key=code, withdrawn_at=None
    )
    region = document.plan.region
    if region.level != Region.Level.COUNTY or region.parent is None:
        raise Http404(code)
    cities = city_documents(region)
    day = page_day(request, frozen=True)
    rows = _rows(document, cities, day)
    wanted = _filter(request, cities)
    counts = Counter(str(row.line.verdict) for row in rows)
    labels = verdict_labels()
    projects = shared_projects(document)
    context = {
        "document": document,
        "region": region,
        "cities": cities,
        "wanted": wanted,
        "rows": sorted((row for row in rows if wanted.keeps(row)), key=lambda row: _RANK[row.line.verdict]),
        "total": len(rows),
        "verdicts": [(v.value, labels[v.value], counts[v.value]) for v in Verdict if counts[v.value]],
        "sentences": sentences(rows),
        "projects": projects,
        "day": day,
        "as_of": day.shown,
    }
    return render(request, "library/county_city.html", context)


def city_documents(region: Region) -> list[Document]:
    """The standing texts of the region above: issued, or a draft whose issued text is not at hand."""
    wanted = Q(status=Document.Status.ISSUED) | Q(superseded_by=None)
    rows = Document.objects.filter(wanted, plan__region=region.parent_id, withdrawn_at=None)
    return list(rows.select_related("plan").order_by("position"))


def _filter(request: HttpRequest, cities: list[Document]) -> BesideFilter:
    verdict, document = request.GET.get("verdict", ""), request.GET.get("document", "")
    return BesideFilter(
        verdict if verdict in {v.value for v in Verdict} else "",
        document if document in {city.key for city in cities} else "",
    )


def _rows(document: Document, cities: list[Document], day: PageDay) -> list[Row]:
    """Every indicator that either side targets."""
    by_key = {text.key: text for text in (document, *cities)}
    lines = beside(read_snapshot(by_key), document.key)
    lights = _lights(document.plan.region, lines, day)
    said = Said(Finding.Kind.COUNTY_VS_CITY, document.key)
    labels = verdict_labels()

    def asked(line: Beside, target: TargetInfo, against: Against | None = None) -> Asked:
        return Asked(
            target,
            demands(target, line.indicator),
            lights.get(target.key, []),
            by_key[target.document],
            against,
            labels[against.verdict.value] if against else "",
        )

    return [
        Row(
            line,
            labels[line.verdict.value],
            asked(line, line.county) if line.county else None,
            [asked(line, against.city, against) for against in line.cities],
            said.about([target.key for target in _targets(line)], _claims(line)),
        )
        for line in lines
    ]


def _targets(line: Beside) -> list[TargetInfo]:
    return [against.city for against in line.cities] + ([line.county] if line.county else [])


def _lights(region: Region, lines: list[Beside], day: PageDay) -> Lights:
    """By target, its milestones judged for the county: its own plan's and the city's."""
    keys = Indicator.objects.filter(key__in={line.indicator.key for line in lines})
    found: Lights = defaultdict(list)
    for row in day.judged(regions=[region.code], indicators=keys.values_list("pk", flat=True)):
        found[row.target.key].append(target_row(row))
    return found


def _claims(line: Beside) -> list[Claim]:
    """What a finding on a line would say: the county's phrase against each of the city's."""
    if line.county is None:
        return []
    return [(line.county.stated, against.city.stated) for against in line.cities]


@dataclass(frozen=True)
class SharedProjects:
    """The county's projects, those among them that the city's plan lists too, and the money of either side."""

    count: int
    total_fen: int
    links: list["SharedProject"]
    county_fen: int  # of the linked ones, as the county lists them
    city_fen: int  # of the city's projects they are linked to

    @property
    def linked(self) -> int:
        """How many of the county's tabled projects are linked."""
        return self._linked(Project.Listing.TABLED)

    @property
    def named(self) -> int:
        """How many of those that stand in the prose only are linked."""
        return self._linked(Project.Listing.NAMED)

    def _linked(self, listing: str) -> int:
        return len({s.link.project_id for s in self.links if s.link.project.listing == listing})


@dataclass(frozen=True)
class SharedProject:
    """A county project and the city's it is linked to, with the findings on them."""

    link: ProjectLink
    findings: tuple[Finding, ...]


def shared_projects(document: Document) -> SharedProjects:
    """Both figures of every shared project. About nine statements."""
    said = Said(Finding.Kind.DUPLICATE_PROJECT, document.key)
    own = Project.objects.filter(document=document, withdrawn_at=None, listing=Project.Listing.TABLED)
    totals = list(own.values_list("total_investment_fen", flat=True))
    links = list(
        ProjectLink.objects.filter(project__document=document, project__withdrawn_at=None)
        .select_related("project", "to__document")
        .prefetch_related(*(Prefetch(f"{end}__sources", _SOURCES) for end in ("project", "to")))
        .order_by("project__position", "to__position")
    )
    county = {link.project_id: link.project.total_investment_fen or 0 for link in links}
    city = {link.to_id: link.to.total_investment_fen or 0 for link in links}
    return SharedProjects(
        count=len(totals),
        total_fen=sum(fen or 0 for fen in totals),
        links=[SharedProject(link, _about(said, link)) for link in links],
        county_fen=sum(county.values()),
        city_fen=sum(city.values()),
    )


_SOURCES = ProjectSource.objects.select_related("clause__document")


def _about(said: Said, link: ProjectLink) -> tuple[Finding, ...]:
    sides = [
        tuple(Place(s.clause.document.key, s.clause.number, s.phrase) for s in project.sources.all())
        for project in (link.project, link.to)
    ]
    return said.about([link.project.key, link.to.key], [tuple(sides)])


def verdict_labels() -> dict[str, str]:
    """What the verdicts are called."""
    return {
        "lower": _("县低于市"),
        "undated": _("县未写期限"),
        "later": _("县晚于市"),
        "step": _("县缺少市的节点"),
        "otherwise": _("写法不同"),
        "absent": _("县未提及"),
        "whole": _("市为合计数"),
        "years": _("年份不同"),
        "higher": _("县严于市"),
        "same": _("相同"),
        "own": _("只有县提出"),
    }


def sentences(rows: list[Row]) -> list[str]:
    """How the county's plan stands to the city's, in words."""
    counts = Counter(row.line.verdict for row in rows)
    ours = [row for row in rows if row.county]
    labels = verdict_labels()
    parts = [
        _("%(label)s %(n)s 项") % {"label": labels[verdict.value], "n": counts[verdict]}
        for verdict in Verdict
        if counts[verdict] and verdict != Verdict.ABSENT
    ]
    found = [_("县的规划有 %(n)s 项数量目标：%(parts)s。") % {"n": len(ours), "parts": _("，").join(parts)}]
    if counts[Verdict.ABSENT]:
        found.append(
            _("市对各县有要求而县的规划没有提及的指标 %(n)s 项，这些指标对县同样判定。")
            % {"n": counts[Verdict.ABSENT]}
        )
    return found
