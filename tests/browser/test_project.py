"""A project walked from 立项 to 投用 with its money, a month's report with a picture, and its beds in the register."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from projects.models import Project, ProjectBody
from targets.models import Indicator
from tests.browser.driving import Windows, browser, office, windows
from tests.core.test_files import PNG
from tests.projects.test_counting_offers import SHARE, state
from tests.reporting_world import Reporting
from tests.worlds import RED

__all__ = ["browser", "office", "windows"]

pytestmark = pytest.mark.browser

WAN = 1_000_000


@pytest.fixture
def project(office: Reporting, tmp_path: Path, settings: object) -> Project:
    """A project of 红河区 that its bureau keeps, planned for 2023 and 2024 at 1,000 万元."""
    settings.FILES_DIR = tmp_path  # type: ignore[attr-defined]
    row = Project.objects.create(
        key="w.p.centre",
        document=office.world.document,
        number="1",
        name="红河区养老服务中心",
        listing="tabled",
        region=office.red.region,
        start_year=2023,
        end_year=2024,
        total_investment_fen=1_000 * WAN,
    )
    ProjectBody.objects.create(project=row, department=office.red, as_written="区民政局")
    Indicator.objects.filter(pk=office.world.beds.pk).update(key=SHARE)
    state(office, beds=100, nursing_beds=20)
    return row


def test_a_project_from_approval_to_use(windows: Windows, office: Reporting, project: Project) -> None:
    keeper = windows.of(office.ann)
    keeper.goto(f"{windows.address}/projects/")
    keeper.get_by_role("link", name=project.name).click()
    expect(keeper.locator(".lede .light")).to_contain_text("尚未登记")
    _reach(keeper, "立项", "2023-02-10", document=True)
    expect(keeper.locator("#stages a", has_text="批复.png")).to_be_visible()
    _plan(keeper, "市级", "600")
    _money(keeper, "到位", "600", "2023-03-01")
    _reach(keeper, "开工", "2023-04-20")
    _spend_too_much_and_put_it_right(keeper)
    _report(keeper)
    _reach(keeper, "完工", "2024-08-30")
    _reach(keeper, "投用", "2024-09-20")
    expect(keeper.locator(".lede")).to_contain_text("已完工")
    _look(windows, office, project)
    _hand_over(keeper, windows, project)
    _share_moves(keeper, windows)


def _reach(page: Page, stage: str, on: str, *, document: bool = False) -> None:
    form = _open(page, "登记阶段", "stage")
    form.get_by_label("到达阶段").select_option(label=stage)
    form.get_by_label("日期").fill(on)
    if document:
        form.get_by_label("依据文件").set_input_files(_file("批复.png"))
    form.get_by_role("button", name="保存阶段").click()
    expect(page.locator(".messages")).to_contain_text(f"已登记：{stage}，{on}")


def _plan(page: Page, source: str, amount: str) -> None:
    form = _open(page, "填写计划金额", "plan")
    form.get_by_label("资金来源").select_option(label=source)
    form.get_by_label("计划金额（万元）").fill(amount)
    form.get_by_role("button", name="保存计划").click()
    expect(page.locator(".messages")).to_contain_text("已登记市级的计划金额")


def _money(page: Page, kind: str, amount: str, on: str) -> None:
    form = _open(page, "登记到位或支出", "money")
    form.get_by_label("到位或支出").select_option(label=kind)
    form.get_by_label("资金来源").select_option(label="市级")
    form.get_by_label("日期").fill(on)
    form.get_by_label("金额（万元）").fill(amount)
    form.get_by_label("凭证号").fill("记-7")
    form.get_by_role("button", name="保存资金").click()


def _spend_too_much_and_put_it_right(page: Page) -> None:
    """What was typed stays after the refusal, and the sentence stands at the amount."""
    _money(page, "支出", "600.01", "2023-05-01")
    form = page.locator("#form-money")
    expect(form.locator(".field", has_text="金额（万元）").locator(".error")).to_contain_text(
        "支出 600.01 万元，多于到位 600 万元"
    )
    expect(form.get_by_label("凭证号")).to_have_value("记-7")
    form.get_by_label("金额（万元）").fill("5500000元")
    form.get_by_role("button", name="保存资金").click()
    expect(page.locator(".messages")).to_contain_text("已登记市级支出资金")
    expect(page.locator("#money tfoot")).to_contain_text("550")


def _report(page: Page) -> None:
    form = _open(page, "填写月报", "report")
    form.get_by_label("月份").fill("2024-08")
    form.get_by_label("累计完成投资（万元）").fill("980")
    form.get_by_label("累计建成床位（张）").fill("120")
    form.get_by_label("需要协调的问题").fill("消防验收待排期")
    form.get_by_label("进度照片").set_input_files(_file("主楼.png"))
    form.get_by_role("button", name="保存月报").click()
    expect(page.locator(".messages")).to_contain_text("2024年8月月报已保存")
    expect(page.locator("#reports .photos img")).to_have_count(1)
    expect(page.locator("#reports tbody")).to_contain_text("消防验收待排期")


def _look(windows: Windows, office: Reporting, project: Project) -> None:
    """The leader finds it in the ledger, by its stage."""
    leader = windows.of(office.world.ling)
    leader.goto(f"{windows.address}/projects/?stage=in_use")
    line = leader.locator("tbody tr").filter(has_text=project.name)
    expect(line.locator(".light.green")).to_have_text("●已完工")
    expect(line).to_contain_text("98%")
    expect(line).to_contain_text("有问题")
    line.get_by_role("link", name=project.name).click()
    expect(leader.locator("#stages")).to_contain_text("2024-09-20")
    expect(leader.get_by_text("登记阶段")).to_have_count(0)


def _hand_over(page: Page, windows: Windows, project: Project) -> None:
    """What the report says was built goes to the register, once, and is counted there."""
    page.get_by_role("link", name="移交到机构名册").click()
    form = page.locator("form.handover")
    expect(form.get_by_label("床位数", exact=True)).to_have_value("120")
    form.get_by_label("护理型床位数").fill("80")
    form.get_by_label("类型", exact=True).select_option(label="养老机构")
    form.get_by_label("运营方式").select_option(label="公建公营")
    form.get_by_label("所在地").select_option(label="红河区")
    form.get_by_role("button", name="移交到机构名册").click()
    expect(page.locator("main")).to_contain_text("床位 120，其中护理型 80")
    page.goto(f"{windows.address}/institutions/")
    line = page.locator("tbody tr").filter(has_text=project.name)
    expect(line).to_contain_text("120")
    page.goto(f"{windows.address}/projects/{project.key}/")
    expect(page.locator(".handed")).to_contain_text("已移交")


def _share_moves(page: Page, windows: Windows) -> None:
    """护理型床位占比 as counted: 20 of 100 beds before, with the project's 80 of 120 beside them afterwards."""
    for end, share in (("2023-12-31", "20% （20/100）"), ("2024-10-07", "45.45% （100/220）")):
        page.goto(f"{windows.address}/counted/{SHARE}/{RED}/{end}/")
        expect(page.locator("p.totals")).to_contain_text(share)


def _open(page: Page, title: str, name: str):  # type: ignore[no-untyped-def]
    form = page.locator(f"#form-{name}")
    if not form.evaluate("element => element.open"):
        form.get_by_text(title).click()
    return form


def _file(name: str) -> dict[str, object]:
    return {"name": name, "mimeType": "image/png", "buffer": PNG}
