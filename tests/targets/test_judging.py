"""From values that count to assessments: readings, roll-ups, each county, what is judged."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from targets.actions import accept_rollup
from targets.actions.refusals import NotAllowed, Refused
from targets.judging.rejudging import rejudge, rejudge_indicator, standing_as_of
from targets.models import (
    Assessment,
    JudgingState,
    Milestone,
    RegionalTarget,
    RolledUpValue,
)
from tests.worlds import (
    CITY,
    GREEN,
    RED,
    WHITE,
    World,
    bind_targets,
    day,
    everywhere,
    make_target,
    value,
)
from yuxi_eldercare.core.models import AuditEvent, Region

from .judged import AS_OF, found, standing

pytestmark = pytest.mark.django_db


# --- readings -------------------------------------------------------------------------------------------


def test_a_rate_is_judged_on_its_exact_quotient(world: World, counted: Any) -> None:
    counted(value(world.beds, RED, "2023", (1, 3)))
    row = found(world.beds, RED)
    assert row.answer["actual"] == "33.3333333333333"
    assert (row.state, row.light, row.marks) == ("MET", "green", ["BINDING"])
    assert row.as_of == AS_OF


def test_a_county_is_not_judged_on_the_citys_baseline(world: World, counted: Any) -> None:
    counted(*everywhere(world.beds, "2023", (20, 100)))
    assert found(world.beds, RED).inputs["baseline"] is None
    assert found(world.beds, CITY).inputs["baseline"] == {"date": "2020-12-31", "value": "12.3"}


def test_of_a_yearly_flow_only_readings_ending_a_year_are_judged_but_annual_takes_all(
    world: World, counted: Any
) -> None:
    make_target("w.t.flow", world.households, world.document, {"2023": 100})
    bind_targets()
    JudgingState.objects.update(as_of=date(2023, 8, 1))
    counted(*everywhere(world.households, "2023-06-30", 40))
    annual = Assessment.objects.get(
        regional_target__target__key="w.t.households", milestone__due=day("2023"), region=CITY
    )
    reach = Assessment.objects.get(regional_target__target__key="w.t.flow", region=CITY)
    assert (annual.answer["actual"], annual.state) == ("120", "ON_TRACK")
    assert (reach.answer["actual"], reach.state) == (None, "NO_DATA")


def test_what_the_city_reports_itself_takes_precedence(world: World, counted: Any) -> None:
    counted(*everywhere(world.beds, "2023", (20, 100)))
    assert standing(world.beds, CITY) == ("MISSED", "red")
    counted(value(world.beds, CITY, "2023", 31))
    row = found(world.beds, CITY)
    assert (row.answer["actual"], row.state, row.members_reported) == ("31", "MET", None)


# --- roll-ups -------------------------------------------------------------------------------------------


def test_a_rate_rolls_up_as_ratio_of_sums_never_as_a_mean(world: World, counted: Any) -> None:
    counted(
        value(world.beds, RED, "2023", (90, 100)),
        value(world.beds, GREEN, "2023", (10, 900)),
        value(world.beds, WHITE, "2023", "na"),
    )
    row = RolledUpValue.objects.get()
    assert (row.value, row.numerator, row.denominator) == (10, 100, 1000)
    assert (row.members_reported, row.members_expected) == (3, 3)
    assert found(world.beds, CITY).answer["actual"] == "10"


def test_missing_is_not_zero_and_the_figure_is_provisional_until_complete(world: World, counted: Any) -> None:
    counted(*everywhere(world.beds, "2023", (40, 100), [RED, GREEN]))
    row = found(world.beds, CITY)
    assert (row.answer["actual"], row.light, row.marks) == ("40", "grey", ["PROVISIONAL", "BINDING"])
    assert (row.members_reported, row.members_expected) == (2, 3)
    counted(value(world.beds, WHITE, "2023", (40, 100)))
    row = found(world.beds, CITY)
    assert (row.light, row.marks, row.members_reported) == ("green", ["BINDING"], 3)


def test_an_incomplete_sum_is_green_only_if_it_meets_and_never_red(world: World, counted: Any) -> None:
    counted(value(world.households, RED, "2023", 150))
    assert standing(world.households, CITY) == ("MISSED", "grey")
    counted(value(world.households, GREEN, "2023", 60))
    row = found(world.households, CITY)
    assert (row.state, row.light, row.marks) == ("MET", "green", ["PROVISIONAL"])


def test_only_values_of_the_same_period_end_meet(world: World, counted: Any) -> None:
    counted(
        value(world.households, RED, "2023", 150),
        value(world.households, GREEN, "2023-09-30", 150),
    )
    rows = RolledUpValue.objects.order_by("period_end").values_list("value", "members_reported")
    assert list(rows) == [(150, 1), (150, 1)]


def test_a_withdrawn_county_is_not_expected(world: World, counted: Any) -> None:
    Region.objects.filter(code=WHITE).update(withdrawn=True)
    counted(*everywhere(world.beds, "2023", (40, 100), [RED, GREEN]))
    assert found(world.beds, CITY).light == "green"


def test_a_countys_own_measure_does_not_become_a_city_figure(world: World, counted: Any) -> None:
    counted(value(world.smart, GREEN, "2023", 2))
    assert not RolledUpValue.objects.exists()
    assert found(world.smart, GREEN, "2025", "w-county-plan").answer["actual"] == "2"


def test_the_lead_department_lets_an_incomplete_figure_count(world: World, counted: Any) -> None:
    counted(*everywhere(world.beds, "2023", (40, 100), [RED, GREEN]))
    where = {"indicator": world.beds, "region": world.city, "period_end": day("2023")}
    with pytest.raises(NotAllowed):
        accept_rollup(**where, reason="撤并", by=world.gao)
    with pytest.raises(Refused, match="为什么"):
        accept_rollup(**where, reason=" ", by=world.lin)
    with pytest.raises(Refused, match="没有汇总数"):
        accept_rollup(**{**where, "period_end": day("2022")}, reason="撤并", by=world.lin)
    accept_rollup(**where, reason="白水县正在核实，差额不影响结论", by=world.lin)
    rejudge(world.beds.pk, [CITY])
    row = found(world.beds, CITY)
    assert (row.light, row.marks, row.members_reported) == ("green", ["BINDING"], 2)
    event = AuditEvent.objects.get(action="rollups.accept")
    assert event.after["members"] == "2/3"
    counted(value(world.beds, WHITE, "2023", (40, 100)))
    with pytest.raises(Refused, match="已完整"):
        accept_rollup(**where, reason="再次", by=world.lin)


# --- each county ----------------------------------------------------------------------------------------


def test_each_county_is_judged_and_the_city_by_all_of_them(world: World, counted: Any) -> None:
    JudgingState.objects.update(as_of=date(2023, 6, 30))
    counted(*everywhere(world.homes, "2022", 1, [RED, GREEN]))
    city = found(world.homes, CITY)
    assert (city.state, city.light, city.answer["actual"]) == ("NOT_DUE", "grey", "2")
    assert [member["name"] for member in city.inputs["members"]] == ["红河区", "青山县", "白水县"]
    assert "PROVISIONAL" in city.marks
    counted(value(world.homes, WHITE, "2022", 1))
    city = found(world.homes, CITY)
    assert (city.state, city.light, city.answer["actual"], city.answer["gap"]) == ("MET", "green", "3", "0")


def test_after_the_due_date_one_county_short_is_missed(world: World, counted: Any) -> None:
    counted(*everywhere(world.homes, "2023", 1, [RED, GREEN]), value(world.homes, WHITE, "2023", 0))
    assert standing(world.homes, CITY) == ("MISSED", "red")
    counted(value(world.homes, WHITE, "2023", "na", reason="撤并"))
    assert standing(world.homes, CITY) == ("MET", "green")


def test_all_counties_some_late(world: World, counted: Any) -> None:
    JudgingState.objects.update(as_of=date(2024, 8, 1))
    counted(*everywhere(world.homes, "2023", 1, [RED, GREEN]), value(world.homes, WHITE, "2023", 0))
    counted(value(world.homes, WHITE, "2024-06-30", 1))
    city = found(world.homes, CITY)
    assert (city.state, city.light, city.answer["met_on"]) == ("MET_LATE", "yellow", "2024-06-30")


# --- what is judged -------------------------------------------------------------------------------------


def test_a_draft_binds_nobody_and_a_plan_binds_from_its_first_day(world: World) -> None:
    rejudge_indicator(world.beds.pk, cause="load")
    assert set(Assessment.objects.values_list("regional_target__target__key", flat=True)) == {"w.t.beds"}
    rejudge_indicator(world.beds.pk, as_of=date(2021, 5, 31), cause="load")
    assert not Assessment.objects.exists()


def test_a_county_is_judged_on_its_part_of_a_broken_down_target(world: World, counted: Any) -> None:
    households = world.target("w.t.households")
    for region, demand in ((RED, 50), (GREEN, None)):
        part = RegionalTarget.objects.create(
            target=households,
            indicator=world.households,
            region_id=region,
            origin=RegionalTarget.Origin.PART,
            effective_from=day("2021-06-01"),
            effective_to=day("2025"),
        )
        if demand is not None:
            Milestone.objects.create(
                target=households,
                regional=part,
                key=f"2023-12-31@{region}",
                due=day("2023"),
                comparator=">=",
                value=demand,
            )
    counted(*everywhere(world.households, "2023", 60))
    red = found(world.households, RED)
    assert (red.state, red.answer["gap"]) == ("MET", "-10")
    assert not Assessment.objects.filter(indicator=world.households, region=GREEN).exists()
    city = Assessment.objects.filter(indicator=world.households, region=CITY)
    assert sorted(row.answer["due"] for row in city) == ["2023-12-31", "2024-12-31", "2025-12-31"]
    assert found(world.households, CITY).answer["actual"] == "180"


@pytest.mark.parametrize("change", ["milestone withdrawn", "no due date", "inactive", "qualitative"])
def test_what_no_longer_binds_loses_its_assessment(world: World, counted: Any, change: str) -> None:
    counted(value(world.beds, RED, "2023", (40, 100)))
    assert Assessment.objects.filter(region=RED).count() == 2
    if change == "milestone withdrawn":
        Milestone.objects.filter(target__key="w.t.beds", due=day("2023")).update(withdrawn_at=timezone.now())
    elif change == "no due date":
        Milestone.objects.filter(target__key="w.t.beds", due=day("2023")).update(due=None)
    elif change == "inactive":
        RegionalTarget.objects.filter(region=RED).update(active=False)
    else:
        world.beds.targets.update(qualitative=True)
    rejudge(world.beds.pk, [RED])
    left = 1 if change in ("milestone withdrawn", "no due date") else 0
    assert Assessment.objects.filter(region=RED).count() == left


def test_a_target_whose_rows_contradict_each_other_does_not_stop_the_others(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.target("w.t.beds").milestones.filter(due=day("2023")).update(due=day("2020"))
    make_target("w.t.sound", world.beds, world.document, {"2023": 30})
    bind_targets()
    outcome = rejudge(world.beds.pk, [CITY])
    assert list(outcome.problems) == [f"w.t.beds {CITY}"]
    assert "milestones[0].due" in outcome.problems[f"w.t.beds {CITY}"]
    assert "cannot be judged" in caplog.text
    assert found(world.beds, CITY).regional_target.target.key == "w.t.sound"


def test_an_unknown_indicator_or_region_is_left_out(world: World) -> None:
    assert rejudge(10**6, [CITY]).judged == 0
    assert rejudge(world.beds.pk, ["999999"]).judged == 0


def test_the_day_defaults_to_the_standing_one_or_to_where_a_nightly_run_has_come(world: World) -> None:
    assert standing_as_of() == AS_OF
    rejudge(world.beds.pk, [RED])
    assert found(world.beds, RED).as_of == AS_OF
    rejudge(world.beds.pk, [RED], as_of=date(2024, 3, 1))
    rejudge(world.beds.pk, [RED])
    assert found(world.beds, RED).as_of == date(2024, 3, 1)
