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
        answer = HttpResponse(csv_bytes(header, rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return answer
    file: Any = TemporaryFile()  # noqa: SIM115  (the response closes it)
    write_xlsx(file, sheet, header, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=file_name, content_type=XLSX)
