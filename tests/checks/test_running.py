"""Findings of checks as rows: raised once, updated, withdrawn, restored; in a load and by command."""

from io import StringIO

import pytest
from django.core.management import call_command

from targets.models import Milestone, Target, TargetSource
from tests.worlds import World, day, make_target, make_world
from yuxi_eldercare.checks.reading import read_snapshot
from yuxi_eldercare.checks.running import CHECKS, run_checks
from yuxi_eldercare.core.actions.findings import rule_on_finding
from yuxi_eldercare.core.models import Clause, Document, Finding, FindingPlace, Plan

pytestmark = pytest.mark.django_db

KEY = "check.plans.w-beds.999900.w-issued.w-later"


@pytest.fixture
def world() -> World:
    """The small world with a later plan that asks for fewer beds, and the phrases that say so."""
    made = make_world()
    plan = Plan.objects.create(
        key="w-later-plan",
        name="云溪市后来的规划",
        region=made.city,
        start=day("2023-01-01"),
        end=day("2025"),
    )
    later = Document.objects.create(
        key="w-later",
        plan=plan,
        prefix="wl",
        title=plan.name,
        status="issued",
        effective_from=day("2023-01-01"),
        position=9,
    )
    make_target("wl.t.beds", made.beds, later, {"2024": 20})
    for target in Target.objects.filter(key__in=["w.t.beds", "wl.t.beds"]):
        clause = Clause.objects.create(document=target.document, number="一", heading="目标")
        TargetSource.objects.create(record=target, clause=clause, phrase=f"{target.key}的原文")
    return made


def finding() -> Finding:
    return Finding.objects.get(key=KEY)


def test_a_run_raises_the_conflict_once(world: World) -> None:
    assert [(c.verb, c.key) for c in run_checks()] == [("add", KEY)]
    row = finding()
    assert (row.kind, row.origin) == (Finding.Kind.PLAN_CONFLICT, Finding.Origin.CHECK)
    assert row.subjects == ["w.t.beds", "wl.t.beds"]
    assert [(p.clause.document.key, p.phrase) for p in row.places.select_related("clause__document")] == [
        ("w-issued", "w.t.beds的原文"),
        ("w-later", "wl.t.beds的原文"),
    ]
    assert run_checks() == []


def test_another_figure_updates_the_row_and_keeps_its_ruling(world: World) -> None:
    run_checks()
    before = finding()
    ruling = rule_on_finding(finding=before, decision="explain", text="两份文件口径不同。", by=world.lin)
    Milestone.objects.filter(target__key="wl.t.beds").update(value=25)
    run_checks()
    after = finding()
    assert after.pk == before.pk
    assert "不低于25%" in after.summary
    assert after.raised_at == before.raised_at
    assert list(after.rulings.all()) == [ruling]


def test_a_finding_goes_and_comes_with_its_cause(world: World) -> None:
    run_checks()
    first = finding().pk
    Milestone.objects.filter(target__key="wl.t.beds").update(value=40)
    assert [c.verb for c in run_checks()] == ["withdraw"]
    assert finding().withdrawn_at is not None
    Milestone.objects.filter(target__key="wl.t.beds").update(value=20)
    assert [c.verb for c in run_checks()] == ["restore"]
    assert (finding().pk, finding().withdrawn_at) == (first, None)


def test_what_a_reader_wrote_takes_the_place_of_the_check(world: World) -> None:
    run_checks()
    written = Finding.objects.create(
        key="w.x.beds", kind="plan_conflict", origin="reviewed", summary="两份规划的床位占比不同。"
    )
    for place in finding().places.all():
        FindingPlace.objects.create(finding=written, clause=place.clause, phrase=place.phrase)
    assert [(c.verb, c.key) for c in run_checks()] == [("withdraw", KEY)]
    written.delete()
    assert [(c.verb, c.key) for c in run_checks()] == [("restore", KEY)]


def test_findings_of_others_are_left_alone(world: World) -> None:
    for origin in ("reviewed", "data"):
        Finding.objects.create(key=f"x.{origin}", kind="slip", origin=origin, summary="…")
    run_checks()
    assert set(Finding.objects.filter(withdrawn_at=None).values_list("key", flat=True)) == {
        "x.reviewed",
        "x.data",
        KEY,
    }


def test_withdrawn_records_are_not_compared(world: World) -> None:
    Target.objects.filter(key="wl.t.beds").update(withdrawn_at="2024-01-01T00:00:00+08:00")
    assert run_checks() == []


def test_the_command_says_what_changed(world: World) -> None:
    said = StringIO()
    call_command("checkplans", stdout=said)
    assert said.getvalue().split() == ["add", KEY]
    again = StringIO()
    call_command("checkplans", stdout=again)
    assert again.getvalue().strip() == "没有变化。"


def test_reading_takes_the_same_statements_however_much_there_is(
    world: World, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(25):  # type: ignore[operator]
        read_snapshot()
    make_target("w.t.more", world.smart, world.document, {"2025": 9})
    with django_assert_num_queries(25):  # type: ignore[operator]
        read_snapshot()


def test_every_theme_takes_part() -> None:
    assert {check.__module__.rpartition(".")[2] for check in CHECKS} == {
        "totals",
        "within",
        "plan_conflicts",
        "county_city",
        "draft_targets",
        "draft_tasks",
        "draft_rules",
        "same_projects",
        "figures",
        "spellings",
    }
