"""The nightly run: verify at the stored day, advance to today, say what was found, survive a break."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from targets.judging import nightly
from targets.judging.nightly import rejudge_all
from targets.judging.rejudging import rejudge, rejudge_indicator
from targets.models import Assessment, JudgingState, Milestone, RolledUpValue, Transition
from targets.tasks import NIGHTLY
from tests.worlds import CITY, COUNTIES, RED, World, day, everywhere, make_world, publish, value
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def run(today: str) -> Job:
    """A nightly run on some day; the job as stored."""
    job = jobs.create(NIGHTLY, "每日重新判定")
    jobs.run(job.pk, lambda progress: rejudge_all(progress, date.fromisoformat(today)) and None)
    job.refresh_from_db()
    return job


def table() -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """Every stored assessment: (target, region, due) → (as_of, state, light)."""
    return {
        (row.regional_target.target.key, row.region_id, row.answer["due"]): (
            row.as_of.isoformat(),
            row.state,
            row.light,
        )
        for row in Assessment.objects.select_related("regional_target__target")
    }


def test_a_first_run_judges_everything_and_names_itself(world: World) -> None:
    publish(*everywhere(world.beds, "2022", (25, 100)))
    job = run("2023-03-01")
    state = JudgingState.objects.get()
    assert (state.as_of, state.run) == (date(2023, 3, 1), job)
    assert (job.state, job.error, job.done, job.total) == ("done", "", 5, 5)
    assert job.result["assessments"] == Assessment.objects.count() == len(table())
    assert set(Assessment.objects.values_list("run", flat=True)) == {job.pk}
    assert job.result["differences"] == 0


def test_running_again_finds_every_stored_result_equal(world: World) -> None:
    publish(
        *everywhere(world.beds, "2022", (25, 100)),
        *everywhere(world.homes, "2022", 1),
        value(world.households, RED, "2022-06-30", 55),
    )
    run("2023-03-01")
    before = table()
    job = run("2023-03-01")
    assert (job.result["differences"], job.result["transitions"], job.error) == (0, 0, "")
    assert table() == before


def test_time_alone_changes_lights_and_is_recorded(world: World) -> None:
    publish(*everywhere(world.beds, "2022", (25, 100)))
    run("2023-03-01")
    job = run("2024-03-01")
    row = Transition.objects.filter(region=CITY, milestone__due=day("2023"), run=job).get(
        regional_target__target__key="w.t.beds"
    )
    assert (row.from_state, row.to_state, row.cause) == ("ON_TRACK", "MISSED", "nightly")
    assert row.as_of == date(2024, 3, 1)
    assert job.result["previous_as_of"] == "2023-03-01"


def test_a_difference_is_reported_logged_and_set_right(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    publish(*everywhere(world.beds, "2022", (25, 100)))
    run("2023-03-01")
    right = table()
    row = Assessment.objects.get(region=CITY, milestone__due=day("2023"), indicator=world.beds)
    Assessment.objects.filter(pk=row.pk).update(state="AT_RISK", light="red")
    job = run("2023-03-01")
    assert job.result["differences"] == 1
    assert job.result["examples"] == [
        {
            "target": "w.t.beds",
            "region": CITY,
            "due": "2023-12-31",
            "as_of": "2023-03-01",
            "stored": "AT_RISK red",
            "judged": "ON_TRACK green",
        }
    ]
    assert job.state == Job.State.DONE
    assert "1项评估与同日重新判定的结果不一致" in job.error
    assert "differs from judging the same day again" in caplog.text
    assert table() == right
    correction = Transition.objects.first()
    assert correction is not None
    assert (correction.cause, correction.from_state, correction.to_state) == (
        "correction",
        "AT_RISK",
        "ON_TRACK",
    )


@pytest.mark.parametrize("what", ["answer", "inputs", "value", "milestone", "rollup"])
def test_whatever_was_changed_behind_the_actions_is_noticed(world: World, what: str) -> None:
    publish(*everywhere(world.beds, "2022", (25, 100)))
    run("2023-03-01")
    row = Assessment.objects.get(region=CITY, milestone__due=day("2023"), indicator=world.beds)
    if what == "answer":
        Assessment.objects.filter(pk=row.pk).update(answer={**row.answer, "expected": "1"})
    elif what == "inputs":
        Assessment.objects.filter(pk=row.pk).update(inputs={**row.inputs, "as_of": "2023-02-28"})
    elif what == "value":
        world.beds.observations.filter(region=RED).update(numerator=1)
    elif what == "milestone":
        Milestone.objects.filter(pk=row.milestone_id).update(value=31)
    else:
        RolledUpValue.objects.update(numerator=1)
    job = run("2023-03-01")
    if what == "rollup":  # it is derived, so it is built anew before anything is judged
        assert job.result["differences"] == 0
        assert RolledUpValue.objects.get().numerator == 75
    else:
        assert job.result["differences"] >= 1
    assert run("2023-03-01").result["differences"] == 0


def test_what_an_earlier_rule_version_said_is_replaced_but_is_no_difference(world: World) -> None:
    run("2023-03-01")
    Assessment.objects.update(rule_version="2020.1", state="MET")
    job = run("2023-03-01")
    assert job.result["differences"] == 0
    assert not Assessment.objects.filter(rule_version="2020.1").exists()


def test_a_run_that_breaks_half_way_says_so_and_can_simply_run_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(*everywhere(world.beds, "2022", (25, 100)), *everywhere(world.homes, "2022", 1))
    run("2023-03-01")
    whole = nightly._one_indicator

    def breaks_at_third(indicator_id: int, *rest: Any) -> None:
        whole(indicator_id, *rest)
        if indicator_id == world.households.pk:
            raise RuntimeError("power cut")

    monkeypatch.setattr(nightly, "_one_indicator", breaks_at_third)
    with pytest.raises(RuntimeError, match="power cut"):
        run("2024-03-01")
    broken = Job.objects.first()
    assert broken is not None
    assert (broken.state, broken.error, broken.done) == ("failed", "RuntimeError: power cut", 2)
    assert {as_of for as_of, *_ in table().values()} == {"2023-03-01", "2024-03-01"}
    assert JudgingState.objects.get().as_of == date(2023, 3, 1)

    monkeypatch.setattr(nightly, "_one_indicator", whole)
    job = run("2024-03-01")
    assert job.result["differences"] == 0
    assert {as_of for as_of, *_ in table().values()} == {"2024-03-01"}
    assert JudgingState.objects.get().run == job


def test_a_value_that_counts_during_a_run_is_judged_where_the_run_has_come(world: World) -> None:
    run("2023-03-01")
    rejudge_indicator(world.beds.pk, as_of=date(2024, 3, 1), cause="nightly")
    publish(value(world.beds, RED, "2023", (40, 100)))
    rejudge(world.beds.pk, [RED])
    assert set(Assessment.objects.filter(indicator=world.beds).values_list("as_of", flat=True)) == {
        date(2024, 3, 1)
    }


def test_a_job_cut_off_is_named_by_the_one_that_takes_over(world: World) -> None:
    dead = jobs.create(NIGHTLY, "每日重新判定")
    Job.objects.filter(pk=dead.pk).update(state=Job.State.RUNNING)
    with dispatch.at_once():
        dispatch.start("targets.rejudge_all")
    dead.refresh_from_db()
    job = Job.objects.first()
    assert job is not None
    assert (job.kind, job.state) == (NIGHTLY, "done")
    assert (dead.state, dead.error) == ("failed", f"运行中断，由后台任务 {job.pk} 重新运行。")


def test_a_job_given_by_its_id_is_run_under_that_record(world: World) -> None:
    job = jobs.create(NIGHTLY, "手动")
    with dispatch.at_once():
        dispatch.start("targets.rejudge_all", job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, Job.objects.count()) == ("done", 5, 1)


def test_rundue_does_what_the_scheduler_would_and_prints_progress(world: World) -> None:
    publish(*everywhere(world.beds, "2022", (25, 100)))
    out = io.StringIO()
    call_command("rundue", stdout=out)
    assert "5/5" in out.getvalue()
    assert "每日重新判定：完成" in out.getvalue()
    assert JudgingState.objects.get().run == Job.objects.get(kind=NIGHTLY)
    Assessment.objects.filter(region__in=COUNTIES).update(state="MET")
    with pytest.raises(CommandError, match="不一致，已更正"):
        call_command("rundue", stdout=out)


def test_problems_of_single_targets_are_in_the_result(world: World) -> None:
    world.target("w.t.beds").milestones.filter(due=day("2023")).update(due=day("2020"))
    job = run("2023-03-01")
    assert set(job.result["problems"]) == {f"w.t.beds {CITY}"}
    assert "1个目标的数据自相矛盾" in job.error
    assert job.state == Job.State.DONE
