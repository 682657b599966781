"""A table that leaves as a file: CSV or .xlsx with live numbers, in which no text runs as a formula."""

from collections.abc import Iterable, Sequence
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from yuxi_eldercare.core.spreadsheets import csv_bytes, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = ("csv", "xlsx")


def table_download(
    form: str, name: str, sheet: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponseBase:
    """The table as an attachment named after the moment. Raises `Http404` for a form that there is not."""
    if form not in FORMS:
        raise Http404(form)
    file_name = f"{name}-{timezone.localtime():%Y%m%d-%H%M}.{form}"
    if form == "csv":
        return bytes_download(csv_bytes(header, rows), form, name)
    file: Any = TemporaryFile()  # noqa: SIM115  (the response closes it)
    write_xlsx(file, sheet, header, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=file_name, content_type=XLSX)


def bytes_download(content: bytes, form: str, name: str) -> HttpResponse:
    """A made CSV or .xlsx file as an attachment named after the moment."""
    kind = "text/csv; charset=utf-8" if form == "csv" else XLSX
    answer = HttpResponse(content, content_type=kind)
    file_name = f"{name}-{timezone.localtime():%Y%m%d-%H%M}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer
