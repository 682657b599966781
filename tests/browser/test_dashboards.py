"""Cockpit, county dashboard, comparison and wall display in a real browser, at the sizes they are read at."""

import itertools
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from targets.models import JudgingState, TargetBody
from tests.browser.driving import Windows, browser
from tests.targets.closing import close, judge_all, make_closing_world
from tests.worlds import GREEN, RED, WHITE, World, publish, value

__all__ = ["browser"]

pytestmark = pytest.mark.browser
SIZES = {"1366": (1366, 768), "1920": (1920, 1080), "390": (390, 844)}
PAGES = {
    "cockpit": "/?year=2023",
    "county": f"/counties/{GREEN}/?year=2023",
    "comparison": f"/counties/compare/?c={RED}&c={GREEN}&year=2023",
    "display": "/display/?year=2023",
}


@pytest.fixture
def world(transactional_db: None) -> World:
    """A month is closed, and since then beds turned red in 青山县 and in the city."""
    made = make_closing_world()
    TargetBody.objects.create(target=made.target("w.t.beds"), department=made.bureau, as_written="市民政局")
    close(made)
    JudgingState.objects.update(as_of=date(2024, 3, 5))
    publish(
        value(made.beds, GREEN, "2023", (10, 100), reason="更正"),
        value(made.beds, WHITE, "2023", (10, 100), reason="更正"),
        judge_later=True,
    )
    judge_all()
    return made


@pytest.fixture
def windows(browser: Browser, world: World, live_server: Any) -> Iterator[Windows]:
    made = Windows(browser, live_server.url)
    yield made
    made.close()
    assert not made.errors


def opened(windows: Windows, world: World, path: str, size: str = "1366") -> Page:
    width, height = SIZES[size]
    page = windows.of(world.ling, viewport={"width": width, "height": height})
    page.goto(windows.address + path)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_at_any_size(windows: Windows, world: World, name: str, size: str) -> None:
    page = opened(windows, world, PAGES[name], size)
    assert page.locator("h1").count() == 1
    width, height = SIZES[size]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if name == "display" and width > 390:
        assert page.evaluate("document.documentElement.scrollHeight") <= height
        for section in page.locator("main > section").all():
            box = section.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= height
            assert section.evaluate("s => s.scrollWidth <= s.clientWidth + 1"), section.inner_text()


