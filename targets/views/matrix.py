"""指标矩阵 and 单位×规划: who stands where, narrowed, ordered and exported exactly as shown."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from targets.models import Target
from targets.presenters.department_matrix import DepartmentGrid, department_grid
from targets.presenters.matrix import Grid, grid, matrix_sentence
from targets.presenters.matrix_export import department_table, matrix_table
from targets.presenters.words import LIGHTS
from targets.queries.board import Board, board
from targets.queries.chapters import chapter_headings
from targets.queries.day import PageDay, page_day
from targets.queries.department_matrix import department_lines, department_spots, documents_of
from targets.queries.matrix import (
    NOBODY,
    REDS,
    Line,
    MatrixFilter,
    Narrowed,
    Order,
    lines_of,
    narrowed,
    ordered_lines,
    ordered_regions,
    ordering_line,
)
from targets.queries.overview import due_years
from targets.queries.years import chosen_year
from yuxi_eldercare.core.presenters.downloads import table_download

EVERY_YEAR = "all"
SWAPPED = "regions"
# What a form of filters takes along besides its own fields.
KEPT = ("as_of", "close", "rows", "indicators", "regions", "sort")
# Cells of one page: a hundred counties are read as well as nine.
CELLS, LINES, COLUMNS = 2000, 100, 15


@dataclass(frozen=True)
class Asked:
    """What the address asks for, read against what there is."""

    day: PageDay
    years: list[int]
    wanted: MatrixFilter
    line_order: Order
    region_order: Order
    swapped: bool


@dataclass(frozen=True)
class Chip:
    """A narrowing that is in force, and the parameters that go when it is taken off."""

    label: str
    text: str
    drops: tuple[str, ...]


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Indicators × regions: light and value in each cell, totals that follow the filter."""
    asked = _asked(request)
    found, left, lines = _narrowed(asked)
    page = _pages(request, lines, found, asked)
    shown = _grid(found, lines, list(page.object_list), asked)
    context: dict[str, Any] = {
        "day": asked.day,
        "as_of": asked.day.shown,
        "years": asked.years,
        "wanted": asked.wanted,
        "asked": asked,
        "grid": shown,
        "page": page,
        "documents": left.documents,
        "chapters": chapter_headings(asked.wanted.document, left.chapters) if left.chapters else [],
        "departments": left.departments,
        "nobody": left.nobody,
        "natures": Target.Nature.choices,
        "lights": list(LIGHTS.items()),
        "chips": _chips(asked.wanted, left),
        "kept": KEPT,
        "sentence": matrix_sentence(found, lines, shown),
    }
    return render(request, "targets/matrix.html", context)


@require_safe
def matrix_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The same lines, regions and order as a table, all pages of it."""
    asked = _asked(request)
    found, _left, lines = _narrowed(asked)
    header, rows = matrix_table(_grid(found, lines, lines, asked))
    return table_download(form, _("指标矩阵"), header, rows)


@require_safe
def departments(request: HttpRequest) -> HttpResponse:
    """Departments × plans: the lights of the targets that each leads, and the list behind each cell."""
    asked = _asked(request)
    context: dict[str, Any] = {
        "day": asked.day,
        "as_of": asked.day.shown,
        "years": asked.years,
        "wanted": asked.wanted,
        "grid": _department_grid(request, asked),
        "natures": Target.Nature.choices,
        "lights": list(LIGHTS.items()),
        "by_reds": _by_reds(request),
        "chips": _chips(asked.wanted, None),
        "kept": KEPT,
    }
    return render(request, "targets/matrix_departments.html", context)


@require_safe
def departments_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The same as a table."""
    header, rows = department_table(_department_grid(request, _asked(request)))
    return table_download(form, _("单位与规划"), header, rows)


def _asked(request: HttpRequest) -> Asked:
    """Read the address; what it cannot mean asks for nothing."""
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:120] for name in request.GET}
    years = due_years()
    year = None if given.get("year") == EVERY_YEAR else chosen_year(given.get("year", ""), years)
    nature, light = given.get("nature", ""), given.get("light", "")
    document = given.get("document", "")
    wanted = MatrixFilter(
        year=year,
        document=document,
        chapter=given.get("chapter", "") if document else "",
        department=given.get("department", ""),
        nature=nature if nature in Target.Nature.values else "",
        light=light if light in LIGHTS else "",
    )
    return Asked(
        page_day(request, frozen=True),
        years,
        wanted,
        Order.read(given.get("indicators", "")),
        Order.read(given.get("regions", "")),
        given.get("rows") == SWAPPED,
    )


def _narrowed(asked: Asked) -> tuple[Board, Narrowed, list[Line]]:
    found = board(asked.day, asked.wanted.year)
    left = narrowed(found, asked.wanted)
    return found, left, ordered_lines(found, lines_of(found, left.spots), asked.line_order)


def _pages(request: HttpRequest, lines: list[Line], found: Board, asked: Asked) -> Page[Line]:
    """Pages of lines, whichever way they lie, so short that a page stays light."""
    most = COLUMNS if asked.swapped else min(LINES, max(10, CELLS // max(1, len(found.regions))))
    return Paginator(lines, most).get_page(request.GET.get("page"))


def _grid(found: Board, lines: list[Line], page: list[Line], asked: Asked) -> Grid:
    ordering = ordering_line(lines, asked.region_order)
    needed = [*page, ordering] if ordering is not None and ordering not in page else page
    details = found.details([spot for line in needed for spot in line.all_spots()])
    regions = ordered_regions(found, lines, asked.region_order, details)
    orders = (asked.line_order, asked.region_order)
    return grid(found, lines, page, regions, orders, details, day=asked.day, swapped=asked.swapped)


def _department_grid(request: HttpRequest, asked: Asked) -> DepartmentGrid:
    wanted = asked.wanted
    found = board(asked.day, wanted.year)
    spots = department_spots(found, nature=wanted.nature, light=wanted.light)
    lines = department_lines(found, spots, REDS if _by_reds(request) else "")
    kept = ("year", "as_of", "close", "nature", "light")
    query = {name: request.GET.get(name, "") for name in kept}
    return department_grid(found, spots, lines, documents_of(found, spots), query)


def _by_reds(request: HttpRequest) -> bool:
    return request.GET.get("sort") == REDS


def _chips(wanted: MatrixFilter, left: Narrowed | None) -> list[Chip]:
    """The narrowings in force; a document takes its chapter along."""
    titles = dict(left.documents) if left else {}
    bodies = {lead.key: lead.short_name for lead in left.departments} if left else {}
    bodies[NOBODY] = _("未载明牵头单位")
    words = [
        (_("文件"), titles.get(wanted.document, wanted.document), ("document", "chapter")),
        (_("章节"), wanted.chapter, ("chapter",)),
        (_("牵头单位"), bodies.get(wanted.department, wanted.department), ("department",)),
        (_("性质"), dict(Target.Nature.choices).get(wanted.nature, ""), ("nature",)),
        (_("灯"), str(LIGHTS.get(wanted.light, "")), ("light",)),
    ]
    return [Chip(label, str(text), drops) for label, text, drops in words if text]
