"""A subsidy from the claim to the voucher, money that comes back, and what the public and the auditor read of it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from python_calamine import CalamineWorkbook

from subsidies.models import Application, SchemeVersion
from tests.accounts.people import give_second_factor
from tests.browser.driving import Windows, browser, offer, said
from tests.core.test_files import PNG
from tests.reporting_world import NOW, at
from tests.reports.opening import converted, page_texts
from tests.subsidies.world import ACCOUNT, CONDITIONS, PER_BED, Subsidies, make_subsidies
from tests.worlds import day
from yuxi_eldercare.core.models import Membership
from yuxi_eldercare.core.spreadsheets import write_xlsx

__all__ = ["browser"]

pytestmark = pytest.mark.browser

MASKED = ACCOUNT[:3] + "*" * (len(ACCOUNT) - 7) + ACCOUNT[-4:]
WRONG_CARD = "6222020200012345671"
# 59 beds of 10,000 元, and how 5:3:2 shares them.
PARTS = {"省级": "295,000.00", "市级": "177,000.00", "县级": "118,000.00"}
WHOLE = "590,000.00"
VOUCHER = "P-2024-88"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def s(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[Subsidies]:
    """红河区民政局, an institution, and a scheme whose newest version names no split; it is 8 October 2024.

    Bob checks for the county and for the city.
    """
    settings.FILES_DIR = tmp_path / "files"
    with at(NOW):
        made = make_subsidies()
        SchemeVersion.objects.create(
            scheme=made.scheme,
            number=2,
            amount_fen=PER_BED,
            conditions=CONDITIONS,
            valid_from=day("2022-01-01"),
            basis="云溪民发〔2022〕3号（测试）",
            reason="印发的文件没有写分担比例",
        )
        Membership.objects.create(
            user=made.bob,
            role="reviewer",
            region=made.city,
            department=made.world.bureau,
            valid_from=day("2020-01-01"),
        )
        yield made


@dataclass
class Desks:
    """The windows of the people of the story."""

    address: str
    ann: Page  # 填报员 of the county
    bob: Page  # 审核员 of the county, also of the city
    cheng: Page  # 审核员 of the city
    lin: Page  # 牵头单位
    cai: Page  # 财务人员
    shen: Page  # 审计管理员


@pytest.fixture
def desks(browser: Browser, s: Subsidies, live_server: Any) -> Iterator[Desks]:
    windows = Windows(browser, live_server.url)
    people = {name: windows.of(getattr(s, name)) for name in ("ann", "bob", "cheng", "lin", "cai")}
    give_second_factor(s.world.shen)
    yield Desks(windows.address, **people, shen=windows.of(s.world.shen))
    windows.close()
    assert not windows.errors


def test_a_subsidy_from_claim_to_voucher_and_back(
    desks: Desks, s: Subsidies, tmp_path: Path, soffice: str
) -> None:
    claim = _claim(desks.ann, desks.address)
    _check(desks, claim)
    _no_approval_without_a_split(desks.lin, claim)
    _write_the_split(desks.lin, desks.address)
    _send_anew(desks, claim)
    _fund(desks.cai, desks.address)
    _approve(desks.lin, claim)
    sheet = _pay(desks.cai, desks.address)
    _book(desks.cai, desks.address, sheet)
    _paid(desks.ann, claim)
    _balances(desks.cai, desks.address, paid=WHOLE, cash="410,000.00")
    _recover(desks, claim)
    _balances(desks.cai, desks.address, paid="490,000.00", cash="510,000.00")
    _publish(desks.lin, desks.address, tmp_path, soffice)
    _reveal(desks, claim)


def _claim(page: Page, address: str) -> str:
    """Register a claim; a card number with a wrong digit is refused and what was typed stays."""
    page.goto(f"{address}/subsidies/")
    page.get_by_role("link", name="登记申请").click()
    page.get_by_label("补助项目").select_option(label="自建床位建设补助")
    page.get_by_label("申请对象").select_option(label="红河养老院（床位 100 张）")
    page.get_by_label("申请数量").fill("60")
    page.get_by_label("用房", exact=True).select_option(label="自建产权用房")
    page.get_by_label("产权证号或租赁合同号").fill("云(2020)红河区不动产权第0001234号")
    page.get_by_label("收款单位（人）全称").fill("红河养老院")
    page.get_by_label("账户类别").select_option(label="个人银行卡")
    page.get_by_label("开户银行").fill("云溪农商行红河支行")
    page.get_by_label("账号").fill(WRONG_CARD)
    page.get_by_label("联系人").fill("王主任")
    page.get_by_label("联系电话").fill("13800000001")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".field", has_text="账号").locator(".error")).to_contain_text("最后一位校验不符")
    expect(page.get_by_label("申请数量")).to_have_value("60")
    page.get_by_label("账户类别").select_option(label="对公账户")
    page.get_by_label("账号").fill(ACCOUNT)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("提交前还要补齐")
    expect(page.locator("main")).to_contain_text("产权证明")
    papers = page.locator("#papers")
    papers.get_by_label("材料类别").select_option(label="产权证明")
    papers.get_by_label("文件").set_input_files(
        {"name": "产权证.png", "mimeType": "image/png", "buffer": PNG}
    )
    papers.get_by_role("button", name="上传").click()
    expect(papers.get_by_role("link", name="产权证.png")).to_be_visible()
    expect(page.get_by_text("提交前还要补齐")).to_have_count(0)
    _take(page, "提交", "已提交，等待县级核查")
    expect(page.locator("main")).to_contain_text(MASKED)
    expect(page.locator("main")).not_to_contain_text(ACCOUNT)
    return page.url


def _take(page: Page, label: str, message: str, **typed: str) -> None:
    """Take a step: fill in its form and press its button."""
    form = offer(page, label)
    for name, value in typed.items():
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button", name=label, exact=True).click()
    said(page, message)


def _check(desks: Desks, claim: str) -> None:
    """The county finds a bed less; who found it may not check for the city as well."""
    desks.bob.goto(f"{desks.address}/desk/")
    desks.bob.get_by_role("link", name="去办理").click()
    _take(desks.bob, "县级核查通过", "已送市级复核", verified="59", note="一张床位尚未启用")
    expect(desks.bob.locator(".not-now")).to_contain_text("“市级复核通过”须由另一人办理")
    expect(desks.bob.get_by_role("button", name="市级复核通过")).to_be_disabled()
    desks.cheng.goto(claim)
    expect(desks.cheng.locator(".trail")).to_contain_text("一张床位尚未启用")
    _take(desks.cheng, "市级复核通过", "复核通过，已送审批")


def _no_approval_without_a_split(page: Page, claim: str) -> None:
    """Without a document that says who pays which part nothing is approved; the claim goes back with the reason."""
    page.goto(claim)
    offer(page, "批复").get_by_role("button", name="批复").click()
    expect(page.locator("main")).to_contain_text("没有载明各级分担比例：现行文件没有规定，不能批复")
    _take(page, "退回", "已退回", reason="待登记分担比例后重新提交")


def _write_the_split(page: Page, address: str) -> None:
    """5:3:2 with the document that says so, as the next version."""
    page.goto(f"{address}/subsidies/schemes/bed-own/")
    page.get_by_role("link", name="订立新版本").click()
    page.get_by_label("起用日期").fill("2024-10-08")
    for level, part in (("省级", "5"), ("市级", "3"), ("县级", "2")):
        page.get_by_label(level, exact=True).fill(part)
    page.get_by_label("订立这一版的理由").fill("分担比例已有文件")
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.locator("main")).to_contain_text("请写明载明分担比例的文件名称和文号")
    page.get_by_label("载明分担比例的文件").fill("云财社〔2024〕12号（测试）第三条")
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.locator("main")).to_contain_text("现行：第3版")
    expect(page.locator("main")).to_contain_text("云财社〔2024〕12号（测试）第三条")


def _send_anew(desks: Desks, claim: str) -> None:
    """The same people again: what they said in the first round stands in the trail."""
    desks.ann.goto(claim)
    expect(desks.ann.locator(".trail")).to_contain_text("待登记分担比例后重新提交")
    _take(desks.ann, "提交", "已提交")
    desks.bob.goto(claim)
    _take(desks.bob, "县级核查通过", "已送市级复核", verified="59")
    desks.cheng.goto(claim)
    _take(desks.cheng, "市级复核通过", "已送审批")


def _fund(page: Page, address: str) -> None:
    """A budget line for each level, with its budget and what arrived of it."""
    for level, budget, region in (
        ("省级", "500000", "云溪市"),
        ("市级", "300000", "云溪市"),
        ("县级", "200000", "红河区"),
    ):
        page.goto(f"{address}/subsidies/books/")
        page.get_by_role("link", name="新建预算").click()
        page.get_by_label("资金级次").select_option(label=level)
        page.get_by_label("资金所在地区").select_option(label=region)
        page.get_by_label("补助项目").select_option(index=1)
        page.get_by_label("资金性质").select_option(label="一般公共预算")
        page.get_by_role("button", name="建立预算").click()
        _enter(page, "budget", "登记预算", budget)
        _enter(page, "arrival", "登记资金到位", budget)
        expect(page.locator(".lede")).to_contain_text("到位率 100.0%")


def _enter(page: Page, name: str, title: str, amount: str) -> None:
    form = page.locator(f"#form-{name}")
    form.get_by_text(title).click()
    form.get_by_label("事项").select_option(index=0)
    form.get_by_label("金额（元）").fill(amount)
    form.get_by_label("文号").fill("云财社〔2024〕20号（测试）")
    form.get_by_role("button").click()
    expect(page.locator(".messages")).to_be_visible()


def _approve(page: Page, claim: str) -> None:
    """The parts as they are shared add up to the whole; each has a line that pays it."""
    page.goto(claim)
    table = page.locator("section", has_text="金额怎么算").locator("tbody")
    for level, amount in PARTS.items():
        expect(table.locator("tr", has_text=level)).to_contain_text(amount)
    expect(page.locator("main")).to_contain_text(f"59 张核定床位 × 10,000.00 元 ＝ {WHOLE} 元")
    form = offer(page, "批复")
    for select in form.locator("select").all():
        select.select_option(index=0)
    form.get_by_role("button", name="批复").click()
    said(page, "已批复，资金已从预算中安排")


def _pay(page: Page, address: str) -> list[dict[str, Any]]:
    """A list is made, sent and taken out: whole account numbers, amounts that are numbers."""
    page.goto(f"{address}/subsidies/payments/")
    page.get_by_role("link", name="编制清单").click()
    page.get_by_label("付款地区").select_option(label="红河区")
    expect(page.locator("tbody tr")).to_contain_text(WHOLE)
    expect(page.locator("tbody tr")).to_contain_text(MASKED)
    page.get_by_role("button", name="编制清单").click()
    said(page, f"共3笔、{WHOLE}元")
    page.get_by_role("button", name="送支付").click()
    said(page, "清单已送支付")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel").click()
    rows = _rows(download.value.path())
    assert [row["账号"] for row in rows] == [ACCOUNT] * 3
    assert sorted(row["金额（元）"] for row in rows) == [118_000, 177_000, 295_000]
    return rows


def _rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a workbook by heading; numbers are numbers, text is text."""
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [dict(zip(header, row, strict=True)) for row in rows]


