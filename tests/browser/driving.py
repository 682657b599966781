"""A real Chromium against a running server: fixtures and the few steps that every story takes."""

import os
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from targets.models import JudgingState
from targets.reporting.lights import Demands
from tests.reporting_world import NOW, Reporting, at, make_reporting_world
from tests.worlds import PASSWORD
from yuxi_eldercare.core.models import User

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for the stories of a module; each story has its own windows."""
    # Playwright keeps an event loop in this thread until it is left; the tests themselves stay synchronous.
    with patch.dict(os.environ, {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}), sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def office(transactional_db: None) -> Iterator[Reporting]:
    """The reporting world, committed, on 8 October 2024; judged as of that day."""
    with at(NOW):
        made = make_reporting_world()
        JudgingState.objects.create(as_of=NOW.date())
        Demands({(made.world.beds.pk, made.red.region_id)})  # writes the default thresholds once
        yield made


class Windows:
    """Browser windows of people, each logged in through the log-in page."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: list[BrowserContext] = []
        self.errors: list[str] = []

    def of(self, user: User, **options: Any) -> Page:
        """A first window of a person who is logged in."""
        context = self.browser.new_context(
            **{"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN", **options}
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        session = Client()
        session.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": session.cookies[name].value, "url": self.address}])
        return page

    def log_in(self, page: Page, user: User) -> None:
        """Through the log-in page."""
        page.goto(f"{self.address}/login/")
        page.get_by_label("用户名").fill(user.username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda url: "/login/" not in url)

    def grid(self, page: Page, office: Reporting, unit: str = "red") -> Page:
        """Open the entry grid of a unit."""
        page.goto(f"{self.address}/rounds/{office.round.pk}/units/{getattr(office, unit).pk}/")
        page.wait_for_selector("#grid[data-ready]", state="attached")
        return page

    def close(self) -> None:
        """Close all of them."""
        for context in self.contexts:
            context.close()


@pytest.fixture
def windows(browser: Browser, office: Reporting, live_server: Any) -> Iterator[Windows]:
    """Windows on the running server; a script error in any of them fails the story."""
    made = Windows(browser, live_server.url)
    yield made
    made.close()
    assert not made.errors


def field(page: Page, name: str, which: str = "value") -> Locator:
    """The field of a cell: `value`, `numerator` or `denominator` of an indicator."""
    return row(page, name).locator(f'input[data-field="{which}"]').first


def said(page: Page, text: str) -> None:
    """Wait for the message about what was done."""
    expect(page.locator(".messages")).to_contain_text(text)


def offer(page: Page, label: str) -> Locator:
    """The form of a step on a page that offers several, unfolded."""
    box = page.locator("details.offer").filter(has=page.locator("summary", has_text=label)).first
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    return box


def row(page: Page, name: str) -> Locator:
    """The rows of an indicator: its cells and what is said under them."""
    return page.locator("tbody.indicator").filter(has_text=name)


def expect_saved(page: Page, name: str) -> None:
    """Wait until the cell says that it is saved."""
    expect(row(page, name).locator(".save").first).to_contain_text("已保存")


def paste(page: Page, text: str) -> None:
    """Paste into the focused field what a spreadsheet would put on the clipboard."""
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )
