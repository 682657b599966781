"""The rows of a report as CSV: its first sheet that is a table, in UTF-8 with the mark by which Excel knows it."""

from typing import Final

from yuxi_eldercare.core.spreadsheets import csv_bytes

from .blocks import Content
from .sheets import Cell, Day, Formula, Number

MEDIA_TYPE: Final = "text/csv"


def render(content: Content, *, created: str) -> bytes:
    """The file's bytes: numbers without unit, formulas as their values; `created` is written nowhere."""
    del created
    sheet = next(sheet for sheet in content.sheets if not sheet.plain)
    header = [column.title for column in sheet.columns]
    return csv_bytes(header, ([_value(cell) for cell in row] for row in sheet.rows))


def _value(cell: Cell) -> str | float:
    match cell:
        case Number() | Formula():
            value = cell.value
            return int(value) if isinstance(value, float) and value.is_integer() else value
        case Day():
            return cell.iso
        case None:
            return ""
        case _:
            return cell
