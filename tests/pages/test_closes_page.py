"""月度封存: closing a month from its page, reading it again later, and two months beside each other."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from targets.models import JudgingState, Target
from tests.targets.closing import FEBRUARY, GAPS, MARCH, close, judge_all, make_closing_world
from tests.worlds import RED, WHITE, World, make_user, publish, value
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.models import AuditEvent, Job, PeriodClose

from .conftest import client_of, own_statements

pytestmark = pytest.mark.django_db

LIST = "/closes/"


@pytest.fixture
def world() -> World:
    return make_closing_world()


@pytest.fixture
def leads(world: World) -> Client:
    """The lead department's browser."""
    return client_of(world.lin)


@pytest.fixture
def reads(world: World) -> Client:
    """The leader's browser."""
    return client_of(world.ling)


def correct(world: World) -> None:
    publish(value(world.beds, WHITE, "2023", (90, 100), reason="核实台账后更正"), judge_later=True)
    judge_all()


def body(page: Any) -> str:
    return " ".join(page.content.decode().split())


def post(client: Client, callbacks: Any, **given: str) -> Any:
    """Post the form; what it starts in the background runs at once."""
    with dispatch.at_once(), callbacks(execute=True):
        return client.post(LIST, given)


# Closing


def test_the_page_says_what_is_missing_and_closes_the_month(
    world: World, leads: Client, django_capture_on_commit_callbacks: Any
) -> None:
    close(world)
    page = body(leads.get(LIST))
    for words in ("待封存：2024年2月", "已封存到 2024年1月", "项缺口：", "红灯未说明", "封存后不能撤销"):
        assert words in page
    answer = post(
        leads, django_capture_on_commit_callbacks, month_end="2024-02-29", acknowledged="年报未到齐"
    )
    job = Job.objects.get(kind="close_month")
    assert (answer.status_code, answer["Location"]) == (302, f"/closes/?job={job.pk}")
    made = PeriodClose.objects.get(month_end=FEBRUARY)
    assert (made.acknowledged, made.closed_by) == ("年报未到齐", world.lin)
    polled = leads.get(answer["Location"], headers={"HX-Request": "true"})
    assert polled["HX-Redirect"] == "/closes/2024-02/"


def test_a_running_close_shows_its_bar_and_asks_again(world: World, leads: Client) -> None:
    job = jobs.create("close_month", "封存2024年1月", by=world.lin, month_end="2024-01-31")
    Job.objects.update(state=Job.State.RUNNING, total=2, done=1)
    page = body(leads.get(LIST, {"job": str(job.pk)}))
    assert 'hx-trigger="every 1s"' in page
    assert "1 / 2" in page
    fragment = leads.get(LIST, {"job": str(job.pk)}, headers={"HX-Request": "true"})
    assert fragment.content.decode().strip().startswith('<section class="card" id="close-job"')
    Job.objects.update(state=Job.State.FAILED, error="RuntimeError: x", finished_at=job.created_at)
    assert "可以重新封存" in body(leads.get(LIST, {"job": str(job.pk)}))
    Job.objects.update(state=Job.State.DONE, result={"refused": "清单还有缺口"}, error="")
    assert "没有封存：清单还有缺口" in body(leads.get(LIST, {"job": str(job.pk)}))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"month_end": "2024-02-29", "acknowledged": ""}, "请写明为什么仍然封存"),
        ({"month_end": "2024-02-29", "acknowledged": "多" * 281}, "说明最多 280 字"),
        ({"month_end": "2024-03-31", "acknowledged": GAPS}, "要封存的月份已变为2024年2月"),
        ({}, "要封存的月份已变为2024年2月"),
    ],
)
def test_what_is_wrong_is_told_beside_the_form(
    world: World, leads: Client, given: dict[str, str], words: str
) -> None:
    close(world)
    answer = leads.post(LIST, given)
    assert answer.status_code == 422
    assert words in body(answer)
    assert given.get("acknowledged", "") in body(answer)
    assert not Job.objects.filter(kind="close_month").exists()


def test_a_month_that_is_not_over_cannot_be_closed(
    world: World, leads: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(world)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2024, 2, 15))
    page = body(leads.get(LIST))
    assert "2024年2月尚未结束，次月1日起可以封存" in page
    assert "<textarea" not in page
    answer = leads.post(LIST, {"month_end": "2024-02-29", "acknowledged": GAPS})
    assert (answer.status_code, "尚未结束" in body(answer)) == (422, True)


def test_a_leader_sees_the_list_and_why_the_button_is_grey(world: World, reads: Client) -> None:
    page = body(reads.get(LIST))
    assert "红灯未说明" in page
    assert "此操作需要“牵头单位”角色" in page
    assert "<textarea" not in page
    answer = reads.post(LIST, {"month_end": "2024-10-31", "acknowledged": GAPS})
    assert answer.status_code == 403
    assert not Job.objects.filter(kind="close_month").exists()
    assert AuditEvent.objects.filter(result="refused").exists()


def test_whoever_does_not_follow_reporting_sees_closed_months_only(world: World) -> None:
    close(world)
    for user in (world.gao, make_user("white-lead", "lead", world.counties[WHITE])):
        page = body(client_of(user).get(LIST))
        assert "待封存" not in page
        assert "2024年1月" in page


