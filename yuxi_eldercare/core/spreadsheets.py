"""Rows that leave as a table: CSV and .xlsx, in which no text of ours or of a stranger runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter

# Excel and WPS run a cell that begins so; full-width forms are turned into these by some input methods.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WIDEST = 60


def neutral(text: str) -> str:
    """The text, behind an apostrophe when a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS) else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; every text is neutral."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(title) for title in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(target: IO[bytes], sheet: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A sheet with a frozen, filtered header row; texts are written as texts, numbers as numbers."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(sheet)
        bold = book.add_format({"bold": True, "bg_color": "#E8F0F9"})
        for column, title in enumerate(header):
            page.set_column(column, column, min(_WIDEST, max(12, 2 * len(title))))
        page.freeze_panes(1, 0)
        page.write_row(0, 0, header, bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write(page, last, column, value)
        page.autofilter(0, 0, last, len(header) - 1)


def _cell(value: Any) -> Any:
    return neutral(value) if isinstance(value, str) else value


def _write(page: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        page.write_string(row, column, neutral(value)[:32_767])
    elif value is not None:
        page.write(row, column, value)
