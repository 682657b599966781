"""The ledger of major projects (重大项目)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects.presenters.plans import ProjectFilter, ledger_totals, project_choices, project_summary
from targets.queries.day import page_day

PAGE = 50


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """Projects of all plans with totals that follow the filter."""
    year = request.GET.get("year", "")
    wanted = ProjectFilter(
        document=request.GET.get("document", ""),
        county=request.GET.get("county", ""),
        category=request.GET.get("category", ""),
        type=request.GET.get("type", ""),
        year=int(year) if year.isascii() and year.isdigit() else None,
        text=request.GET.get("text", "").strip()[:60],
    )
    rows = wanted.rows()
    return render(
        request,
        "projects/project_list.html",
        {
            "wanted": wanted,
            "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
            "totals": ledger_totals(rows),
            "choices": project_choices(),
        },
    )


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """One line about the projects, of a county where one is named; a part of the dashboards."""
    county = request.GET.get("county", "")
    day = page_day(request).shown or timezone.localdate()
    found = project_summary(county, day)
    return render(request, "projects/_summary.html", {"county": county, "year": day.year, "found": found})
