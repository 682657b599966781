"""Tables as .xlsx: readable as they open and as they print."""

import io
import re
import zipfile
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from yuxi_eldercare.core.spreadsheets import write_xlsx

pytestmark = pytest.mark.pure

HEADER = ["序号", "统一社会信用代码", "说明"]
CODE = "52530402DEMX00001L"


def _sheet(rows: list[list[object]]) -> tuple[str, list[list[object]]]:
    """The sheet as XML, and as it is read."""
    out = io.BytesIO()
    write_xlsx(out, "表", HEADER, rows)
    xml = zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml").decode()
    out.seek(0)
    return xml, [list(row) for row in CalamineWorkbook.from_filelike(out).get_sheet_by_index(0).to_python()]


def _widths(xml: str) -> list[float]:
    return [float(width) for width in re.findall(r'<col [^>]*?width="([\d.]+)"', xml)]


def test_a_column_is_as_wide_as_what_stands_in_it() -> None:
    xml, _read = _sheet([[1, CODE, "短"]])
    narrow, code, _text = _widths(xml)
    assert narrow < 10 < len(CODE) < code < 30


def test_a_long_text_does_not_push_the_others_off_the_screen() -> None:
    xml, _read = _sheet([[1, CODE, "很长的说明" * 60]])
    assert _widths(xml)[2] < 50


def test_a_row_is_as_high_as_its_text_that_wraps() -> None:
    xml, _read = _sheet(
        [[1, CODE, "短"], [2, CODE, "很长的说明" * 10], [3, CODE, "一\n二"], [4, CODE, "长" * 9_000]]
    )
    heights = dict(re.findall(r'<row r="(\d+)"[^>]*? ht="([\d.]+)"', xml))
    assert heights == {"1": "33", "3": "49.5", "4": "33", "5": "396"}


def test_it_prints_across_one_page_with_its_header_on_each() -> None:
    xml, _read = _sheet([[1, CODE, "短"]])
    assert 'fitToPage="1"' in xml
    assert re.search(r'<pageSetup [^>]*fitToHeight="0"[^>]*orientation="landscape"', xml) or re.search(
        r'<pageSetup [^>]*orientation="landscape"[^>]*fitToHeight="0"', xml
    )


def test_rows_past_those_that_are_measured_are_written_too() -> None:
    rows: list[list[object]] = [[n, CODE, "短"] for n in range(450)]
    _xml, read = _sheet(rows)
    assert read == [HEADER, *rows]


def test_the_header_and_the_first_column_stay_in_sight() -> None:
    xml, _read = _sheet([[1, CODE, "短"]])
    assert re.search(r'<pane xSplit="1" ySplit="1"[^>]*state="frozen"', xml)


def test_the_header_is_repeated_on_each_printed_page_and_long_texts_wrap() -> None:
    out = io.BytesIO()
    write_xlsx(out, "表", HEADER, [[1, CODE, "很长的说明" * 60]])
    parts = zipfile.ZipFile(out)
    assert "_xlnm.Print_Titles" in parts.read("xl/workbook.xml").decode()
    assert 'wrapText="1"' in parts.read("xl/styles.xml").decode()
    assert 'paperSize="9"' in parts.read("xl/worksheets/sheet1.xml").decode()


def test_an_amount_of_money_has_its_separators_and_room_for_them() -> None:
    xml, read = _sheet([[Decimal("123456789012.50"), Decimal("55.2"), 7]])
    assert read[1][0] == 123456789012.5
    assert _widths(xml)[0] >= len("123,456,789,012.50")
    styles = re.findall(r'<c r="[ABC]2"(?: s="(\d+)")?', xml)
    assert styles[0]
    assert styles[0] != styles[1]
