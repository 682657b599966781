"""An uploaded .xlsx or .csv as rows of texts with the row numbers a spreadsheet shows; anything else is refused."""

import csv
import datetime
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from targets.actions.refusals import Refused
from targets.excel.reading import check_bounds
from yuxi_eldercare.core.files import OFFICE, FileType

from .fields import guess_field

XLSX: Final = OFFICE["xl/"]
CSV: Final = FileType("text/csv", ("csv",), "CSV")
ROWS_MOST: Final = 60_000
_COLUMNS_MOST: Final = 80
_HEADER_WITHIN: Final = 10  # a title and notes may stand above the headings
_CELL_MOST: Final = 500


@dataclass(frozen=True)
class Table:
    """Headings, each once, and the rows below them; `rows` are (number, texts)."""

    header: list[str]
    rows: list[tuple[int, list[str]]]

    def column(self, heading: str) -> int | None:
        """Where a heading stands."""
        return self.header.index(heading) if heading in self.header else None

    def words(self, heading: str) -> list[str]:
        """The different texts in a column, in order of appearance."""
        place = self.column(heading)
        if place is None:
            return []
        return list(dict.fromkeys(texts[place] for _number, texts in self.rows if texts[place]))


def letter(place: int) -> str:
    """The name of a column by its place: 0 is A."""
    name = ""
    while place >= 0:
        name, place = chr(65 + place % 26) + name, place // 26 - 1
    return name


def read_table(stream: IO[bytes], media_type: str, knows: Callable[[str], Any] = guess_field) -> Table:
    """The first sheet that holds anything; `knows` tells the headings it may have. Raises `Refused`."""
    lines = _csv_lines(stream) if media_type == CSV.media_type else _xlsx_lines(stream)
    if len(lines) > ROWS_MOST:
        text = _("表格超过 %(most)s 行，请按县或按类型分开上传。")
        raise Refused.because(text % {"most": f"{ROWS_MOST:,}"}, "file")
    top = _header_place(lines, knows)
    if top is None:
        raise Refused.because(_("表格里没有找到标题行，请在第一行写明各列的名称。"), "file")
    header = _once([text.replace("\n", "") for text in lines[top]])
    while header and not header[-1]:
        header.pop()
    if len(header) > _COLUMNS_MOST:
        text = _("表格超过 %(most)s 列，请只保留需要的列。")
        raise Refused.because(text % {"most": _COLUMNS_MOST}, "file")
    width = len(header)
    rows = [
        (number, [*texts[:width], *[""] * (width - len(texts))])
        for number, texts in enumerate(lines[top + 1 :], top + 2)
        if any(texts[:width])
    ]
    if not rows:
        raise Refused.because(_("标题行下面没有数据，请检查是否选错了文件。"), "file")
    return Table(header, rows)


def check_csv(content: bytes) -> None:
    """Refuse what is no text in a known encoding, or has no heading. Raises `Refused`."""
    read_table(io.BytesIO(content), CSV.media_type)


def _header_place(lines: Sequence[Sequence[str]], knows: Callable[[str], Any]) -> int | None:
    """The line among the first with most known headings; without any, the first with two texts."""
    head = lines[:_HEADER_WITHIN]
    known = [sum(1 for text in line if text and knows(text)) for line in head]
    if any(known):
        return known.index(max(known))
    filled = (place for place, line in enumerate(head) if sum(map(bool, line)) > 1)
    return next(filled, None)


def _once(texts: Sequence[str]) -> list[str]:
    """Headings that stand twice get a number."""
    found: list[str] = []
    for text in texts:
        count = sum(1 for seen in found if seen == text or seen.startswith(f"{text}#"))
        found.append(f"{text}#{count + 1}" if text and count else text)
    return found


def _xlsx_lines(stream: IO[bytes]) -> list[list[str]]:
    try:
        check_bounds(stream)
        stream.seek(0)
        book = CalamineWorkbook.from_filelike(stream)
        for name in book.sheet_names:
            lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if lines:
                return [[_text(cell) for cell in line] for line in lines]
    except (Refused, CalamineError, OSError, ValueError):
        text = _("文件打不开，或者有数据远在表格以外，请在 Excel 或 WPS 中另存为新的 .xlsx 后上传。")
        raise Refused.because(text, "file") from None
    raise Refused.because(_("表格是空的，请检查是否选错了文件。"), "file")


def _csv_lines(stream: IO[bytes]) -> list[list[str]]:
    """UTF-8 with or without a mark, else GB 18030; separated as the first lines are."""
    content = stream.read()
    text = _decoded(content)
    if "\x00" in text:
        raise Refused.because(_("这不是文本格式的 CSV 文件，请重新导出后上传。"), "file")
    separator = max([",", "\t", ";"], key=text[:4000].count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        raise Refused.because(_("CSV 文件的格式有误，请重新导出，或另存为 .xlsx 后上传。"), "file") from None
    # Exports put an apostrophe or ="…" around codes so that a spreadsheet does not take them for numbers.
    return [
        [cell.strip().removeprefix("=").strip('"').lstrip("'").strip()[:_CELL_MOST] for cell in line]
        for line in lines
    ]


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused.because(_("文件的文字编码无法识别，请另存为 UTF-8 编码的 CSV，或 .xlsx。"), "file")


def _text(value: Any) -> str:
    """What a cell says; a whole number without a point, a day without a time.

    A spreadsheet can write NUL as _x0000_; no text column takes it.
    """
    if isinstance(value, str):
        return value.replace("\0", "").strip().lstrip("'")[:_CELL_MOST]
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return format(value, ".15g")
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)
