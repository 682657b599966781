"""A county's dashboard and counties side by side: place, trend, what stands out, reds, and what binds the county."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import Indicator, JudgingState
from tests.pages.conftest import client_of
from tests.targets.closing import FEBRUARY, close, judge_all, make_closing_world
from tests.worlds import CITY, COUNTIES, GREEN, RED, WHITE, World, bind_targets, make_target, publish, value

pytestmark = pytest.mark.django_db
STATEMENTS = 20


@pytest.fixture
def world() -> World:
    return make_closing_world()


@pytest.fixture
def reader(world: World) -> Client:
    return client_of(world.ling)


def text(response: Any) -> str:
    """The page without tags, white space gone."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", response.content.decode()))


def county(reader: Client, code: str = WHITE, **asked: str) -> Any:
    response = reader.get(reverse("county", args=[code]), {"year": "2023", **asked})
    assert response.status_code == 200
    return response


def more_rates(world: World, figures: dict[str, list[int]]) -> None:
    """Further rates of the city's plan, due in 2023 at 50, with the counties' figures."""
    for number, name in enumerate(("甲", "乙", "丙", "丁"), 20):
        indicator = Indicator.objects.create(
            key=f"w-rate-{number}",
            position=number,
            name=f"{name}覆盖率",
            theme="养老",
            unit="%",
            direction="up",
            basis="point",
            rollup="ratio_of_sums",
            scale=100,
            definition="测试用",
        )
        make_target(f"w.t.rate-{number}", indicator, world.document, {"2023": 50})
        bind_targets()
        publish(
            *[value(indicator, code, "2023", (own[number - 20], 100)) for code, own in figures.items()],
            judge_later=True,
        )
    judge_all()


# The county


def test_the_page_opens_with_the_place_and_how_things_stand(reader: Client, world: World) -> None:
    more_rates(world, {RED: [60] * 4, GREEN: [60, 60, 60, 10], WHITE: [10] * 4})
    response = county(reader)
    assert response.context["sentences"] == ["2023年市级目标在3个县（市、区）中排第3位，得分0%。"]
    assert response.context["standing"].startswith("2023年白水县 6 项目标：逾期未达标 5，逾期未报 1。")
    assert county(reader, RED).context["sentences"] == [
        "2023年市级目标在3个县（市、区）中排第1位，得分100%。"
    ]
    ranks = [row.line.region.code for row in response.context["ranks"]]
    assert ranks == [RED, GREEN, WHITE]


def test_too_few_judged_targets_are_not_ranked(reader: Client) -> None:
    assert county(reader).context["sentences"] == ["2023年市级目标已判定不足5项，不排位。"]
    assert "不排位" in text(county(reader))


def test_its_own_plan_and_the_citys_stand_apart(reader: Client) -> None:
    imposed, own = county(reader, GREEN, year="2025").context["sections"]
    assert [line.some.name for line in imposed.lines] == ["护理型床位占比", "示范养老机构数"]
    assert [line.some.name for line in own.lines] == ["智慧养老社区数"]
    assert "没有这些年度到期、可判定的目标" in text(county(reader, RED, year="2025"))


def test_a_line_of_a_target_shows_both_years(reader: Client) -> None:
    imposed, _own = county(reader, RED).context["sections"]
    beds, homes = imposed.lines
    assert [cell and (cell.due, cell.word) for cell in beds.cells] == [
        ("2023年", "已达标"),
        ("2025年", "进度正常"),
    ]
    assert [cell and cell.due for cell in homes.cells] == ["2023年", None]


def test_a_year_between_stands_beside_the_two(reader: Client, world: World) -> None:
    cockpit = reader.get(reverse("overview"), {"year": "2024"})
    assert cockpit.context["shown_years"] == [2023, 2024, 2025]
    assert [each.counts.total for each in cockpit.context["totals"]] == [3, 1, 3]


