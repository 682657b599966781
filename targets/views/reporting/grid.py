"""The entry grid: the page, and the same cells again as JSON when its script asks what changed."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from targets.actions.refusals import Refused
from targets.models import Entry
from targets.presenters.reporting.cells import Json, grid_json
from targets.presenters.reporting.grid_words import grid_words
from targets.reporting.denominators import owners
from targets.reporting.evidence import files_of
from targets.reporting.grid import Grid, read_grid
from targets.reporting.scope import may_enter, visible_entries
from targets.reporting.trail import history
from yuxi_eldercare.core.files import accepted_endings
from yuxi_eldercare.core.pages import person

from .shared import names_of, refused_page

# In the order in which they build on one another.
SCRIPTS = ("-model", "-view", "-box", "-counted", "-save", "-keys", "-paste", "", "-withdraw")
# Stands for the id of an entry or a file in the addresses the script fills in.
PLACE = 0
# The same for the list behind a counted figure, which `projects` shows: indicator, region, period end.
COUNTED_PLACE = ("indicator", "region", "2000-01-01")


@require_safe
@never_cache
def grid(request: HttpRequest, round: int, department: int) -> HttpResponse:
    """What a unit owes in a round. The script on it asks for the same address again with JSON."""
    try:
        read = read_grid(round=round, department=department, user=person(request))
    except Refused as refused:
        if _wants_json(request):
            return JsonResponse({"detail": str(refused)}, status=403)
        return refused_page(request, refused)
    cells = _cells(read)
    if _wants_json(request):
        return JsonResponse(cells, json_dumps_params={"ensure_ascii": False})
    user = person(request)
    data = {
        **cells,
        "user": {"id": user.pk, "name": str(user)},
        "words": grid_words(),
        "urls": _addresses(round, department),
        "mayEnter": read.may_enter and read.window.may_write,
        "accept": ",".join(accepted_endings()),
    }
    return render(
        request,
        "targets/reporting/grid.html",
        {
            "grid": read,
            "data": data,
            "why_not": _why_not(read, request),
            "regions": list({row.region.code: row.region for row in read.rows}.values()),
            "scripts": [f"js/grid{part}.js" for part in SCRIPTS],
        },
    )


def _why_not(read: Grid, request: HttpRequest) -> str:
    """Why nothing can be entered here; empty when something can."""
    if not read.may_enter:
        return may_enter(person(request), read.cells[0].entry).reason
    return "" if read.window.may_write else read.window.sentence


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _cells(read: Grid) -> Json:
    """The grid for the script. Two more statements where a denominator waits or a cell was returned."""
    waiting = [
        row
        for row in read.rows
        if row.uses_series and any(cell.denominator is None for cell in row.cells.values())
    ]
    series = {row.uses_series.pk for row in waiting if row.uses_series}
    found = owners(series, [row.region for row in waiting]) if waiting else {}
    returned = [cell.entry for cell in read.cells if cell.entry.return_reason]
    return grid_json(read, found, names_of(returned, "returned_by"))


def _addresses(round: int, department: int) -> dict[str, str]:
    return {
        "login": reverse("login"),
        "refresh": reverse("grid", args=[round, department]),
        "save": reverse("grid-cell"),
        "submit": reverse("grid-submit"),
        "evidence": reverse("evidence-add", args=[PLACE]),
        "file": reverse("evidence", args=[PLACE]),
        "remove": reverse("evidence-remove", args=[PLACE]),
        "history": reverse("entry-history", args=[PLACE]),
        "counted": reverse("counted", args=COUNTED_PLACE),
    }


@require_safe
def entry_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened to a cell: who, when, why, from what to what. For the drawer."""
    entry = get_object_or_404(_seen(request), pk=pk)
    context = {"entry": entry, "steps": history(entry)}
    return render(request, "targets/reporting/_history.html", context)


@require_safe
def entry_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence of a cell, for the drawer of those who review it."""
    entry = get_object_or_404(_seen(request), pk=pk)
    context = {"entry": entry, "files": list(files_of(entry))}
    return render(request, "targets/reporting/_files.html", context)


def _seen(request: HttpRequest) -> QuerySet[Entry]:
    rows = visible_entries(person(request))
    return rows.select_related("round", "indicator", "region", "department")
