"""Lists of divisions as files: kept for the person who uploaded them, read into the lines an import takes."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from projects.sheets.keeping import keep_sheet, opened, own_sheets
from projects.sheets.reading import Table, letter, read_table
from targets.actions.refusals import Refused
from yuxi_eldercare.core.actions.region_lines import HEADINGS, Line
from yuxi_eldercare.core.files import Upload
from yuxi_eldercare.core.models import StoredFile, User


@transaction.atomic
def receive(*, upload: Upload, by: User) -> StoredFile:
    """Keep a list that can be read. Raises `Refused` for what is no list; nothing stays then."""
    return keep_sheet(upload, by=by, department=None, read=lines_of)


def own_file(pk: int, by: User) -> StoredFile | None:
    """A list that this person uploaded."""
    return own_sheets(by).filter(pk=pk, department=None).first()


def lines_of(stored: StoredFile) -> tuple[Table, list[Line]]:
    """The table of a kept file and its rows. Raises `Refused`."""
    table = read_table(opened(stored), stored.media_type)
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
