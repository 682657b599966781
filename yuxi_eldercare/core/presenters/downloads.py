"""A table that leaves as a file: CSV or .xlsx with live numbers, in which no text runs as a formula."""

from collections.abc import Iterable, Sequence
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from yuxi_eldercare.core.spreadsheets import csv_bytes, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = ("csv", "xlsx")


def table_download(
    form: str, sheet: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, about: str = ""
) -> HttpResponseBase:
    """The table as an attachment named as its sheet, what it is `about`, and the moment.

    Raises `Http404` for a form that there is not.
    """
    if form not in FORMS:
        raise Http404(form)
    name = f"{sheet}-{about}" if about else sheet
    if form == "csv":
        return bytes_download(csv_bytes(header, rows), form, name)
    file: Any = TemporaryFile()  # noqa: SIM115  (the response closes it)
    write_xlsx(file, sheet, header, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=file_name(name, form), content_type=XLSX)


def file_name(name: str, form: str) -> str:
    """The name of a file that is made now."""
    return f"{name}-{timezone.localtime():%Y%m%d-%H%M}.{form}"


def bytes_download(content: bytes, form: str, name: str) -> HttpResponse:
    """A made CSV or .xlsx file as an attachment named after the moment."""
    kind = "text/csv; charset=utf-8" if form == "csv" else XLSX
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, file_name(name, form))
    return answer