# A closed month


def test_a_closed_month_tells_its_story(world: World, reads: Client) -> None:
    close(world)
    correct(world)
    made = close(world, FEBRUARY)
    page = body(reads.get("/closes/2024-02/"))
    for words in (
        "与2024年1月相比，2 项目标的灯有变化：转绿 2",
        "封存以后没有更正过",
        GAPS,
        made.digest,
        "云溪市规划",
        "?close=2024-02-29",
    ):
        assert words in page
    assert "Lin 于 " in page
    earlier = body(reads.get("/closes/2024-01/"))
    for words in (
        "封存后更正 1 个数；如当时已知，2 项目标的灯会不同：转绿 2",
        "20%",
        "90%",
        "核实台账后更正",
    ):
        assert words in earlier


def test_the_digest_can_be_checked_on_the_page(world: World, reads: Client) -> None:
    close(world)
    answer = reads.get("/closes/2024-01/", {"verify": "1"}, headers={"HX-Request": "true"})
    assert "逐行核对一致" in body(answer)


@pytest.mark.parametrize("month", ["2024-02", "2024-13", "x", "2024-1"])
def test_a_month_that_is_not_closed_is_not_found(world: World, reads: Client, month: str) -> None:
    close(world)
    assert reads.get(f"/closes/{month}/").status_code == 404


# Two months


def test_months_are_compared_with_each_other_and_with_now(world: World, reads: Client) -> None:
    assert reads.get("/closes/compare/").status_code == 404
    close(world)
    correct(world)
    close(world, FEBRUARY)
    between = body(reads.get("/closes/compare/", {"from": "2024-01", "to": "2024-02"}))
    assert "与2024年1月相比，2 项目标的灯有变化：转绿 2。" in between
    assert "?close=2024-01-31" in between
    assert "?close=2024-02-29" in between
    assert "没有目标的灯发生变化" in body(reads.get("/closes/compare/"))
    publish(value(world.beds, WHITE, "2023", (1, 100), reason="再更正"), judge_later=True)
    judge_all()
    now = body(reads.get("/closes/compare/", {"from": "2024-02"}))
    assert "变差" in now
    assert "转红 3" in now
    county = body(reads.get("/closes/compare/", {"from": "2024-02", "county": "999902"}))
    assert "没有目标的灯发生变化" in county


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("light", ["示范养老机构数 红河区", "护理型床位占比 白水县"]),
        ("plan", ["护理型床位占比 白水县", "示范养老机构数 红河区"]),
        ("county", ["示范养老机构数 红河区", "护理型床位占比 白水县"]),
        ("?", ["示范养老机构数 红河区", "护理型床位占比 白水县"]),
    ],
)
def test_changes_are_sorted_by_light_plan_or_county(
    world: World, reads: Client, sort: str, order: list[str]
) -> None:
    """白水县's beds turn green, 红河区's homes turn red; beds stand before homes in the plan."""
    made = close(world)
    publish(value(world.homes, RED, "2023", 0, reason="更正"), judge_later=True)
    correct(world)
    Target.objects.filter(key="w.t.homes").update(position=5)
    page = body(reads.get("/closes/compare/", {"from": str(made), "sort": sort}))
    cells = re.findall(r'<a href="/indicators/[^"]+">([^<]+)</a>.*?data-label="地区"[^>]*>([^<]+)<', page)
    shown = [" ".join(cell) for cell in cells]
    assert list(dict.fromkeys(shown)) == order


# Dates everywhere


def test_pages_show_a_closed_month_as_it_was_known(world: World, reads: Client) -> None:
    close(world)
    correct(world)
    JudgingState.objects.update(as_of=MARCH)
    for name in ("indicator-list", "assignment-list"):
        page = body(reads.get(reverse(name), {"close": "2024-01-31"}))
        assert "封存月份" in page
        assert "2024年1月，" in page
        assert 'name="close" value="2024-01-31"' in page, "the filter keeps the month"
    document = body(reads.get("/documents/w-issued/", {"close": "2024-01-31", "county": WHITE}))
    assert "逾期未达标" in document
    latest = body(reads.get("/documents/w-issued/", {"county": WHITE, "as_of": "2024-01-31"}))
    assert "按现有数据回看 2024-01-31" in latest
    assert latest.count("逾期未达标") < document.count("逾期未达标")


def test_the_citys_latest_figure_is_the_one_known_then(world: World, reads: Client) -> None:
    close(world)
    correct(world)
    then = body(reads.get(reverse("indicator-list"), {"close": "2024-01-31", "text": "护理"}))
    now = body(reads.get(reverse("indicator-list"), {"text": "护理"}))
    assert ("30.3" in then, "53.7" in then) == (True, False)
    assert ("30.3" in now, "53.7" in now) == (False, True)


# Statements


def test_statements_are_pinned(world: World, leads: Client) -> None:
    close(world)
    correct(world)
    close(world, FEBRUARY)
    counted = {
        "list": own_statements(leads, LIST),
        "close": own_statements(leads, "/closes/2024-01/"),
        "next": own_statements(leads, "/closes/2024-02/"),
        "compare": own_statements(leads, "/closes/compare/"),
    }
    assert counted == {"list": 17, "close": 15, "next": 9, "compare": 4}
