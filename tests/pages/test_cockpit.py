"""The city cockpit: who reads only this page knows what is at risk, where, since when, and who leads it."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import JudgingState, Milestone, Observation, RedResponse, RegionalTarget, TargetBody
from tests.pages.conftest import client_of
from tests.reporting_world import NOW, Reporting, at, make_reporting_world
from tests.targets.closing import close, judge_all, make_closing_world
from tests.worlds import COUNTIES, GREEN, RED, WHITE, World, make_user, publish, value

pytestmark = pytest.mark.django_db
STATEMENTS = 20


@pytest.fixture
def world() -> World:
    made = make_closing_world()
    TargetBody.objects.create(target=made.target("w.t.beds"), department=made.bureau, as_written="市民政局")
    return made


@pytest.fixture
def reader(world: World) -> Client:
    return client_of(world.ling)


def text(response: Any) -> str:
    """The page without tags, white space gone."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", response.content.decode()))


def part(response: Any, name: str) -> str:
    """The words of the section with this id."""
    html = response.content.decode()
    found = re.search(rf'<section[^>]* id="{name}".*?</section>', html, re.DOTALL)
    assert found is not None, f"no section {name}"
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", found.group()))


def overview(reader: Client, **asked: str) -> Any:
    response = reader.get(reverse("overview"), {"year": "2023", **asked})
    assert response.status_code == 200
    return response


def lower_beds(world: World) -> None:
    """Beds are met nowhere but in 红河区, and not by the city."""
    publish(
        value(world.beds, GREEN, "2023", (10, 100), reason="更正"),
        value(world.beds, WHITE, "2023", (10, 100), reason="更正"),
        judge_later=True,
    )
    judge_all()


# The four questions


def test_the_first_words_answer_which_where_since_when_and_who(reader: Client, world: World) -> None:
    lower_beds(world)
    first, risky, *_rest = overview(reader).context["sentences"]
    assert first == "2023年约束性指标1项：红灯1项。"
    assert risky == ("护理型床位占比20%，差 10个百分点，2024-01-31起红灯；青山县、白水县红灯；市民政局负责。")


def test_the_table_answers_them_too_for_both_years(reader: Client, world: World) -> None:
    lower_beds(world)
    said = part(overview(reader), "binding")
    for words in (
        "护理型床位占比",
        "逾期未达标",
        "20%/≥30%",
        "差10个百分点",
        "2024-01-31起",
        "市民政局",
    ):
        assert words.replace(" ", "") in said
    assert "2023年■红2青山县（2024-01-31起）、白水县（自2023-12-31到期起）" in said
    assert "2023年目标" in said
    assert "2025年目标" in said


def test_a_city_that_is_green_does_not_hide_its_counties(reader: Client) -> None:
    sentences = overview(reader).context["sentences"]
    assert sentences == [
        "2023年约束性指标1项，全市全部绿灯。",
        "全市未亮红灯、黄灯而有县（市、区）亮灯：护理型床位占比（白水县红灯）。",
    ]


def test_a_figure_of_some_counties_is_grey_and_says_why(reader: Client, world: World) -> None:
    Observation.objects.filter(region=WHITE, indicator=world.beds).update(superseded_at="2024-01-02T00:00Z")
    judge_all()
    response = overview(reader)
    assert "护理型床位占比县级数据未报齐，暂不亮灯。" in response.context["sentences"]
    said = part(response, "reporting")
    assert "项市级目标所依据的县级数据未报齐" in said
    assert "护理型床位占比2/3县已报" in said


# Counts


def test_both_years_are_counted_side_by_side_whatever_year_is_chosen(reader: Client) -> None:
    for year in ("2023", "2025", "1999"):
        totals = overview(reader, year=year).context["totals"]
        assert [(each.year, each.counts.total) for each in totals] == [(2023, 3), (2025, 3)]
        assert all(each.counts.grey == each.counts.total - sum(
            (each.counts.green, each.counts.yellow, each.counts.red)) for each in totals)  # fmt: skip
    assert overview(reader, year="1999").context["year"] == 2025