def _filled(rows: list[dict[str, Any]], *, number: str = "") -> dict[str, Any]:
    """The list with the results of the finance system, as a browser uploads it; `number` replaces the first order."""
    said = {"支付结果": "成功", "凭证号": VOUCHER, "支付日期": "2024-10-08"}
    filled = [{**row, **said} for row in rows]
    if number:
        filled[0]["支付单号"] = number
    out = io.BytesIO()
    write_xlsx(out, "支付清单", list(filled[0]), [list(row.values()) for row in filled])
    return {"name": "支付结果.xlsx", "mimeType": XLSX, "buffer": out.getvalue()}


def _book(page: Page, address: str, sheet: list[dict[str, Any]]) -> None:
    """An order nobody sent is refused by its row, and then nothing is booked; the right file is booked once."""
    _upload(page, address, _filled(sheet, number="ZF-没有"))
    expect(page.locator("main")).to_contain_text("3 行中有 1 行需要改正")
    expect(page.locator("tbody tr").first).to_contain_text("“ZF-没有”不在已送支付的清单中")
    expect(page.get_by_role("button", name="确认登记")).to_have_count(0)
    _upload(page, address, _filled(sheet))
    expect(page.locator(".lede")).to_contain_text(f"将登记 3 笔结果，其中支付 {WHOLE} 元")
    page.get_by_role("button", name="确认登记").click()
    said(page, "已登记3笔结果")
    expect(page.locator("tbody tr")).to_contain_text("已办结")
    _upload(page, address, _filled(sheet))
    expect(page.locator("main")).to_contain_text("没有新的结果")
    expect(page.get_by_role("button", name="确认登记")).to_have_count(0)