@pytest.mark.parametrize("name", ["cockpit", "county", "comparison"])
def test_headings_are_in_order_and_tables_say_what_they_are(
    windows: Windows, world: World, name: str
) -> None:
    page = opened(windows, world, PAGES[name])
    levels = page.evaluate(
        "[...document.querySelectorAll('main h1, main h2, main h3')].map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.locator("main table").count() > 1
    assert page.locator("main table:not(:has(caption))").count() == 0
    assert page.locator("main th:not([scope])").count() == 0
    assert page.locator("main [hx-trigger=load] :text('正在读取')").count() == 0


def test_the_first_screenful_says_what_is_at_risk_where_since_when_and_who_leads(
    windows: Windows, world: World
) -> None:
    page = opened(windows, world, PAGES["cockpit"])
    risk = page.locator(".risk").first
    expect(risk).to_contain_text("护理型床位占比20%，差 10个百分点")
    for words in ("2024-03-05起红灯", "青山县、白水县红灯", "市民政局负责"):
        expect(risk).to_contain_text(words)
    box = page.locator("table.binding tbody tr").first.bounding_box()
    assert box is not None
    assert box["y"] < 768, "the table of 约束性 targets begins on the first screen"


def test_a_light_opens_beside_the_page_and_a_plan_unfolds_below_its_line(
    windows: Windows, world: World
) -> None:
    page = opened(windows, world, PAGES["cockpit"])
    page.locator("table.binding a.why").first.click()
    expect(page.locator("#drawer")).to_contain_text("护理型床位占比")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_empty()
    unfold = page.get_by_role("button", name="各章节").first
    unfold.focus()
    page.keyboard.press("Enter")
    expect(unfold).to_have_attribute("aria-expanded", "true")
    expect(page.locator("tbody.chapters:not([hidden]) tr").first).to_contain_text("未载明章节")
    page.keyboard.press("Enter")
    expect(page.locator("tbody.chapters:not([hidden])")).to_have_count(0)


def test_anchors_lead_past_the_sticky_bar(windows: Windows, world: World) -> None:
    page = opened(windows, world, PAGES["cockpit"])
    page.get_by_role("navigation", name="本页各节").get_by_role("link", name="各县（市、区）").click()
    heading = page.locator("#counties-head")
    expect(heading).to_be_in_viewport()
    bar, top = page.locator(".anchors").bounding_box(), heading.bounding_box()
    assert bar is not None
    assert top is not None
    assert top["y"] >= bar["y"] + bar["height"]


def test_counties_are_chosen_and_compared(windows: Windows, world: World) -> None:
    page = opened(windows, world, "/counties/compare/?year=2023")
    page.get_by_label("白水县").uncheck()
    page.get_by_label("只看灯色不同的目标").check()
    page.get_by_role("button", name="比较").click()
    page.wait_for_url(re.compile("differ=1"))
    heads = page.locator(".matrix thead th").all_inner_texts()
    assert [head.strip() for head in heads] == ["目标与要求", "全市", "红河区", "青山县"]
    expect(page.locator(".matrix tbody")).to_contain_text("护理型床位占比")


def test_what_is_folded_is_printed(windows: Windows, world: World) -> None:
    page = opened(windows, world, PAGES["county"])
    assert page.locator("main details:not([open])").count() > 0
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details:not([open])").count() == 0
    page.emulate_media(media="print")
    expect(page.locator(".side")).to_be_hidden()
    expect(page.locator(".anchors")).to_be_hidden()
    expect(page.locator("details.twin table")).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details[open]").count() == 0


# The wall display


def display(windows: Windows, world: World) -> Page:
    page = windows.of(world.ling, viewport={"width": 1920, "height": 1080})
    page.clock.install()
    page.goto(windows.address + PAGES["display"])
    expect(page.locator("#status")).to_contain_text("更新于")
    return page


def test_the_display_draws_itself_anew(windows: Windows, world: World) -> None:
    page = display(windows, world)
    expect(page.locator(".binding tbody tr")).to_contain_text("20%")
    publish(value(world.beds, GREEN, "2023", (70, 100), reason="更正"), judge_later=True)
    judge_all()
    polls: list[str | None] = []
    page.on(
        "request",
        lambda request: polls.append(request.headers.get("x-poll")) if "/display/" in request.url else None,
    )
    page.clock.fast_forward(61_000)
    expect(page.locator(".binding tbody tr")).to_contain_text("40%")
    assert polls == ["1"], "a window that is no full screen does not keep the log-in alive"
    with page.expect_request("**/display/**"):
        page.clock.fast_forward(61_000)
    expect(page.locator("#picture")).to_have_count(1)
    assert len(polls) == 2


def test_a_full_screen_counts_as_use_and_says_so(windows: Windows, world: World) -> None:
    page = display(windows, world)
    button = page.get_by_role("button", name="进入全屏")
    assert "登录最长保持" in (button.get_attribute("title") or "")
    button.click()
    expect(button).to_be_hidden()
    polls: list[str | None] = []
    page.on(
        "request",
        lambda request: polls.append(request.headers.get("x-poll")) if "/display/" in request.url else None,
    )
    with page.expect_request("**/display/**"):
        page.clock.fast_forward(61_000)
    assert polls == [None]


def test_a_lost_connection_is_said_and_the_picture_stays(windows: Windows, world: World) -> None:
    page = display(windows, world)
    page.route("**/display/**", lambda route: route.abort())
    page.clock.fast_forward(61_000)
    expect(page.locator("#status")).to_contain_text("连接中断，正在重试；画面停在")
    expect(page.locator(".binding tbody tr")).to_contain_text("20%")
    page.unroute("**/display/**")
    page.clock.fast_forward(61_000)
    expect(page.locator("#status")).to_contain_text("更新于")


def test_the_end_of_the_log_in_is_said_on_screen(windows: Windows, world: World) -> None:
    page = display(windows, world)
    Session.objects.all().delete()
    page.clock.fast_forward(61_000)
    expect(page.locator("#status")).to_contain_text("登录已失效，画面停在")
    expect(page.locator(".binding tbody tr")).to_contain_text("20%")
    link = page.get_by_role("link", name="重新登录")
    expect(link).to_be_visible()
    assert link.get_attribute("href") == "/login/?next=/display/%3Fyear%3D2023"
