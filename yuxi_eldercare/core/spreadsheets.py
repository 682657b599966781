"""Rows that leave as a table: CSV and .xlsx, in which no text of ours or of a stranger runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain, islice
from math import ceil
from typing import IO, Any

import xlsxwriter

# Excel and WPS run a cell that begins so; full-width forms are turned into these by some input methods.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NARROWEST, _TITLE, _WIDEST = 8, 14, 36
_A4 = 9
_MONEY = "#,##0.00"
_LINE = 16.5  # points: 22 pixels
_MOST_LINES = 24  # a row is at most 409 points high
MEASURED = 200  # rows by which the width of a column is chosen


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
    """A sheet with a filtered header row, frozen with the first column; texts are written as texts, numbers as numbers.

    A Decimal of two places is an amount of money and gets its separators.
    Columns are as wide as their first rows need; on paper it is A4 across, as wide as the page, with the header
    on every page.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    coming = iter(rows)
    first = list(islice(coming, MEASURED))
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(sheet)
        bold = book.add_format({"bold": True, "bg_color": "#E8F0F9", "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        top = book.add_format({"valign": "top"})
        money = book.add_format({"valign": "top", "num_format": _MONEY})
        for column, width in enumerate(_widths(header, first)):
            page.set_column(column, column, width, wrapped if width == _WIDEST else top)
        page.freeze_panes(1, 1)
        page.set_row(0, 2 * _LINE)
        page.write_row(0, 0, header, bold)
        last = 0
        for last, row in enumerate(chain(first, coming), 1):
            # Not every program makes a row higher for a text that wraps.
            if (lines := max((_lines(value) for value in row), default=1)) > 1:
                page.set_row(last, min(lines, _MOST_LINES) * _LINE)
            for column, value in enumerate(row):
                _write(page, last, column, value, money)
        page.autofilter(0, 0, last, len(header) - 1)
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)


def _widths(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """How wide each column has to be. Long titles wrap; beside a title there is the button of the filter."""
    needed = [min(_TITLE, room(title) + 3) for title in header]
    for row in rows:
        for column, value in enumerate(row[: len(needed)]):
            text = f"{value:,}" if _is_money(value) else str(value)
            needed[column] = max(needed[column], room(text) + 1)
    return [min(_WIDEST, max(_NARROWEST, width)) for width in needed]


def _lines(value: Any) -> int:
    """How many lines a value takes in the widest column."""
    if not isinstance(value, str) or (2 * len(value) <= _WIDEST and "\n" not in value):
        return 1
    return sum(max(1, ceil(room(line) / (_WIDEST - 1))) for line in value.split("\n"))


def room(text: str) -> int:
    """Room for the longest line; a Chinese character takes two places."""
    return max((sum(2 if ord(c) > 0x2000 else 1 for c in line) for line in text.split("\n")), default=0)


def _cell(value: Any) -> Any:
    return neutral(value) if isinstance(value, str) else value


def _is_money(value: Any) -> bool:
    return isinstance(value, Decimal) and value.as_tuple().exponent == -2


def _write(page: Any, row: int, column: int, value: Any, money: Any) -> None:
    if isinstance(value, str):
        page.write_string(row, column, neutral(value)[:32_767])
    elif _is_money(value):
        page.write(row, column, value, money)
    elif value is not None:
        page.write(row, column, value)
