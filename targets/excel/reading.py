"""An uploaded workbook as rows of texts with the row numbers Excel shows; anything else is refused."""

import datetime
import re
import zipfile
from collections.abc import Set
from dataclasses import dataclass
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from targets.actions.refusals import Refused

from . import columns
from .columns import FIRST_ROW, HEADER_ROW, LOCKED, META, NAMES, SHEET, VERSION
from .formats import percent_cells

ROWS_MOST: Final = 200_000
_CHUNK: Final = 1 << 20
_OVERLAP: Final = 64
# A reader lays a sheet out up to its furthest cell: two cells a million rows apart fill the memory. Refused
# are references beyond column AZ or row 299,999, and such as are not spelled out.
_FAR: Final = re.compile(
    rb"\sr\s*=\s*[\"'](?:[A-Za-z]{3}|[B-Zb-z][A-Za-z]|[A-Za-z]{0,2}(?:[3-9][0-9]{5}|[0-9]{7})|[^\"'<>]{0,20}&)"
)
_FACTS: Final = 5


@dataclass(slots=True)
class Row:
    """One line: its number as Excel shows it, and its texts in the order of `columns.NAMES`."""

    number: int
    texts: list[str]
    is_number: bool  # its value is kept as a number, not as the text that a template's format asks for

    def __getitem__(self, name: str) -> str:
        return self.texts[columns.PLACE[name]]


@dataclass(frozen=True)
class Facts:
    """What a template says about itself on its hidden sheet."""

    round: int
    department: str
    rows: int
    checksum: str


@dataclass(frozen=True)
class Book:
    """A template that came back: its facts, its headings and its lines."""

    facts: Facts
    header: list[str]
    rows: list[Row]
    percents: Set[tuple[int, str]]  # (row number, column letter) of numbers shown as a percentage

    @property
    def is_intact(self) -> bool:
        """Whether headings, codes, names and their order are as the template was written."""
        places, facts = len(LOCKED), self.facts
        rows = (row.texts[:places] for row in self.rows)
        return columns.checksum(facts.round, facts.department, self.header, rows) == facts.checksum


def check_bounds(stream: IO[bytes]) -> None:
    """Refuse a workbook whose cells reach further than a template's can; reads it once, in pieces."""
    try:
        with zipfile.ZipFile(stream) as package:
            for part in package.infolist():
                if part.filename.lower().endswith(".xml") and "/worksheets/" in part.filename.lower():
                    _check_part(package, part)
    except (BadZipFile, OSError, EOFError, NotImplementedError):
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


def read_facts(stream: IO[bytes]) -> Facts:
    """What the template in a workbook that passed `check_bounds` is for; its lines are left alone.

    Raises `Refused` for anything that is no template.
    """
    stream.seek(0)
    try:
        return _facts(CalamineWorkbook.from_filelike(stream))
    except (CalamineError, OSError, ValueError):
        raise _unreadable() from None


def read_book(stream: IO[bytes]) -> Book:
    """The whole of it, within `ROWS_MOST` lines. Raises `Refused` like `read_facts`."""
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(stream)
        facts = _facts(book)
        sheet = book.get_sheet_by_name(SHEET)
        if sheet.total_height > ROWS_MOST:
            text = _("表格超过%(most)s行，请按单位分开上传。")
            raise Refused.because(text % {"most": ROWS_MOST}, "file")
        lines = sheet.to_python(skip_empty_area=False)
        percents = percent_cells(stream, SHEET, [columns.letter(name) for name in columns.NUMBERS])
    except (CalamineError, OSError, ValueError, KeyError, BadZipFile, ParseError):
        raise _unreadable() from None
    if len(lines) <= HEADER_ROW or len(lines[HEADER_ROW]) < len(NAMES):
        raise changed_structure()
    width, value = len(NAMES), columns.PLACE["value"]
    rows = [
        Row(number, [_text(cell) for cell in line[:width]], isinstance(line[value], int | float))
        for number, line in enumerate(lines[FIRST_ROW:], FIRST_ROW + 1)
    ]
    while rows and not any(rows[-1].texts):
        rows.pop()
    header = [_text(cell) for cell in lines[HEADER_ROW][:width]]
    return Book(facts, header, rows, percents)


def _facts(book: CalamineWorkbook) -> Facts:
    if META not in book.sheet_names or SHEET not in book.sheet_names:
        raise Refused.because(_("这不是从本系统下载的模板，请先下载本轮次的模板，填好后上传。"), "file")
    said = [_text(row[0]) for row in book.get_sheet_by_name(META).to_python() if row]
    if len(said) < _FACTS or not _is_count(said[1]) or not _is_count(said[3]):
        raise changed_structure()
    if said[0] != VERSION:
        raise Refused.because(_("模板的版本已经过时，请重新下载模板。"), "file")
    return Facts(int(said[1]), said[2], int(said[3]), said[4])


def _is_count(text: str) -> bool:
    return text.isdecimal() and len(text) <= 18


def changed_structure() -> Refused:
    """The refusal of a template whose headings, codes or rows were changed."""
    text = _("模板的结构被改动（标题、代码、行的增删或顺序），请重新下载模板，只填浅黄色的格子。")
    return Refused.because(text, "file")


def _unreadable() -> Refused:
    return Refused.because(_("文件打不开，可能已损坏，请用 Excel 或 WPS 重新保存为 .xlsx 后上传。"), "file")


def _text(value: Any) -> str:
    """What a cell says: a whole number without a point, other numbers with the 15 digits Excel keeps."""
    if isinstance(value, str):
        return (value.replace("\r\n", "\n") if "\r" in value else value).strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return format(value, ".15g")
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return str(value)
    return "" if value is None else str(value)
