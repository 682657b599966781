"""A report as a workbook: live numbers, formulas with their values, frozen panes, filters. Texts never run."""

import io
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter

from yuxi_eldercare.core.spreadsheets import neutral

from .blocks import Content
from .layout import SHAPES
from .sheets import FIRST_ROW, Cell, Day, Formula, Number, Sheet, SheetColumn, column_letters

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST: Final = 32_767
_LINE_PT, _MOST_LINES = 15, 8
_TITLE_ROW, _HEAD_ROW, _FIRST_ROW = 0, FIRST_ROW - 2, FIRST_ROW - 1  # as XlsxWriter counts, from 0
# (words, paper) of lights: dark enough on light enough to print in grey.
_PAINT: Final = {
    "green": ("1B5E35", "DDEFE3"),
    "yellow": ("6B4700", "FBE7B2"),
    "red": ("8E1414", "F6D5D3"),
    "grey": ("4A545F", "ECEFF2"),
}


def render(content: Content, *, created: str) -> bytes:
    """The workbook's bytes. `created` is an ISO moment; equal arguments, equal bytes."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        moment = datetime.fromisoformat(created)
        book.set_properties(
            {
                "title": content.name,
                "subject": content.subject,
                "comments": content.digest(),
                "created": moment.replace(tzinfo=None),
            }
        )
        book.set_calc_mode("auto")
        looks = _Looks(book)
        for sheet in content.sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, content, looks)
    return out.getvalue()


class _Looks:
    """Formats by what they are for, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 14, "font_name": "宋体"})
        self.mark = book.add_format({"bold": True, "font_color": "#8E1414", "font_name": "宋体"})
        self.head = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "align": "center",
                "border": 1,
                "bg_color": "#E8EDF3",
                "font_name": "宋体",
            }
        )

    def cell(self, number_format: str = "", light: str = "") -> Any:
        """A bordered cell; a number format sets it right, a light paints it."""
        key = (number_format, light)
        if key not in self._made:
            given: dict[str, Any] = {"border": 1, "valign": "vcenter", "font_name": "宋体"}
            given |= {"num_format": number_format, "align": "right"} if number_format else {"text_wrap": True}
            if light:
                ink, paper = _PAINT[light]
                given |= {"font_color": f"#{ink}", "bg_color": f"#{paper}"}
            self._made[key] = self._book.add_format(given)
        return self._made[key]


def _write_sheet(page: Any, sheet: Sheet, content: Content, looks: _Looks) -> None:
    page.write_string(_TITLE_ROW, 0, neutral(f"{content.name}{content.edition} · {sheet.name}"), looks.title)
    if content.mark:
        page.write_string(_TITLE_ROW + 1, 0, neutral(content.mark), looks.mark)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(_HEAD_ROW, place, neutral(column.title), looks.head)
    for number, row in enumerate(sheet.rows, _FIRST_ROW):
        lines = max(map(_lines, row, sheet.columns), default=1)
        if lines > 1:
            page.set_row(number, _LINE_PT * min(lines, _MOST_LINES))
        for place, cell in enumerate(row):
            _write(page, number, place, cell, looks)
    page.freeze_panes(_FIRST_ROW, sheet.frozen)
    if not sheet.plain and sheet.rows:
        page.autofilter(_HEAD_ROW, 0, _HEAD_ROW + len(sheet.rows), len(sheet.columns) - 1)
    _paint_lights(page, sheet, looks)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEAD_ROW)
    page.set_footer("&C— &P —")


def _lines(cell: Cell, column: SheetColumn) -> int:
    """How many lines a text takes in its column: not every program finds the height of a row by itself."""
    if not isinstance(cell, str):
        return 1
    width = sum(1 if ord(letter) < 0x2E80 else 2 for letter in cell)
    return -(-width // max(1, column.width - 1)) or 1


def _write(page: Any, row: int, column: int, cell: Cell, looks: _Looks) -> None:
    match cell:
        case None | "":
            page.write_blank(row, column, None, looks.cell())
        case Number():
            page.write_number(row, column, cell.value, looks.cell(cell.format, cell.light))
        case Formula():
            formula = cell.formula.replace("{row}", str(row + 1))
            page.write_formula(row, column, formula, looks.cell(cell.format), cell.value)
        case Day():
            page.write_datetime(row, column, date.fromisoformat(cell.iso), looks.cell("yyyy-mm-dd"))
        case str():
            page.write_string(row, column, neutral(cell)[:_LONGEST], looks.cell())


def _paint_lights(page: Any, sheet: Sheet, looks: _Looks) -> None:
    """Paint cells that begin with the shape of a light, so that what is sorted or added later is painted, too."""
    if sheet.plain or not sheet.rows:
        return
    last = column_letters(len(sheet.columns) - 1)
    area = f"A{_FIRST_ROW + 1}:{last}{_FIRST_ROW + len(sheet.rows)}"
    for light, shape in SHAPES.items():
        rule = {"type": "text", "criteria": "begins with", "value": shape, "format": looks.cell("", light)}
        page.conditional_format(area, rule)
