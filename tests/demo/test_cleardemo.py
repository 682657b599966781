"""`cleardemo` removes all demonstration data and nothing else."""

import io
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models, transaction

from targets.actions import accept_rollup, publish_values, set_thresholds
from targets.actions.refusals import NotAllowed
from targets.actions.rulings import rule
from targets.actions.thresholds import Settings
from targets.judging.nightly import rejudge_all
from targets.judging.thresholds import thresholds_in_force
from targets.models import Assessment, Observation, RolledUpValue, ThresholdSet, Transition
from targets.tasks import NIGHTLY
from tests.worlds import GREEN, RED, WHITE, World, day, everywhere, make_user, make_world, publish, value
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.models import AuditEvent, Finding, Job, Membership, User
from yuxi_eldercare.demo.clearing import clear
from yuxi_eldercare.demo.removal import remove

pytestmark = pytest.mark.django_db

# The trail of work stays; locks hold nothing.
LEFT_OUT = {"AuditEvent", "AuditHead", "Job", "JudgingLock"}
# Identities and moments differ between two runs of the same steps.
NOT_COMPARED = {"id", "batch", "run", "observation", "cause", "cumulative"}


@pytest.fixture
def world() -> World:
    return make_world()


def content() -> dict[str, list[str]]:
    """Every row of the product, without identities and moments of writing."""
    found = {}
    for model in apps.get_models():
        app = model._meta.app_label
        if app not in {"core", "targets", "projects", "subsidies"} or model.__name__ in LEFT_OUT:
            continue
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if field.name not in NOT_COMPARED and not getattr(field, "auto_now_add", False)
        ]
        rows = model._base_manager.values_list(*names)
        moments = {
            place
            for place, name in enumerate(names)
            if isinstance(model._meta.get_field(name), models.DateTimeField)
        }
        found[model.__name__] = sorted(
            str([None if place in moments else item for place, item in enumerate(row)]) for row in rows
        )
    return found


def nightly() -> None:
    job = jobs.create(NIGHTLY, "每日重新判定")
    jobs.run(job.pk, lambda progress: rejudge_all(progress, date(2026, 11, 1)) and None)


def real_values(world: World) -> None:
    """What people entered, whether or not a demonstration was set up beside it."""
    publish(*everywhere(world.beds, "2022", (20, 100), [RED, GREEN]))
    publish(value(world.beds, RED, "2022", (22, 100), reason="更正"))
    publish(value(world.households, "999900", "2023", 250))


def demonstration(world: World) -> User:
    """Values of all kinds by a process and by demonstration accounts, judged."""
    visitor = make_user("演示牵头", "lead", world.city, is_demo=True)
    make_user("演示填报", "reporter", world.counties[RED], is_demo=True)
    publish(
        *everywhere(world.beds, "2023", (45, 100), [RED, GREEN]),
        *everywhere(world.homes, "2023", 1),
        *everywhere(world.households, "2023", 70),
        value(world.beds, WHITE, "2022", "na"),
        is_demo=True,
    )
    publish(value(world.homes, RED, "2023", 2, reason="更正"), is_demo=True)
    with dispatch.at_once():
        publish_values(values=[value(world.smart, GREEN, "2023", 3)], by=visitor, label="页面上填的")
    nightly()
    return visitor


def compare(before: dict[str, list[str]]) -> None:
    after = content()
    for name, rows in before.items():
        assert after[name] == rows, name


@pytest.mark.parametrize("order", ["real first", "demonstration first"])
def test_afterwards_the_database_is_one_that_never_had_it(world: World, order: str) -> None:
    thresholds_in_force()  # the default row exists before and after
    with transaction.atomic():
        real_values(world)
        nightly()
        call_command("rundue", stdout=io.StringIO())
        never = content()
        transaction.set_rollback(True)
    if order == "real first":
        real_values(world)
        nightly()
    demonstration(world)
    if order == "demonstration first":
        real_values(world)
    nightly()
    assert Assessment.objects.filter(is_demo=True).exists()
    assert Finding.objects.filter(withdrawn_at=None).exists(), "250 reported, 210 rolled up"
    cleared = clear()
    assert (cleared.values, cleared.accounts, cleared.findings) == (11, 2, 1)
    compare(never)
    assert not User.objects.filter(is_demo=True).exists()
    assert not Observation.objects.filter(is_demo=True).exists()
    assert not Transition.objects.filter(is_demo=True).exists()


