"""The first pages: city overview, county dashboard, search. They look into every app; nobody imports them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.queries import search_projects
from targets.models import RegionalTarget
from targets.presenters.rows import LightCounts, TargetRow, target_row
from targets.presenters.sentences import standing_sentence
from targets.queries.day import page_day
from targets.queries.judged import Judged, judged
from targets.queries.overview import counties, documents, due_years
from targets.queries.search import LIMIT, search_assignments, search_indicators
from yuxi_eldercare.core.models import Document, Region
from yuxi_eldercare.core.queries.search import search_departments

CITY = "530400"
DEFAULT_YEAR = 2025
# Tiles roughly where the counties lie: (row, column).
TILES = {
    "530425": (1, 1),
    "530481": (1, 3),
    "530402": (2, 2),
    "530403": (2, 3),
    "530424": (2, 4),
    "530426": (3, 1),
    "530423": (3, 3),
    "530427": (4, 1),
    "530428": (4, 2),
}


@dataclass(frozen=True)
class CountyTile:
    """A county on the schematic map with its counts of lights."""

    region: Region
    counts: LightCounts
    row: int
    column: int


@dataclass(frozen=True)
class DocumentLine:
    """A document with the counts of its city-level (or own) lights; a draft is listed, not judged."""

    document: Document
    counts: LightCounts | None


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Where the city stands against the targets of one year."""
    years = due_years()
    year = _year(request, years)
    day = page_day(request)
    rows = judged(due=date(year, 12, 31), day=day.ask)
    city = sorted((r for r in rows if r.region.code == CITY), key=Judged.sort_key)
    return render(
        request,
        "overview.html",
        {
            "years": years,
            "year": year,
            "day": day,
            "as_of": day.shown,
            "sentence": standing_sentence(city, year, _("全市")),
            "counts": LightCounts.of(city),
            "binding": [target_row(r) for r in city if r.binding],
            "attention": [target_row(r) for r in city if r.light in {"red", "yellow"} and not r.binding][:8],
            "tiles": _tiles(rows),
            "documents": _document_lines(rows),
        },
    )


def _year(request: HttpRequest, years: list[int]) -> int:
    """The year asked for when there are targets for it, else 2025, else the last there is."""
    text = request.GET.get("year", "")
    if text.isdigit() and int(text) in years:
        return int(text)
    if DEFAULT_YEAR in years or not years:
        return DEFAULT_YEAR
    return years[-1]


def _tiles(rows: list[Judged]) -> list[CountyTile]:
    by_region: dict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        by_region[row.region.code].append(row)
    return [
        CountyTile(region, LightCounts.of(by_region[region.code]), *TILES.get(region.code, (5, 1)))
        for region in counties()
    ]


def _document_lines(rows: list[Judged]) -> list[DocumentLine]:
    """Each document's own-level rows; a county is counted in the county's plan only."""
    by_document: dict[int, list[Judged]] = defaultdict(list)
    for row in rows:
        if row.region.code == row.target.region_id:
            by_document[row.target.document_id].append(row)
    return [
        DocumentLine(
            document,
            None if document.status == Document.Status.DRAFT else LightCounts.of(by_document[document.pk]),
        )
        for document in documents()
    ]


@require_safe
def county(request: HttpRequest, code: str) -> HttpResponse:
    """Where one county stands: its own plan's targets and the city's that bind it."""
    region = get_object_or_404(Region, code=code, level=Region.Level.COUNTY)
    years = due_years()
    year = _year(request, years)
    day = page_day(request)
    rows = sorted(judged(regions=[code], due=date(year, 12, 31), day=day.ask), key=Judged.sort_key)
    own = [r for r in rows if r.regional.origin == RegionalTarget.Origin.OWN]
    imposed = [r for r in rows if r.regional.origin != RegionalTarget.Origin.OWN]
    return render(
        request,
        "county.html",
        {
            "region": region,
            "counties": counties(),
            "years": years,
            "year": year,
            "day": day,
            "as_of": day.shown,
            "sentence": standing_sentence(rows, year, region.short_name),
            "counts": LightCounts.of(rows),
            "sections": [
                _section(_("市级规划对本县的目标"), imposed),
                _section(_("本县规划的目标"), own),
            ],
        },
    )


def _section(heading: str, rows: list[Judged]) -> dict[str, Any]:
    shaped: list[TargetRow] = [target_row(r) for r in rows]
    return {"heading": heading, "rows": shaped}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Indicators, tasks, projects and departments whose name, alias or words contain the text."""
    text = request.GET.get("q", "").strip()[:60]
    context: dict[str, Any] = {"q": text}
    if text:
        context |= {
            "indicators": search_indicators(text),
            "assignments": search_assignments(text),
            "projects": search_projects(text),
            "departments": search_departments(text),
        }
        groups = [context[name] for name in ("indicators", "assignments", "projects", "departments")]
        context["found"] = sum(map(len, groups))
        context["cut"] = any(len(group) == LIMIT for group in groups)
    return render(request, "search.html", context)
