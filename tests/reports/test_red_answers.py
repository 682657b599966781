"""原因、措施、责任人、时限 in a report are those that were known as the month was closed, whatever is said later."""

from collections.abc import Iterator

import pytest

from targets.models import JudgingState, RedResponse
from targets.reporting.red import answer_red
from tests.reporting_world import NOW, QUARTER, Reporting, at, make_reporting_world, number, walk
from tests.targets.closing import judge_all
from tests.worlds import RED, day
from yuxi_eldercare.period_close import close_month
from yuxi_eldercare.reports.blocks import lines_of
from yuxi_eldercare.reports.orders import Order, build, subject_of

FIRST = {
    "cause": "改造工程推迟。",
    "measure": "年底前完工",
    "responsible_person": "安某",
    "deadline": day("2024"),
}


@pytest.fixture
def w(db: None) -> Iterator[Reporting]:
    with at(NOW):
        yield make_reporting_world()


def said(**about: str) -> str:
    """The words of a report on September."""
    order = Order(month_end=QUARTER, **about)
    return "\n".join(lines_of(build(order, subject_of(order))))


def test_the_answer_known_at_the_close_is_quoted_and_later_ones_are_not(w: Reporting) -> None:
    JudgingState.objects.create(as_of=QUARTER)
    walk(w.entry(w.world.beds), number(parts=(5, 100)), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    judge_all()
    response = RedResponse.objects.get(milestone__due="2025-12-31", regional_target__region=RED)
    answer_red(response=response, by=w.ann, **FIRST)
    close_month(month_end=QUARTER, by=w.lin, acknowledged="先行封存")
    county = said(kind="county", region=RED)
    city = said(kind="briefing")
    for words in (county, city):
        assert "改造工程推迟。" in words
        assert "年底前完工" in words
        assert "安某" in words
        assert "2024-12-31" in words
    told = "红河区说明：原因是改造工程推迟；措施是年底前完工；责任人安某，时限2024-12-31。"
    assert told in said(kind="midterm", plan="w-plan")

    answer_red(response=response, by=w.ann, **{**FIRST, "cause": "后来改口"})
    assert said(kind="county", region=RED) == county
    assert said(kind="briefing") == city
