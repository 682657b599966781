"""Households and trainees from a table: the template, the upload, the preview, all of it or nothing."""

from collections.abc import Mapping
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from subsidies.forms.households import PeopleFileForm
from subsidies.people import sheets
from subsidies.queries.households import units_of
from targets.actions.refusals import NotAllowed, Refused
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.presenters.downloads import table_download

from .people_shared import METHODS, keepers, posted

_LEDGERS: Final[Mapping[str, sheets.Ledger]] = {one.name: one for one in (sheets.HOUSEHOLDS, sheets.TRAINEES)}
_LISTS: Final[Mapping[str, str]] = {"households": "subsidy-households", "trainees": "subsidy-trainees"}


@require_safe
@keepers
def people_template(request: HttpRequest, ledger: str, form: str) -> HttpResponseBase:
    """The table to fill in: its headings, and one example row that the check digit of no real person fits."""
    columns = _ledger(ledger).columns
    return table_download(
        form,
        _("模板"),
        [column.heading for column in columns],
        [[column.example for column in columns]],
        about=ledger,
    )


@require_http_methods(METHODS)
@never_cache
@keepers
def people_import(request: HttpRequest, ledger: str) -> HttpResponse:
    """Upload a table and see what it would do; a second POST with the sealed preview enters all of it, or nothing."""
    kind, user = _ledger(ledger), person(request)
    units = units_of(user)
    if request.method == "POST" and "sealed" in request.POST:
        return _enter(request, kind)
    form = PeopleFileForm(posted(request), request.FILES or None, units=units)
    found, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                found = sheets.preview(kind, given["file"], unit=given["department"], by=user)
                status = 422 if found.faults else 200
            except Refused as refused:
                form.refuse(refused)
                status = 403 if isinstance(refused, NotAllowed) else 422
    context = {
        "form": form,
        "ledger": ledger,
        "found": found,
        "back": _LISTS[ledger],
        "columns": kind.columns,
        "heads": [
            c.heading for c in kind.columns if c.field not in {"name", "id_number", "phone", "address"}
        ],
    }
    return render(request, "subsidies/household_import.html", context, status=status)


def _enter(request: HttpRequest, kind: sheets.Ledger) -> HttpResponse:
    try:
        count = sheets.write(kind, request.POST["sealed"], by=person(request))
    except Refused as refused:
        form = PeopleFileForm(units=units_of(person(request)))
        context = {
            "form": form,
            "ledger": kind.name,
            "refused": [problem.message for problem in refused.problems],
            "back": _LISTS[kind.name],
            "columns": kind.columns,
        }
        status = 403 if isinstance(refused, NotAllowed) else 422
        return render(request, "subsidies/household_import.html", context, status=status)
    messages.success(request, _("已登记%(n)s条。") % {"n": count})
    return redirect(_LISTS[kind.name])


def _ledger(name: str) -> sheets.Ledger:
    if name not in _LEDGERS:
        raise Http404(name)
    return _LEDGERS[name]
