"""One document: its clauses, targets, tasks, projects, standards, figures, lists and findings, a tab each."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.presenters.plans import ProjectFilter, ledger_totals
from subsidies.models import Rule, RuleSource
from targets.models import Fact, FactSource, ListItem, ListItemSource
from targets.queries.assignments import AssignmentFilter, assignment_rows, assignments
from targets.queries.day import page_day
from targets.queries.overview import counties
from yuxi_eldercare.core.models import Department, Document, Region
from yuxi_eldercare.core.queries.findings import findings
from yuxi_eldercare.core.views.findings import filter_from

from .chapters import TargetFilter, target_years, targets_of_document
from .clauses import clause_tree, kind_labels
from .library import counts_by_document, later_version, of_county

PAGE = 100
LIGHTS = ("red", "yellow", "green", "grey")


@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """A document by its code; `?tab=` chooses what is shown, targets first."""
    row = get_object_or_404(
        Document.objects.select_related("plan__region", "supersedes", "superseded_by"),
        key=code,
        withdrawn_at=None,
    )
    counts = {tab: found[row.pk] for tab, found in counts_by_document().items()}
    counts["clauses"] = row.clauses.filter(withdrawn_at=None).count()
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        tab = "targets"
    labels = {"clauses": _("条款"), **kind_labels()}
    context = {
        "document": row,
        "later": later_version(row),
        "of_county": of_county(row),
        "tabs": [(name, labels[name], counts[name]) for name in TABS],
        "tab": tab,
        "tab_template": f"document/_{tab}.html",
        **TABS[tab](request, row),
    }
    return render(request, "document.html", context)


def _clauses(request: HttpRequest, row: Document) -> dict[str, Any]:
    return {"tree": clause_tree(row)}


def _targets(request: HttpRequest, row: Document) -> dict[str, Any]:
    own = row.plan.region
    city = own.level == Region.Level.CITY
    regions = [own, *counties()] if city and row.status == Document.Status.ISSUED else [own]
    asked = request.GET.get("county", "")
    region = next((r for r in regions if r.code == asked), own)
    years = target_years(row)
    year = request.GET.get("year", "")
    light = request.GET.get("light", "")
    day = page_day(request, frozen=True)
    wanted = TargetFilter(
        region=region.code,
        year=int(year) if year.isascii() and year.isdigit() and int(year) in years else None,
        department=request.GET.get("department", ""),
        light=light if light in LIGHTS else "",
    )
    return {
        "wanted": wanted,
        "found": targets_of_document(row, wanted, day),
        "region": region,
        "regions": regions,
        "years": years,
        "departments": Department.objects.filter(
            target_bodies__target__document=row, target_bodies__target__withdrawn_at=None
        ).distinct(),
        "lights": [("red", _("红")), ("yellow", _("黄")), ("green", _("绿")), ("grey", _("灰"))],
        "day": day,
        "as_of": None if row.status == Document.Status.DRAFT else day.shown,
    }


def _tasks(request: HttpRequest, row: Document) -> dict[str, Any]:
    day = page_day(request, frozen=True)
    return {
        "rows": assignment_rows(assignments(AssignmentFilter(document=row.key)), day),
        "day": day,
        "as_of": None if row.status == Document.Status.DRAFT else day.shown,
    }


def _projects(request: HttpRequest, row: Document) -> dict[str, Any]:
    rows = ProjectFilter(document=row.key).rows()
    return {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "totals": ledger_totals(rows),
        "stated": row.stated_totals.filter(withdrawn_at=None),
    }


def _rules(request: HttpRequest, row: Document) -> dict[str, Any]:
    rows = Rule.objects.filter(document=row, withdrawn_at=None).prefetch_related(
        "bodies", Prefetch("sources", RuleSource.objects.select_related("clause"))
    )
    return {"rows": rows}


def _facts(request: HttpRequest, row: Document) -> dict[str, Any]:
    rows = (
        Fact.objects.filter(document=row, withdrawn_at=None)
        .select_related("indicator", "region")
        .prefetch_related(Prefetch("sources", FactSource.objects.select_related("clause")))
    )
    return {"rows": rows}


def _lists(request: HttpRequest, row: Document) -> dict[str, Any]:
    rows = ListItem.objects.filter(document=row, withdrawn_at=None).prefetch_related(
        "bodies", Prefetch("sources", ListItemSource.objects.select_related("clause"))
    )
    order = list(ListItem.List.values)
    return {"rows": sorted(rows, key=lambda item: (order.index(item.list), item.position))}


def _findings(request: HttpRequest, row: Document) -> dict[str, Any]:
    wanted = filter_from(request, document=row.key)
    return {"page": Paginator(findings(wanted), PAGE).get_page(request.GET.get("page"))}


TABS: dict[str, Callable[[HttpRequest, Document], dict[str, Any]]] = {
    "clauses": _clauses,
    "targets": _targets,
    "tasks": _tasks,
    "projects": _projects,
    "rules": _rules,
    "facts": _facts,
    "lists": _lists,
    "findings": _findings,
}
