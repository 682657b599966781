"""Granting and revoking: who may, what fits together, and that no one gathers two administrators' roles."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.worlds import RED, make_user, make_world
from yuxi_eldercare.core.actions.memberships import Wanted, grant, revoke, set_end
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.guards import separation
from yuxi_eldercare.core.models import AuditEvent, Department, Membership, User
from yuxi_eldercare.core.roles import ENTER, EVERYONE, GRANT_ROLES, ROLES, SEPARATED, can

from .people import Office

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def wanted(office: Office, role: str, **fields: Any) -> Wanted:
    values: dict[str, Any] = {
        "role": role,
        "region": office.world.city,
        "department": None if role in SEPARATED else office.world.bureau,
        "valid_from": TODAY(),
        "valid_to": None,
        "reason": "玉人〔2026〕1号",
    }
    return Wanted(**{**values, **fields})


def last_event() -> AuditEvent:
    event = AuditEvent.objects.first()
    assert event is not None
    return event


def test_a_grant_works_at_once_and_leaves_its_event(office: Office) -> None:
    assert not can(office.nor, ENTER)
    made = grant(user=office.nor, wanted=wanted(office, "reporter"), by=office.sec)
    nor = User.objects.get(pk=office.nor.pk)
    assert can(nor, ENTER, department=office.world.bureau)
    event = last_event()
    assert (event.action, event.actor, event.object_key) == ("roles.grant", office.sec, "nor")
    assert event.before is None
    assert event.after == {
        "user": "nor",
        "role": "reporter",
        "department": "w-mz",
        "region": "999900",
        "valid_from": TODAY().isoformat(),
        "valid_to": None,
    }
    assert made.granted_by == office.sec


@pytest.mark.parametrize("name", ["sys", "shen", "nor", "lin"])
def test_only_the_security_administrator_grants_and_revokes(office: Office, name: str) -> None:
    by = getattr(office, name, None) or getattr(office.world, name)
    held = office.world.gao.memberships.get()
    for attempt in (
        lambda: grant(user=office.nor, wanted=wanted(office, "reporter"), by=by),
        lambda: revoke(membership=held, reason="x", by=by),
        lambda: set_end(membership=held, valid_to=None, reason="x", by=by),
    ):
        with pytest.raises(PermissionDenied, match="安全管理员"):
            attempt()


def test_nobody_grants_or_revokes_his_own(office: Office) -> None:
    own = office.sec.memberships.get()
    for attempt in (
        lambda: grant(user=office.sec, wanted=wanted(office, "reporter"), by=office.sec),
        lambda: revoke(membership=own, reason="x", by=office.sec),
        lambda: set_end(membership=own, valid_to=None, reason="x", by=office.sec),
    ):
        with pytest.raises(ActionRefused, match="自己"):
            attempt()
    with pytest.raises(IntegrityError, match="nobody_grants_to_himself"), transaction.atomic():
        Membership.objects.create(
            user=office.nor,
            role="reporter",
            region=office.world.city,
            valid_from=TODAY(),
            granted_by=office.nor,
        )


REFUSALS: dict[str, tuple[Callable[[Office], Wanted], str, str]] = {
    "an administrator's role twice": (
        lambda o: wanted(o, "system_admin"),
        "role",
        "不能由同一人兼任",
    ),
    "an unknown role": (lambda o: wanted(o, "god", department=None), "role", "请选择角色"),
    "no ground": (lambda o: wanted(o, "reporter", reason=" "), "reason", "依据"),
    "end before start": (
        lambda o: wanted(o, "reporter", valid_to=TODAY() - timedelta(days=1)),
        "valid_to",
        "不能早于",
    ),
    "over already": (
        lambda o: wanted(o, "reporter", valid_from=date(2020, 1, 1), valid_to=date(2020, 2, 1)),
        "valid_to",
        "已经过去",
    ),
    "a unit's role without unit": (
        lambda o: wanted(o, "reporter", department=None),
        "department",
        "请选择单位",
    ),
    "an administrator of a unit": (
        lambda o: wanted(o, "audit_admin", department=o.world.bureau),
        "department",
        "留空",
    ),
    "an administrator of a county": (
        lambda o: wanted(o, "audit_admin", region=o.world.counties[RED]),
        "region",
        "请选择市",
    ),
    "a unit of another place": (
        lambda o: wanted(o, "reporter", department=county_bureau(o)),
        "region",
        "红河区",
    ),
    "a unit that is gone": (
        lambda o: wanted(o, "reporter", department=gone(o)),
        "department",
        "已撤销",
    ),
    "a group": (lambda o: wanted(o, "reporter", department=group(o)), "department", "一组单位"),
}


def unit(office: Office, key: str, **fields: Any) -> Department:
    values = {"name": key, "short_name": key, "kind": "department", "region": office.world.city, **fields}
    return Department.objects.create(key=key, **values)


def county_bureau(office: Office) -> Department:
    return unit(office, "red-bureau", region=office.world.counties[RED])


def gone(office: Office) -> Department:
    return unit(office, "gone", withdrawn=True)


def group(office: Office) -> Department:
    return unit(office, "all", kind="group")


@pytest.mark.parametrize(("make", "field", "words"), REFUSALS.values(), ids=REFUSALS)
def test_what_does_not_fit_is_refused_at_its_field(
    office: Office, make: Callable[[Office], Wanted], field: str, words: str
) -> None:
    user = office.shen if "兼任" in words else office.nor
    asked = make(office)
    with pytest.raises(ActionRefused) as refused:
        grant(user=user, wanted=asked, by=office.sec)
    assert words in refused.value.problems[field]
    assert not AuditEvent.objects.filter(action="roles.grant").exists()


def test_an_account_that_is_off_gets_no_role(office: Office) -> None:
    User.objects.filter(pk=office.nor.pk).update(is_active=False)
    with pytest.raises(ActionRefused, match="已停用"):
        grant(user=office.nor, wanted=wanted(office, "reporter"), by=office.sec)


def test_the_same_role_at_the_same_place_is_held_once(office: Office) -> None:
    end = TODAY() + timedelta(days=10)
    grant(user=office.nor, wanted=wanted(office, "reporter", valid_to=end), by=office.sec)
    with pytest.raises(ActionRefused, match="已经授予"):
        grant(user=office.nor, wanted=wanted(office, "reporter"), by=office.sec)
    grant(
        user=office.nor, wanted=wanted(office, "reporter", valid_from=end + timedelta(days=1)), by=office.sec
    )
    grant(user=office.nor, wanted=wanted(office, "reviewer"), by=office.sec)
    assert office.nor.memberships.count() == 3


def test_administrators_may_change_one_after_the_other(office: Office) -> None:
    end = TODAY() + timedelta(days=10)
    grant(user=office.nor, wanted=wanted(office, "system_admin", valid_to=end), by=office.sec)
    with pytest.raises(ActionRefused, match="兼任"):
        grant(user=office.nor, wanted=wanted(office, "audit_admin", valid_from=end), by=office.sec)
    grant(
        user=office.nor,
        wanted=wanted(office, "audit_admin", valid_from=end + timedelta(days=1)),
        by=office.sec,
    )
    with pytest.raises(ActionRefused, match="兼任"):
        set_end(
            membership=office.nor.memberships.get(role="system_admin"),
            valid_to=None,
            reason="延长",
            by=office.sec,
        )


def test_a_role_taken_away_is_gone_at_once_and_stays_readable(office: Office) -> None:
    held = grant(user=office.nor, wanted=wanted(office, "reporter"), by=office.sec)
    revoke(membership=held, reason="调离", by=office.sec)
    assert not can(User.objects.get(pk=office.nor.pk), ENTER)
    held.refresh_from_db()
    assert (held.revoked_by, held.revoke_reason) == (office.sec, "调离")
    assert (last_event().action, last_event().detail) == ("roles.revoke", "调离")
    with pytest.raises(ActionRefused, match="已经收回"):
        revoke(membership=held, reason="再次", by=office.sec)
    with pytest.raises(ActionRefused, match="重新授予"):
        set_end(membership=held, valid_to=None, reason="x", by=office.sec)
    grant(user=office.nor, wanted=wanted(office, "reporter"), by=office.sec)
    assert can(User.objects.get(pk=office.nor.pk), ENTER)


def test_a_revoked_role_was_held_on_the_days_before(office: Office) -> None:
    held = office.world.gao.memberships.get()
    yesterday = TODAY() - timedelta(days=1)
    Membership.objects.filter(pk=held.pk).update(revoked_at=timezone.now(), revoked_by=office.sec)
    gao = User.objects.get(pk=office.world.gao.pk)
    assert can(gao, ENTER, on=yesterday)
    assert not can(gao, ENTER)
    assert list(Membership.objects.in_force(yesterday).filter(user=gao)) == [held]
    assert not Membership.objects.in_force(TODAY()).filter(user=gao).exists()


def test_the_last_administrator_of_a_kind_stays(office: Office) -> None:
    own = office.sys.memberships.get()
    with pytest.raises(ActionRefused, match="唯一的系统管理员"):
        revoke(membership=own, reason="退休", by=office.sec)
    grant(user=office.nor, wanted=wanted(office, "system_admin"), by=office.sec)
    revoke(membership=own, reason="退休", by=office.sec)
    assert not can(User.objects.get(pk=office.sys.pk), "accounts.manage")


@pytest.mark.parametrize(("days", "words"), [(-1, "不能早于今天"), (None, ""), (0, ""), (30, "")], ids=str)
def test_the_last_day_can_be_moved(office: Office, days: int | None, words: str) -> None:
    held = office.world.gao.memberships.get()
    end = None if days is None else TODAY() + timedelta(days=days)
    if words:
        with pytest.raises(ActionRefused, match=words):
            set_end(membership=held, valid_to=end, reason="到期", by=office.sec)
        return
    set_end(membership=held, valid_to=end, reason="到期", by=office.sec)
    held.refresh_from_db()
    assert held.valid_to == end
    assert last_event().action == "roles.set_end"


@pytest.mark.parametrize("verb", ["insert", "update"])
@pytest.mark.parametrize(
    ("first", "second"), [("system_admin", "audit_admin"), ("security_admin", "system_admin")]
)
def test_the_database_refuses_two_administrator_roles(
    office: Office, verb: str, first: str, second: str
) -> None:
    """Whoever goes around the actions is stopped by the trigger."""
    common = {"user": office.nor, "region": office.world.city, "valid_from": TODAY()}
    Membership.objects.create(role=first, **common)
    if verb == "insert":
        with pytest.raises(IntegrityError, match=separation.SENTENCE), transaction.atomic():
            Membership.objects.create(role=second, **common)
        return
    other = Membership.objects.create(role="leader", **common)
    with pytest.raises(IntegrityError, match=separation.SENTENCE), transaction.atomic():
        Membership.objects.filter(pk=other.pk).update(role=second)


def test_the_database_allows_them_apart_in_time(office: Office) -> None:
    common = {"user": office.nor, "region": office.world.city}
    Membership.objects.create(
        role="system_admin", valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31), **common
    )
    Membership.objects.create(role="audit_admin", valid_from=date(2021, 1, 1), **common)
    with pytest.raises(IntegrityError, match=separation.SENTENCE), transaction.atomic():
        Membership.objects.filter(role="system_admin", user=office.nor).update(valid_to=date(2021, 1, 1))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_grants_at_the_same_moment_do_not_both_pass() -> None:
    world = make_world()
    user = User.objects.create(username="nor", display_name="Nor")
    meet, outcomes = threading.Barrier(2), []

    def write(role: str) -> None:
        try:
            with transaction.atomic():
                meet.wait()
                Membership.objects.create(user=user, role=role, region=world.city, valid_from=TODAY())
            outcomes.append("held")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(role,)) for role in ("system_admin", "audit_admin")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["held", "refused"]


def test_no_role_can_do_everything_and_administrators_do_no_business() -> None:
    everything = frozenset().union(*(role.permissions for role in ROLES.values())) | EVERYONE
    assert all(role.permissions < everything for role in ROLES.values())
    business = frozenset().union(*(r.permissions for r in ROLES.values() if r.code not in SEPARATED))
    # What leads and supervisors look at as well; everything else is business.
    shared = {"jobs.view"}
    for code in SEPARATED:
        assert ROLES[code].permissions & business <= shared, code
    for one in SEPARATED:
        for other in SEPARATED - {one}:
            assert ROLES[one].permissions & ROLES[other].permissions <= {"accounts.view"}, (one, other)


def test_granting_belongs_to_one_role_only() -> None:
    assert [role.code for role in ROLES.values() if GRANT_ROLES in role.permissions] == ["security_admin"]


def test_a_leader_of_the_region_needs_no_unit(office: Office) -> None:
    made = grant(user=office.nor, wanted=wanted(office, "leader", department=None), by=office.sec)
    assert made.department is None
    other = make_user("other", "leader", office.world.counties[RED])
    assert can(other, "rounds.view", region=office.world.counties[RED])
    assert not can(other, "rounds.view", region=office.world.city)
