"""A month's reporting from the first click to the dashboard, with the sheet taken through LibreOffice on the way."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from targets.models import RedResponse
from targets.reporting.rules import Definition, set_enabled, write_rule
from tests.browser.driving import Windows, browser, expect_saved, field, office, paste, row, windows
from tests.reporting_world import RED, Reporting, fill, number
from tests.targets.excel.sheets import Sheet
from tests.targets.excel.test_round_trip import convert
from tests.worlds import bind_targets, make_target, publish, value
from yuxi_eldercare.core import dispatch

__all__ = ["browser", "office", "windows"]

pytestmark = pytest.mark.browser

BEDS, HOMES, HOUSEHOLDS = "护理型床位占比", "示范养老机构数", "适老化改造户数"
REASON = "与床位台账不一致，请核对分子"


def test_a_month_from_the_sheet_to_a_new_light_on_the_dashboard(
    windows: Windows, office: Reporting, soffice: str, tmp_path: Path
) -> None:
    reporter, reviewer, lead = windows.of(office.ann), windows.of(office.bob), windows.of(office.mei)
    _fill_in_the_sheet(reporter, windows, office, soffice, tmp_path)
    _submit(reporter, 3)
    _return_one_and_pass_the_others(reviewer, windows)
    _correct_and_submit_again(reporter, windows)
    reviewer.goto(f"{windows.address}/review/")
    expect(reviewer.locator("tbody")).to_contain_text("数值由60% (60/100)改为58% (58/100)")
    reviewer.get_by_role("button", name="通过无问题的 1 项").click()
    expect(reviewer.locator(".messages")).to_contain_text("1项审核通过")
    _publish(lead, windows, office)
    leader = windows.of(office.world.ling)
    leader.goto(f"{windows.address}/counties/{RED}/?year=2025")
    line = leader.locator("tr").filter(has_text=BEDS).filter(has_text="58").first
    expect(line.locator(".light.green")).to_have_text("●已达标")
    assert office.entry(office.world.beds).value == 58


def _fill_in_the_sheet(page: Page, windows: Windows, office: Reporting, soffice: str, folder: Path) -> None:
    """Download the template, fill it in, save it with LibreOffice, upload it, look at the preview, write."""
    page.goto(f"{windows.address}/desk/")
    page.get_by_role("link", name="去填报").click()
    page.wait_for_selector("#grid[data-ready]", state="attached")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel 模板").click()
    sheet = Sheet(download.value.path().read_bytes())
    sheet.type(office.world.beds, numerator=60, denominator=100)
    sheet.type(office.world.homes, value=3).type(office.world.households, value="１２０")
    page.get_by_role("link", name="上传 Excel").click()
    _upload(page, convert(soffice, folder, sheet.save()))
    expect(page.locator("main")).to_contain_text("与现有数据不同的 3 行")
    expect(page.locator("main")).to_contain_text("60% (60/100)")
    page.get_by_role("button", name="写入这 3 项").click()
    expect(page.locator(".messages")).to_contain_text("已写入3项")
    windows.grid(page, office)
    expect(field(page, BEDS, "numerator")).to_have_value("60")
    expect(field(page, HOUSEHOLDS)).to_have_value("120")


def _upload(page: Page, content: bytes) -> None:
    page.get_by_label("填好的模板").set_input_files(
        {"name": "三季度.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="上传并预览").click()


def _submit(page: Page, count: int) -> None:
    page.locator("#submit").click()
    with page.expect_navigation():
        page.locator("#submit-dialog").get_by_role("button", name="提交", exact=True).click()
    page.wait_for_selector("#grid[data-ready]", state="attached")
    expect(page.locator(".messages")).to_contain_text(f"已提交{count}格，等待审核")


def _return_one_and_pass_the_others(page: Page, windows: Windows) -> None:
    page.goto(f"{windows.address}/desk/")
    page.get_by_role("link", name="去审核").click()
    page.get_by_label(BEDS).check()
    page.get_by_label("退回理由").fill(REASON)
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("1项已退回")
    page.get_by_role("button", name="通过无问题的 2 项").click()
    expect(page.locator(".messages")).to_contain_text("2项审核通过")


def _correct_and_submit_again(page: Page, windows: Windows) -> None:
    page.goto(f"{windows.address}/desk/")
    expect(page.locator("main")).to_contain_text(REASON)
    page.get_by_role("link", name=BEDS).click()
    page.wait_for_selector("#grid[data-ready]", state="attached")
    expect(row(page, BEDS).locator(".notice.warn")).to_contain_text(REASON)
    field(page, BEDS, "numerator").fill("58")
    page.keyboard.press("Enter")
    expect_saved(page, BEDS)
    _submit(page, 1)


def _publish(page: Page, windows: Windows, office: Reporting) -> None:
    page.goto(f"{windows.address}/desk/")
    expect(page.locator("main")).to_contain_text("待确认 3 项")
    page.get_by_role("link", name="去确认").click()
    page.get_by_role("button", name="确认无问题的 3 项").click()
    expect(page.locator(".messages")).to_contain_text("3项已确认生效")
    assert office.entry(office.world.beds).state == "published"
    assert dispatch.wait_for_threads()


def test_a_pasted_row_with_blank_columns_is_put_where_the_number_belongs(
    windows: Windows, office: Reporting
) -> None:
    page = windows.grid(windows.of(office.ann), office)
    field(page, BEDS, "numerator").focus()
    paste(page, f"{BEDS}\t%\t30\t100\n{HOMES}\t家\t\t\t4\n{HOUSEHOLDS}\t户\t60")
    for name in (BEDS, HOMES, HOUSEHOLDS):
        expect_saved(page, name)
    expect(page.locator("#paste-summary")).to_contain_text("填入 3 格")
    expect(page.locator("#paste-summary li")).to_have_count(0)
    assert (office.entry(office.world.homes).value, office.entry(office.world.households).value) == (4, 60)


@pytest.mark.usefixtures("jumps")
def test_one_explanation_serves_two_checks_and_goes_with_the_note_once_sent(
    windows: Windows, office: Reporting
) -> None:
    page = windows.grid(windows.of(office.ann), office)
    field(page, HOMES).fill("30")
    page.keyboard.press("Enter")
    lines = row(page, HOMES).locator(".problem.soft")
    expect(lines).to_have_count(2)
    lines.first.locator("input").fill("新建机构投用")
    page.keyboard.press("Tab")
    row(page, HOMES).get_by_role("button", name="同上一条说明").click()
    expect(row(page, HOMES).locator(".problem.settled")).to_have_count(2)
    _submit(page, 1)
    expect(row(page, HOMES).locator(".problem").first).to_be_hidden()
    row(page, HOMES).get_by_role("button", name="备注佐证").click()
    expect(row(page, HOMES).locator(".problem.settled").first).to_contain_text("已说明")


@pytest.fixture
def jumps(office: Reporting) -> None:
    """Two rules that a jump offends against, and a past to jump from."""
    for code in ("change_on_year", "change_on_last"):
        rule = write_rule(
            definition=Definition(title=code, kind=code, params={"percent": "10"}, severity="soft"),
            by=office.lin,
        )
        set_enabled(rule=rule, enabled=True, by=office.lin)
    publish(*(value(office.world.homes, RED, end, 9) for end in ("2023-09-30", "2024-06-30")))


def test_all_red_lights_of_a_value_are_explained_at_once(windows: Windows, office: Reporting) -> None:
    make_target("w.t.beds-floor", office.world.beds, office.world.document, {"2023": 40}, target_type="floor")
    bind_targets()
    entry = office.entry(office.world.beds)
    fill(entry, number(parts=(10, 100)), office.ann)
    page = windows.grid(windows.of(office.ann), office)
    page.locator("#submit").click()
    expect(page.locator("#submit-dialog")).to_contain_text("其中 1 格使目标亮红灯")
    with page.expect_navigation():
        page.locator("#submit-dialog").get_by_role("button", name="提交", exact=True).click()
    assert RedResponse.objects.filter(answered_at=None).count() == 2
    page.goto(f"{windows.address}/red-lights/")
    card = page.locator(".red-card")
    expect(card).to_have_count(1)
    for label, text in (
        ("原因", "床位未验收"),
        ("措施", "倒排工期"),
        ("责任人", "李局长"),
        ("时限", "2024-12-20"),
    ):
        card.get_by_label(label).fill(text)
    card.get_by_role("button", name="保存说明").click()
    expect(page.locator(".messages")).to_contain_text("已保存")
    assert not RedResponse.objects.filter(answered_at=None).exists()