def test_plans_departments_and_counties_are_counted(reader: Client, world: World) -> None:
    context = overview(reader).context
    plans = {line.name: [each.counts.total for each in line.counted] for line in context["plans"]}
    assert plans == {"云溪市规划": [3, 3], "青山县规划": [0, 1]}
    departments = {line.name: [each.counts.total for each in line.counted] for line in context["departments"]}
    assert departments == {"市民政局": [1, 1], "文中未载明": [2, 2]}
    counties = {row.line.region.code: row.line.of(2023).counted.counts for row in context["county_rows"]}
    assert set(counties) == set(COUNTIES)
    assert (counties[WHITE].red, counties[RED].green) == (2, 2)
    assert "不排位" in part(overview(reader), "counties")
    assert "排位规则" in part(overview(reader), "counties")


def test_chapters_of_a_plan_load_in_place(reader: Client, world: World) -> None:
    response = reader.get(reverse("overview-chapters", args=["w-issued"]), {"year": "2023"})
    assert response.status_code == 200
    assert sum(line.counted[0].counts.total for line in response.context["chapters"]) == 3
    assert reader.get(reverse("overview-chapters", args=["nothing"])).status_code == 404


# Since the last close


def test_what_turned_since_the_last_close(reader: Client, world: World) -> None:
    close(world)
    JudgingState.objects.update(as_of=date(2024, 3, 5))
    lower_beds(world)
    said = part(overview(reader), "turns")
    assert said.startswith("自2024年1月封存以来")
    assert "■转为红灯" in said
    assert "全市、青山县" in said
    rows = {row.line.region.code: row for row in overview(reader).context["county_rows"]}
    assert (rows[GREEN].turned_red > 0, rows[WHITE].turned_red) == (True, 0)


def test_a_closed_month_shows_what_was_known_then(reader: Client, world: World) -> None:
    close(world)
    JudgingState.objects.update(as_of=date(2024, 3, 5))
    lower_beds(world)
    assert "红灯1项" in overview(reader).context["sentences"][0]
    then = overview(reader, close="2024-01-31")
    assert then.context["sentences"][0] == "2023年约束性指标1项，全市全部绿灯。"
    assert "封存月份" in text(then)


def test_a_day_before_anything_was_due(reader: Client, world: World) -> None:
    JudgingState.objects.update(as_of=date(2024, 3, 5))
    judge_all()
    response = overview(reader, as_of="2022-06-30")
    assert response.context["as_of"] == date(2022, 6, 30)
    assert response.context["totals"][0].counts.grey == 3


# Furthest behind


def test_the_furthest_behind_come_with_gap_share_and_pace(reader: Client, world: World) -> None:
    publish(*[value(world.beds, code, "2022", (15, 100)) for code in COUNTIES], judge_later=True)
    judge_all()
    then = overview(reader, as_of="2023-01-31").context
    (beds,) = [line for line in then["behind"] if line.row.judged.indicator == world.beds]
    assert beds.row.gap == "差 15个百分点"
    assert beds.done == "23%", "2.7 of the 11.8 points due by then"
    assert beds.pace == "每年需提高 15.01 个百分点，至今每年提高 1.35 个百分点"
    assert beds.row.bodies == "市民政局"


def test_what_was_completed_late_is_behind_no_longer(reader: Client, world: World) -> None:
    JudgingState.objects.update(as_of=date(2024, 4, 30))
    lower_beds(world)
    publish(*[value(world.beds, code, "2024-03-31", (40, 100)) for code in COUNTIES], judge_later=True)
    judge_all()
    response = overview(reader)
    assert response.context["totals"][0].counts.yellow == 1
    assert not [line for line in response.context["behind"] if line.row.judged.indicator == world.beds]


# Reds with their answers


