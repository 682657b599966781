"""An uploaded workbook as rows of texts with the row numbers Excel shows; anything else is refused."""

import datetime
import re
import zipfile
from dataclasses import dataclass
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from targets.actions.refusals import Refused

from . import columns
from .columns import FIRST_ROW, HEADER_ROW, LOCKED, META, NAMES, SHEET, VERSION

ROWS_MOST: Final = 200_000
_CHUNK: Final = 1 << 20
_OVERLAP: Final = 64
# A reader lays a sheet out up to its furthest cell: two cells a million rows apart fill the memory. Refused
# are references beyond column AZ or row 299,999, and such as are not spelled out.
_FAR: Final = re.compile(
    rb"\sr\s*=\s*[\"'](?:[A-Za-z]{3}|[B-Zb-z][A-Za-z]|[A-Za-z]{0,2}(?:[3-9][0-9]{5}|[0-9]{7})|[^\"'<>]{0,20}&)"
)
_FACTS: Final = 5


@dataclass(frozen=True)
class Row:
    """One line: its number as Excel shows it, and its texts in the order of `columns.NAMES`."""

    number: int
    texts: list[str]

    def __getitem__(self, name: str) -> str:
        return self.texts[columns.PLACE[name]]


@dataclass(frozen=True)
class Book:
    """A template that came back: what it says it is, its headings and its lines."""

    round: int
    department: str
    checksum: str
    header: list[str]
    rows: list[Row]

    @property
    def is_intact(self) -> bool:
        """Whether headings, codes, names and their order are as the template was written."""
        places = len(LOCKED)
        rows = (row.texts[:places] for row in self.rows)
        return columns.checksum(self.round, self.department, self.header, rows) == self.checksum


def check_bounds(stream: IO[bytes]) -> None:
    """Refuse a workbook whose cells reach further than a template's can; reads it once, in pieces."""
    try:
        with zipfile.ZipFile(stream) as package:
            for part in package.infolist():
                if part.filename.lower().endswith(".xml") and "/worksheets/" in part.filename.lower():
                    _check_part(package, part)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError):
        raise _unreadable() from None


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    rest = b""
    with package.open(part) as stream:
        while piece := stream.read(_CHUNK):
            if _FAR.search(rest + piece):
                raise Refused.because(
                    _("表格的行或列远远超出模板，请下载模板重新填写，不要在模板以外的地方填写。"), "file"
                )
            rest = piece[-_OVERLAP:]


def read_book(stream: IO[bytes]) -> Book:
    """The template in a workbook that passed `check_bounds`. Raises `Refused` for anything that is none."""
    try:
        book = CalamineWorkbook.from_filelike(stream)
        if META not in book.sheet_names or SHEET not in book.sheet_names:
            raise Refused.because(_("这不是从本系统下载的模板，请先下载本轮次的模板，填好后上传。"), "file")
        facts = [_text(row[0]) for row in book.get_sheet_by_name(META).to_python() if row]
        sheet = book.get_sheet_by_name(SHEET)
        if sheet.total_height > ROWS_MOST:
            text = _("表格超过%(most)s行，请按单位分开上传。")
            raise Refused.because(text % {"most": ROWS_MOST}, "file")
        lines = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError):
        raise _unreadable() from None
    if len(facts) < _FACTS or not facts[1].isdecimal() or len(facts[1]) > 18:
        raise changed_structure()
    if facts[0] != VERSION:
        raise Refused.because(_("模板的版本已经过时，请重新下载模板。"), "file")
    if len(lines) <= HEADER_ROW or len(lines[HEADER_ROW]) < len(NAMES):
        raise changed_structure()
    width = len(NAMES)
    rows = [
        Row(number, [_text(value) for value in line[:width]])
        for number, line in enumerate(lines[FIRST_ROW:], FIRST_ROW + 1)
    ]
    while rows and not any(rows[-1].texts):
        rows.pop()
    header = [_text(value) for value in lines[HEADER_ROW][:width]]
    return Book(int(facts[1]), facts[2], facts[4], header, rows)


def changed_structure() -> Refused:
    """The refusal of a template whose headings, codes or rows were changed."""
    text = _("模板的结构被改动（标题、代码、行的增删或顺序），请重新下载模板，只填浅黄色的格子。")
    return Refused.because(text, "file")


def _unreadable() -> Refused:
    return Refused.because(_("文件打不开，可能已损坏，请用 Excel 或 WPS 重新保存为 .xlsx 后上传。"), "file")


def _text(value: Any) -> str:
    """What a cell says: a whole number without a point, other numbers with the 15 digits Excel keeps."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return format(value, ".15g")
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return str(value)
    return "" if value is None else str(value)