def test_a_real_value_that_replaced_a_made_up_one_becomes_the_first_version(world: World) -> None:
    publish(value(world.homes, RED, "2023", 1), is_demo=True)
    publish(value(world.homes, RED, "2023", 2))
    publish(value(world.homes, RED, "2023", 3, reason="漏报一家"))
    clear()
    first, second = Observation.objects.order_by("version")
    assert (first.version, first.value, first.reason) == (1, 2, "")
    assert first.superseded_at == second.known_from
    assert (second.version, second.value, second.reason, second.superseded_at) == (2, 3, "漏报一家", None)


def test_what_demonstration_accounts_decided_is_undone(world: World) -> None:
    visitor = make_user("演示牵头", "lead", world.city, is_demo=True)
    publish(*everywhere(world.beds, "2023", (40, 100), [RED, GREEN]))
    nightly()
    accept_rollup(indicator=world.beds, region=world.city, period_end=day("2023"), reason="演示", by=visitor)
    strict = set_thresholds(plan=world.plan, settings=Settings(), reason="演示", by=None, process="test")
    ThresholdSet.objects.filter(pk=strict.pk).update(set_by=visitor)
    finding = Finding.objects.create(key="w.x.1", kind="plan_conflict", origin="reviewed", summary="冲突")
    first = rule(finding=finding, decision="accept", text="认可", by=world.lin)
    rule(
        finding=finding,
        decision="correct",
        text="演示：不再适用",
        effect={"supersede": "w.t.homes"},
        by=visitor,
    )
    nightly()
    assert not Assessment.objects.filter(indicator=world.homes).exists()
    cleared = clear()
    assert (cleared.rulings, cleared.thresholds, cleared.accounts) == (1, 1, 1)
    assert RolledUpValue.objects.get().accepted_reason == ""
    assert not ThresholdSet.objects.filter(pk=strict.pk).exists()
    assert finding.rulings.get(replaced_at=None) == first
    assert Assessment.objects.filter(indicator=world.homes).count() == 4
    assert (
        "PROVISIONAL"
        in Assessment.objects.get(region="999900", milestone__due=day("2023"), indicator=world.beds).marks
    )


def test_the_audit_trail_stays_and_names_who_it_was(world: World) -> None:
    demonstration(world)
    events = AuditEvent.objects.filter(action="observations.publish")
    before = events.count()
    clear()
    assert events.count() == before
    entered = events.get(detail="页面上填的")
    assert (entered.actor, entered.actor_text) == (None, "演示牵头")
    last = AuditEvent.objects.get(action="demo.clear")
    assert last.after["values"] == 11


def test_every_assessment_names_a_run_that_was_not_the_demonstrations(world: World) -> None:
    demonstration(world)
    Job.objects.update(params={"demo": True})
    clear()
    job = Job.objects.get()
    assert set(Assessment.objects.values_list("run", flat=True)) == {job.pk}
    assert (job.state, job.error, job.result["differences"]) == ("done", "", 0)


def test_without_a_demonstration_nothing_happens(world: World) -> None:
    real_values(world)
    nightly()
    before, trail, runs = content(), AuditEvent.objects.count(), Job.objects.count()
    out = io.StringIO()
    call_command("cleardemo", stdout=out)
    assert out.getvalue().strip() == "没有演示数据。"
    compare(before)
    assert (AuditEvent.objects.count(), Job.objects.count()) == (trail, runs)


def test_the_command_says_what_it_removed(world: World) -> None:
    demonstration(world)
    out = io.StringIO()
    call_command("cleardemo", stdout=out)
    assert "演示填报值 11 个" in out.getvalue()
    assert "演示账号 2 个" in out.getvalue()


def test_rows_that_cannot_be_without_a_removed_one_go_and_the_others_stay(world: World) -> None:
    visitor = make_user("演示", "leader", world.city, is_demo=True)
    granted = Membership.objects.get(user=world.ling)
    granted.granted_by = visitor
    granted.save()
    finding = Finding.objects.create(key="w.x.1", kind="slip", origin="reviewed", summary="疑误")
    finding.rulings.create(decision="accept", text="演示", ruled_by=visitor)
    assert remove(User.objects.filter(pk=visitor.pk)) == 1
    granted.refresh_from_db()
    assert granted.granted_by is None
    assert not finding.rulings.exists()
    assert Finding.objects.filter(pk=finding.pk).exists()


def test_demonstration_reports_do_not_become_real_by_confirmation(world: World) -> None:
    reporter: Any = make_user("演示填报", "reporter", world.counties[RED], is_demo=True)
    with pytest.raises(NotAllowed, match="不能作为正式数据"):
        publish_values(
            values=[value(world.homes, RED, "2023", 1, reported_by=reporter)], by=world.lin, label="年报"
        )
