"""From a new account to its first day: the administrators' pages and the log-in in a real browser."""

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.accounts.people import give_second_factor
from tests.browser.driving import Windows, browser, office, windows
from tests.reporting_world import Reporting
from tests.worlds import make_user
from yuxi_eldercare.core.models import AuditEvent, User

__all__ = ["browser", "office", "windows"]

pytestmark = pytest.mark.browser
NEW = "Fresh-Start-2024"
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(autouse=True)
def forget_rates() -> None:
    cache.clear()


def fits(page: Page) -> bool:
    """Nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def fresh_window(windows: Windows, **options: Any) -> Page:
    """A window in which nobody is logged in."""
    context = windows.browser.new_context(
        **{"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN", **options}
    )
    context.set_default_timeout(15_000)
    windows.contexts.append(context)
    return context.new_page()


def test_a_new_colleague_from_account_to_first_page(windows: Windows, office: Reporting) -> None:
    sys = make_user("sys", "system_admin", office.world.city)
    sec = make_user("sec", "security_admin", office.world.city)
    give_second_factor(sec)

    # The system administrator logs in for the first time and is led to the second factor.
    page = fresh_window(windows)
    windows.log_in(page, sys)
    expect(page.get_by_role("heading", name="启用动态口令")).to_be_visible()
    secret = page.locator("code").inner_text()
    page.get_by_label("动态口令").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("heading", name="备用码")).to_be_visible()
    assert page.locator(".codes li").count() == 10
    page.get_by_role("link", name="我已收好").click()

    # He makes the account; a mistake is shown at its field and nothing is cleared.
    page.get_by_role("link", name="管理").click()
    page.get_by_role("link", name="建立账号").click()
    page.get_by_label("用户名").fill("王芳")
    page.get_by_label("姓名").fill("王芳")
    page.get_by_role("button", name="建立账号").click()
    expect(page.locator("#id_username_error")).to_contain_text("英文字母")
    expect(page.get_by_label("姓名")).to_have_value("王芳")
    page.get_by_label("用户名").fill("hongta-wang")
    page.get_by_role("button", name="建立账号").click()
    password = page.locator("#new-password").inner_text()
    user = User.objects.get(username="hongta-wang")

    # The security administrator grants the role.
    other = windows.of(sec)
    other.goto(f"{windows.address}/users/{user.pk}/")
    other.get_by_role("link", name="授予角色").click()
    other.get_by_label("填报员：").check()
    other.get_by_label("单位", exact=True).select_option(label="红河区 · 红河区民政局")
    other.get_by_label("依据或原因").fill("玉人〔2024〕1号")
    other.get_by_role("button", name="授予").click()
    expect(other.locator(".messages")).to_contain_text("已授予角色")
    expect(other.get_by_role("row", name="填报员")).to_contain_text("红河区民政局")

    # The new colleague, on a telephone, changes the password and arrives.
    phone = fresh_window(windows, **PHONE)
    phone.goto(f"{windows.address}/login/")
    phone.get_by_label("用户名").fill("hongta-wang")
    phone.get_by_label("密码", exact=True).fill(password)
    phone.get_by_role("button", name="登录", exact=True).click()
    expect(phone.get_by_text("这是初始密码")).to_be_visible()
    assert fits(phone)
    for label, text in (("当前密码", password), ("新密码", NEW), ("再次输入新密码", NEW)):
        phone.get_by_label(label, exact=True).fill(text)
    phone.get_by_role("button", name="修改密码").click()
    expect(phone.get_by_role("heading", name="我的账号")).to_be_visible()
    assert fits(phone)
    phone.goto(f"{windows.address}/desk/")
    expect(phone.locator("h1")).to_be_visible()

    taken = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"second_factor.on", "accounts.create", "roles.grant", "accounts.change_password"} <= taken


def test_a_page_whose_session_is_over_stays_and_says_so(windows: Windows, office: Reporting) -> None:
    page = windows.of(office.ann)
    page.goto(f"{windows.address}/account/")
    Session.objects.all().delete()
    page.evaluate("htmx.ajax('GET', '/indicators/', '#drawer')")
    note = page.locator("#session-over")
    expect(note).to_contain_text("本页内容仍在")
    assert note.get_by_role("link").get_attribute("target") == "_blank"
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()


@pytest.mark.parametrize(
    "path", ["/users/", "/departments/", "/account/", "/users/new/", "/departments/new/"]
)
def test_administration_fits_on_a_telephone(windows: Windows, office: Reporting, path: str) -> None:
    sys = make_user("sys", "system_admin", office.world.city)
    give_second_factor(sys)
    page = windows.of(sys, **PHONE)
    page.goto(f"{windows.address}{path}")
    expect(page.locator("h1")).to_be_visible()
    assert fits(page)


def test_the_auditor_opens_an_event_beside_the_list(windows: Windows, office: Reporting) -> None:
    give_second_factor(office.world.shen)
    page = windows.of(office.world.shen)
    page.goto(f"{windows.address}/audit/?action=rounds")
    page.locator("tbody th a").first.click()
    expect(page.locator("#drawer h2")).to_have_text("填报轮次·开启")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer h2")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