@pytest.fixture
def office() -> Reporting:
    with at(NOW):
        made = make_reporting_world()
    world = made.world
    JudgingState.objects.create(as_of=date(2024, 10, 8))
    publish(
        value(world.beds, RED, "2023", (10, 100)),
        value(world.beds, GREEN, "2023", (10, 100)),
        value(world.beds, WHITE, "2023", (40, 100)),
        judge_later=True,
    )
    judge_all()
    return made


def answered(office: Reporting, region: str) -> None:
    RedResponse.objects.create(
        round=office.round,
        regional_target=RegionalTarget.objects.get(target__key="w.t.beds", region=region),
        milestone=Milestone.objects.get(target__key="w.t.beds", due=date(2023, 12, 31)),
        cause="改造资金未到位",
        measure="年内完成两处改造",
        responsible_person="王某",
        deadline=date(2025, 3, 31),
        answered_by=office.ann,
        answered_at=NOW,
    )


def test_a_red_shows_cause_measure_person_and_date_or_that_nobody_said_anything(office: Reporting) -> None:
    reader = client_of(office.world.ling)
    before = part_of_reds(reader)
    assert before.startswith(
        "红灯的原因、措施、责任人、时限2023年红灯3项，已有说明的在前尚未说明原因和措施的红灯"
    )
    assert "护理型床位占比约束性■逾期未达标20%差10个百分点自2023-12-31到期起2文中未载明" in before
    answered(office, RED)
    said = part_of_reds(reader)
    for words in ("红河区", "改造资金未到位", "年内完成两处改造", "王某", "2025-03-31"):
        assert words in said
    assert "尚未说明：青山县" in said


def part_of_reds(reader: Client) -> str:
    return part(overview(reader), "reds")


def test_the_words_of_an_answer_are_for_those_who_follow_the_unit(office: Reporting) -> None:
    answered(office, RED)
    for user in (office.ann, office.lin):
        assert "改造资金未到位" in part_of_reds(client_of(user)), user
    assert "内容由该单位、其牵头单位和领导、督查员查看。" in part_of_reds(client_of(office.wu))


def test_the_last_round_by_county(office: Reporting) -> None:
    with at(NOW):
        response = client_of(office.world.ling).get(reverse("overview-reporting"))
        last = response.context["last"]
        assert last.round == office.round
        assert {line.region.code: (line.owed, line.sent) for line in last.regions}[RED] == (5, 0)
        assert last.owed == sum(line.owed for line in last.regions)
        county = client_of(office.world.ling).get(reverse("overview-reporting"), {"county": RED})
        assert [(line.owed, line.sent, line.timely) for line in county.context["rounds"]] == [(5, 0, "—")]
        outsider = client_of(office.wu).get(reverse("overview-reporting")).context["last"]
    assert {line.region.code for line in outsider.regions} == {WHITE}


def test_who_follows_no_round_is_told_so(office: Reporting) -> None:
    user = make_user("plain", "reporter", office.world.city)
    assert "没有你可以查看的填报轮次" in text(client_of(user).get(reverse("overview-reporting")))


# Who, how much, and nothing at all


def test_before_anything_is_judged_the_page_says_so(db: None) -> None:
    from tests.worlds import make_world

    world = make_world()
    response = client_of(world.ling).get(reverse("overview"))
    assert "还没有判定结果" in text(response)
    response = client_of(world.ling).get(reverse("overview-display"))
    assert "还没有判定结果" in text(response)


def test_statements_are_few_and_do_not_grow_with_reds(reader: Client, world: World) -> None:
    close(world)
    JudgingState.objects.update(as_of=date(2024, 3, 5))
    judge_all()
    overview(reader)
    with CaptureQueriesContext(connection) as few:
        overview(reader)
    lower_beds(world)
    with CaptureQueriesContext(connection) as many:
        overview(reader)
    assert len(few) == len(many) <= STATEMENTS
