"""Matrix, departments, map and indicator page in a real browser: at three sizes, by mouse and by keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.targets.closing import make_closing_world
from tests.worlds import World
from yuxi_eldercare.core import dispatch

from .driving import Windows, browser

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.pure, pytest.mark.django_db(transaction=True)]

SIZES = {"desk": (1366, 768), "wide": (1920, 1080), "phone": (390, 844)}
PAGES = {
    "matrix": "/matrix/?year=2023",
    "swapped": "/matrix/?year=2023&rows=regions",
    "departments": "/matrix/departments/?year=2023",
    "map": "/map/?indicator=w-beds&year=2023",
    "values": "/map/?indicator=w-beds&map=value",
    "indicator": "/indicators/w-beds/",
    "county": "/indicators/w-beds/?region=999904",
}


@pytest.fixture
def world(transactional_db: None) -> World:
    with dispatch.at_once():
        return make_closing_world()


@pytest.fixture
def readers(browser: Browser, world: World, live_server: Any) -> Iterator[Windows]:
    made = Windows(browser, live_server.url)
    yield made
    made.close()
    assert not made.errors


@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_its_window(readers: Windows, world: World, size: str) -> None:
    width, height = SIZES[size]
    page = readers.of(world.ling, viewport={"width": width, "height": height})
    wide = {}
    for name, address in PAGES.items():
        page.goto(readers.address + address)
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wide[name] = found
    assert not wide


def test_a_cell_opens_its_explanation_beside_the_list(readers: Windows, world: World) -> None:
    page = readers.of(world.ling)
    page.goto(readers.address + PAGES["matrix"])
    cell = page.locator("td.c a").filter(has_text="20%")
    cell.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer.locator("h2")).to_contain_text("白水县")
    expect(page.locator(".matrix")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_empty()
    expect(cell).to_be_focused()


def test_heads_stay_while_the_matrix_scrolls(readers: Windows, world: World) -> None:
    page = readers.of(world.ling, viewport={"width": 390, "height": 500})
    page.goto(readers.address + PAGES["matrix"])
    page.locator(".matrix").evaluate("box => { box.scrollLeft = 200; box.scrollTop = 60; }")
    name = page.locator(".matrix tbody th.sticky").last.bounding_box()
    head = page.locator(".matrix thead th").nth(3).bounding_box()
    box = page.locator(".matrix").bounding_box()
    assert name is not None
    assert head is not None
    assert box is not None
    assert abs(name["x"] - box["x"]) <= 2
    assert abs(head["y"] - box["y"]) <= 2


def test_a_filter_is_chosen_and_taken_off_and_the_address_tells(readers: Windows, world: World) -> None:
    page = readers.of(world.ling)
    page.goto(readers.address + PAGES["matrix"])
    page.locator("select[name=light]").select_option("red")
    page.wait_for_url(lambda url: "light=red" in url)
    expect(page.locator("td.c.green")).to_have_count(0)
    page.get_by_role("link", name="灯：红灯").click()
    page.wait_for_url(lambda url: "light=red" not in url)
    expect(page.locator("td.c.green").first).to_be_visible()


def test_the_map_switches_between_lights_and_values(readers: Windows, world: World) -> None:
    page = readers.of(world.ling)
    page.goto(readers.address + PAGES["map"])
    expect(page.locator(".tilemap a").filter(has_text="白水县")).to_contain_text("逾期未达标")
    page.get_by_role("link", name="按数值").click()
    page.wait_for_url(lambda url: "map=value" in url)
    expect(page.locator(".tilemap a").filter(has_text="白水县")).to_have_class("v1-fill")


def test_a_chart_opens_its_table(readers: Windows, world: World) -> None:
    page = readers.of(world.ling)
    page.goto(readers.address + PAGES["indicator"])
    table = page.locator("details.twin table").first
    expect(table).to_be_hidden()
    page.get_by_text("数据表", exact=True).click()
    expect(table).to_contain_text("30.3%")
    assert page.locator(".plot .diamond").count() == 2
