"""What rulings do to targets, and that neither a reload nor a later ruling leaves anything behind."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from targets.actions.rulings import apply_rulings, revert_rulings, rule
from targets.models import (
    Assessment,
    Assignment,
    AssignmentBody,
    Fact,
    Indicator,
    Milestone,
    RegionalTarget,
    Target,
    TargetSource,
    Transition,
)
from targets.queries.rulings import assignments_named, settled_leads, targets_named
from tests.worlds import CITY, RED, World, bind_targets, day, everywhere, make_target, make_world, publish
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.actions.findings import RulingRefused
from yuxi_eldercare.core.models import Clause, Department, Finding, FindingPlace, Ruling

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(django_capture_on_commit_callbacks: Any) -> World:
    """The small world, reported for 2023 and judged, with a target whose date the text leaves open."""
    made = make_world()
    open_target = make_target("w.t.smart-city", made.smart, made.document, {})
    Milestone.objects.create(target=open_target, key="open-1", comparator=">=", value=3, due_text="尽快")
    bind_targets()
    with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
        publish(
            *everywhere(made.beds, "2023", (20, 100)),
            *everywhere(made.smart, "2023", 1),
            *everywhere(made.lottery, "2023", 50, [CITY]),
        )
    return made


@pytest.fixture
def finding(world: World) -> Finding:
    return Finding.objects.create(
        key="x.beds", kind="plan_conflict", origin="reviewed", summary="床位占比不一致。"
    )


@pytest.fixture
def decide(world: World, finding: Finding, django_capture_on_commit_callbacks: Any) -> Any:
    """Rule as Lin, and let what follows the commit happen."""

    def do(effect: dict[str, Any] | None = None, decision: str = "correct", on: Finding = finding) -> Ruling:
        with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
            return rule(finding=on, decision=decision, text="经研究决定。", effect=effect, by=world.lin)

    return do


def bound(key: str) -> set[str]:
    """Regions the target binds."""
    rows = RegionalTarget.objects.filter(target__key=key, active=True)
    return set(rows.values_list("region_id", flat=True))


def lights(key: str, region: str = CITY) -> dict[int, str]:
    """States of the target's milestones by year."""
    rows = Assessment.objects.filter(regional_target__target__key=key, region=region)
    return {
        row.milestone.due.year: row.state for row in rows.select_related("milestone") if row.milestone.due
    }


def baseline(key: str) -> tuple[date | None, Decimal | None, Decimal | None]:
    row = Target.objects.get(key=key)
    return row.baseline_date, row.baseline_value, row.baseline_below


# Superseding


def test_a_superseded_target_leaves_force_everywhere(world: World, decide: Any) -> None:
    before = bound("w.t.beds")
    assert before > {CITY, RED}
    assert lights("w.t.beds")
    ruling = decide({"supersede": "w.t.beds"})
    target = Target.objects.get(key="w.t.beds")
    assert (target.superseded_by_ruling, target.settled_by) == (True, ruling)
    assert bound("w.t.beds") == set()
    assert not Assessment.objects.filter(regional_target__target=target).exists()


def test_a_later_ruling_puts_it_back_in_force(world: World, decide: Any) -> None:
    before, judged = bound("w.t.beds"), lights("w.t.beds")
    decide({"supersede": "w.t.beds"})
    decide(decision="accept")
    target = Target.objects.get(key="w.t.beds")
    assert (target.superseded_by_ruling, target.settled_by) == (False, None)
    assert bound("w.t.beds") == before
    assert lights("w.t.beds") == judged


def test_replacing_one_supersession_by_another(world: World, decide: Any) -> None:
    decide({"supersede": "w.t.beds"})
    decide({"supersede": "w.t.lottery"})
    assert bound("w.t.beds")
    assert bound("w.t.lottery") == set()


# Settling a due date


def test_an_open_date_is_settled_and_judged(world: World, decide: Any) -> None:
    assert lights("w.t.smart-city") == {}
    decide({"due": {"target": "w.t.smart-city", "milestone": "open-1", "due": "2023"}})
    row = Milestone.objects.get(target__key="w.t.smart-city")
    assert (row.key, row.due) == ("open-1", day("2023"))
    assert lights("w.t.smart-city") == {2023: "MET"}


def test_taking_the_date_back_takes_the_light_away(world: World, decide: Any) -> None:
    decide({"due": {"target": "w.t.smart-city", "milestone": "open-1", "due": "2023"}})
    decide(decision="explain")
    assert Milestone.objects.get(target__key="w.t.smart-city").due is None
    assert lights("w.t.smart-city") == {}


def test_the_date_can_be_ruled_anew(world: World, decide: Any) -> None:
    for year in ("2023", "2024-06-30"):
        decide({"due": {"target": "w.t.smart-city", "milestone": "open-1", "due": year}})
    assert Milestone.objects.get(target__key="w.t.smart-city").due == day("2024-06-30")


