"""What an upload refuses, and where it says so; nothing is written then."""

import io
import zipfile
from typing import Any

import pytest

from targets.actions.refusals import Refused
from targets.excel import uploads
from targets.excel.columns import FIRST_ROW, HEADER_ROW, META, NAMES, SHEET
from targets.excel.reading import check_bounds
from targets.models import Entry
from targets.reporting.rounds import open_round
from targets.reporting.steps import submit
from tests.core.test_files import PDF, package
from tests.reporting_world import DATES, GREEN, RED, Reporting, at, fill, number
from tests.worlds import day
from yuxi_eldercare.core.models import StoredFile

from .sheets import Sheet, as_file, template
from .test_round_trip import look, send


def places(result: dict[str, Any]) -> list[tuple[int, str]]:
    return [(fault["row"], fault["column"]) for fault in result["faults"]]


def test_every_fault_stands_at_its_row_and_column(w: Reporting) -> None:
    sheet = Sheet(template(w))
    sheet.type(w.world.homes, value="约50").type(w.world.beds, numerator="#DIV/0!", denominator="-")
    sheet.type(w.world.households, value="200")
    result = look(w, sheet.save())
    beds, homes = sheet.place(w.world.beds), sheet.place(w.world.homes)
    assert places(result) == sorted([(beds, "M"), (beds, "N"), (homes, "L")])
    assert "不是确数" in next(f["message"] for f in result["faults"] if f["row"] == homes)
    assert not send(w, sheet.save())["applied"]
    assert w.entry(w.world.households).value is None, "one fault and nothing is written"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"na": "没有"}, "O"),
        ({"value": "3", "na": "不适用"}, "O"),
        ({"value": "9999999999"}, "L"),
        ({"note": "长" * 2001}, "Q"),
    ],
)
def test_cells_that_cannot_be_understood_or_kept(w: Reporting, cells: dict[str, Any], column: str) -> None:
    sheet = Sheet(template(w)).type(w.world.homes, **cells)
    assert places(look(w, sheet.save())) == [(sheet.place(w.world.homes), column)]


def test_what_the_checks_say_is_shown_and_does_not_hold_up_a_draft(w: Reporting) -> None:
    sheet = Sheet(template(w)).type(w.world.homes, value="2.5")
    preview = look(w, sheet.save())
    assert preview["fault_count"] == 0
    assert {(p["row"], p["column"]) for p in preview["warnings"]} == {(sheet.place(w.world.homes), "L")}
    assert send(w, sheet.save())["applied"]


def test_a_cell_on_its_way_is_locked(w: Reporting) -> None:
    fill(w.entry(w.world.homes), number(3), w.ann)
    submit(entries=[w.entry(w.world.homes)], by=w.ann)
    sheet = Sheet(template(w)).type(w.world.homes, value="4")
    result = look(w, sheet.save())
    assert places(result) == [(sheet.place(w.world.homes), "K")]
    assert "撤回" in result["faults"][0]["message"]


def test_an_unknown_code_is_told_with_its_row(w: Reporting) -> None:
    sheet = Sheet(template(w))
    sheet.sheets[SHEET][FIRST_ROW + 1][0] = "no-such-indicator"
    result = look(w, sheet.save())
    assert places(result) == [(FIRST_ROW + 2, "A")]
    assert "no-such-indicator" in result["faults"][0]["message"]


def test_a_code_of_another_unit_is_unknown(w: Reporting) -> None:
    sheet = Sheet(template(w))
    sheet.sheets[SHEET][FIRST_ROW][1] = GREEN
    assert places(look(w, sheet.save())) == [(FIRST_ROW + 1, "A")]
    assert not Entry.objects.filter(region=GREEN).exclude(state=Entry.State.EMPTY).exists()


def test_a_row_twice_is_told(w: Reporting) -> None:
    sheet = Sheet(template(w))
    lines = sheet.sheets[SHEET]
    lines.append(list(lines[FIRST_ROW]))
    assert places(look(w, sheet.save())) == [(len(lines), "A")]


def swapped_names(lines: list[list[Any]]) -> None:
    place = NAMES.index("indicator_name")
    first, second = lines[FIRST_ROW], lines[FIRST_ROW + 1]
    first[place], second[place] = second[place], first[place]


def renamed_heading(lines: list[list[Any]]) -> None:
    lines[HEADER_ROW][NAMES.index("value")] = "上期"


def missing_row(lines: list[list[Any]]) -> None:
    del lines[FIRST_ROW]


def missing_column(lines: list[list[Any]]) -> None:
    for line in lines:
        del line[-1]


