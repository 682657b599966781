"""TOTP and recovery codes: required of administrators, offered to all, waived (and said so) in a demonstration."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tests.worlds import PASSWORD, make_user
from yuxi_eldercare.core.accounts.adapters import SecondFactorAdapter
from yuxi_eldercare.core.models import AuditEvent, User

from .people import Office

pytestmark = pytest.mark.django_db


def code(secret: str, steps: int = 0) -> str:
    """What the telephone shows now, or `steps` half-minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def log_in(client: Client, name: str) -> Any:
    return client.post("/login/", {"username": name, "password": PASSWORD})


def set_up(client: Client) -> str:
    """Activate TOTP through the pages; returns the secret."""
    client.get("/account/code/on/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/account/code/on/", {"code": code(secret)})
    assert answer["Location"] == "/account/recovery-codes/", answer.content.decode()
    return str(secret)


def actions_of(name: str) -> list[str]:
    return list(AuditEvent.objects.filter(object_key=name).order_by("pk").values_list("action", flat=True))


@pytest.fixture
def new_admin(office: Office) -> User:
    """A system administrator who has not set up anything."""
    return make_user("sys2", "system_admin", office.world.city)


def test_an_administrator_is_led_to_it_before_anything_else(client: Client, new_admin: User) -> None:
    log_in(client, "sys2")
    for path in ("/", "/users/", "/indicators/"):
        assert client.get(path)["Location"] == "/account/code/on/"
    assert client.get("/api/v1/jobs/").json()["detail"] == "管理员须先登录网页启用动态口令。"
    secret = set_up(client)
    assert "备用码" in client.get("/account/recovery-codes/").content.decode()
    assert client.get("/users/").status_code == 200
    stored = Authenticator.objects.get(user=new_admin, type="totp").data["secret"]
    assert secret not in stored, "the secret is encrypted in the database"
    assert SecondFactorAdapter().decrypt(stored) == secret
    assert actions_of("sys2")[:2] == ["auth.login", "second_factor.on"]


def test_the_password_alone_lets_nobody_in(client: Client, new_admin: User) -> None:
    log_in(client, "sys2")
    secret = set_up(client)
    client.post("/logout/")
    assert log_in(client, "sys2")["Location"] == "/login/code/"
    assert client.get("/users/")["Location"].startswith("/login/")
    wrong = client.post("/login/code/", {"code": "000000"})
    assert "动态口令不正确" in wrong.content.decode()
    assert client.post("/login/code/", {"code": code(secret)}).status_code == 302
    assert client.get("/users/").status_code == 200
    failed = AuditEvent.objects.get(action="auth.failed")
    assert (failed.object_key, failed.detail) == ("sys2", "动态口令")


def test_a_code_works_once(client: Client, new_admin: User) -> None:
    log_in(client, "sys2")
    secret = set_up(client)
    used = code(secret)
    for expected in (302, 200):
        client.post("/logout/")
        log_in(client, "sys2")
        assert client.post("/login/code/", {"code": used}).status_code == expected


def test_guessing_codes_is_stopped(client: Client, new_admin: User) -> None:
    log_in(client, "sys2")
    secret = set_up(client)
    client.post("/logout/")
    log_in(client, "sys2")
    for number in range(10):
        client.post("/login/code/", {"code": f"{number:06}"})
    answer = client.post("/login/code/", {"code": code(secret)})
    assert "输错次数过多" in answer.content.decode()


def test_a_recovery_code_replaces_the_telephone_once(client: Client, new_admin: User) -> None:
    log_in(client, "sys2")
    set_up(client)
    (one, *_others) = (
        Authenticator.objects.get(user=new_admin, type="recovery_codes").wrap().get_unused_codes()
    )
    listed = client.get("/account/recovery-codes/file/").content.decode()
    assert one in listed
    for expected in (302, 200):
        client.post("/logout/")
        log_in(client, "sys2")
        assert client.post("/login/code/", {"code": one}).status_code == expected


def test_new_recovery_codes_replace_the_old(client: Client, new_admin: User) -> None:
    log_in(client, "sys2")
    set_up(client)
    before = client.get("/account/recovery-codes/file/").content
    assert client.post("/account/recovery-codes/new/")["Location"] == "/account/recovery-codes/"
    assert client.get("/account/recovery-codes/file/").content != before


def test_an_administrator_cannot_switch_it_off(client: Client, new_admin: User) -> None:
    log_in(client, "sys2")
    set_up(client)
    assert "不能停用" in client.get("/account/code/off/").content.decode()
    client.post("/account/code/off/")
    assert Authenticator.objects.filter(user=new_admin, type="totp").exists()


def test_everybody_else_may_use_it_and_stop(client: Client, office: Office) -> None:
    log_in(client, "lin")
    assert client.get("/").status_code == 200
    set_up(client)
    assert client.post("/account/code/off/").status_code == 302
    assert not Authenticator.objects.filter(user=office.world.lin).exists()
    assert actions_of("lin")[-2:] == ["second_factor.on", "second_factor.off"]


def test_an_old_session_confirms_before_a_change(client: Client, office: Office) -> None:
    client.force_login(office.world.lin)
    asked = client.get("/account/code/on/")
    assert asked["Location"].startswith("/account/confirm/")
    wrong = client.post(asked["Location"], {"password": "wrong"})
    assert "密码不正确" in wrong.content.decode()
    assert client.post(asked["Location"], {"password": PASSWORD})["Location"] == "/account/code/on/"
    assert client.get("/account/code/on/").status_code == 200


def test_a_reset_second_factor_is_set_up_anew(client: Client, new_admin: User, office: Office) -> None:
    from yuxi_eldercare.core.actions.accounts import reset_second_factor

    log_in(client, "sys2")
    set_up(client)
    client.post("/logout/")
    reset_second_factor(user=new_admin, reason="手机遗失", by=office.sec)
    assert log_in(client, "sys2")["Location"] == "/"
    assert client.get("/")["Location"] == "/account/code/on/"


class TestDemonstration:
    """`DEMO=1` sets ADMIN_SECOND_FACTOR off: administrators may go without, and the pages say so."""

    @pytest.fixture
    def demo(self, settings: Any) -> None:
        settings.ADMIN_SECOND_FACTOR = False

    def test_administrators_go_without_and_are_told(
        self, client: Client, new_admin: User, demo: None
    ) -> None:
        log_in(client, "sys2")
        for path in ("/users/", "/departments/", "/account/"):
            assert "演示环境：管理员没有启用动态口令也能操作" in client.get(path).content.decode()

    def test_others_see_no_note(self, client: Client, office: Office, demo: None) -> None:
        log_in(client, "lin")
        assert "演示环境" not in client.get("/account/").content.decode()

    def test_the_setting_follows_demo(self) -> None:
        from tests.architecture.test_checks import manage

        asked = "from django.conf import settings; print(settings.ADMIN_SECOND_FACTOR)"
        for demo, expected in (("1", "False"), ("0", "True")):
            done = manage("shell", "-v", "0", "-c", asked, DEBUG="1", DEMO=demo)
            assert done.stdout.strip() == expected, done.stderr
