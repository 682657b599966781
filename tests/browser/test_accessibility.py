"""Every page for everyone: axe-core in a real Chromium, narrow and enlarged windows, and the keyboard alone.

The pages are those of the URL configuration, with what `tests.permissions.world` puts into their addresses, each
opened as somebody whom the reviewed table lets in: a new page is checked without a line here.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.accessibility import AXE, DESKTOP, PHONE, Violation, violations
from tests.browser.driving import browser
from tests.permissions.routes import routes
from tests.permissions.table import expected
from tests.permissions.world import Scene, identities, make_scene
from tests.reporting_world import NOW, at
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.models import User
from yuxi_eldercare.demo.accounts import ensure_accounts
from yuxi_eldercare.demo.seeding import seed
from yuxi_eldercare.loading import load_plans

__all__ = ["browser"]

# What a page looks like does not depend on the database, so that this runs once.
pytestmark = [pytest.mark.browser, pytest.mark.pure]

IDENTITIES = identities()
# Who opens a page: the first of these whom the table lets in. Those early see the most.
OPENED_BY = (
    "lead", "reporter", "reviewer", "treasurer", "leader", "supervisor", "security_admin", "system_admin",
    "audit_admin", "nobody", "anonymous",
)  # fmt: skip
# Pages that everybody opens and that look different to each.
BY_EVERYBODY = ("overview", "desk", "round-list", "subsidy-application", "subsidy-book", "subsidy-payment")
ROLES = ("lead", "reporter", "reviewer", "treasurer", "leader", "security_admin")
# What a page shows only on request.
ALSO = {
    "document": [
        f"?tab={tab}" for tab in ("clauses", "tasks", "projects", "rules", "facts", "lists", "findings")
    ],
    "document-changes": ["?kind=same"],
}


@dataclass(frozen=True)
class Visit:
    """A page to open: its name, its address, and who opens it."""

    name: str
    path: str
    identity: str


def visits(scene: Scene) -> list[Visit]:
    """One for every address that answers somebody with 200, and the same pages for other roles."""
    found: list[Visit] = []
    for route in routes():
        row = None if route.is_api else expected(route.key, IDENTITIES)
        allowed = [name for name in OPENED_BY if row and row["GET"][name] == "200"]
        if not allowed:
            continue
        path = route.path(scene.parameters(route))
        people = [name for name in ROLES if name in allowed] if route.key in BY_EVERYBODY else allowed[:1]
        found += [Visit(route.key, path, name) for name in people]
        found += [Visit(route.key, path + more, allowed[0]) for more in ALSO.get(route.key, [])]
    return found


@pytest.fixture
def scene(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The scene of the permission sweep, committed; the clock stands still meanwhile."""
    monkeypatch.setattr("django.conf.settings.FILES_DIR", tmp_path)
    with at(NOW):
        yield make_scene()


class Visitors:
    """A window for each identity, opened when first needed."""

    def __init__(self, browser: Browser, address: str, sessions: Mapping[str, str | None]) -> None:
        self.browser, self.address, self.sessions = browser, address, sessions
        self.pages: dict[str, Page] = {}
        self.errors: list[str] = []

    def page(self, identity: str) -> Page:
        """The window of an identity."""
        if identity not in self.pages:
            context = self.browser.new_context(viewport=DESKTOP, locale="zh-CN", reduced_motion="reduce")  # type: ignore[arg-type]
            context.set_default_timeout(15_000)
            session = self.sessions[identity]
            if session is not None:
                name = settings.SESSION_COOKIE_NAME
                context.add_cookies([{"name": name, "value": session, "url": self.address}])
            page = context.new_page()
            page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
            self.pages[identity] = page
        return self.pages[identity]

    def open(self, visit: Visit) -> Page | None:
        """Open a page; None for what is no page: a file, data, or a fragment of one."""
        page = self.page(visit.identity)
        try:
            answer = page.goto(self.address + visit.path)
        except Error as stopped:
            if "Download is starting" in str(stopped):
                return None
            raise
        assert answer is not None
        if answer.status != 200:
            self.errors.append(f"{visit.path} answers {answer.status}")
            return None
        html = answer.headers.get("content-type", "").startswith("text/html")
        # A fragment has no language of its own.
        return page if html and page.evaluate("document.documentElement.lang") else None

    def close(self) -> None:
        """Close all windows."""
        for page in self.pages.values():
            page.context.close()


@pytest.fixture
def visitors(browser: Browser, scene: Scene, live_server: Any) -> Iterator[Visitors]:
    yield from _visiting(Visitors(browser, live_server.url, scene.sessions))


