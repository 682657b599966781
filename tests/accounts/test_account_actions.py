"""Accounts and units: made, changed, switched off, reset; each with its event, none by the wrong person."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.core.exceptions import PermissionDenied

from tests.worlds import RED, make_user
from yuxi_eldercare.core.accounts import lockout
from yuxi_eldercare.core.actions import accounts, departments
from yuxi_eldercare.core.actions.accounts import Details
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.models import AuditEvent, Department, User

from .people import Office, give_second_factor

pytestmark = pytest.mark.django_db


def actions_taken() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_a_new_account_has_no_role_and_a_password_to_change(office: Office) -> None:
    made = accounts.create_user(
        username="hongta-01", details=Details(" 王芳 ", "", "0877-2012345"), by=office.sys
    )
    user = User.objects.get(username="hongta-01")
    assert user.check_password(made.password)
    assert (user.display_name, user.phone, user.must_change_password) == ("王芳", "0877-2012345", True)
    assert not user.memberships.exists()
    event = AuditEvent.objects.get()
    assert (event.action, event.object_key, event.actor) == ("accounts.create", "hongta-01", office.sys)
    assert made.password not in str(event.after)


def test_initial_passwords_follow_the_rules_and_differ() -> None:
    from django.contrib.auth.password_validation import validate_password

    from yuxi_eldercare.core.accounts.passwords import initial_password

    made = {initial_password() for _number in range(50)}
    assert len(made) == 50
    for password in made:
        validate_password(password)
        assert not set(password) & set("0O1lI")


@pytest.mark.parametrize(
    ("username", "details", "field"),
    [
        ("王芳", Details("王芳"), "username"),
        ("a", Details("王芳"), "username"),
        ("-abc", Details("王芳"), "username"),
        ("LIN", Details("王芳"), "username"),
        ("wang", Details(" "), "display_name"),
        ("wang", Details("王芳", phone="call me"), "phone"),
    ],
)
def test_a_bad_account_is_refused_at_its_field(
    office: Office, username: str, details: Details, field: str
) -> None:
    with pytest.raises(ActionRefused) as refused:
        accounts.create_user(username=username, details=details, by=office.sys)
    assert set(refused.value.problems) == {field}
    assert not AuditEvent.objects.exists()


def test_details_change_with_before_and_after(office: Office) -> None:
    accounts.change_details(user=office.nor, details=Details("诺", "n@example.gov.cn"), by=office.sys)
    event = AuditEvent.objects.get()
    assert (event.before["display_name"], event.after["display_name"]) == ("Nor", "诺")
    accounts.change_details(user=office.nor, details=Details("诺", "n@example.gov.cn"), by=office.sys)
    assert AuditEvent.objects.count() == 1, "a change that changes nothing leaves no event"


VERBS: dict[str, Callable[..., Any]] = {
    "create": lambda o, by: accounts.create_user(username="x-1", details=Details("X"), by=by),
    "change": lambda o, by: accounts.change_details(user=o.nor, details=Details("X"), by=by),
    "deactivate": lambda o, by: accounts.deactivate(user=o.nor, reason="x", by=by),
    "activate": lambda o, by: accounts.activate(user=o.nor, reason="x", by=by),
    "reset password": lambda o, by: accounts.reset_password(user=o.nor, reason="x", by=by),
    "unlock": lambda o, by: accounts.unlock(user=o.nor, by=by),
    "new unit": lambda o, by: departments.create_department(
        details=departments.Details("云溪市某局", "市某局", "department"), region=o.world.city, by=by
    ),
    "change unit": lambda o, by: departments.change_department(
        department=o.world.bureau, details=departments.Details("a", "b", "department"), by=by
    ),
    "withdraw unit": lambda o, by: departments.withdraw_department(
        department=o.world.bureau, reason="x", by=by
    ),
    "restore unit": lambda o, by: departments.restore_department(
        department=o.world.bureau, reason="x", by=by
    ),
}


@pytest.mark.parametrize("act", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("name", ["sec", "shen", "nor"])
def test_only_the_system_administrator_does_this(office: Office, act: Callable[..., Any], name: str) -> None:
    with pytest.raises(PermissionDenied, match="系统管理员"):
        act(office, getattr(office, name))


@pytest.mark.parametrize("name", ["sys", "shen", "nor"])
def test_only_the_security_administrator_resets_a_second_factor(office: Office, name: str) -> None:
    with pytest.raises(PermissionDenied, match="安全管理员"):
        accounts.reset_second_factor(user=office.world.lin, reason="x", by=getattr(office, name))


def test_switching_off_and_on(office: Office) -> None:
    accounts.deactivate(user=office.nor, reason="离职", by=office.sys)
    with pytest.raises(ActionRefused, match="已经停用"):
        accounts.deactivate(user=office.nor, reason="离职", by=office.sys)
    accounts.activate(user=office.nor, reason="返聘", by=office.sys)
    with pytest.raises(ActionRefused, match="已经是启用"):
        accounts.activate(user=office.nor, reason="返聘", by=office.sys)
    assert actions_taken() == ["accounts.deactivate", "accounts.activate"]


@pytest.mark.parametrize("verb", [accounts.deactivate, accounts.reset_password])
def test_a_reason_is_asked(office: Office, verb: Callable[..., Any]) -> None:
    with pytest.raises(ActionRefused) as refused:
        verb(user=office.nor, reason=" ", by=office.sys)
    assert "reason" in refused.value.problems


def test_nobody_shuts_himself_or_the_last_administrator_out(office: Office) -> None:
    with pytest.raises(ActionRefused, match="自己"):
        accounts.deactivate(user=office.sys, reason="x", by=office.sys)
    for last in (office.sec, office.shen):
        with pytest.raises(ActionRefused, match="唯一的"):
            accounts.deactivate(user=last, reason="x", by=office.sys)
    make_user("sec2", "security_admin", office.world.city)
    accounts.deactivate(user=office.sec, reason="轮岗", by=office.sys)


def test_a_reset_password_leaves_the_second_factor(office: Office) -> None:
    give_second_factor(office.nor)
    AccessAttempt.objects.create(username="nor", failures_since_start=9)
    assert lockout.locked_until("nor") is not None
    made = accounts.reset_password(user=office.nor, reason="遗忘", by=office.sys)
    office.nor.refresh_from_db()
    assert office.nor.check_password(made.password)
    assert office.nor.must_change_password
    assert lockout.locked_until("nor") is None
    assert Authenticator.objects.filter(user=office.nor).exists()
    with pytest.raises(ActionRefused, match="我的账号"):
        accounts.reset_password(user=office.sys, reason="x", by=office.sys)


def test_a_second_factor_is_reset_by_another(office: Office) -> None:
    with pytest.raises(ActionRefused, match="没有启用"):
        accounts.reset_second_factor(user=office.nor, reason="遗失", by=office.sec)
    with pytest.raises(ActionRefused, match="自己"):
        accounts.reset_second_factor(user=office.sec, reason="遗失", by=office.sec)
    accounts.reset_second_factor(user=office.sys, reason="手机遗失", by=office.sec)
    assert not Authenticator.objects.filter(user=office.sys).exists()
    assert actions_taken() == ["second_factor.reset"]


def details(name: str = "云溪市老龄中心", short: str = "市老龄中心", **fields: str) -> departments.Details:
    return departments.Details(name, short, fields.pop("kind", "enterprise"), **fields)


def test_a_unit_is_made_with_its_spellings(office: Office) -> None:
    made = departments.create_department(
        details=details(credit_code="91530400MA6K5XW31B"), region=office.world.counties[RED], by=office.sys
    )
    assert (made.key, made.from_file) == (f"u-{RED}-1", False)
    assert set(made.names.values_list("text", flat=True)) == {"云溪市老龄中心", "市老龄中心"}
    second = departments.create_department(
        details=details("乙", "乙"), region=office.world.counties[RED], by=office.sys
    )
    assert second.key == f"u-{RED}-2"


def test_a_renamed_unit_keeps_its_former_names(office: Office) -> None:
    made = departments.create_department(details=details(), region=office.world.city, by=office.sys)
    departments.change_department(department=made, details=details("云溪市养老中心"), by=office.sys)
    made.refresh_from_db()
    assert made.name == "云溪市养老中心"
    assert "云溪市老龄中心" in made.names.values_list("text", flat=True)
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.before["name"], event.after["name"]) == ("云溪市老龄中心", "云溪市养老中心")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (details(name=" "), "name"),
        (details(short=""), "short_name"),
        (details(kind="group"), "kind"),
        (details(credit_code="91530400MA6K5XW31I"), "credit_code"),
        (details(credit_code="123"), "credit_code"),
    ],
)
def test_a_bad_unit_is_refused_at_its_field(office: Office, given: departments.Details, field: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        departments.create_department(details=given, region=office.world.city, by=office.sys)
    assert set(refused.value.problems) == {field}


def test_a_name_means_one_unit(office: Office) -> None:
    departments.create_department(details=details(), region=office.world.city, by=office.sys)
    with pytest.raises(ActionRefused) as refused:
        departments.create_department(
            details=details("另一个", "市老龄中心"), region=office.world.city, by=office.sys
        )
    assert "云溪市老龄中心" in refused.value.problems["short_name"]


def test_units_of_the_plan_files_are_left_to_their_files(office: Office) -> None:
    for act in (
        lambda: departments.change_department(
            department=office.world.bureau, details=details(), by=office.sys
        ),
        lambda: departments.withdraw_department(department=office.world.bureau, reason="x", by=office.sys),
    ):
        with pytest.raises(ActionRefused, match="规划文件"):
            act()


def test_a_unit_with_people_is_not_withdrawn(office: Office) -> None:
    made = departments.create_department(details=details(), region=office.world.city, by=office.sys)
    person = make_user("per", "reporter", office.world.city, made)
    with pytest.raises(ActionRefused, match="Per"):
        departments.withdraw_department(department=made, reason="改革", by=office.sys)
    person.memberships.all().delete()
    departments.withdraw_department(department=made, reason="改革", by=office.sys)
    assert Department.objects.get(pk=made.pk).withdrawn
    departments.restore_department(department=made, reason="恢复", by=office.sys)
    assert not Department.objects.get(pk=made.pk).withdrawn
    assert actions_taken()[-2:] == ["departments.withdraw", "departments.restore"]