# Settling a baseline


BASELINE = {"target": "w.t.smart", "date": "2020", "value": "1", "basis": "w-issued"}


def test_a_settled_baseline_gives_the_path(world: World, decide: Any) -> None:
    publish(*everywhere(world.smart, "2021", 2, [world.county_plan.region_id]))
    decide({"baseline": BASELINE})
    assert baseline("w.t.smart") == (day("2020"), Decimal(1), None)
    (own,) = RegionalTarget.objects.filter(target__key="w.t.smart", active=True)
    assert own.has_baseline
    judged = Assessment.objects.get(regional_target=own)
    assert judged.inputs["baseline"] == {"date": "2020-12-31", "value": "1"}
    assert judged.answer["share_done"] is not None
    decide(decision="accept")
    assert baseline("w.t.smart") == (None, None, None)
    own.refresh_from_db()
    assert not own.has_baseline


def test_a_bound_comes_back_as_a_bound(world: World, decide: Any) -> None:
    Target.objects.filter(key="w.t.smart").update(baseline_date=day("2020"), baseline_below=1000)
    decide({"baseline": BASELINE})
    assert baseline("w.t.smart") == (day("2020"), Decimal(1), None)
    decide(decision="accept")
    assert baseline("w.t.smart") == (day("2020"), None, Decimal(1000))


# Which body leads


@pytest.fixture
def assignment(world: World) -> Assignment:
    row = Assignment.objects.create(
        key="w.a.1", document=world.document, number="1", kind="task", title="任务"
    )
    for position, name in enumerate(("甲局", "乙局")):
        body = Department.objects.create(
            key=f"w-{position}", name=name, short_name=name, kind="department", region=world.city
        )
        AssignmentBody.objects.create(
            assignment=row, role="lead", department=body, as_written=name, position=position
        )
    return row


def test_a_lead_is_read_from_the_ruling_and_the_text_stays(
    world: World, assignment: Assignment, decide: Any
) -> None:
    assert settled_leads() == {}
    decide({"lead": {"assignment": "w.a.1", "department": "w-1"}})
    settled = settled_leads()["w.a.1"]
    assert (settled.department.short_name, settled.finding_key) == ("乙局", "x.beds")
    assert [b.as_written for b in assignment.bodies.all()] == ["甲局", "乙局"]
    decide(decision="accept")
    assert settled_leads() == {}


# What is refused


