"""The wall display: the same picture on one screen; refreshing it by itself does not keep a log-in alive."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from tests.pages.conftest import client_of
from tests.targets.closing import make_closing_world
from tests.worlds import World
from yuxi_eldercare.core.accounts.sessions import SEEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_closing_world()


@pytest.fixture
def reader(world: World) -> Client:
    return client_of(world.ling)


def seen_minutes_ago(reader: Client, minutes: int) -> float:
    session = reader.session
    session[SEEN] = int(time.time()) - 60 * minutes
    session.save()
    found: float = session[SEEN]
    return found


def test_the_display_shows_the_picture_of_the_cockpit_and_asks_again_every_minute(reader: Client) -> None:
    asked = {"year": "2023"}
    shown, cockpit = (reader.get(reverse(name), asked) for name in ("overview-display", "overview"))
    for name in ("sentences", "totals", "tiles"):
        assert shown.context[name] == cockpit.context[name]
    assert [line.name for line in shown.context["binding"]] == ["护理型床位占比"]
    html = shown.content.decode()
    assert 'hx-get="/display/?year=2023" hx-trigger="every 60s"' in html
    assert 'hx-select="#picture"' in html
    assert "更新于" in html


def test_a_poll_of_a_window_does_not_count_as_use_but_one_of_a_full_screen_does(reader: Client) -> None:
    reader.get(reverse("overview-display"))
    before = seen_minutes_ago(reader, 10)
    reader.get(reverse("overview-display"), headers={"HX-Request": "true", "X-Poll": "1"})
    assert reader.session[SEEN] == before
    reader.get(reverse("overview-display"), headers={"HX-Request": "true"})
    assert reader.session[SEEN] > before


def test_when_the_log_in_is_over_the_script_is_told_and_the_page_is_not_replaced(reader: Client) -> None:
    reader.get(reverse("overview-display"))
    seen_minutes_ago(reader, 31)
    answer = reader.get(reverse("overview-display"), headers={"HX-Request": "true", "X-Poll": "1"})
    assert answer.status_code == 401
    assert answer.json()["login"] == reverse("login")


def test_it_is_read_only(reader: Client) -> None:
    assert reader.post(reverse("overview-display")).status_code == 405
