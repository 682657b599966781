"""What closed months tell: lights by month, what changed since, later corrections, and why a light stood (§4.6)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from targets.judging.rejudging import rejudge_indicator
from targets.models import Assessment, JudgingState, Milestone, Target
from targets.presenters.explanation import why_url
from targets.queries.day import page_day
from targets.queries.frozen import (
    Change,
    changes_between,
    changes_since,
    frozen_judged,
    identity_of,
    trend,
)
from targets.queries.judged import judged
from targets.queries.revisions import revisions
from tests.worlds import CITY, RED, WHITE, World, publish, value

from .closing import FEBRUARY, JANUARY, MARCH, close, judge_all, make_closing_world

pytestmark = pytest.mark.django_db

YEAR_END = date(2023, 12, 31)


@pytest.fixture
def world() -> World:
    return make_closing_world()


def correct(world: World, share: int = 90) -> None:
    """白水县's beds were counted wrongly: it had met the target."""
    publish(value(world.beds, WHITE, "2023", (share, 100), reason="核实台账后更正"), judge_later=True)
    judge_all()


def told(changes: list[Change]) -> set[tuple[str, str, str, str]]:
    return {
        (c.row.indicator.key, c.row.region.code, c.from_light or "-", c.to_light or "-")
        for c in changes
        if c.row.milestone.due == YEAR_END
    }


# Changes


def test_nothing_changed_is_two_statements(world: World, django_assert_num_queries: Any) -> None:
    made = close(world)
    with django_assert_num_queries(2):
        assert changes_since(made) == []


def test_what_a_correction_turned_since_the_close(world: World, django_assert_max_num_queries: Any) -> None:
    made = close(world)
    correct(world)
    with django_assert_max_num_queries(5):
        changes = changes_since(made)
    assert told(changes) == {("w-beds", WHITE, "red", "green")}
    (turn,) = [c for c in changes if c.row.milestone.due == YEAR_END]
    assert (turn.from_state, turn.to_state, turn.turned) == ("MISSED", "MET", "green")
    assert (turn.before.month, turn.after.month) == (JANUARY, None)
    assert told(changes_since(made, regions=[RED])) == set()
    assert told(changes_since(made, due=YEAR_END)) == told(changes)
    assert told(changes_since(made, indicators=[world.homes.pk])) == set()
    assert told(changes_since(made, documents=["w-county"])) == set()


def test_changes_against_a_day_as_we_now_know_it(world: World) -> None:
    made = close(world)
    correct(world)
    assert told(changes_since(made, JANUARY)) == {("w-beds", WHITE, "red", "green")}


def test_judgements_that_begin_or_end_have_one_side(world: World) -> None:
    made = close(world)
    Assessment.objects.filter(indicator=world.lottery).delete()
    late = Target.objects.get(key="w.t.smart")
    Milestone.objects.create(target=late, key="2023-12-31", due=YEAR_END, comparator=">=", value=1)
    rejudge_indicator(world.smart.pk, cause="load")
    changes = changes_since(made)
    assert [(c.before is None, c.after is None, c.row.indicator.key) for c in changes] == [
        (True, False, "w-smart"),
        (False, True, "w-lottery"),
    ]
    assert [c.turned for c in changes] == ["grey", ""]


def test_two_months_beside_each_other(world: World, django_assert_max_num_queries: Any) -> None:
    first = close(world)
    correct(world)
    second = close(world, FEBRUARY)
    correct(world, 91)
    with django_assert_max_num_queries(4):
        changes = changes_between(first, second)
    assert told(changes) == {("w-beds", WHITE, "red", "green")}
    assert {(c.before.month, c.after.month) for c in changes} == {(JANUARY, FEBRUARY)}
    assert told(changes_between(second, first)) == {("w-beds", WHITE, "green", "red")}
    assert told(changes_between(first, second, regions=[CITY])) == set()


def test_the_lights_month_by_month(world: World, django_assert_num_queries: Any) -> None:
    close(world)
    correct(world)
    close(world, FEBRUARY)
    close(world, MARCH)
    with django_assert_num_queries(1):
        found = trend([WHITE, CITY], due=YEAR_END)
    assert [month for month, _ in found[WHITE]] == [JANUARY, FEBRUARY, MARCH]
    red = [lights["red"] for _, lights in found[WHITE]]
    assert (red[0] - red[1], red[1] - red[2]) == (1, 0)
    assert all(set(lights) == {"green", "yellow", "red", "grey"} for _, lights in found[CITY])
    assert [month for month, _ in trend([WHITE], months=2)[WHITE]] == [FEBRUARY, MARCH]
    assert [month for month, _ in trend([WHITE], months=1, until=FEBRUARY)[WHITE]] == [FEBRUARY]


# Revisions


def test_a_later_correction_is_a_revision_of_the_closed_month(world: World) -> None:
    made = close(world)
    assert revisions(made) == []
    correct(world)
    (revision,) = revisions(made)
    assert (revision.indicator, revision.region, revision.period_end) == (
        world.beds,
        world.counties[WHITE],
        YEAR_END,
    )
    assert (revision.before.value, revision.after.value, revision.after.reason) == (20, 90, "核实台账后更正")
    assert told(revision.effects) == {("w-beds", WHITE, "red", "green")}
    second = close(world, FEBRUARY)
    assert revisions(second) == [], "the later month knew it"