def _upload(page: Page, address: str, file: dict[str, Any]) -> None:
    page.goto(f"{address}/subsidies/payments/")
    page.get_by_role("link", name="上传支付结果").click()
    page.get_by_label("支付结果文件").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()


def _paid(page: Page, claim: str) -> None:
    page.goto(claim)
    expect(page.locator(".lede")).to_contain_text("已付清")
    expect(page.locator("main")).to_contain_text(VOUCHER)


def _balances(page: Page, address: str, *, paid: str, cash: str) -> None:
    """The sums of the three lines, and the same from the entries of the grants."""
    page.goto(f"{address}/subsidies/books/")
    whole = page.locator("#lines tr.whole")
    for label, amount in (
        ("预算", "1,000,000.00"),
        ("到位", "1,000,000.00"),
        ("支付", paid),
        ("到位未付", cash),
    ):
        expect(_cell(whole, label)).to_have_text(amount)
    page.get_by_role("link", name="合计").first.click()
    expect(page.locator(".card .lede")).to_contain_text(f"支付 {paid} 元")


def _cell(row: Locator, label: str) -> Locator:
    return row.locator(f'[data-label="{label}"]')


def _recover(desks: Desks, claim: str) -> None:
    """The lead decides what is to come back; what came is entered once and goes to the levels that paid."""
    desks.lin.goto(claim)
    desks.lin.get_by_role("link", name="决定追回").click()
    desks.lin.get_by_label("追回金额（元）").fill("590000.01")
    desks.lin.get_by_label("退回期限").fill("2024-12-31")
    desks.lin.get_by_label("理由和依据").fill("十张床位停用")
    desks.lin.get_by_role("button", name="决定追回").click()
    expect(desks.lin.locator("main")).to_contain_text(f"不超过{WHOLE}元")
    desks.lin.get_by_label("追回金额（元）").fill("100000")
    desks.lin.get_by_role("button", name="决定追回").click()
    said(desks.lin, "已登记追回")
    page = desks.cai
    page.goto(f"{desks.address}/subsidies/recoveries/")
    page.get_by_role("link", name="红河养老院").click()
    page.get_by_label("退款金额（元）").fill("100000")
    page.get_by_label("凭证号").fill("T-7")
    page.get_by_role("button", name="登记退款").click()
    said(page, "已登记退款，金额已按原支付来源退回各级预算")
    expect(page.locator("main")).to_contain_text("已退回")


