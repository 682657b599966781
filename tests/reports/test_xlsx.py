"""The workbook and the rows: live numbers, formulas that LibreOffice calculates to the same, texts that never run."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from yuxi_eldercare.core.spreadsheets import neutral
from yuxi_eldercare.reports import table_csv, xlsx
from yuxi_eldercare.reports.orders import Order, build, subject_of

from .conftest import Months
from .opening import converted
from .test_blocks import sample

CREATED = "2024-03-05T17:00:00+08:00"
ERRORS = re.compile(r"#(?:REF|NAME|VALUE|DIV/0|N/A|NUM|NULL)")


def cells(content: bytes | Path) -> dict[str, list[list[Any]]]:
    """Sheet → rows as a reader of another make sees them."""
    book = CalamineWorkbook.from_object(io.BytesIO(content) if isinstance(content, bytes) else str(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def part(content: bytes, name: str) -> str:
    """A part of the package as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


@pytest.mark.pure
def test_equal_contents_give_equal_bytes() -> None:
    first = xlsx.render(sample(), created=CREATED)
    assert xlsx.render(sample(), created=CREATED) == first
    assert xlsx.render(sample(mark=""), created=CREATED) != first


@pytest.mark.pure
def test_numbers_stay_numbers_dates_stay_dates_and_texts_never_run() -> None:
    content = xlsx.render(sample(), created=CREATED)
    rows = cells(content)["目标"]
    assert rows[0][0] == "云溪市月报（2024年2月） · 目标"
    assert rows[1][0] == "演示数据"
    assert rows[2][:2] == ["目标", "值"]
    assert (rows[3][0], rows[3][1], rows[3][2].isoformat()) == ("床位", 30.5, "2023-12-31")
    assert rows[4][0] == neutral("=1+1") == "'=1+1"
    assert rows[4][2] == 61
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>B4*2</f><v>61" in sheet
    assert sheet.count("<f>") == 1


@pytest.mark.pure
def test_panes_are_frozen_filters_set_and_units_shown() -> None:
    content = xlsx.render(sample(), created=CREATED)
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert '<pane xSplit="1" ySplit="3"' in sheet
    assert '<autoFilter ref="A3:C5"/>' in sheet
    assert "0.0&quot;%&quot;" in part(content, "xl/styles.xml")


@pytest.mark.pure
def test_csv_is_read_by_excel_and_carries_no_formula() -> None:
    content = table_csv.render(sample(), created=CREATED)
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").splitlines()
    assert lines == ["目标,值,和", "床位,30.5,2023-12-31", "'=1+1,,61"]


@pytest.mark.django_db
@pytest.mark.pure
@pytest.mark.services
@pytest.mark.parametrize("kind", ["briefing", "midterm"])
def test_libreoffice_calculates_what_is_written(
    months: Months, soffice: str, tmp_path: Path, kind: str
) -> None:
    order = Order(kind=kind, month_end=months.february.month_end, plan="" if kind == "briefing" else "w-plan")
    written = xlsx.render(build(order, subject_of(order)), created=CREATED)
    # Without the stored values LibreOffice has to calculate every formula.
    blank = _without_values(written)
    calculated = cells(converted(soffice, tmp_path, "report.xlsx", blank, "xlsx:Calc MS Excel 2007 XML"))
    formulas = 0
    for name, rows in cells(written).items():
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                other = calculated[name][number][place] if place < len(calculated[name][number]) else ""
                assert not ERRORS.match(str(other)), (name, number, place, other)
                if isinstance(cell, float):
                    formulas += 1
                    assert other == pytest.approx(cell, abs=1e-9), (name, number, place)
                else:
                    assert other == cell, (name, number, place)
    assert formulas > 20


def _without_values(content: bytes) -> bytes:
    """The same workbook, the values of its formulas left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            body = source.read(entry.filename)
            if entry.filename.startswith("xl/worksheets/sheet"):
                body, count = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", body)
                assert count or b"<f>" not in body
            target.writestr(entry.filename, body)
    return out.getvalue()