@pytest.mark.parametrize("change", [swapped_names, renamed_heading, missing_row, missing_column])
def test_a_changed_structure_is_refused(w: Reporting, change: Any) -> None:
    sheet = Sheet(template(w))
    change(sheet.sheets[SHEET])
    with pytest.raises(Refused, match="结构被改动"):
        look(w, sheet.save())


def test_another_round_or_unit_is_refused(w: Reporting) -> None:
    content = template(w)
    other = open_round(kind="quarter", period_end=day("2024-06-30"), dates=DATES)
    with pytest.raises(Refused, match=f"这是“{w.round.name}”的模板"):
        uploads.receive(upload=as_file(content), round=other, by=w.ann)
    with pytest.raises(Refused, match="其他单位"):
        uploads.receive(upload=as_file(content), round=w.round, by=w.cai)


def test_after_the_grace_time_nothing_is_taken(w: Reporting) -> None:
    content = template(w)
    with at("2024-10-24"), pytest.raises(Refused, match="已锁定"):
        uploads.receive(upload=as_file(content), round=w.round, by=w.ann)


def far_cell(content: bytes, reference: str) -> bytes:
    """The workbook with one cell moved far away."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(b'r="F1"', f'r="{reference}"'.encode(), 1)
            new.writestr(part, data)
    return out.getvalue()


@pytest.mark.parametrize("reference", ["XFD1", "A1048576", "xfd1", "F300000", "&#88;FD1", "BA1"])
def test_cells_far_away_never_reach_the_reader(w: Reporting, reference: str) -> None:
    content = far_cell(template(w), reference)
    with pytest.raises(Refused, match="超出模板"):
        check_bounds(io.BytesIO(content))
    check_bounds(io.BytesIO(far_cell(template(w), "AZ299999")))


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", b"<x/>")
        parts.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", PDF, "请上传 .xlsx"),
        ("a.xlsx", PDF, "正确的扩展名"),
        ("a.docx", package("word/"), "请上传 .xlsx"),
        ("a.xlsx", package("xl/"), "打不开|不是从本系统下载"),
        ("a.xlsx", b"", "空的"),
        ("a.xlsx", bomb(), "解压后过大"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧版"),
    ],
)
def test_files_that_are_no_template(
    w: Reporting, settings: Any, name: str, content: bytes, sentence: str
) -> None:
    settings.ZIP_MAX_UNPACKED_BYTES = 1_000_000
    with pytest.raises(Refused, match=sentence):
        uploads.receive(upload=as_file(content, name), round=w.round, by=w.ann)
    assert not StoredFile.objects.exists()


def test_a_file_that_is_too_large_is_refused(w: Reporting, settings: Any) -> None:
    content = template(w)
    settings.FILE_MAX_BYTES = 100
    with pytest.raises(Refused, match="文件超过"):
        uploads.receive(upload=as_file(content), round=w.round, by=w.ann)


def test_a_workbook_of_somebody_else_is_no_template(w: Reporting) -> None:
    sheet = Sheet(template(w))
    del sheet.sheets[META]
    with pytest.raises(Refused, match="不是从本系统下载"):
        look(w, sheet.save())


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("http://a","b")']
)
def test_no_text_of_a_stranger_is_a_formula(w: Reporting, text: str) -> None:
    w.world.homes.name = text
    w.world.homes.save()
    fill(w.entry(w.world.homes), number(3, note=text), w.ann)
    content = template(w)
    sheet = Sheet(content)
    for column in ("indicator_name", "note"):
        assert sheet.cell(w.world.homes, column).startswith("'")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        written = parts.read("xl/worksheets/sheet1.xml").decode()
    formulas = [part.split("</f>")[0] for part in written.split("<f>")[1:]]
    assert all(formula.startswith("IFERROR(ROUND(") for formula in formulas)
    assert send(w, sheet.save())["touched"] == 0, "the apostrophe is ours and comes off again"
    assert send(w, sheet.type(w.world.homes, value="4").save())["changed"] == 1
    assert w.entry(w.world.homes).note == text.strip()


def test_the_sheet_is_locked_but_for_the_cells_to_type_into(w: Reporting) -> None:
    with zipfile.ZipFile(io.BytesIO(template(w))) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
        book = parts.read("xl/workbook.xml").decode()
    assert "<sheetProtection " in page
    assert 'hidden="1"' in page.split("<sheetData>")[0]
    assert "不适用" in page.split("<dataValidation ")[1]
    assert 'name="meta" sheetId="3" state="hidden"' in book


def test_regions_of_the_sheet_are_the_units_own(w: Reporting) -> None:
    assert {line[1] for line in Sheet(template(w)).lines} == {RED}