def _publish(page: Page, address: str, folder: Path, soffice: str) -> None:
    """The list for the public names the institution and no account; a county's year opens in Word and as PDF."""
    page.goto(f"{address}/subsidies/public/?year=2024&county=999902")
    expect(page.locator("tbody tr")).to_contain_text("红河养老院")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    (line,) = _rows(download.value.path())
    assert (line["补助对象"], line["补助金额（元）"]) == ("红河养老院", 590_000)
    assert {ACCOUNT, MASKED}.isdisjoint(line.values())
    with page.expect_download() as download:
        page.get_by_role("link", name="县区资金情况（Word）").click()
    content = download.value.path().read_bytes()
    words = "".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)
    assert "已追回100,000.00元" in words
    pages = "".join(page_texts(converted(soffice, folder, "statement.docx", content, "pdf")))
    assert "490,000.00" in pages


def _reveal(desks: Desks, claim: str) -> None:
    """The whole account number for a reason, until the page is opened again; the auditor reads who, when and why."""
    page = desks.bob
    page.goto(claim)
    box = page.locator("details.offer", has=page.locator("#why-account"))
    box.locator("summary").click()
    box.get_by_label("查看的理由").fill("核对开户许可证")
    box.get_by_role("button", name="显示", exact=True).click()
    expect(page.locator("#shown-account")).to_have_text(ACCOUNT)
    page.reload()
    expect(page.locator("#shown-account")).to_have_text(MASKED)
    auditor = desks.shen
    auditor.goto(f"{desks.address}/audit/")
    line = auditor.locator("tbody tr", has_text="核对开户许可证")
    expect(line).to_contain_text("查看完整的个人信息")
    expect(line).to_contain_text("Bob")
    line.get_by_role("link").first.click()
    expect(auditor.locator("#drawer")).to_contain_text("核对开户许可证")
    expect(auditor.locator("#drawer")).not_to_contain_text(ACCOUNT)
    assert Application.objects.get().state == Application.State.PAID
