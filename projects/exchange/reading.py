"""An uploaded file as rows of texts: the ledger's own workbook by its sheets, any other by its first one."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from projects.sheets.reading import CSV, Table, read_table
from targets.actions.refusals import Refused
from targets.excel.columns import unwritten
from targets.excel.reading import check_bounds

from . import fields
from .book import META, VERSION

ROWS_MOST: Final = 20_000
_HEADER_WITHIN: Final = 10  # a title and notes may stand above the headings


@dataclass(frozen=True)
class Part:
    """The rows of one sheet; `kind` is what they enter, empty where a mapping has to say it."""

    kind: str
    name: str
    table: Table


def read_parts(stream: IO[bytes], media_type: str) -> list[Part]:
    """The sheets that hold rows to enter; of another system's file its first sheet. Raises `Refused`."""
    if media_type == CSV.media_type:
        return [Part("", "", read_table(stream, media_type))]
    try:
        check_bounds(stream)
        stream.seek(0)
        book = CalamineWorkbook.from_filelike(stream)
        sheets = {name: book.get_sheet_by_name(name) for name in book.sheet_names}
        if any(sheet.total_height > ROWS_MOST for sheet in sheets.values()):
            text = _("表格超过 %(most)s 行，请分开上传。")
            raise Refused.because(text % {"most": f"{ROWS_MOST:,}"}, "file")
        lines = {name: _lines(sheet) for name, sheet in sheets.items()}
    except (CalamineError, OSError, ValueError):
        text = _("文件打不开，可能已损坏，请用 Excel 或 WPS 重新保存为 .xlsx 后上传。")
        raise Refused.because(text, "file") from None
    if META in lines:
        return _own(lines)
    name = next((name for name, found in lines.items() if found), None)
    if name is None:
        raise Refused.because(_("表格是空的，请检查是否选错了文件。"), "file")
    return [Part("", name, _table(lines[name], _header_place(lines[name])))]


def _lines(sheet: Any) -> list[list[str]]:
    return [[_text(cell) for cell in line] for line in sheet.to_python(skip_empty_area=False)]


def _own(lines: dict[str, list[list[str]]]) -> list[Part]:
    """The workbook as `book` wrote it: its hidden sheet says which sheet holds what."""
    said = lines[META]
    if not said or said[0][:1] != [VERSION]:
        raise Refused.because(_("台账文件的版本已经过时，请重新导出台账，再填写上传。"), "file")
    parts = []
    for kind, name, *_rest in (line for line in said[1:] if len(line) > 1):
        if kind in fields.KINDS and lines.get(name):
            parts.append(Part(kind, name, _table(lines[name], 0, needs_rows=False)))
    if not parts:
        text = _("台账文件里没有“月报”“资金”“阶段”这几张表，请重新导出台账，不要改表名。")
        raise Refused.because(text, "file")
    return parts


def _header_place(lines: Sequence[Sequence[str]]) -> int:
    """The line among the first with most known headings; without any, the first with two texts."""
    head = lines[:_HEADER_WITHIN]
    known = [
        max(sum(fields.guess_field(kind, text) is not None for text in line if text) for kind in fields.KINDS)
        for line in head
    ]
    if max(known):
        return known.index(max(known))
    return next((place for place, line in enumerate(head) if sum(map(bool, line)) > 1), 0)


def _table(lines: Sequence[Sequence[str]], top: int, *, needs_rows: bool = True) -> Table:
    header = [text.replace("\n", "") for text in lines[top]]
    while header and not header[-1]:
        header.pop()
    twice = next((text for text in header if text and header.count(text) > 1), None)
    if twice is not None:
        text = _("标题“%(heading)s”出现了两次，请改成不同的标题后上传。")
        raise Refused.because(text % {"heading": twice}, "file")
    width = len(header)
    rows = [
        (number, [*texts[:width], *[""] * (width - len(texts))])
        for number, texts in enumerate(lines[top + 1 :], top + 2)
        if any(texts[:width])
    ]
    if needs_rows and not rows:
        raise Refused.because(_("标题行下面没有数据，请检查是否选错了文件。"), "file")
    return Table(header, rows)


def _text(value: Any) -> str:
    """What a cell says: a number with the 15 digits a spreadsheet keeps, a day without a time."""
    if isinstance(value, str):
        return unwritten(value.replace("\r\n", "\n"))
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return format(value, ".15g")
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)
