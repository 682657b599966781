"""What dashboards are made of: since when a light stands, what turned, what is missing, what stands out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from targets.models import JudgingState, Transition
from targets.presenters.dashboards.binding import binding_lines, binding_spots
from targets.presenters.dashboards.ranks import county_lines
from targets.presenters.dashboards.reds import Reds
from targets.presenters.dashboards.shared import missing_part
from targets.presenters.dashboards.since import since_words
from targets.presenters.dashboards.standouts import standouts
from targets.presenters.dashboards.tallies import YEARS
from targets.presenters.dashboards.turns import turns_of
from targets.presenters.rows import target_row
from targets.queries.board import Board, board
from targets.queries.day import PageDay, page_day
from targets.queries.judged import Judged, judged
from targets.queries.moved import moved
from targets.queries.shown import Since, figures_of, in_full, lights_since, place_of, since_of
from tests.worlds import (
    CITY,
    COUNTIES,
    GREEN,
    RED,
    WHITE,
    World,
    bind_targets,
    day,
    make_target,
    publish,
    value,
)
from yuxi_eldercare.core.models import Document, Region

from .closing import close, judge_all, make_closing_world

pytestmark = pytest.mark.django_db
MORE = ("999905", "999906", "999907")


@pytest.fixture
def world() -> World:
    return make_closing_world()


def today(**asked: str) -> PageDay:
    return page_day(RequestFactory().get("/", asked), frozen=True)


def rows_of(found: Board, region: str, year: int = 2023) -> list[Judged]:
    spots = [s for s in found.spots if s.region == region and found.due(s).year == year]
    return in_full(found, spots, today())


# Since when


MAY, JUNE, JULY = date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)


@pytest.mark.parametrize(
    ("light", "steps", "since"),
    [
        ("red", [(MAY, "", "red")], Since(MAY, at_latest=True)),
        ("red", [(MAY, "", "green"), (JUNE, "green", "red")], Since(JUNE, at_latest=False)),
        ("red", [(MAY, "", "yellow"), (JUNE, "yellow", "red"), (JULY, "red", "red")], Since(JUNE, False)),
        ("red", [(MAY, "", "red"), (JUNE, "red", "green"), (JULY, "green", "red")], Since(JULY, False)),
        ("red", [(MAY, "", "red"), (JUNE, "red", "red")], Since(MAY, at_latest=True)),
        ("red", [(MAY, "", "green")], None),
        ("red", [], None),
    ],
    ids=[
        "first judged so",
        "turned",
        "another state is no other light",
        "turned back",
        "first judged so, another state since",
        "the record ends at another light",
        "no record",
    ],
)
def test_since(light: str, steps: list[tuple[date, str, str]], since: Since | None) -> None:
    assert since_of(light, steps) == since


@pytest.mark.parametrize(
    ("since", "state", "words"),
    [
        (Since(JUNE, False), "AT_RISK", "2024-06-01起"),
        (Since(JUNE, False), "MISSED", "2024-06-01起"),
        (Since(JUNE, True), "AT_RISK", "至迟2024-06-01起"),
        (Since(JUNE, True), "MISSED", "自2023-12-31到期起"),
        (None, "MISSED", "自2023-12-31到期起"),
        (None, "AT_RISK", ""),
    ],
)
def test_since_in_words(since: Since | None, state: str, words: str) -> None:
    assert since_words(since, state, day("2023")) == words


def test_since_is_read_for_all_lights_in_one_statement(world: World) -> None:
    found = board(today())
    spots = [spot for spot in found.spots if spot.light == "red"]
    assert len(spots) > 3
    first = place_of(spots[0])
    recorded = Transition.objects.get(milestone=first[0], region=first[1])
    for on, before, after in ((date(2024, 4, 1), "red", "green"), (MAY, "green", "red")):
        recorded.pk = None
        recorded.as_of, recorded.from_light, recorded.to_light = on, before, after
        recorded.save()
    with CaptureQueriesContext(connection) as asked:
        later, earlier = lights_since(spots, None), lights_since(spots, date(2024, 2, 1))
    assert len(asked) == 2
    assert later[first] == Since(MAY, at_latest=False)
    assert earlier[first].at_latest


# The same rows as everywhere else


def test_rows_of_a_board_say_what_the_judged_rows_say(world: World) -> None:
    found = board(today())
    for region in (CITY, *COUNTIES):
        ours = {row.target.key: replace(target_row(row), judged=None) for row in rows_of(found, region)}  # type: ignore[arg-type]
        theirs = {
            row.target.key: replace(target_row(row), judged=None, bodies="")  # type: ignore[arg-type]
            for row in judged(regions=[region], due=day("2023"))
        }
        assert ours == theirs


# What turned


def test_turns_are_counted_against_the_last_month_closed_before_the_day(world: World) -> None:
    close(world)
    JudgingState.objects.update(as_of=date(2024, 3, 5))
    publish(value(world.beds, WHITE, "2023", (35, 100), reason="更正"), judge_later=True)
    judge_all()
    found = board(today())
    moves = moved(found, today())
    assert moves.month == date(2024, 1, 31)
    turns = turns_of(found, moves, 5)
    green = next(group for group in turns.groups if group.light == "green")
    (line,) = [line for line in green.first if line.indicator == "w-beds"]
    assert [place.name for place in line.places] == ["白水县"]
    assert (line.before_word, line.dues, line.binding) == ("红灯", "2023年、2025年", True)
    assert turns.of(WHITE, "green") == green.count == 2
    assert turns.of(RED, "green") == 0
    assert turns.heading == "自2024年1月封存以来"
    assert not turns_of(found, moved(found, today(), [RED]), 5).groups[1].count


def test_a_month_is_not_compared_with_itself(world: World) -> None:
    close(world)
    assert moved(board(today()), today(as_of="2024-01-31")).month is None
    assert moved(board(today()), today(close="2024-01-31")).month is None


def test_without_a_closed_month_changes_of_the_last_weeks_are_shown(world: World) -> None:
    JudgingState.objects.update(as_of=date(2024, 2, 20))
    judge_all()
    publish(value(world.beds, WHITE, "2023", (35, 100), reason="更正"), judge_later=True)
    judge_all()
    found = board(today())
    moves = moved(found, today())
    assert moves.month is None
    assert moves.since == date(2024, 1, 20)
    found_there = {(t.spot.indicator, t.before, t.spot.light) for t in moves.turns if t.spot.region == WHITE}
    assert found_there == {(world.beds.pk, "red", "green")}


def test_lights_that_turned_alike_stand_in_one_line_and_the_rest_behind_more(world: World) -> None:
    close(world)
    JudgingState.objects.update(as_of=date(2024, 3, 5))
    publish(
        value(world.homes, GREEN, "2023", 1, reason="更正"),
        value(world.homes, WHITE, "2023", 1),
        value(world.beds, WHITE, "2023", (35, 100), reason="更正"),
        judge_later=True,
    )
    judge_all()
    found = board(today())
    green = turns_of(found, moved(found, today()), 1).groups[1]
    assert [line.indicator for line in green.first] == ["w-beds"], "约束性 first"
    (homes,) = green.rest
    assert [place.name for place in homes.places] == ["全市", "青山县", "白水县"]
    assert green.count == 3 + 2, "the bed share turned for two due years"


# What is missing


def test_missing_part_of_the_way_and_of_the_value(world: World) -> None:
    found = board(today())
    rows = {
        (row.indicator.key, row.region.code): row for row in [*rows_of(found, CITY), *rows_of(found, WHITE)]
    }
    # No baseline of its own: 20 of 30 demanded.
    assert missing_part(rows["w-beds", WHITE]) == Decimal(1) / 3
    # One of three counties has a home.
    assert missing_part(rows["w-homes", CITY]) == Decimal(2) / 3
    assert missing_part(rows["w-beds", CITY]) is None, "it is met"
    assert missing_part(rows["w-homes", WHITE]) is None, "nothing was reported"


def test_missing_part_of_a_path_counts_from_the_baseline(world: World) -> None:
    publish(
        *[value(world.beds, code, "2023", (20, 100), reason="更正") for code in COUNTIES], judge_later=True
    )
    judge_all()
    (row,) = [row for row in rows_of(board(today()), CITY) if row.indicator == world.beds]
    part = missing_part(row)
    assert part is not None
    assert round(part, 6) == round(1 - (Decimal(20) - Decimal("12.3")) / (30 - Decimal("12.3")), 6)


# 约束性


def test_a_binding_line_names_counties_lights_and_who_leads(world: World) -> None:
    found = board(today())
    own, below = binding_spots(found, YEARS)
    assert {spot.region for spot in own} == {CITY}
    since = lights_since(below, None)
    (line,) = binding_lines(found, in_full(found, own, today()), below, since, {}, YEARS)
    cell = next(cell for cell in line.filled() if cell.year == 2023)
    assert [(c.name, c.light) for c in cell.counties] == [("白水县", "red")]
    assert cell.same_since == "自2023-12-31到期起"
    assert (cell.judged_counties, cell.row.light, line.leads) == (3, "green", "")


# Ranks


def test_only_the_citys_targets_are_ranked(world: World) -> None:
    lines = {line.region.code: line for line in county_lines(board(today()), YEARS)}
    green = lines[GREEN]
    assert green.of(2025).counted.counts.total == 1, "beds; its own plan's target stands beside"
    assert [each.counts.total for each in green.own] == [0, 1]
    assert green.of(2023).words == "不排位", "two judged targets say too little"
    assert green.of(2023).share == "50%"


# What stands out


def test_standouts_compare_rates_with_the_other_counties(world: World) -> None:
    for place, code in enumerate(MORE, 10):
        Region.objects.create(
            code=code,
            name=f"第{place}县",
            short_name=f"第{place}县",
            level="county",
            parent=world.city,
            position=place,
        )
    bind_targets()
    publish(*[value(world.beds, code, "2023", (32, 100)) for code in MORE], judge_later=True)
    make_target("w.t.visits", world.lottery, world.document, {"2023": 55}, target_type="floor")
    judge_all()
    found = board(today())
    figures = figures_of(found, found.spots)
    best = standouts(found, rows_of(found, RED), figures, Reds([], []), turned_green=2)
    assert best.strengths == [
        "约束性指标1项全部绿灯。",
        "在各县（市、区）中数值居首：护理型床位占比（40%）。",
        "自上次封存以来2项转为绿灯。",
    ]
    worst = standouts(found, rows_of(found, WHITE), figures, Reds([], []), turned_green=0)
    assert not worst.strengths
    assert worst.gaps[:3] == [
        "约束性指标未达绿灯1项：护理型床位占比（20%，差 10个百分点）。",
        "在各县（市、区）中数值居末：护理型床位占比（20%）。",
        "多数县（市、区）已是绿灯而本县（市、区）为红灯：护理型床位占比（20%）。",
    ]


def test_among_few_counties_nobody_is_first_or_last(world: World) -> None:
    found = board(today())
    made = standouts(
        found, rows_of(found, WHITE), figures_of(found, found.spots), Reds([], []), turned_green=0
    )
    assert not [sentence for sentence in [*made.strengths, *made.gaps] if "数值居" in sentence]


def test_a_county_ahead_of_the_city_is_said_so(world: World) -> None:
    publish(value(world.beds, GREEN, "2023", (5, 100), reason="更正"), judge_later=True)
    judge_all()
    found = board(today())
    made = standouts(found, rows_of(found, RED), figures_of(found, found.spots), Reds([], []), turned_green=0)
    assert "全市未达绿灯而本县（市、区）已是绿灯：护理型床位占比（40%）。" in made.strengths


def test_a_county_of_two_plans_is_named_once(world: World) -> None:
    own = Document.objects.get(key="w-county")
    make_target("w.t.beds-own", world.beds, own, {"2023": 35}, scope="county", nature="binding")
    bind_targets()
    publish(value(world.beds, GREEN, "2023", (5, 100), reason="更正"), judge_later=True)
    judge_all()
    found = board(today())
    rows = sorted(rows_of(found, GREEN), key=Judged.sort_key)
    made = standouts(found, rows, figures_of(found, found.spots), Reds([], []), turned_green=0)
    assert made.gaps[0].count("护理型床位占比") == 1
