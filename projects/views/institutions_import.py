"""Importing a sheet: upload, say what the columns hold, look at what it would do, then write all of it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from projects.forms.institutions_import import (
    MappingNameForm,
    UploadForm,
    chosen,
    column_lines,
    field_options,
    fixed_lines,
    twice,
    word_lines,
)
from projects.models import ColumnMapping
from projects.queries.institutions import units_of
from projects.sheets import uploads
from projects.sheets.kept import fitting, kept_mappings
from projects.sheets.mapping import SUBJECT, Columns, guess, save_mapping, unknown_words
from projects.sheets.reading import Table
from targets.actions.refusals import Problem, Refused
from targets.excel.phases import is_dead, standing
from yuxi_eldercare.core.models import Department, Job, StoredFile
from yuxi_eldercare.core.pages import person

from .institutions_shared import asked_mapping, keepers

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
@never_cache
@keepers
def institution_import(request: HttpRequest) -> HttpResponse:
    """A sheet to upload; one whose headings fit a kept mapping goes straight to its preview."""
    user = person(request)
    units = units_of(user)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*posted, keepers=units)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            stored = uploads.receive(upload=given["file"], keeper=given["keeper"], by=user)
        except Refused as refused:
            form.refuse(refused)
        else:
            kept = fitting(uploads.table_of(stored), kept_mappings(SUBJECT, [given["keeper"]]))
            return _onward(stored, given["as_of"], kept)
    context = {"form": form, "recent": uploads.recent(user), "kept": kept_mappings(SUBJECT, units)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "institutions/import.html", context, status=status)


def _onward(stored: StoredFile, as_of: date, kept: ColumnMapping | None) -> HttpResponseRedirect:
    """To the preview of a file with a mapping; without one to choosing it."""
    query = {"as_of": as_of.isoformat()}
    if kept is None:
        return redirect(_address("institution-import-columns", stored, query))
    return redirect(_address("institution-import-preview", stored, query | {"mapping": str(kept.pk)}))


def _address(name: str, stored: StoredFile, query: dict[str, str]) -> str:
    return f"{reverse(name, args=[stored.pk])}?{urlencode(query)}"


@require_http_methods(_METHODS)
@never_cache
@keepers
def institution_import_columns(request: HttpRequest, file: int) -> HttpResponse:
    """What each column holds: as kept, as guessed, or as chosen here and kept under a name."""
    stored, keeper, as_of = _asked(request, file)
    try:
        table = uploads.table_of(stored)
    except Refused as refused:
        return _refused(request, stored, refused)
    kept = asked_mapping(request, SUBJECT, stored)
    mapping = Columns.of(kept) if kept else guess(table)
    form = MappingNameForm(
        request.POST if request.method == "POST" else None,
        initial={"name": kept.name if kept else stored.name.rpartition(".")[0][:40]},
    )
    if request.method == "POST":
        mapping = chosen(request.POST, table)
        saved = _save(request, form, table, keeper, mapping)
        if saved is not None:
            return _onward(stored, as_of, saved)
    context = {
        "file": stored,
        "as_of_day": as_of,
        "form": form,
        "rows": len(table.rows),
        "lines": column_lines(table, mapping),
        "fields": field_options(),
        "words": word_lines(table, mapping),
        "fixed": fixed_lines(mapping),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "institutions/import_columns.html", context, status=status)


def _save(
    request: HttpRequest, form: MappingNameForm, table: Table, keeper: Department, mapping: Columns
) -> ColumnMapping | None:
    """Keep what was chosen; none, with the sentences in the form, where something is still missing."""
    if not form.is_valid():
        return None
    problems = [
        Problem(None, "", _("“%(field)s”选了不止一列，请只留一列。") % {"field": field})
        for field in twice(request.POST, table)
    ]
    unknown = unknown_words(table, mapping)
    if unknown:
        text = _("还有 %(n)s 个词没有选对应的选项（例如“%(word)s”），请在下面选择。")
        problems.append(Problem(None, "", text % {"n": len(unknown), "word": unknown[0][1]}))
    if problems:
        form.refuse(Refused(problems))
        return None
    try:
        return save_mapping(
            keeper=keeper, name=form.cleaned_data["name"], mapping=mapping, by=person(request)
        )
    except Refused as refused:
        form.refuse(refused)
        return None


@require_http_methods(_METHODS)
@never_cache
@keepers
def institution_import_preview(request: HttpRequest, file: int) -> HttpResponse:
    """What an uploaded sheet would change; a POST writes all of it, or nothing.

    Without `?mapping=` the kept one that fits is taken.
    """
    stored, keeper, as_of = _asked(request, file)
    if "mapping" not in request.GET:
        try:
            fits = fitting(uploads.table_of(stored), kept_mappings(SUBJECT, [keeper]))
        except Refused as refused:
            return _refused(request, stored, refused)
        return _onward(stored, as_of, fits)
    kept = asked_mapping(request, SUBJECT, stored)
    order = uploads.order_of(stored, kept.pk, as_of) if kept else None
    if order is None:
        raise Http404
    user = person(request)
    job = uploads.latest_job(order, user)
    if job is not None:
        return _in_background(request, order, job)
    try:
        table = uploads.table_of(stored)
        if len(table.rows) > uploads.AT_ONCE_MOST:
            uploads.start(order, by=user, write=False)
            return redirect(request.get_full_path())
        if request.method == "POST":
            result = uploads.write(order, table, by=user, reason=request.POST.get("reason", "")[:300])
        else:
            result = uploads.preview(order, table, by=user)
    except Refused as refused:
        result = {"refused": str(refused)}
    return _answer(request, order, result)


def _in_background(request: HttpRequest, order: uploads.Order, job: Job) -> HttpResponse:
    """The page of a large upload: progress while its job runs, then the result."""
    if request.method == "POST":
        reason = request.POST.get("reason", "")[:300]
        uploads.start(order, by=person(request), write=True, reason=reason)
        return redirect(request.get_full_path())
    polled = bool(request.htmx)  # type: ignore[attr-defined]
    if job.state == Job.State.DONE:
        if polled:
            response = HttpResponse()
            response.headers["HX-Refresh"] = "true"
            return response
        return _answer(request, order, job.result, tried=job.params["write"])
    where = standing(job)
    context = {
        "order": order,
        "job": job,
        "standing": where,
        "percent": where.percent if where else job.done,
        "dead": is_dead(job),
    }
    name = "_import_progress" if polled else "import_preview"
    return render(request, f"institutions/{name}.html", context)


def _answer(
    request: HttpRequest, order: uploads.Order, result: dict[str, Any], *, tried: bool = False
) -> HttpResponse:
    if request.method == "POST" and result.get("applied"):
        text = _("已写入：新增 %(new)s 家，变化 %(changed)s 家，没有变化 %(unchanged)s 家。")
        messages.success(request, text % result)
        return redirect(f"{reverse('institution-list')}?keeper={order.mapping.keeper.key}")
    status = 422 if request.method == "POST" else 200
    context = {"order": order, "result": result, "tried": tried or request.method == "POST"}
    return render(request, "institutions/import_preview.html", context, status=status)


def _asked(request: HttpRequest, file: int) -> tuple[StoredFile, Department, date]:
    """The file, its unit and the day in the address (else that of the upload); 404 for what is not the reader's."""
    stored = uploads.own_file(file, person(request))
    if stored is None or stored.department is None:
        raise Http404
    uploaded = timezone.localdate(stored.uploaded_at).isoformat()
    try:
        return stored, stored.department, date.fromisoformat(request.GET.get("as_of", uploaded))
    except ValueError:
        raise Http404 from None


def _refused(request: HttpRequest, stored: StoredFile, refused: Refused) -> HttpResponse:
    context = {"order": None, "file": stored, "result": {"refused": str(refused)}}
    return render(request, "institutions/import_preview.html", context, status=422)