def test_trend_by_month_with_its_table(reader: Client, world: World) -> None:
    close(world)
    JudgingState.objects.update(as_of=date(2024, 3, 5))
    publish(value(world.beds, WHITE, "2023", (35, 100), reason="更正"), judge_later=True)
    judge_all()
    close(world, FEBRUARY)
    (trend,) = county(reader).context["trends"]
    assert [(month.end, month.counts.red, month.counts.green) for month in trend.months] == [
        (date(2024, 1, 31), 2, 0),
        (FEBRUARY, 1, 1),
    ]
    assert trend.months[0].parts == [("red", "100", "2")]
    said = text(county(reader))
    assert "2024-010020" in said, "the twin: month, green, yellow, red, grey"
    assert "2024-021010" in said
    assert "自2024年2月封存以来" in said
    (until,) = county(reader, as_of="2024-02-10").context["trends"]
    assert [month.end for month in until.months] == [date(2024, 1, 31)]


def test_without_closed_months_the_trend_says_what_will_stand_there(reader: Client) -> None:
    assert "还没有封存的月份" in text(county(reader))


def test_reds_wait_for_an_explanation_and_gaps_say_so(reader: Client) -> None:
    response = county(reader)
    assert [line.row.name for line in response.context["reds"].silent] == ["护理型床位占比", "示范养老机构数"]
    assert "红灯中2项尚未说明原因和措施。" in response.context["standouts"].gaps


def test_nobody_has_a_dashboard_who_is_no_county(reader: Client) -> None:
    for code in (CITY, "999999", "compare-nothing"):
        assert reader.get(reverse("county", args=[code])).status_code == 404


def test_a_closed_month_of_a_county(reader: Client, world: World) -> None:
    close(world)
    JudgingState.objects.update(as_of=date(2024, 3, 5))
    publish(value(world.beds, WHITE, "2023", (35, 100), reason="更正"), judge_later=True)
    judge_all()
    assert county(reader).context["totals"][0].counts.green == 1
    assert county(reader, close="2024-01-31").context["totals"][0].counts.green == 0


def test_statements_are_few_and_do_not_grow(reader: Client, world: World) -> None:
    close(world)
    JudgingState.objects.update(as_of=date(2024, 3, 5))
    judge_all()
    county(reader)
    with CaptureQueriesContext(connection) as few:
        county(reader)
    more_rates(world, {code: [10] * 4 for code in COUNTIES})
    with CaptureQueriesContext(connection) as many:
        county(reader)
    assert len(few) == len(many) <= STATEMENTS


# Side by side


def compared(reader: Client, *codes: str, **asked: str) -> Any:
    response = reader.get(reverse("county-compare"), {"c": list(codes), "year": "2023", **asked})
    assert response.status_code == 200
    return response


def test_chosen_counties_stand_side_by_side_with_the_city_beside_them(reader: Client) -> None:
    response = compared(reader, RED, WHITE)
    grid = response.context["grid"]
    assert [head.key for head in grid.columns] == [CITY, RED, WHITE]
    cells = {head.name: [cell and cell.value for cell in own] for head, own in grid.rows}
    assert cells == {"护理型床位占比": ["30.3%", "40%", "20%"], "示范养老机构数": ["1/3 县达到", "2 家", "—"]}
    assert [row.line.region.code for row in response.context["ranks"]] == [RED, WHITE]


@pytest.mark.parametrize("codes", [(), (RED,), ("nothing", RED)])
def test_fewer_than_two_means_all(reader: Client, codes: tuple[str, ...]) -> None:
    assert compared(reader, *codes).context["codes"] == list(COUNTIES)


def test_equal_lights_can_be_left_out(reader: Client) -> None:
    assert len(compared(reader, GREEN, WHITE, differ="1").context["grid"].rows) == 1
    assert len(compared(reader, GREEN, WHITE).context["grid"].rows) == 2
    assert "灯色不同的1项" in text(compared(reader, GREEN, WHITE, differ="1"))


def test_a_countys_own_plan_is_not_compared(reader: Client) -> None:
    grid = compared(reader, RED, GREEN, year="2025").context["grid"]
    assert [head.name for head, _cells in grid.rows] == ["护理型床位占比"]


def test_another_day_keeps_all_the_counties(reader: Client) -> None:
    html = compared(reader, RED, GREEN, as_of="2024-01-01").content.decode()
    for code in (RED, GREEN):
        assert f'<input type="hidden" name="c" value="{code}">' in html


def test_statements_of_a_comparison_do_not_depend_on_how_many(reader: Client, world: World) -> None:
    close(world)
    counts = []
    for codes in ((RED, WHITE), COUNTIES):
        compared(reader, *codes)
        with CaptureQueriesContext(connection) as asked:
            compared(reader, *codes)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= STATEMENTS
