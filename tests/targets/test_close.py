"""Closing a month freezes all of it, once, in its turn; nothing afterwards reaches what was frozen (§4.6)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from targets.actions.thresholds import Settings, set_thresholds
from targets.judging.explain import recompute
from targets.judging.nightly import rejudge_all
from targets.models import Assessment, FrozenAssessment, JudgingState, Milestone, Target
from targets.queries.frozen import closes, frozen_judged, identity_of, last_close
from targets.queries.judged import judged
from targets.tasks import NIGHTLY
from tests.worlds import CITY, RED, WHITE, World, bind_targets, make_user, publish, value
from yuxi_eldercare import period_close
from yuxi_eldercare.closing import background
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.actions.closes import AlreadyClosed
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.closing import verify
from yuxi_eldercare.core.models import AuditEvent, FrozenRecord, Job, PeriodClose

from .closing import FEBRUARY, GAPS, JANUARY, MARCH, close, content, judge_all, make_closing_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_closing_world()


def sentences(world: World, **fields: Any) -> str:
    """What a refused close is told."""
    with pytest.raises(ActionRefused) as refused:
        close(world, **fields)
    return str(refused.value)


# What is frozen


def test_a_close_says_what_was_stored_on_its_day(world: World) -> None:
    made = close(world)
    assert (made.month_end, made.as_of, made.closed_by) == (JANUARY, JANUARY, world.lin)
    stored = Assessment.objects.order_by("regional_target", "milestone")
    then = FrozenAssessment.objects.order_by("regional_target", "milestone")
    columns = (
        "regional_target_id", "milestone_id", "indicator_id", "region_id", "as_of", "state", "light", "marks",
        "answer", "inputs", "rule_version", "members_reported", "members_expected", "is_demo",
    )  # fmt: skip
    assert list(then.values(*columns)) == list(stored.values(*columns))
    assert made.assessments == len(stored) > 10
    lights = stored.filter(region=CITY).order_by().values_list("light").annotate(n=Count("pk"))
    assert made.counts["city"] == dict(lights)


def test_typed_rows_are_those_of_the_stored_judgements(world: World) -> None:
    made = close(world)
    for condition in ({}, {"regions": [RED]}, {"documents": ["w-county"]}, {"due": date(2023, 12, 31)}):
        now = sorted(judged(**condition), key=identity_of)
        then = sorted(frozen_judged(made, **condition), key=identity_of)
        assert len(then) == len(now) > 0
        for old, new in zip(then, now, strict=True):
            for name in ("state", "light", "marks", "answer", "binding", "actual", "gap", "as_of"):
                assert getattr(old, name) == getattr(new, name), name
            for name in ("target", "indicator", "region", "milestone", "regional"):
                assert getattr(old, name).pk == getattr(new, name).pk
            assert old.milestone.value == new.milestone.value
            assert old.target.document.title == new.target.document.title
            assert list(old.target.bodies.all()) == list(new.target.bodies.all()) == []
            assert (old.assessment_id, old.month) == (None, JANUARY)


def test_reading_a_close_is_one_statement(world: World, django_assert_num_queries: Any) -> None:
    made = close(world)
    with django_assert_num_queries(1):
        rows = frozen_judged(made)
        assert {row.target.plan.name for row in rows} == {"云溪市规划", "青山县规划"}
        assert [list(row.target.bodies.all()) for row in rows]


def test_a_month_after_the_stored_day_is_judged_as_of_its_own_last_day(world: World) -> None:
    JudgingState.objects.update(as_of=date(2023, 6, 30))
    made = close(world)
    assert {row["as_of"] for row in FrozenAssessment.objects.values("as_of")} == {JANUARY}
    assert frozen_judged(made, regions=[WHITE], indicators=[world.beds.pk])[0].state == "MISSED"


def test_every_answer_is_recomputed_from_its_row_alone(world: World) -> None:
    close(world)
    rows = FrozenAssessment.objects.all()
    for row in rows:
        assert recompute(row.inputs, row.due.isoformat()) == row.answer
    assert {row.stated["regional"]["origin"] for row in rows} >= {"own", "each", "city_rate", "all_members"}


def test_who_reported_the_judged_figure_stands_in_the_row(world: World) -> None:
    publish(value(world.homes, WHITE, "2023", 3, reported_by=world.gao), by=world.lin)
    judge_all()
    close(world)
    row = FrozenAssessment.objects.get(region=WHITE, indicator=world.homes)
    said = row.grounds["reported"]
    assert (said["version"], said["reported_by"], said["confirmed_by"]) == (1, "Gao", "Lin")
    assert FrozenAssessment.objects.filter(region=CITY, indicator=world.beds)[0].grounds["reported"] is None


def test_tasks_are_frozen_with_their_leads_and_lights(world: World) -> None:
    task = world.document.assignments.create(key="w.a.1", number="1", kind="task", title="增加护理型床位")
    task.targets.add(world.target("w.t.beds"))
    task.bodies.create(role="lead", department=world.bureau, as_written="市民政局")
    made = close(world)
    record = FrozenRecord.objects.get(close=made, kind="assignment")
    assert (record.key, record.region, record.department) == ("w.a.1", CITY, "w-mz")
    assert record.data["bodies"]["lead"] == [{"department": "w-mz", "as_written": "市民政局"}]
    city = judged(regions=[CITY], indicators=[world.beds.pk])
    assert [light["light"] for light in record.data["targets"][0]["lights"]] == [row.light for row in city]


def test_projects_are_frozen_as_they_are(world: World) -> None:
    world.document.projects.create(
        key="w.p.1",
        name="护理院",
        listing="tabled",
        region=world.city,
        start_year=2023,
        total_investment_fen=100_00,
    )
    close(world)
    record = FrozenRecord.objects.get(kind="project")
    assert (record.key, record.data["name"], record.data["total_investment_fen"]) == (
        "w.p.1",
        "护理院",
        100_00,
    )


# Nothing reaches a closed month


def correct(world: World) -> None:
    publish(value(world.beds, WHITE, "2023", (90, 100), reason="核实后更正"), judge_later=True)
    judge_all()


def reload_plans(world: World) -> None:
    Target.objects.filter(key="w.t.beds").update(name_as_written="改名", nature="indicative")
    Milestone.objects.filter(target__key="w.t.beds").update(value=Decimal(5))
    type(world.beds).objects.filter(pk=world.beds.pk).update(name="改名", unit="张")
    world.target("w.t.lottery").milestones.update(withdrawn_at=timezone.now())
    judge_all()


def lower_thresholds(world: World) -> None:
    with dispatch.at_once():
        set_thresholds(plan=world.plan, settings=Settings(yellow=Decimal("0.1")), reason="试行", by=world.lin)
    judge_all()


def advance(world: World) -> None:
    job = jobs.create(NIGHTLY, "每日重新判定")
    jobs.run(job.pk, lambda progress: rejudge_all(progress, MARCH) and None)


@pytest.mark.parametrize("later", [correct, reload_plans, lower_thresholds, advance])
def test_what_comes_later_does_not_reach_a_closed_month(world: World, later: Callable[[World], None]) -> None:
    made = close(world)
    before = content(made)
    shown = [
        (r.target.name_as_written, r.indicator.name, r.milestone.value, r.binding)
        for r in frozen_judged(made)
    ]
    stored = list(Assessment.objects.order_by("pk").values("state", "inputs", "as_of"))
    later(world)
    assert list(Assessment.objects.order_by("pk").values("state", "inputs", "as_of")) != stored
    assert content(made) == before
    again = [
        (r.target.name_as_written, r.indicator.name, r.milestone.value, r.binding)
        for r in frozen_judged(made)
    ]
    assert again == shown
    assert verify(PeriodClose.objects.get(pk=made.pk)) is None


# Turn, permission, acknowledgement


def test_months_are_closed_in_order_and_once(world: World) -> None:
    assert "最后一天" in sentences(world, month_end=date(2024, 1, 30))
    close(world, FEBRUARY)
    assert "不能再封存更早的月份" in sentences(world, month_end=JANUARY)
    assert "下一个是2024年3月" in sentences(world, month_end=date(2024, 4, 30))
    with pytest.raises(AlreadyClosed, match="2024年2月已于"):
        close(world, FEBRUARY)
    close(world, MARCH)
    assert [row.month_end for row in closes()] == [MARCH, FEBRUARY]
    assert last_close(date(2024, 3, 15)) == PeriodClose.objects.get(month_end=FEBRUARY)
    assert last_close().month_end == MARCH
    assert last_close(JANUARY) is None


def test_a_month_is_closed_when_it_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(period_close.timezone, "localdate", lambda *_: JANUARY)
    assert "2024年1月尚未结束" in sentences(world)
    monkeypatch.setattr(period_close.timezone, "localdate", lambda *_: date(2024, 2, 1))
    close(world)


def test_the_lead_department_of_the_city_closes_and_nobody_else(world: World) -> None:
    county = make_user("white-lead", "lead", world.counties[WHITE])
    for by in (world.ling, world.gao, world.du, world.shen, county):
        with pytest.raises(PermissionDenied):
            close(world, by=by)
    assert not PeriodClose.objects.exists()
    close(world)


def test_gaps_are_acknowledged_in_words_that_stay(world: World) -> None:
    assert "清单还有缺口" in sentences(world, acknowledged="  ")
    assert "最多 280 字" in sentences(world, acknowledged="多" * 281)
    assert not PeriodClose.objects.exists()
    made = close(world)
    assert made.acknowledged == GAPS
    missing = {item["key"]: item for item in made.checklist}
    assert missing["reds"]["count"] == FrozenAssessment.objects.filter(light="red").count() > 0
    provisional = [line["words"] for line in missing["provisional"]["lines"]]
    assert provisional == ["示范养老机构数：2/3 县已报", "适老化改造户数：1/3 县已报"]


def test_the_audit_event_holds_the_digest(world: World) -> None:
    made = close(world)
    event = AuditEvent.objects.get(action="months.close")
    assert made.audit == event
    assert (event.actor, event.object_key, event.after["digest"]) == (world.lin, "2024-01-31", made.digest)


# All or nothing


@pytest.mark.parametrize("place", ["assignment_states", "write_close"])
def test_a_crash_in_the_middle_leaves_nothing(
    world: World, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = getattr(period_close, place)

    def crash(*args: Any, **fields: Any) -> None:
        whole(*args, **fields)
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(period_close, place, crash)
        with pytest.raises(RuntimeError, match="power cut"):
            close(world)
    for model in (PeriodClose, FrozenAssessment, FrozenRecord):
        assert not model.objects.exists()
    assert not AuditEvent.objects.filter(action="months.close").exists()
    close(world)


def test_a_job_delivered_again_finds_the_month_closed(world: World) -> None:
    job = background.start(month_end=JANUARY, acknowledged=GAPS, by=world.lin)
    assert background.start(month_end=JANUARY, acknowledged=GAPS, by=world.lin) == job
    background.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, job.done, job.total) == (Job.State.DONE, "", 2, 2)
    first = PeriodClose.objects.get()
    assert job.result["digest"] == first.digest
    background.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["already"], PeriodClose.objects.get()) == (Job.State.DONE, True, first)


def test_a_job_tells_why_it_was_refused(world: World) -> None:
    job = background.start(month_end=JANUARY, acknowledged="", by=world.lin)
    background.run(job.pk)
    job.refresh_from_db()
    assert "清单还有缺口" in job.result["refused"]
    assert not PeriodClose.objects.exists()
    with pytest.raises(PermissionDenied):
        background.start(month_end=JANUARY, acknowledged=GAPS, by=world.ling)


def test_the_weekly_task_reads_all_months_back(world: World) -> None:
    close(world)
    dispatch.run(background.VERIFY_TASK)
    job = Job.objects.get(kind=background.VERIFY_KIND)
    assert (job.error, job.result) == ("", {"months": 1, "faults": 0})


def test_the_command_closes_and_prints_the_digest(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("closemonth", "2024-01-31", "--by", "lin", "--acknowledge", GAPS)
    made = PeriodClose.objects.get()
    assert made.digest in capsys.readouterr().out
    with pytest.raises(CommandError, match="不能重复封存"):
        call_command("closemonth", "2024-01-31", "--by", "lin")
    with pytest.raises(CommandError, match="没有用户名"):
        call_command("closemonth", "2024-02-29", "--by", "nobody")


def test_the_number_of_statements_does_not_follow_the_number_of_targets(world: World) -> None:
    with CaptureQueriesContext(connection) as small:
        close(world)
    extra = [value(world.smart, code, "2023", 1) for code in (RED, WHITE)]
    publish(*extra, judge_later=True)
    for number in range(60):
        target = Target.objects.create(
            key=f"w.t.more-{number}",
            indicator=world.homes,
            document=world.document,
            plan=world.plan,
            region=world.city,
            name_as_written=f"更多{number}",
            scope="each_county",
            target_type="reach",
        )
        Milestone.objects.create(
            target=target, key="2025-12-31", due=date(2025, 12, 31), comparator=">=", value=Decimal(9)
        )
    bind_targets()
    with CaptureQueriesContext(connection) as large:
        made = close(world, FEBRUARY)
    assert made.assessments > 240
    assert len(large) <= len(small) + 4
