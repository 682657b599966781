"""The ledger as a file: it leaves as .xlsx or CSV, and months, money and stages come back from a sheet."""

from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from projects.exchange import fields, uploads
from projects.exchange.book import columns, help_lines, write_book
from projects.exchange.mapping import (
    SUBJECT,
    Reading,
    guess,
    reading_of,
    save_mapping,
)
from projects.exchange.rows import ledger_lines
from projects.following.basics import may_read_ledger
from projects.forms.exchange import (
    LedgerUploadForm,
    chosen,
    field_options,
    fixed_lines,
    kind_options,
    lines_of,
    twice,
    unit_options,
    word_lines,
)
from projects.forms.institutions_import import MappingNameForm
from projects.models import ColumnMapping
from projects.queries.institutions import units_of
from projects.sheets.kept import fitting, kept_mappings
from projects.sheets.reading import Table
from targets.actions.refusals import Refused
from yuxi_eldercare.core.models import StoredFile
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.presenters.downloads import XLSX, file_name, table_download

from .institutions_shared import asked_mapping, keepers
from .plans import asked

_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def project_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The ledger as it is narrowed, all pages: a workbook that can be filled in and sent back, or CSV."""
    if not may_read_ledger(person(request)):
        return refused_page(request, _("项目的登记情况只对有角色的账号开放，请联系安全管理员授予角色。"))
    rows = asked(request).projects()
    if form != "xlsx":
        shown = [(place, column) for place, column in enumerate(columns()) if column.kind != "share"]
        header = [column.title for _place, column in shown]
        lines = ([cells[place] for place, _column in shown] for cells in ledger_lines(rows))
        return table_download(form, _("项目台账"), header, lines)
    file: Any = TemporaryFile()  # noqa: SIM115  (the response closes it)
    write_book(file, rows)
    file.seek(0)
    name = file_name(_("项目台账"), form)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_http_methods(_METHODS)
@never_cache
@keepers
def project_import(request: HttpRequest) -> HttpResponse:
    """A sheet to upload; the ledger's own workbook, and one that fits a kept mapping, goes straight to its preview."""
    user = person(request)
    units = units_of(user)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LedgerUploadForm(*posted, keepers=units)
    kept = kept_mappings(SUBJECT, units)
    if request.method == "POST" and form.is_valid():
        keeper = form.cleaned_data["keeper"]
        try:
            stored = uploads.receive(upload=form.cleaned_data["file"], keeper=keeper, by=user)
        except Refused as refused:
            form.refuse(refused)
        else:
            parts = uploads.parts_of(stored)
            if not uploads.needs_mapping(parts):
                return redirect("project-import-preview", stored.pk)
            fits = fitting(parts[0].table, [row for row in kept if row.keeper_id == keeper.pk])
            return _onward(stored, fits)
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "kept": kept, "help": help_lines()}
    return render(request, "projects/import.html", context, status=status)


def _onward(stored: StoredFile, kept: ColumnMapping | None) -> HttpResponseRedirect:
    """To the preview of another system's file; without a mapping to choosing it."""
    if kept is None:
        return redirect("project-import-columns", stored.pk)
    return redirect(f"{reverse('project-import-preview', args=[stored.pk])}?mapping={kept.pk}")


@require_http_methods(_METHODS)
@never_cache
@keepers
def project_import_columns(request: HttpRequest, file: int) -> HttpResponse:
    """What the rows of another system's sheet enter and each column holds: kept, guessed, or chosen here."""
    stored = _asked_file(request, file)
    try:
        parts = uploads.parts_of(stored)
    except Refused as refused:
        return refused_page(request, str(refused))
    if not uploads.needs_mapping(parts):
        return redirect("project-import-preview", stored.pk)
    table = parts[0].table
    kept = asked_mapping(request, SUBJECT, stored)
    reading = reading_of(kept) if kept else guess(table)
    posted = request.POST if request.method == "POST" else None
    form = MappingNameForm(
        posted, initial={"name": kept.name if kept else stored.name.rpartition(".")[0][:40]}
    )
    if request.method == "POST":
        reading = chosen(request.POST, table)
        if request.POST.get("rows") == request.POST.get("rows-shown"):
            saved = _save(request, form, stored, table, reading)
            if saved is not None:
                return _onward(stored, saved)
    context = {
        "file": stored,
        "form": form,
        "rows": len(table.rows),
        "kind": reading.kind,
        "kinds": kind_options(),
        "unit": reading.unit,
        "units": unit_options(),
        "lines": lines_of(table, reading),
        "fields": field_options(reading.kind),
        "words": word_lines(table, reading),
        "fixed": fixed_lines(reading),
        "has_money": bool(fields.MONEY & set(fields.FIELDS[reading.kind])),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "projects/import_columns.html", context, status=status)


def _save(
    request: HttpRequest, form: MappingNameForm, stored: StoredFile, table: Table, reading: Reading
) -> ColumnMapping | None:
    """Keep what was chosen; none, with the sentences in the form, where something is still missing."""
    if not form.is_valid() or stored.department is None:
        return None
    try:
        if double := twice(request.POST, table, reading.kind):
            text = _("“%(field)s”选了不止一列，请只留一列。")
            raise Refused.because(text % {"field": double[0]})
        return save_mapping(
            keeper=stored.department,
            name=form.cleaned_data["name"],
            table=table,
            reading=reading,
            by=person(request),
        )
    except Refused as refused:
        form.refuse(refused)
        return None


@require_http_methods(_METHODS)
@never_cache
@keepers
def project_import_preview(request: HttpRequest, file: int) -> HttpResponse:
    """What an uploaded sheet would enter; a POST enters all of it, or nothing."""
    stored = _asked_file(request, file)
    mapping = asked_mapping(request, SUBJECT, stored)
    writes = request.method == "POST"
    try:
        if mapping is None and uploads.needs_mapping(uploads.parts_of(stored)):
            return redirect("project-import-columns", stored.pk)
        result = uploads.result(file=stored, mapping=mapping, by=person(request), write=writes)
    except Refused as refused:
        result = {"refused": str(refused)}
    if result.get("applied"):
        messages.success(request, _("已写入台账：%(n)s 行。") % {"n": result["changed"]})
        return redirect("project-list")
    status = 422 if writes else 200
    context = {"file": stored, "mapping": mapping, "result": result}
    return render(request, "projects/import_preview.html", context, status=status)


def _asked_file(request: HttpRequest, pk: int) -> StoredFile:
    """The file in the address; 404 for what is not the reader's."""
    stored = uploads.own_file(pk, person(request))
    if stored is None:
        raise Http404
    return stored
