"""A template in a person's hands: its cells are read, typed into, and saved as a file again."""

import io
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from targets.excel.columns import FIRST_ROW, NAMES, SHEET
from targets.excel.template import write_template
from targets.models import Indicator
from tests.reporting_world import RED, Reporting

Cells = list[list[Any]]


class Sheet:
    """Rows of cells by sheet; what is typed is addressed by indicator, region and column name."""

    def __init__(self, content: bytes) -> None:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        self.sheets: dict[str, Cells] = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
        self.formats: dict[tuple[int, int], str] = {}  # number formats by row and column, from 0

    @property
    def lines(self) -> Cells:
        return self.sheets[SHEET][FIRST_ROW:]

    def place(self, indicator: Indicator, region: str = RED) -> int:
        """The row number as Excel shows it."""
        for number, line in enumerate(self.lines, FIRST_ROW + 1):
            if line[:2] == [indicator.key, region]:
                return number
        raise AssertionError(f"{indicator.key} {region} is not in the sheet")

    def cell(self, indicator: Indicator, column: str, region: str = RED) -> Any:
        return self.sheets[SHEET][self.place(indicator, region) - 1][NAMES.index(column)]

    def type(self, indicator: Indicator, region: str = RED, **cells: Any) -> "Sheet":
        """Type into cells of a row."""
        line = self.sheets[SHEET][self.place(indicator, region) - 1]
        for column, value in cells.items():
            line[NAMES.index(column)] = value
        return self

    def format(self, indicator: Indicator, column: str, number_format: str, region: str = RED) -> "Sheet":
        """Give a cell a number format, as people do in a spreadsheet program."""
        self.formats[self.place(indicator, region) - 1, NAMES.index(column)] = number_format
        return self

    def save(self) -> bytes:
        """The workbook as a spreadsheet program saves it."""
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
            for name, lines in self.sheets.items():
                page = book.add_worksheet(name)
                for number, line in enumerate(lines):
                    page.write_row(number, 0, line)
                    for column, value in enumerate(line):
                        if name == SHEET and (code := self.formats.get((number, column))):
                            page.write(number, column, value, book.add_format({"num_format": code}))
        return out.getvalue()


def template(w: Reporting, by: Any = None, department: Any = None) -> bytes:
    """The template of 红河区民政局, or of another person's unit."""
    return write_template(round=w.round, department=department or w.red, by=by or w.ann)


def as_file(content: bytes, name: str = "填报.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
