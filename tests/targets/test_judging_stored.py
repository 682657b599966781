"""What judging leaves behind: assessments, transitions, findings, thresholds; and how many statements it takes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from targets.actions import publish_values, set_thresholds
from targets.actions.refusals import NotAllowed, Refused
from targets.actions.thresholds import Settings
from targets.judging.as_of import assess_as_of
from targets.judging.explain import recompute
from targets.judging.rejudging import rejudge, rejudge_indicator
from targets.models import (
    Assessment,
    JudgingState,
    RegionalTarget,
    RolledUpValue,
    ThresholdSet,
    Transition,
)
from tests.worlds import (
    CITY,
    COUNTIES,
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
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.models import Finding

from .judged import AS_OF, found, standing

pytestmark = pytest.mark.django_db

NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


# --- storing --------------------------------------------------------------------------------------------


def test_a_change_of_light_is_recorded_and_only_a_change(world: World, counted: Any) -> None:
    rejudge(world.beds.pk, [RED], cause="load")
    counted(value(world.beds, RED, "2023", (20, 100)))
    counted(value(world.beds, RED, "2023", (21, 100), reason="更正"))
    counted(value(world.beds, RED, "2023", (30, 100), reason="再更正"))
    rows = Transition.objects.filter(region=RED, milestone__due=day("2023")).order_by("pk")
    assert [(row.from_state, row.to_state, row.to_light, row.cause) for row in rows] == [
        ("", "NO_DATA", "red", "load"),
        ("NO_DATA", "MISSED", "red", "value"),
        ("MISSED", "MET", "green", "value"),
    ]
    assert {row.as_of for row in rows} == {AS_OF}


def test_a_target_that_comes_back_continues_its_history(world: World) -> None:
    rejudge(world.beds.pk, [RED])
    RegionalTarget.objects.filter(region=RED).update(active=False)
    rejudge(world.beds.pk, [RED])
    RegionalTarget.objects.filter(region=RED).update(active=True)
    before = Transition.objects.count()
    rejudge(world.beds.pk, [RED])
    assert Assessment.objects.filter(region=RED, indicator=world.beds).exists()
    assert Transition.objects.count() == before


def test_judging_again_writes_nothing(world: World, counted: Any) -> None:
    counted(*everywhere(world.beds, "2023", (20, 100)))
    computed = found(world.beds, CITY).computed_at
    outcome = rejudge(world.beds.pk, COUNTIES)
    assert (outcome.written, outcome.transitions, outcome.removed) == (0, 0, 0)
    assert found(world.beds, CITY).computed_at == computed


def test_every_answer_is_recomputed_from_its_stored_inputs_alone(world: World, counted: Any) -> None:
    counted(
        *everywhere(world.beds, "2022", (25, 100)),
        *everywhere(world.beds, "2023", (29, 97), [RED, GREEN]),
        *everywhere(world.homes, "2023", 1, [RED, GREEN]),
        *everywhere(world.households, "2023-06-30", 40),
        value(world.lottery, CITY, "2023", "55.5"),
    )
    rows = list(Assessment.objects.all())
    assert {row.state for row in rows} >= {"MET", "MISSED", "ON_TRACK", "NO_DATA"}
    for row in rows:
        assert recompute(row.inputs, row.answer["due"]) == row.answer
        with pytest.raises(LookupError):
            recompute(row.inputs, "1999-12-31")


def test_any_day_is_judged_without_storing(world: World, counted: Any) -> None:
    counted(*everywhere(world.beds, "2022", (25, 100)), *everywhere(world.homes, "2022", 1))
    before = list(Assessment.objects.values_list("pk", "computed_at"))
    same = assess_as_of(Q(region__in=[CITY, RED]), AS_OF)
    for verdict in same.verdicts:
        stored = Assessment.objects.filter(regional_target=verdict.row, milestone=verdict.milestone).first()
        if stored is not None:  # nothing was ever judged of indicators without values
            assert (verdict.answer, verdict.inputs) == (stored.answer, stored.inputs)
    earlier = assess_as_of(Q(region=CITY, indicator=world.beds), date(2021, 12, 31)).verdicts
    assert {verdict.answer["state"] for verdict in earlier} == {"NO_DATA"}
    assert list(Assessment.objects.values_list("pk", "computed_at")) == before


def test_demonstration_readings_mark_the_assessment(world: World, counted: Any) -> None:
    counted(value(world.beds, RED, "2023", (40, 100)), is_demo=True)
    counted(value(world.beds, GREEN, "2023", (40, 100)))
    marks = {row.region_id: row.is_demo for row in Assessment.objects.filter(milestone__due=day("2023"))}
    assert marks == {RED: True, GREEN: False, CITY: True}
    assert RolledUpValue.objects.get().is_demo


# --- findings -------------------------------------------------------------------------------------------


def test_a_reported_figure_that_differs_from_the_complete_roll_up_is_a_finding(
    world: World, counted: Any
) -> None:
    counted(value(world.households, CITY, "2023", 250), *everywhere(world.households, "2023", 80, [RED]))
    assert not Finding.objects.exists(), "an incomplete roll-up differs by nature"
    counted(*everywhere(world.households, "2023", 80, [GREEN, WHITE]))
    finding = Finding.objects.get()
    assert (finding.kind, finding.origin) == ("reported_differs", "data")
    assert finding.subjects == ["w-households"]
    assert [place.phrase for place in finding.places.all()] == [
        "云溪市直报：250户",
        "3个县（市、区）汇总：240户",
    ]
    counted(value(world.households, RED, "2023", 90, reason="补报"))
    finding.refresh_from_db()
    assert finding.withdrawn_at is not None
    counted(value(world.households, RED, "2023", 91, reason="再更正"))
    finding.refresh_from_db()
    assert finding.withdrawn_at is None
    assert "251户" in finding.summary
    assert finding.places.count() == 2


def test_a_rate_typed_by_the_city_is_compared_at_the_decimals_shown(world: World, counted: Any) -> None:
    counted(value(world.beds, CITY, "2023", "33.3"), *everywhere(world.beds, "2023", (1, 3)))
    assert not Finding.objects.exists()
    counted(value(world.beds, CITY, "2023", "33.4", reason="更正"))
    assert "33.4%" in Finding.objects.get().summary


# --- thresholds -----------------------------------------------------------------------------------------


def test_the_default_thresholds_are_made_once(world: World) -> None:
    rejudge(world.beds.pk, [RED])
    rejudge(world.beds.pk, [GREEN])
    row = ThresholdSet.objects.get()
    assert (row.plan, row.version) == (None, 1)
    assert found(world.beds, RED).inputs["thresholds"] == {
        "green": "0.95",
        "yellow": "0.6",
        "start_up": "0.1",
        "closing": "0.1",
    }


def test_annual_targets_have_their_own_start_up(world: World) -> None:
    rejudge(world.households.pk, [CITY])
    assert found(world.households, CITY).inputs["thresholds"]["start_up"] == "0.25"


def test_new_thresholds_are_a_version_and_judge_their_plan_anew(
    world: World, counted: Any, django_capture_on_commit_callbacks: Any
) -> None:
    JudgingState.objects.update(as_of=date(2023, 6, 30))
    counted(*everywhere(world.beds, "2022", (20, 100)))
    assert standing(world.beds, CITY) == ("BEHIND", "yellow")
    with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
        row = set_thresholds(
            plan=world.plan,
            settings=Settings(yellow=Decimal("0.7")),
            reason="会议纪要",
            by=None,
            process="test",
        )
    assert row.version == 1
    assert standing(world.beds, CITY) == ("AT_RISK", "red")
    assert found(world.beds, CITY).thresholds == row
    assert Transition.objects.filter(region=CITY).first().cause == "thresholds"  # type: ignore[union-attr]
    with pytest.raises(Refused) as refused:
        set_thresholds(
            plan=world.plan,
            settings=Settings(green=Decimal("0.5"), closing=Decimal(2), grace_days=-1, stale_after_days=-1),
            reason="",
            by=None,
        )
    assert [problem.field for problem in refused.value.problems] == [
        "closing",
        "yellow",
        "grace_days",
        "stale_after_days",
        "reason",
    ]
    with pytest.raises(NotAllowed):
        set_thresholds(plan=world.plan, settings=Settings(), reason="试", by=world.gao)


# --- budgets --------------------------------------------------------------------------------------------


def statements(captured: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in captured if not query["sql"].startswith(NOT_COUNTED)]


@pytest.mark.parametrize("extra_targets", [0, 30], ids=["one target", "many targets"])
def test_statements_from_publishing_one_value_to_its_new_assessments(
    world: World, extra_targets: int, django_capture_on_commit_callbacks: Any
) -> None:
    for number in range(extra_targets):
        make_target(f"w.t.more-{number}", world.homes, world.document, {"2023": 1, "2025": 2})
        make_target(
            f"w.t.each-{number}", world.homes, world.document, {"2023": 1, "2025": 2}, scope="each_county"
        )
    bind_targets()
    rejudge_indicator(world.homes.pk, cause="load")
    with (
        CaptureQueriesContext(connection) as captured,
        dispatch.at_once(),
        django_capture_on_commit_callbacks(execute=True),
    ):
        publish_values(values=[value(world.homes, RED, "2023", 1)], by=world.lin, label="测试")
    seen = statements(captured)
    states = Assessment.objects.filter(indicator=world.homes, region=RED, milestone__due=day("2023"))
    assert [row.state for row in states] == ["MET"] * (extra_targets + 1)
    # Sealing the audit event is among them. SQLite writes at most 999 parameters a statement, so many
    # assessments are a few more statements.
    assert len(seen) <= (34 if not extra_targets else 40), "\n".join(sql[:120] for sql in seen)


def test_statements_of_a_day_do_not_grow_with_the_targets(
    world: World, django_assert_max_num_queries: Any
) -> None:
    rejudge_indicator(world.beds.pk, cause="load")
    with django_assert_max_num_queries(8):
        judged = assess_as_of(Q(), AS_OF)
    assert len(judged.verdicts) > 15
