"""The entry grid: the page, and the same cells again as JSON when its script asks what changed."""

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
from targets.reporting.grid import Grid, read_grid
from targets.reporting.scope import visible_entries
from targets.reporting.trail import history
from yuxi_eldercare.core.files import accepted_endings

from .shared import names_of, person, refused_page

# Stands for the id of an entry or a file in the addresses the script fills in.
PLACE = 0


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
        request, "targets/reporting/grid.html", {"grid": read, "data": data, "counts": _counts(read)}
    )


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


def _counts(read: Grid) -> dict[str, int]:
    states = [cell.entry.state for cell in read.cells]
    return {state: states.count(state) for state in Entry.State.values}


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
    }


@require_safe
def entry_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened to a cell: who, when, why, from what to what. For the drawer."""
    rows = visible_entries(person(request)).select_related("round", "indicator", "region", "department")
    entry = get_object_or_404(rows, pk=pk)
    return render(
        request, "targets/reporting/_history.html", {"entry": entry, "steps": history(entry), "page": False}
    )
