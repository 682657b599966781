"""A first visit is light: the page, what it links, what that imports and the parts it loads, compressed."""

import gzip
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.bench.bench_dashboards import WEIGHT_LIMIT, static_files
from tests.pages.conftest import client_of
from tests.targets.closing import make_closing_world
from tests.worlds import RED, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_closing_world()


@pytest.fixture
def reader(world: World) -> Client:
    return client_of(world.ling)


@pytest.mark.parametrize(
    ("name", "given"),
    [("overview", []), ("overview-display", []), ("county", [RED]), ("county-compare", [])],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_first_visit_stays_light(reader: Client, name: str, given: list[str]) -> None:
    page = reader.get(reverse(name, args=given)).content
    files = static_files(page.decode())
    assert any(file.endswith(".css") for file in files)
    assert any("htmx" in file for file in files)
    parts = re.findall(r'hx-get="([^"]+)" hx-trigger="load"', page.decode())
    loaded = [reader.get(address.replace("&amp;", "&")).content for address in parts]
    weight = sum(len(gzip.compress(content)) for content in [page, *loaded, *files.values()])
    assert weight <= WEIGHT_LIMIT * 1000


def test_every_part_a_page_loads_is_there(reader: Client) -> None:
    for address in (reverse("overview"), reverse("county", args=[RED])):
        html = reader.get(address).content.decode()
        parts = re.findall(r'hx-get="([^"]+)" hx-trigger="load"', html)
        assert len(parts) == 4, "reporting, tasks, projects, subsidies"
        for part in parts:
            assert reader.get(part.replace("&amp;", "&")).status_code == 200
