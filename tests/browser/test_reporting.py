"""The month's reporting as people do it: typing, pasting, conflicts, lost connections, and the whole way."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from targets.models import Entry
from targets.reporting.steps import return_entries, submit
from tests.browser.driving import (
    Windows,
    browser,
    expect_saved,
    field,
    office,
    paste,
    row,
    windows,
)
from tests.pages.reporting import PDF
from tests.reporting_world import Reporting, fill, number
from tests.worlds import GREEN, make_user
from yuxi_eldercare.core import dispatch

__all__ = ["browser", "office", "windows"]

pytestmark = pytest.mark.browser

BEDS, HOMES, HOUSEHOLDS, PLACES = "护理型床位占比", "示范养老机构数", "适老化改造户数", "每千人托位数"


def value_of(office: Reporting, name: str) -> Decimal | None:
    """What the database has."""
    return Entry.objects.get(round=office.round, indicator__name=name, department=office.red).value


def focused(page: Page) -> str:
    """Indicator and field of the focused cell."""
    return page.evaluate(
        "`${document.activeElement.cell?.row.name ?? ''} ${document.activeElement.field ?? ''}`"
    )


def test_keys_work_as_in_a_sheet_and_each_cell_is_saved_as_it_is_left(
    windows: Windows, office: Reporting
) -> None:
    page = windows.grid(windows.of(office.ann), office)
    press, type_ = page.keyboard.press, page.keyboard.type
    field(page, BEDS, "numerator").focus()
    type_("１９")
    press("Tab")
    assert focused(page) == f"{BEDS} denominator"
    type_("35")
    expect(row(page, BEDS).locator(".result")).to_have_text("54.29%")  # while typing, before any save
    press("Enter")
    assert focused(page) == f"{HOMES} value"
    expect_saved(page, BEDS)
    type_("5")
    press("ArrowDown")
    assert focused(page) == f"{HOUSEHOLDS} value"
    expect_saved(page, HOMES)
    press("ArrowUp")
    press("ArrowUp")
    assert focused(page) == f"{BEDS} denominator"
    press("ArrowLeft")
    assert focused(page) == f"{BEDS} numerator"
    press("Tab")
    press("Shift+Tab")
    assert focused(page) == f"{BEDS} numerator"
    press("Shift+Enter")
    assert focused(page) == f"{BEDS} numerator"  # there is no row above
    assert value_of(office, HOMES) == Decimal(5)


def test_f2_edits_esc_takes_back_delete_empties(windows: Windows, office: Reporting) -> None:
    fill(office.entry(office.world.homes), number(12), office.ann)
    page = windows.grid(windows.of(office.ann), office)
    cell = field(page, HOMES)
    cell.focus()
    page.keyboard.press("F2")
    page.keyboard.type("3")
    expect(cell).to_have_value("123")
    page.keyboard.press("ArrowLeft")  # moves in the text now
    assert focused(page) == f"{HOMES} value"
    page.keyboard.press("Escape")
    expect(cell).to_have_value("12")
    page.keyboard.type("7")  # typing replaces
    expect(cell).to_have_value("7")
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    expect(cell).to_have_value("")
    page.keyboard.press("Enter")
    expect(row(page, HOMES).locator(".mark.state-empty")).to_be_visible()
    assert value_of(office, HOMES) is None


def test_a_block_from_a_spreadsheet_is_spread_and_summed_up(windows: Windows, office: Reporting) -> None:
    page = windows.grid(windows.of(office.ann), office)
    field(page, BEDS, "numerator").focus()
    paste(page, "19\t35\t54.3%\r\n\t\t1,200\r\n\t\t约200\r\n50\t1\t\r\n1\t2\t3\r\n")
    summary = page.locator("#paste-summary")
    expect(summary).to_contain_text("粘贴 5 行 × 3 列：填入 4 格")
    expect(summary).to_contain_text("已保存 3 格")
    expect(summary).to_contain_text("“约200”不是确数，请填确定的数字，例如50。")
    expect(summary).to_contain_text(f"{PLACES}：这一格不能填，没有采用“1”")
    expect(summary).to_contain_text("超出表格的 3 格没有采用")
    expect(field(page, HOUSEHOLDS)).to_have_value("约200")  # what was refused is still there
    assert value_of(office, HOMES) == Decimal(1200)
    assert value_of(office, HOUSEHOLDS) is None


def test_a_block_that_brings_names_is_put_where_they_say(windows: Windows, office: Reporting) -> None:
    page = windows.grid(windows.of(office.ann), office)
    field(page, HOMES).focus()
    paste(page, f"{HOUSEHOLDS}\t户\t210\n{HOMES}\t家\t4\n没有的指标\t家\t1\n")
    expect(page.locator("#paste-summary")).to_contain_text("按指标名称对应")
    expect(page.locator("#paste-summary")).to_contain_text("找不到指标“没有的指标”")
    expect_saved(page, HOMES)
    expect_saved(page, HOUSEHOLDS)
    assert (value_of(office, HOMES), value_of(office, HOUSEHOLDS)) == (Decimal(4), Decimal(210))


def test_not_applicable_asks_for_its_reason(windows: Windows, office: Reporting) -> None:
    page = windows.grid(windows.of(office.ann), office)
    row(page, HOMES).get_by_role("button", name="不适用").click()
    expect(field(page, HOMES)).to_have_value("不适用")
    page.keyboard.type("辖区内没有这类机构")
    page.keyboard.press("Tab")
    expect_saved(page, HOMES)
    entry = office.entry(office.world.homes)
    assert (entry.not_applicable, entry.na_reason) == (True, "辖区内没有这类机构")
    row(page, HOMES).get_by_role("button", name="改填数字").click()
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    expect(row(page, HOMES).get_by_role("button", name="不适用")).to_be_visible()
    expect_saved(page, HOMES)
    entry.refresh_from_db()
    assert (entry.not_applicable, entry.value) == (False, Decimal(0))


def test_two_people_in_one_cell_the_second_decides(windows: Windows, office: Reporting) -> None:
    ada = make_user("ada", "reporter", office.red.region, office.red)
    first, second = (windows.grid(windows.of(user), office) for user in (ada, office.ann))
    with first.expect_response(lambda answer: answer.request.method == "GET"):  # it reads again after saving
        field(first, HOMES).fill("7")
        first.keyboard.press("Enter")
    expect_saved(first, HOMES)
    field(second, HOMES).fill("5")
    second.keyboard.press("Enter")
    notice = row(second, HOMES).locator(".notice.bad")
    expect(notice).to_contain_text("Ada 于 2024-10-08 10:00 改为“7 家”，你填的是“5 家”")
    assert value_of(office, HOMES) == Decimal(7)
    second.reload()  # the question survives
    notice.get_by_role("button", name="用我的").click()
    expect_saved(second, HOMES)
    assert value_of(office, HOMES) == Decimal(5)
    field(first, HOMES).fill("8")
    first.keyboard.press("Enter")
    row(first, HOMES).get_by_role("button", name="用对方的").click()
    expect(field(first, HOMES)).to_have_value("5")
    expect(first.locator("#grid-bar")).not_to_contain_text("未保存")


def test_another_window_of_the_same_person_learns_what_was_saved(windows: Windows, office: Reporting) -> None:
    first = windows.grid(windows.of(office.ann), office)
    second = windows.grid(first.context.new_page(), office)
    field(first, HOMES).fill("7")
    first.keyboard.press("Enter")
    expect(field(second, HOMES)).to_have_value("7")
    field(second, HOMES).fill("8")
    second.keyboard.press("Enter")
    expect_saved(second, HOMES)
    expect(field(first, HOMES)).to_have_value("8")


def test_an_expired_session_is_told_and_nothing_is_lost(windows: Windows, office: Reporting) -> None:
    page = windows.grid(windows.of(office.ann), office)
    Session.objects.all().delete()
    field(page, HOMES).fill("6")
    page.keyboard.press("Enter")
    trouble = page.locator("#grid-trouble")
    expect(trouble).to_contain_text("登录已失效，已填的内容存在本机")
    expect(row(page, HOMES).locator(".save").first).to_contain_text("未保存")
    with page.context.expect_page() as opened:
        trouble.get_by_role("link", name="重新登录（新窗口）").click()
    windows.log_in(opened.value, office.ann)
    opened.value.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect_saved(page, HOMES)
    expect(trouble).to_be_hidden()
    assert value_of(office, HOMES) == Decimal(6)


def test_logging_in_as_somebody_else_saves_nothing_under_their_name(
    windows: Windows, office: Reporting
) -> None:
    page = windows.grid(windows.of(office.ann), office)
    other = page.context.new_page()
    page.context.clear_cookies()
    windows.log_in(other, make_user("ada", "reporter", office.red.region, office.red))
    field(page, HOMES).fill("6")
    page.keyboard.press("Enter")
    expect(page.locator("#grid-trouble")).to_contain_text("现在登录的是另一个账号")
    assert value_of(office, HOMES) is None
    page.context.clear_cookies()
    windows.log_in(other, office.ann)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect_saved(page, HOMES)
    assert value_of(office, HOMES) == Decimal(6)


def test_offline_and_back(windows: Windows, office: Reporting) -> None:
    page = windows.grid(windows.of(office.ann), office)
    page.context.set_offline(True)
    field(page, HOMES).fill("6")
    page.keyboard.press("Enter")
    expect(row(page, HOMES).locator(".save").first).to_contain_text(
        "未保存：连接中断，已存在本机，恢复后自动重试"
    )
    field(page, HOUSEHOLDS).fill("210")
    page.keyboard.press("Enter")
    expect(page.locator("#grid-bar")).to_have_text("2 格未保存")
    page.context.set_offline(False)
    expect_saved(page, HOMES)
    expect_saved(page, HOUSEHOLDS)
    expect(page.locator("#grid-bar")).to_contain_text("全部已保存")
    assert (value_of(office, HOMES), value_of(office, HOUSEHOLDS)) == (Decimal(6), Decimal(210))


def test_a_window_closed_while_offline_gives_back_what_was_typed(windows: Windows, office: Reporting) -> None:
    page = windows.grid(windows.of(office.ann), office)
    page.context.set_offline(True)
    field(page, HOMES).fill("6")
    page.keyboard.press("Enter")
    expect(row(page, HOMES).locator(".save").first).to_contain_text("连接中断")
    context = page.context
    page.close()
    context.set_offline(False)
    again = windows.grid(context.new_page(), office)
    expect(again.locator("#paste-summary")).to_contain_text("找回上次未保存的 1 格内容")
    expect_saved(again, HOMES)
    assert value_of(office, HOMES) == Decimal(6)
    assert again.evaluate("Object.keys(localStorage).length") == 0


def test_what_was_typed_into_a_cell_that_is_closed_meanwhile_can_be_read(
    windows: Windows, office: Reporting
) -> None:
    page = windows.grid(windows.of(office.ann), office)
    entry = office.entry(office.world.homes)
    page.context.set_offline(True)
    field(page, HOMES).fill("6")
    page.keyboard.press("Enter")
    expect(row(page, HOMES).locator(".save").first).to_contain_text("连接中断")
    context = page.context
    page.close()
    fill(entry, number(9), make_user("ada", "reporter", office.red.region, office.red))
    submit(entries=[entry], by=office.ann)
    context.set_offline(False)
    again = windows.grid(context.new_page(), office)
    expect(row(again, HOMES).locator(".notice.bad")).to_contain_text("你填的是“6 家”")
    row(again, HOMES).get_by_role("button", name="放弃我填的").click()
    expect(field(again, HOMES)).to_have_value("9")
    assert again.evaluate("Object.keys(localStorage).length") == 0


def test_evidence_is_attached_by_button_and_by_drag(
    windows: Windows, office: Reporting, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_DIR = tmp_path / "files"
    paper = tmp_path / "台账.pdf"
    paper.write_bytes(PDF)
    page = windows.grid(windows.of(office.ann), office)
    row(page, HOMES).get_by_role("button", name="备注佐证").click()
    row(page, HOMES).locator('input[type="file"]').set_input_files(paper)
    expect(row(page, HOMES).get_by_role("link", name="台账.pdf")).to_be_visible()
    expect(row(page, HOMES).get_by_role("button", name="备注佐证 1")).to_be_visible()
    page.evaluate(
        """name => {
          const data = new DataTransfer();
          data.items.add(new File(["%PDF-1.4 %%EOF"], name, { type: "application/pdf" }));
          for (const kind of ["dragover", "drop"]) {
            const options = { dataTransfer: data, bubbles: true, cancelable: true };
            [...Grid.cells.values()][2].el.state.dispatchEvent(new DragEvent(kind, options));
          }
        }""",
        "批复.pdf",
    )
    expect(row(page, HOUSEHOLDS).get_by_role("link", name="批复.pdf")).to_be_visible()
    bad = tmp_path / "程序.pdf"
    bad.write_bytes(b"MZ" * 100)
    row(page, HOMES).locator('input[type="file"]').set_input_files(bad)
    expect(row(page, HOMES).locator(".notice.bad")).to_contain_text("程序.pdf：文件内容不是 PDF")


def test_a_returned_cell_shows_why_and_can_be_sent_again(windows: Windows, office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(5), office.ann)
    submit(entries=[entry], by=office.ann)
    return_entries(entries=[entry], reason="与台账不一致，请核对", by=office.bob)
    page = windows.of(office.ann)
    page.goto(f"{windows.address}/desk/")
    expect(page.locator("main")).to_contain_text("与台账不一致，请核对")
    windows.grid(page, office)
    expect(row(page, HOMES).locator(".notice.warn")).to_have_text(
        "Bob 2024-10-08 10:00 退回：与台账不一致，请核对"
    )
    page.get_by_role("button", name="退回", exact=True).click()
    expect(row(page, BEDS)).to_be_hidden()
    field(page, HOMES).fill("6")
    page.keyboard.press("Enter")
    expect_saved(page, HOMES)
    _submit(page, 1)
    expect(row(page, HOMES).locator(".mark.state-submitted")).to_have_text("待审核")


def _submit(page: Page, count: int) -> None:
    page.locator("#submit").click()
    dialog = page.locator("#submit-dialog")
    expect(dialog).to_contain_text(f"提交 {count} 格给本单位审核员")
    with page.expect_navigation():
        dialog.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_selector("#grid[data-ready]", state="attached")


def test_the_dialog_lists_what_stands_in_the_way(windows: Windows, office: Reporting) -> None:
    page = windows.grid(windows.of(office.ann), office)
    field(page, BEDS, "numerator").fill("40")
    field(page, BEDS, "denominator").fill("35")
    field(page, HOMES).fill("约5")
    page.keyboard.press("Enter")
    expect(row(page, HOMES).locator(".notice.bad")).to_contain_text("不是确数")
    page.locator("#submit").click()
    dialog = page.locator("#submit-dialog")
    expect(dialog).to_contain_text("没有可以提交的内容：请先改正或说明标出的各格。")
    dialog.get_by_role("button", name=HOMES).click()
    assert focused(page) == f"{HOMES} value"
    assert office.entry(office.world.beds).state == "draft"


def test_from_typing_to_a_new_light_on_the_dashboard(windows: Windows, office: Reporting) -> None:
    entry = office.entry(office.world.smart, GREEN)
    ann = windows.grid(windows.of(office.cai), office, "green")
    field(ann, "智慧养老社区数").fill("4")
    ann.keyboard.press("Enter")
    expect_saved(ann, "智慧养老社区数")
    expect(row(ann, "智慧养老社区数").locator(".light.green")).to_contain_text("已达标")
    _submit(ann, 1)

    reviewer = windows.of(office.deng)
    reviewer.goto(f"{windows.address}/desk/")
    reviewer.get_by_role("link", name="去审核").click()
    expect(reviewer.locator("tbody")).to_contain_text("4 个")
    reviewer.get_by_role("button", name="通过无问题的 1 项").click()
    expect(reviewer.locator(".messages")).to_contain_text("1项审核通过")

    lead = windows.of(office.gan)
    lead.goto(f"{windows.address}/desk/")
    lead.get_by_role("link", name="去确认").click()
    expect(lead.locator(".coverage")).to_contain_text("1/1")
    lead.get_by_label("智慧养老社区数").check()
    lead.get_by_role("button", name="确认生效", exact=True).click()
    expect(lead.locator(".messages")).to_contain_text("1项已确认生效")
    entry.refresh_from_db()
    assert entry.state == "published"
    assert dispatch.wait_for_threads()

    leader = windows.of(office.world.ling)
    leader.goto(f"{windows.address}/counties/{GREEN}/?year=2025")
    line = leader.locator("tr").filter(has_text="智慧养老社区数").first
    expect(line.locator(".light.green")).to_have_text("●已达标")
    expect(line).to_contain_text("4 个")


@pytest.mark.parametrize("path", ["/desk/", "/rounds/", "grid"])
def test_a_phone_shows_cards_and_never_scrolls_sideways(
    windows: Windows, office: Reporting, path: str
) -> None:
    page = windows.of(office.ann, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    if path == "grid":
        windows.grid(page, office)
        field(page, HOMES).fill("5")
        field(page, HOUSEHOLDS).tap()
        expect_saved(page, HOMES)
    else:
        page.goto(windows.address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