def test_a_revision_is_told_against_the_closed_day_not_against_today(world: World) -> None:
    made = close(world)
    correct(world)
    publish(value(world.beds, WHITE, "2024-03-31", (10, 100)), judge_later=True)
    JudgingState.objects.update(as_of=date(2024, 5, 1))
    judge_all()
    (revision,) = revisions(made)
    assert told(revision.effects) == {("w-beds", WHITE, "red", "green")}


def test_a_value_that_came_late_had_nothing_before_it(world: World) -> None:
    made = close(world)
    publish(value(world.homes, WHITE, "2023", 1), judge_later=True)
    judge_all()
    (revision,) = revisions(made)
    assert revision.before is None
    assert (revision.known_from > made.known_at, revision.after.value) == (True, 1)
    effects = told(revision.effects)
    assert ("w-homes", WHITE, "red", "green") in effects
    assert {region for _, region, _, _ in effects} <= {WHITE, CITY}


def test_of_two_corrections_the_one_in_force_is_told_with_what_the_month_knew(world: World) -> None:
    made = close(world)
    correct(world, 25)
    correct(world, 26)
    (revision,) = revisions(made)
    assert (revision.before.value, revision.after.value, revision.effects) == (20, 26, [])


# The page's day


def asked(rf: Any, **query: str) -> Any:
    return rf.get("/", query)


def test_a_page_that_shows_frozen_rows_gets_them(world: World, rf: Any) -> None:
    made = close(world)
    correct(world)
    JudgingState.objects.update(as_of=MARCH)
    day = page_day(asked(rf, close="2024-01-31"), frozen=True)
    assert (day.close, day.shown) == (made, JANUARY)
    then = {identity_of(row): row.light for row in day.judged(regions=[WHITE])}
    assert then == {identity_of(row): row.light for row in frozen_judged(made, regions=[WHITE])}
    again = page_day(asked(rf, as_of="2024-01-31"), frozen=True)
    now = {identity_of(row): row.light for row in again.judged(regions=[WHITE])}
    assert (again.close, now != then) == (None, True)


def test_a_page_without_frozen_rows_says_what_is_known_now_about_the_day(world: World, rf: Any) -> None:
    close(world)
    JudgingState.objects.update(as_of=MARCH)
    day = page_day(asked(rf, close="2024-01-31"))
    assert (day.close, day.ask, day.months) == (None, JANUARY, [])


@pytest.mark.parametrize("text", ["2023-12-31", "2024-01", "x", ""])
def test_a_month_that_is_not_closed_means_the_latest(world: World, rf: Any, text: str) -> None:
    made = close(world)
    day = page_day(asked(rf, close=text), frozen=True)
    assert (day.close, day.ask, day.shown, day.months) == (None, None, JANUARY, [made])


# Why a light stood


@pytest.fixture
def reader(world: World, client: Client) -> Client:
    client.force_login(world.ling)
    return client


def address(world: World, region: str = WHITE) -> str:
    milestone = Milestone.objects.get(target__key="w.t.beds", due=YEAR_END)
    return f"/assessments/{milestone.pk}/{region}/"


def test_a_back_dated_light_is_explained_from_what_is_known_now(world: World, reader: Client) -> None:
    JudgingState.objects.update(as_of=MARCH)
    judge_all()
    page = reader.get(address(world), {"as_of": "2023-06-30"}).content.decode()
    assert "按现有数据回看 2023-06-30" in page
    assert "尚未填报" in page
    assert "用以上输入重新计算，结果一致" in page


def test_a_light_of_a_closed_month_is_explained_from_its_own_row(world: World, reader: Client) -> None:
    close(world)
    correct(world)
    Target.objects.filter(key="w.t.beds").update(name_as_written="改名")
    page = reader.get(address(world), {"close": "2024-01-31"}).content.decode()
    for words in ("2024年1月封存", "期末为 20%", "护理型床位占比", "结果一致", "第 1 版"):
        assert words in page
    assert "改名" not in page
    latest = reader.get(address(world)).content.decode()
    assert "90%" in latest
    assert "改名" in latest


def test_an_explanation_takes_few_statements(
    world: World, reader: Client, django_assert_max_num_queries: Any
) -> None:
    close(world)
    reader.get(address(world))
    for query, most in (({"close": "2024-01-31"}, 20), ({"as_of": "2023-06-30"}, 24)):
        with django_assert_max_num_queries(most):
            assert reader.get(address(world), query, headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/assessments/999999/999904/", {}),
        ("{beds}/none/", {}),
        ("{beds}/999904/", {"as_of": "2020-01-01"}),
    ],
)
def test_what_was_not_judged_is_not_found(
    world: World, reader: Client, path: str, query: dict[str, str]
) -> None:
    beds = address(world).rsplit("/", 2)[0]
    assert reader.get(path.replace("{beds}", beds), query).status_code == 404


def test_every_light_of_a_day_or_a_month_can_be_explained(world: World, reader: Client) -> None:
    made = close(world)
    rows = [*frozen_judged(made), *judged(day=date(2023, 12, 31)), *judged()]
    assert len(rows) > 40
    for row in rows:
        assert reader.get(why_url(row)).status_code == 200
