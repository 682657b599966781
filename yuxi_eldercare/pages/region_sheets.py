"""Lists of divisions as files: kept for the person who uploaded them, read into the lines an import takes."""

import io
import re

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from projects.sheets.reading import CSV, XLSX, Table, check_csv, letter, read_table
from targets.actions.refusals import Refused
from yuxi_eldercare.core.actions.region_lines import HEADINGS, Line
from yuxi_eldercare.core.files import FileRefused, Upload, open_stored, store
from yuxi_eldercare.core.models import StoredFile, User


@transaction.atomic
def receive(*, upload: Upload, by: User) -> StoredFile:
    """Keep a list that can be read. Raises `Refused` for what is no list; nothing stays then."""
    is_csv = (upload.name or "").lower().endswith(".csv")
    try:
        if is_csv and getattr(upload, "size", 0) <= settings.FILE_MAX_BYTES:  # `store` refuses a larger one
            check_csv(b"".join(upload.chunks()))
        stored = store(upload, by=by, department=None, known=CSV if is_csv else None)
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
    if stored.media_type not in {CSV.media_type, XLSX.media_type}:
        raise Refused.because(_("请上传 .xlsx 或 .csv 表格。"), "file")
    lines_of(stored)
    return stored


def own_file(pk: int, by: User) -> StoredFile | None:
    """A list that this person uploaded."""
    kinds = [CSV.media_type, XLSX.media_type]
    return StoredFile.objects.filter(pk=pk, uploaded_by=by, department=None, media_type__in=kinds).first()


def lines_of(stored: StoredFile) -> tuple[Table, list[Line]]:
    """The table of a kept file and its rows. Raises `Refused`."""
    try:
        with open_stored(stored) as stream:
            table = read_table(io.BytesIO(stream.read()), stored.media_type)
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
    places = _places(table)
    for name in ("code", "name"):
        if name not in places:
            text = _("表格里没有“%(heading)s”这一列，请在标题行写上。")
            raise Refused.because(text % {"heading": HEADINGS[name][0]}, "file")

    def cell(texts: list[str], name: str) -> str:
        text = texts[places[name]] if name in places else ""
        return re.sub(r"\s+", "", text)

    lines = [
        Line(number, cell(texts, "code"), cell(texts, "name"), cell(texts, "short_name"))
        for number, texts in table.rows
    ]
    return table, [line for line in lines if line.code or line.name or line.short_name]


def region_columns(table: Table) -> dict[str, str]:
    """Field → its column as a spreadsheet names it: B 名称."""
    places = _places(table)
    titles = {name: f"{letter(place)} {table.header[place]}" for name, place in places.items()}
    return {name: titles.get(name, headings[0]) for name, headings in HEADINGS.items()}


def _places(table: Table) -> dict[str, int]:
    """Field → where its column stands."""
    found: dict[str, int] = {}
    for name, headings in HEADINGS.items():
        for heading in headings:
            place = table.column(heading)
            if place is not None:
                found.setdefault(name, place)
    return found
