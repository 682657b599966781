"""Evidence of a cell: listed, attached, taken off, downloaded, each by those who may."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from targets.actions.opening import Opened
from targets.actions.refusals import NotAllowed, Refused
from targets.models import Entry, EntryFile
from targets.presenters.reporting.cells import Json, moment
from targets.reporting.evidence import attach, files_of, open_evidence, open_scan, remove
from targets.reporting.scope import visible_entries
from yuxi_eldercare.core.pages import person

from .shared import refused_page


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_add(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a cell as JSON; a POST attaches one more (field `file`)."""
    entry = get_object_or_404(visible_entries(person(request)), pk=pk)
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            return _refusal(Refused.because(_("没有收到文件，请重新选择。"), "file"))
        try:
            attach(entry=entry, upload=upload, by=person(request))
        except Refused as refused:
            return _refusal(refused)
    return _files(entry)


@require_POST
def evidence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off its cell; the file stays for the record."""
    rows = EntryFile.objects.filter(entry__in=visible_entries(person(request))).select_related("entry")
    attached = get_object_or_404(rows, pk=pk)
    try:
        remove(entry_file=attached, by=person(request))
    except Refused as refused:
        return _refusal(refused)
    return _files(attached.entry)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a file of a cell."""
    try:
        return download(open_evidence(entry_file=pk, by=person(request)))
    except Refused as refused:
        return refused_page(request, refused)


@require_safe
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the stamped scan of a submitted sheet."""
    try:
        return download(open_scan(sheet=pk, by=person(request)))
    except Refused as refused:
        return refused_page(request, refused)


def download(opened: Opened) -> FileResponse:
    """A stored file, always as an attachment, never kept by caches in between."""
    response = FileResponse(
        opened.stream, as_attachment=True, filename=opened.name, content_type=opened.media_type
    )
    response["Content-Length"] = str(opened.size)
    response["Cache-Control"] = "private, no-store"
    return response


def _files(entry: Entry) -> JsonResponse:
    files: list[Json] = [
        {
            "id": row.pk,
            "name": row.name,
            "size": row.file.size,
            "by": str(row.added_by),
            "at": moment(row.added_at),
            "url": reverse("evidence", args=[row.pk]),
        }
        for row in files_of(entry)
    ]
    return JsonResponse({"files": files}, json_dumps_params={"ensure_ascii": False})


def _refusal(refused: Refused) -> JsonResponse:
    status = 403 if isinstance(refused, NotAllowed) else 422
    return JsonResponse({"detail": str(refused)}, status=status, json_dumps_params={"ensure_ascii": False})
