"""A task from 分解 to 销号 by its people: signed for, planned, told, returned once, given more time, closed."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from targets.models import AssignmentPart
from tests.browser.driving import Windows, browser, offer, office, said, windows
from tests.reporting_world import Reporting
from tests.targets.following.world import PDF, Following, add_following
from tests.worlds import RED

__all__ = ["browser", "office", "windows"]

pytestmark = pytest.mark.browser


@pytest.fixture
def w(office: Reporting) -> Following:
    """The tasks and governments of the following world beside the reporting one; it is 8 October 2024."""
    return add_following(
        office.world, ann=office.ann, bob=office.bob, cai=office.cai, wu=office.wu, han=office.han
    )


def test_a_task_from_breaking_down_to_closure(
    windows: Windows, w: Following, tmp_path: Path, settings: Any
) -> None:
    settings.FILES_DIR = tmp_path / "files"
    evidence = tmp_path / "验收报告.pdf"
    evidence.write_bytes(PDF)
    supervisor, body = windows.of(w.du), windows.of(w.ann)

    supervisor.goto(f"{windows.address}/assignments/")
    supervisor.get_by_role("link", name=w.task.title).click()
    supervisor.get_by_label("完成时限").fill("2025-06-30")
    supervisor.get_by_role("textbox", name="具体要求 红河区政府").fill("新增300张床位")
    supervisor.get_by_role("button", name="分解下达").click()
    said(supervisor, "已下达4个承办事项")

    body.goto(f"{windows.address}/desk/")
    body.get_by_role("link", name="去签收").click()
    expect(body.locator("main")).to_contain_text("新增300张床位")
    body.get_by_role("button", name="签收", exact=True).click()
    said(body, "已签收")
    plan = offer(body, "填报工作计划")
    plan.get_by_label("成果").first.fill("建设方案")
    plan.get_by_label("计划完成").first.fill("2024-11-30")
    plan.get_by_role("button", name="保存计划").click()
    said(body, "工作计划已保存")
    report = offer(body, "报送进展")
    report.get_by_label("进展", exact=True).fill("已完成选址，正在招标")
    report.get_by_label("完成比例（%）").fill("30")
    report.get_by_label("需协调解决的问题").fill("缺120万元")
    report.get_by_label("佐证材料").set_input_files(evidence)
    report.get_by_role("button", name="报送进展").click()
    said(body, "进展已报送")

    part = w.part()
    supervisor.goto(f"{windows.address}/parts/{part.pk}/")
    back = offer(supervisor, "退回这份进展")
    back.get_by_label("理由").fill("没有写清资金来源")
    back.get_by_role("button", name="退回这份进展").click()
    said(supervisor, "进展已退回")

    body.reload()
    expect(body.locator("main")).to_contain_text("没有写清资金来源")
    report = offer(body, "报送进展")
    report.get_by_label("进展", exact=True).fill("已完成选址，资金为市级专项，正在招标")
    report.get_by_role("button", name="报送进展").click()
    said(body, "进展已报送")
    asked = offer(body, "申请延期")
    asked.get_by_label("申请延至").fill("2025-09-30")
    asked.get_by_label("理由").fill("雨季停工")
    asked.get_by_role("button", name="申请延期").click()
    said(body, "延期申请已提交")

    supervisor.goto(f"{windows.address}/desk/")
    supervisor.get_by_role("link", name="去决定").click()
    offer(supervisor, "决定延期").get_by_role("button", name="同意延期").click()
    said(supervisor, "已同意延期")
    expect(supervisor.locator(".trail")).to_contain_text("完成时限：2025-06-30 → 2025-09-30")

    body.reload()
    plan = offer(body, "填报工作计划")
    plan.get_by_label("实际完成").first.fill("2024-10-08")
    plan.get_by_role("button", name="保存计划").click()
    said(body, "工作计划已保存")
    ready = offer(body, "申请销号")
    ready.get_by_label("完成情况").fill("新增床位已投用")
    ready.get_by_role("button", name="申请销号").click()
    expect(body.locator("main")).to_contain_text("申请销号须附佐证材料")
    ready = offer(body, "申请销号")
    expect(ready.get_by_label("完成情况")).to_have_value("新增床位已投用")
    ready.get_by_label("佐证材料").set_input_files(evidence)
    ready.get_by_role("button", name="申请销号").click()
    said(body, "已申请销号")

    supervisor.goto(f"{windows.address}/desk/")
    supervisor.get_by_role("link", name="去核实").click()
    with supervisor.expect_download() as download:
        supervisor.locator(".trail").get_by_role("link", name="验收报告.pdf").first.click()
    assert download.value.path().read_bytes() == PDF
    offer(supervisor, "销号").get_by_label("核实意见").fill("现场核实，床位已投用")
    supervisor.get_by_role("button", name="销号", exact=True).click()
    said(supervisor, "已销号")

    closed = AssignmentPart.objects.get(pk=part.pk)
    assert (closed.state, closed.closed_by) == ("closed", w.du)
    leader = windows.of(w.world.ling)
    leader.goto(f"{windows.address}/parts/?region={RED}")
    expect(leader.locator("tbody tr")).to_contain_text("已销号")
