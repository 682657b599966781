"""The month of reporting that a demonstration shows: rounds in all states, and nothing of it left afterwards."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from targets.models import (
    CheckRule,
    CheckRuleVersion,
    Entry,
    EntryStep,
    Handover,
    ProxyAuthorization,
    RedResponse,
    ReportingRound,
    RoundException,
    SheetSubmission,
)
from targets.reporting.desk import read_desk
from targets.reporting.owing import unit_rates
from targets.reporting.rounds import open_round
from targets.reporting.rules import (
    Definition,
    definition_of,
    revise_rule,
    set_enabled,
    withdraw_rule,
    write_rule,
)
from targets.reporting.window import window_of
from tests.core.test_files import PNG
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.files import path_of, store
from yuxi_eldercare.core.models import Department, Notice, StoredFile, User
from yuxi_eldercare.demo.accounts import ensure_accounts
from yuxi_eldercare.demo.clearing import clear
from yuxi_eldercare.demo.month import HONGTA, YIMEN, walk
from yuxi_eldercare.demo.seeding import seed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans", "_november")]

State = Entry.State
REPORTING = (
    ReportingRound, Entry, EntryStep, RedResponse, RoundException, ProxyAuthorization, SheetSubmission,
    Handover, Notice, StoredFile,
)  # fmt: skip


@pytest.fixture
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Sunday in November 2026: October's figures are being reported."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 22, 2, tzinfo=UTC))


@pytest.fixture
def people(django_capture_on_commit_callbacks: Any) -> dict[str, User]:
    """The demonstration set up, its month walked."""
    ensure_accounts()
    seed()
    with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
        assert walk() == Entry.objects.count() > 150
    return {user.username: user for user in User.objects.all()}


def states(**where: Any) -> set[str]:
    return set(Entry.objects.filter(**where).values_list("state", flat=True))


def test_the_month_stands_as_on_an_ordinary_day_and_goes_away_again(
    people: dict[str, User], settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.FILES_DIR = tmp_path
    rules = {rule.key: (rule.enabled, definition_of(rule)) for rule in CheckRule.objects.all()}
    _rounds_are_closed_locked_and_open()
    _counties_are_at_different_points()
    _people_have_work(people)
    _a_second_start_leaves_it_alone_and_a_later_one_keeps_it_open()
    digest = _a_visitor_does_more(people)

    with django_capture_on_commit_callbacks(execute=True):
        cleared = clear()
    assert cleared.rounds == 5
    for model in REPORTING:
        assert not model.objects.exists(), model
    assert {rule.key: (rule.enabled, definition_of(rule)) for rule in CheckRule.objects.all()} == rules
    assert not CheckRuleVersion.objects.exclude(made_by=None).exists()
    assert not path_of(digest).exists()
    assert not User.objects.exists()


def _rounds_are_closed_locked_and_open() -> None:
    rounds = {row.name: row for row in ReportingRound.objects.all()}
    assert all(row.is_demo for row in rounds.values())
    closed, locked = rounds["2026年9月月报"], rounds["2026年二季度季报"]
    unit = Department.objects.get(key=HONGTA)
    assert (closed.closed_at is None, states(round=closed)) == (False, {State.PUBLISHED})
    assert closed.due_on < closed.grace_until < timezone.localdate(closed.closed_at)
    assert {rate.timeliness for rate in unit_rates(User.objects.get(username="minzheng"), [closed.pk])} == {
        100
    }
    assert window_of(locked, unit.pk).status == "locked"
    assert RoundException.objects.get().round == locked
    for name in ("2026年10月月报", "2026年三季度季报"):
        assert window_of(rounds[name], unit.pk).status == "open"
        assert rounds[name].due_on == datetime(2026, 11, 25).date(), "the third working day"


def _counties_are_at_different_points() -> None:
    quarter = {"round__name": "2026年三季度季报"}
    for unit in (HONGTA, YIMEN):
        everything = {State.EMPTY, State.DRAFT, State.SUBMITTED, State.REVIEWED, State.PUBLISHED}
        assert states(department__key=unit, **quarter) == everything
    returned = Entry.objects.get(state=State.RETURNED)
    assert (returned.department.key, bool(returned.return_reason)) == (YIMEN, True)
    explained = Entry.objects.exclude(explanations={}).exclude(state=State.DRAFT)
    assert HONGTA in set(explained.values_list("department__key", flat=True))
    red = RedResponse.objects.filter(round__closed_at=None, round__kind="month")
    answered = Counter(red.values_list("regional_target__region", "answered_at"))
    assert {region for region, at in answered if at is not None} == {"530402"}
    assert {region for region, at in answered if at is None} == {"530425"}
    assert set(Entry.objects.exclude(value=None).values_list("observation__is_demo", flat=True)) == {
        True,
        None,
    }


def _people_have_work(people: dict[str, User]) -> None:
    hongta, minzheng = read_desk(people["hongta"]), read_desk(people["minzheng"])
    assert hongta.owed
    assert [pile.department.key for pile in hongta.owed if pile.department.key == "hongta-health"], "代报"
    assert read_desk(people["yimen"]).returned
    assert read_desk(people["shenhe"]).to_review
    assert minzheng.to_confirm
    assert minzheng.exceptions
    told = set(Notice.objects.values_list("recipient__username", flat=True))
    assert {"hongta", "yimen", "qita"} <= told


def _a_second_start_leaves_it_alone_and_a_later_one_keeps_it_open() -> None:
    before = list(Entry.objects.order_by("pk").values())
    assert walk() == 0
    later = timezone.localdate() + timedelta(30)
    assert walk(later) == 0
    assert list(Entry.objects.order_by("pk").values()) == before
    due = dict(ReportingRound.objects.values_list("name", "due_on"))
    assert due["2026年10月月报"] > later
    assert due["2026年三季度季报"] > later
    assert due["2026年9月月报"] < timezone.localdate()


def _a_visitor_does_more(people: dict[str, User]) -> str:
    """What visitors do by hand goes away, too; returns the digest of a file they uploaded."""
    lead = people["minzheng"]
    extra = open_round(kind="half", period_end=datetime(2026, 6, 30).date(), by=lead)
    assert extra.is_demo
    write_rule(definition=Definition(title="演示", kind="falls", params={}, severity="soft"), by=lead)
    first, second, third = CheckRule.objects.filter(enabled=True, owner=None).order_by("key")[:3]
    tightened = definition_of(first)
    revise_rule(
        rule=first,
        definition=Definition(**{**vars(tightened), "hint": "演示"}),
        expected_version=1,
        reason="演示",
        by=lead,
    )
    set_enabled(rule=second, enabled=False, by=lead)
    withdraw_rule(rule=third, reason="演示", by=lead)
    return store(SimpleUploadedFile("a.png", PNG), by=lead, department=None).sha256
