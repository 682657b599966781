"""The demonstration on the real plans: everybody reports, the lights are a credible mix, and all of it goes away."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from targets.judging.nightly import judged_indicators
from targets.judging.rejudging import rejudge_indicator
from targets.models import (
    Assessment,
    JudgingState,
    Observation,
    ObservationBatch,
    RegionalTarget,
    RolledUpValue,
    Transition,
)
from yuxi_eldercare.core.demo_guard import refuse_demo_accounts
from yuxi_eldercare.core.models import Finding, Job, Membership, Region, User
from yuxi_eldercare.core.roles import PUBLISH_VALUE, ROLES, SEPARATED, can
from yuxi_eldercare.demo import logins
from yuxi_eldercare.demo.accounts import ensure_accounts
from yuxi_eldercare.demo.clearing import clear
from yuxi_eldercare.demo.needs import needs
from yuxi_eldercare.demo.seeding import seed
from yuxi_eldercare.demo.standing import refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

CITY = "530400"


@pytest.fixture
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day after all the plans have run out, so that every light has been decided."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 22, 2, tzinfo=UTC))


@pytest.mark.usefixtures("_november")
def test_the_demonstration_on_the_real_plans() -> None:
    written = seed()
    assert written == Observation.objects.count() > 3000
    assert not Observation.objects.filter(is_demo=False).exists()
    assert not ObservationBatch.objects.filter(is_demo=False).exists()
    _everybody_reports()
    _the_lights_are_a_mix()
    _judging_again_finds_the_same()
    assert seed() == 0, "a second start writes nothing"
    assert Observation.objects.count() == written

    cleared = clear()
    assert cleared.values == written
    for model in (Observation, ObservationBatch, RolledUpValue):
        assert not model.objects.exists()
    assert not Finding.objects.filter(origin=Finding.Origin.DATA).exists()
    assert set(Assessment.objects.values_list("state", flat=True)) <= {"NO_DATA", "MISSED"}
    assert not Transition.objects.exclude(from_state="").exists()


def _everybody_reports() -> None:
    """Every indicator that arithmetic judges has values, from every region that a target binds."""
    silent = RegionalTarget.objects.filter(
        active=True,
        target__qualitative=False,
        target__milestones__due__isnull=False,
        target__milestones__value__isnull=False,
    ).exclude(indicator__in=Observation.objects.values("indicator"))
    assert not silent.exists()
    regions = Counter(Observation.objects.values_list("region", flat=True))
    assert set(regions) == {CITY, *Region.objects.filter(parent=CITY).values_list("code", flat=True)}
    assert Observation.objects.filter(not_applicable=True).exists()
    assert Observation.objects.filter(version=2).exists()


def _the_lights_are_a_mix() -> None:
    for year in (2023, 2025):
        lights = Counter(Assessment.objects.filter(milestone__due__year=year).values_list("light", flat=True))
        shares = {light: count / lights.total() for light, count in lights.items()}
        assert 0.35 < shares["green"] < 0.7, shares
        assert 0.08 < shares["yellow"] < 0.35, shares
        assert 0.08 < shares["red"] < 0.4, shares
        assert 0 < shares["grey"] < 0.1, shares
    city = Assessment.objects.filter(region=CITY)
    assert set(city.values_list("light", flat=True)) == {"green", "yellow", "red", "grey"}
    assert Transition.objects.exclude(from_state="").count() > 20, "something changed in the last month"
    assert Finding.objects.filter(origin=Finding.Origin.DATA, withdrawn_at=None).exists()


def _judging_again_finds_the_same() -> None:
    state = JudgingState.objects.get()
    assert state.as_of == timezone.localdate()
    assert not Job.objects.exclude(error="").exists()
    for indicator in judged_indicators():
        outcome = rejudge_indicator(indicator, cause="value")
        assert (outcome.written, outcome.problems) == (0, {})


def test_the_accounts_have_one_role_each_and_are_marked() -> None:
    assert ensure_accounts() == []
    users = User.objects.filter(is_demo=True)
    assert users.count() == len(logins.ACCOUNTS)
    for user in users:
        assert user.check_password(logins.PASSWORD)
        assert user.display_name.startswith("演示")
        assert user.phone.startswith("0877-00000"), "nobody has this number"
        assert len(set(user.memberships.values_list("role", flat=True))) == 1
    assert len(logins.PASSWORD) >= 10
    roles = set(Membership.objects.values_list("role", flat=True))
    assert roles == set(ROLES)
    for role in SEPARATED:
        assert Membership.objects.filter(role=role).count() == 1
    lead = User.objects.get(username="minzheng")
    assert can(lead, PUBLISH_VALUE, region=Region.objects.get(code="530425"))
    reporters = Membership.objects.filter(role__in=["reporter", "reviewer"])
    assert all(row.department_id is not None for row in reporters)


def test_an_account_that_is_there_is_left_alone() -> None:
    User.objects.create(username="xitong", display_name="真实的系统管理员")
    assert ensure_accounts() == ["xitong"]
    changed = User.objects.get(username="lingdao")
    changed.display_name, changed.is_active = "改名", False
    changed.save()
    assert ensure_accounts() == ["xitong"]
    changed.refresh_from_db()
    assert (changed.display_name, changed.is_active) == ("改名", False)
    assert not User.objects.get(username="xitong").memberships.exists()


def test_a_database_with_real_accounts_gets_no_demonstration() -> None:
    assert refusal() == ""
    User.objects.create(username="wang", display_name="王")
    assert "已有正式账号" in refusal()
    User.objects.create(username="lingdao", display_name="演示", is_demo=True)
    assert refusal() == "", "a demonstration in which people made accounts goes on"


def test_a_start_for_real_use_refuses_while_demonstration_accounts_exist(settings: object) -> None:
    settings.DEBUG, settings.DEMO = False, False  # type: ignore[attr-defined]
    refuse_demo_accounts()
    ensure_accounts()
    with pytest.raises(ImproperlyConfigured, match="cleardemo"):
        refuse_demo_accounts()
    clear()
    refuse_demo_accounts()


def test_every_need_aims_at_what_the_plans_demand() -> None:
    found = {need.indicator: need for need in needs()}
    beds = found["nursing-bed-share"]
    assert [value for _, value in beds.path] == [12.3, 30, 55]
    assert len(beds.regions) == 9
    assert (beds.scale, beds.denominator_name) == (100, "养老机构床位总数")
    assert found["home-adaptation-households"].kind == "annual"
    assert found["beds-per-1000"].regions == ("530425",)
    assert found["disabled-care-institutions"].each
    for need in found.values():
        days = [day for day, _ in need.path]
        assert days == sorted(set(days))
        assert need.regions