REFUSED = {
    "unknown verb": ({"abolish": "w.t.beds"}, "effect"),
    "no such target": ({"supersede": "w.t.nothing"}, "supersede"),
    "a draft's target": ({"supersede": "w.t.beds-draft"}, "supersede"),
    "a date the text gives": (
        {"due": {"target": "w.t.beds", "milestone": "2023-12-31", "due": "2024"}},
        "due",
    ),
    "no date": ({"due": {"target": "w.t.smart-city", "milestone": "open-1", "due": "明年"}}, "due"),
    "a baseline the text gives": ({"baseline": {**BASELINE, "target": "w.t.beds"}}, "baseline"),
    "a baseline on the due date": ({"baseline": {**BASELINE, "date": "2025"}}, "baseline_date"),
    "no number": ({"baseline": {**BASELINE, "value": "1,2"}}, "baseline"),
    "not a finite number": ({"baseline": {**BASELINE, "value": "NaN"}}, "baseline"),
    "too many digits": ({"baseline": {**BASELINE, "value": "1.00001"}}, "baseline"),
    "taken from another indicator": ({"baseline": {**BASELINE, "basis": "w.t.beds"}}, "basis"),
    "taken from nowhere": ({"baseline": {**BASELINE, "basis": ""}}, "basis"),
    "no such task": ({"lead": {"assignment": "w.a.9", "department": "w-1"}}, "lead"),
    "a body the task does not name": ({"lead": {"assignment": "w.a.1", "department": "w-mz"}}, "lead"),
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_the_texts_do_not_leave_open_is_refused(
    world: World, assignment: Assignment, decide: Any, case: str
) -> None:
    effect, field = REFUSED[case]
    with pytest.raises(RulingRefused) as refused:
        decide(effect)
    assert refused.value.field == field
    assert not Ruling.objects.exists()
    assert bound("w.t.beds")


def test_a_refused_ruling_leaves_the_one_in_force_applied(world: World, decide: Any) -> None:
    first = decide({"supersede": "w.t.beds"})
    with pytest.raises(RulingRefused):
        decide({"supersede": "w.t.nothing"})
    first.refresh_from_db()
    assert first.replaced_at is None
    assert bound("w.t.beds") == set()


def test_only_a_correction_changes_targets(decide: Any) -> None:
    with pytest.raises(RulingRefused, match="按裁定处理") as refused:
        decide({"supersede": "w.t.beds"}, decision="accept")
    assert refused.value.field == "decision"


def test_a_target_has_one_ruling_at_a_time(world: World, decide: Any) -> None:
    decide({"supersede": "w.t.beds"})
    other = Finding.objects.create(key="x.other", kind="slip", origin="reviewed", summary="另一条。")
    with pytest.raises(RulingRefused, match="另一条疑点"):
        decide({"supersede": "w.t.beds"}, on=other)


def test_a_date_that_meets_another_demand_is_refused(world: World, decide: Any) -> None:
    make_milestone = Milestone.objects.create
    make_milestone(target=Target.objects.get(key="w.t.beds"), key="open-1", comparator=">=", value=60)
    for taken in ("2023", "2020"):
        with pytest.raises(RulingRefused):
            decide({"due": {"target": "w.t.beds", "milestone": "open-1", "due": taken}})
    decide({"due": {"target": "w.t.beds", "milestone": "open-1", "due": "2024"}})


def test_who_may_not_rule_changes_nothing(world: World, finding: Finding) -> None:
    with pytest.raises(PermissionDenied):
        rule(finding=finding, decision="correct", text="…", effect={"supersede": "w.t.beds"}, by=world.gao)
    assert bound("w.t.beds")


# Reloads


def test_a_reload_reads_the_text_and_applies_the_rulings_again(world: World, decide: Any) -> None:
    second = Finding.objects.create(
        key="x.second", kind="missing_information", origin="reviewed", summary="…"
    )
    third = Finding.objects.create(key="x.third", kind="missing_information", origin="reviewed", summary="…")
    decide({"supersede": "w.t.beds"})
    decide({"due": {"target": "w.t.smart-city", "milestone": "open-1", "due": "2023"}}, on=second)
    decide({"baseline": BASELINE}, on=third)
    revert_rulings()
    # This is what the plan files say.
    assert Milestone.objects.get(target__key="w.t.smart-city").due is None
    assert baseline("w.t.smart") == (None, None, None)
    assert not Target.objects.filter(settled_by__isnull=False).exists()
    apply_rulings()
    assert Milestone.objects.get(target__key="w.t.smart-city").due == day("2023")
    assert baseline("w.t.smart") == (day("2020"), Decimal(1), None)
    assert bound("w.t.beds") == set()
    assert Target.objects.filter(settled_by__isnull=False).count() == 3


def test_a_ruling_on_a_target_that_left_the_files_waits(world: World, decide: Any) -> None:
    decide({"supersede": "w.t.beds"})
    revert_rulings()
    Target.objects.filter(key="w.t.beds").update(withdrawn_at="2024-01-01T00:00:00+08:00")
    apply_rulings()
    assert Target.objects.get(key="w.t.beds").settled_by is None
    Target.objects.filter(key="w.t.beds").update(withdrawn_at=None)
    apply_rulings()
    assert Target.objects.get(key="w.t.beds").superseded_by_ruling


def test_transitions_say_that_a_ruling_was_the_cause(world: World, decide: Any) -> None:
    decide({"due": {"target": "w.t.smart-city", "milestone": "open-1", "due": "2023"}})
    assert Transition.objects.filter(regional_target__target__key="w.t.smart-city").first().cause == "ruling"  # type: ignore[union-attr]


# Which records a finding is about


def test_records_are_found_by_subject_or_by_overlapping_phrase(
    world: World, finding: Finding, assignment: Assignment
) -> None:
    clause = Clause.objects.create(document=world.document, number="一")
    for key, phrase in (("w.t.beds", "护理型床位占比达到 30%"), ("w.t.homes", "每县至少一家")):
        TargetSource.objects.create(record=Target.objects.get(key=key), clause=clause, phrase=phrase)
    assert targets_named(finding) == []
    FindingPlace.objects.create(finding=finding, clause=clause, phrase="2023年，护理型床位占比达到30%")
    finding = Finding.objects.get(pk=finding.pk)
    assert [t.key for t in targets_named(finding)] == ["w.t.beds"]
    finding.subjects = ["w.t.homes", "w.a.1"]
    assert [t.key for t in targets_named(finding)] == ["w.t.homes"]
    assert [a.key for a in assignments_named(finding)] == ["w.a.1"]


def test_a_fact_can_be_the_basis(world: World, decide: Any) -> None:
    Fact.objects.create(
        key="w.f.smart",
        document=world.document,
        subject="智慧社区",
        kind="observed",
        value=1,
        indicator=world.smart,
    )
    decide({"baseline": {**BASELINE, "basis": "w.f.smart"}})
    assert Ruling.objects.get().effect["baseline"]["basis"] == "w.f.smart"
    assert Indicator.objects.get(pk=world.smart.pk) == world.smart
