"""The ledger of major projects (重大项目)."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.following.basics import may_read_ledger
from projects.models import ProjectStanding, StageChange
from projects.presenters.plans import (
    NO_STAGE,
    ProjectFilter,
    ledger_totals,
    project_choices,
    project_summary,
    unknown_choice,
)
from projects.presenters.project_rows import ledger_lines, oldest_day
from projects.queries.ledger import ledger_rows
from targets.queries.day import page_day
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import EDIT_PROJECT, can

PAGE = 50


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """Projects of all plans with totals that follow the filter."""
    context = narrowed(request)
    rows = context["wanted"].projects()
    totals = ledger_totals(rows)
    pages = Paginator(rows.order_by("document__position", "position").values_list("pk", flat=True), PAGE)
    pages.count = totals.listed
    page = pages.get_page(request.GET.get("page"))
    lines = ledger_lines(ledger_rows(list(page.object_list)), timezone.localdate())
    context |= {"page": page, "lines": lines, "as_of": oldest_day(lines), "totals": totals}
    return render(request, "projects/project_list.html", context)


def narrowed(request: HttpRequest) -> dict[str, Any]:
    """The filter in the address and what it can be set to, as `projects/_narrow.html` and `_ways.html` want them."""
    user = person(request)
    ledger = may_read_ledger(user)
    wanted, choices = asked(request, ledger=ledger), project_choices()
    stages = [*StageChange.Stage.choices, (NO_STAGE, _("尚未登记"))]
    return {
        "ledger": ledger,
        "keeps": bool(can(user, EDIT_PROJECT)),
        "wanted": wanted,
        "choices": choices,
        "stages": stages,
        "lights": ProjectStanding.Light.choices,
        "unknown": unknown_choice(wanted, choices, [code for code, _label in stages]),
    }


def asked(request: HttpRequest, *, ledger: bool = True) -> ProjectFilter:
    """What the address asks for; without a view of the `ledger` its filters do nothing."""
    year = request.GET.get("year", "")
    wanted = ProjectFilter(
        document=request.GET.get("document", ""),
        county=request.GET.get("county", ""),
        category=request.GET.get("category", ""),
        type=request.GET.get("type", ""),
        year=int(year) if year.isascii() and year.isdigit() else None,
        text=request.GET.get("text", "").strip()[:60],
        body=request.GET.get("body", ""),
    )
    if not ledger:
        return wanted
    return replace(
        wanted,
        stage=request.GET.get("stage", ""),
        light=request.GET.get("light", ""),
        problems=bool(request.GET.get("problems")),
        behind=timezone.localdate() if request.GET.get("behind") else None,
    )


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """One line about the projects, of a county where one is named; a part of the dashboards."""
    county = request.GET.get("county", "")
    day = page_day(request).shown or timezone.localdate()
    found = project_summary(county, day)
    return render(request, "projects/_summary.html", {"county": county, "year": day.year, "found": found})