@pytest.fixture
def demonstration(
    browser: Browser, transactional_db: None, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Visitors]:
    """The five plans with demonstration values, and a leader who looks at them."""
    # Closing the months that have passed takes longest, and no page here shows one.
    monkeypatch.setattr("yuxi_eldercare.demo.seeding.close_past_months", lambda *_args: None)
    with dispatch.at_once():
        load_plans(judge=False)
        ensure_accounts()
        seed()
    client = Client()
    client.force_login(User.objects.get(username="lingdao"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    yield from _visiting(Visitors(browser, live_server.url, {"leader": session}))


def _visiting(made: Visitors) -> Iterator[Visitors]:
    """Visitors whose scripts must not fail."""
    yield made
    made.close()
    assert not made.errors, "\n".join(made.errors)


def test_the_program_is_the_one_that_was_vendored() -> None:
    note = (AXE.parent.parent / "VENDORED.md").read_text(encoding="utf-8")
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() in note
    assert "Mozilla Public License" in (AXE.parent / "LICENSE").read_text(encoding="utf-8")


def test_no_page_has_a_serious_problem(visitors: Visitors, scene: Scene) -> None:
    """Contrast of 4.5:1, names, roles, focus order …; nothing sticks out on a phone or at 200 %."""
    found: list[Violation] = []
    opened: set[str] = set()
    for visit in visits(scene):
        page = visitors.open(visit)
        if page is not None:
            opened.add(visit.name)
            found += violations(page, f"{visit.name} {visit.path} ({visit.identity})")
    assert {"overview", "document", "document-changes", "document-city", "document-clause", "login"} <= opened
    assert {"subsidy-application", "subsidy-book", "subsidy-payment-new", "subsidy-recovery"} <= opened
    assert not found, "\n".join(str(one) for one in found)


# Pages that are full only where there is much to show: lights of nine counties, charts, long lists.
FULL = (
    "/", "/display/", "/counties/530425/", "/counties/compare/", "/indicators/", "/indicators/daycare-coverage/",
    "/matrix/", "/matrix/departments/", "/map/", "/assignments/", "/projects/", "/findings/", "/library/",
    "/documents/old-and-young-plan-2023/", "/library/action-plan-2021-2023/changes/",
    "/library/yimen-14th-five-year-plan/city/", "/library/old-and-young-plan-2023/clauses/二（四）表·3/",
)  # fmt: skip


def test_full_pages_have_no_serious_problem(demonstration: Visitors) -> None:
    found: list[Violation] = []
    for path in FULL:
        page = demonstration.open(Visit(path, path, "leader"))
        if page is not None:
            page.wait_for_load_state("networkidle")
            found += violations(page, path)
    assert not found, "\n".join(str(one) for one in found)


# The keyboard


def focused(page: Page, what: str) -> Any:
    """A property of the element that has the focus."""
    return page.evaluate(f"document.activeElement.{what}")


def test_the_skip_link_comes_first_and_leads_to_the_content(visitors: Visitors) -> None:
    page = visitors.open(Visit("library", "/library/", "lead"))
    assert page is not None
    page.keyboard.press("Tab")
    link = page.locator(".skip")
    expect(link).to_be_focused()
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


# Whether the focused element looks different from itself without the focus.
SHOWN = """() => {
  const element = document.activeElement;
  const look = () => { const s = getComputedStyle(element);
    return [s.outlineStyle === "none" ? "" : s.outlineWidth + s.outlineColor, s.boxShadow, s.backgroundColor].join(); };
  const box = element.getBoundingClientRect();
  const name = element.tagName + "." + element.className + " " + element.textContent.trim().slice(0, 20);
  const focused = look();
  element.blur();
  const plain = look();
  element.focus({ focusVisible: true });
  return [name, focused !== plain, box.width > 0 && box.bottom > 0 && box.top < innerHeight];
}"""


@pytest.mark.parametrize("path", ["/library/", "/desk/", "/findings/"])
def test_the_focus_is_seen_wherever_it_goes(visitors: Visitors, path: str) -> None:
    page = visitors.open(Visit("page", path, "lead"))
    assert page is not None
    for _ in range(25):
        page.keyboard.press("Tab")
        if focused(page, "tagName") == "BODY":
            break
        name, shown, inside = page.evaluate(SHOWN)
        assert shown, name
        assert inside, name


def test_escape_closes_the_drawer_and_gives_the_focus_back(visitors: Visitors, scene: Scene) -> None:
    path = next(v.path for v in visits(scene) if v.name == "assignment-list")
    page = visitors.open(Visit("assignment-list", path, "lead"))
    assert page is not None
    link = page.locator("a.why").first
    link.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer.locator("h2")).to_be_focused()
    assert violations(page, "drawer") == []
    page.keyboard.press("Escape")
    expect(drawer.locator("h2")).to_have_count(0)
    expect(link).to_be_focused()


def test_slash_searches(visitors: Visitors) -> None:
    page = visitors.open(Visit("library", "/library/", "lead"))
    assert page is not None
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    assert focused(page, "value") == ""
    page.keyboard.press("Escape")
    expect(page.locator("#q")).not_to_be_focused()


def test_the_navigation_opens_on_a_phone_by_keyboard(visitors: Visitors) -> None:
    page = visitors.open(Visit("library", "/library/", "lead"))
    assert page is not None
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    button = page.locator(".nav-toggle")
    expect(button).to_be_visible()
    assert button.bounding_box()["width"] >= 24  # type: ignore[index]
    expect(page.locator("#side")).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#side a").first).to_be_visible()
