"""Logging in with a password: lockout, the forced change, what the page says, and the events it leaves."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.worlds import PASSWORD
from yuxi_eldercare.core.accounts import lockout
from yuxi_eldercare.core.audit.context import client_ip
from yuxi_eldercare.core.models import AuditEvent, User

from .people import Office

pytestmark = pytest.mark.django_db
NEW = "Another-Pass-77"


def log_in(client: Client, name: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/login/", {"username": name, "password": password}, **more)


def events() -> list[tuple[str, str, str]]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", "object_key", "result"))


def words(answer: Any) -> str:
    return answer.content.decode()


def test_in_and_out_with_address_and_session(client: Client, office: Office) -> None:
    answer = log_in(client, "lin", REMOTE_ADDR="10.1.2.3")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302
    assert events() == [("auth.login", "lin", "ok"), ("auth.logout", "lin", "ok")]
    event = AuditEvent.objects.get(action="auth.login")
    assert (event.actor, event.username, event.ip, event.unit) == (
        office.world.lin,
        "lin",
        "10.1.2.3",
        "市民政局",
    )
    assert len(event.session) == 16
    assert event.session not in client.cookies["sessionid"].value


def test_the_page_that_was_asked_for_comes_next(client: Client, office: Office) -> None:
    asked = client.get("/indicators/?year=2025")
    assert asked["Location"] == "/login/?next=/indicators/%3Fyear%3D2025"
    page = client.get(asked["Location"])
    assert 'value="/indicators/?year=2025"' in words(page)
    answer = client.post(
        "/login/", {"username": "lin", "password": PASSWORD, "next": "/indicators/?year=2025"}
    )
    assert answer["Location"] == "/indicators/?year=2025"


def test_another_site_is_never_next(client: Client, office: Office) -> None:
    answer = client.post("/login/", {"username": "lin", "password": PASSWORD, "next": "https://example.com/"})
    assert answer["Location"] == "/"


def test_logging_out_needs_a_form(client: Client, office: Office) -> None:
    client.force_login(office.world.lin)
    assert client.get("/logout/").status_code == 405
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("name", "password"), [("lin", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_password_says_nothing_about_the_account(
    client: Client, office: Office, name: str, password: str
) -> None:
    page = words(log_in(client, name, password))
    assert "用户名或密码不正确" in page
    assert f'value="{name}"' in page
    assert events()[0][0] == "auth.failed"


def test_a_password_typed_as_user_name_is_not_kept(client: Client, office: Office) -> None:
    log_in(client, "My-Secret-2020", "x")
    event = AuditEvent.objects.get()
    assert event.object_key == "My…"


def test_empty_fields_are_named(client: Client, office: Office) -> None:
    assert "请填写用户名和密码" in words(log_in(client, "", ""))


def test_a_switched_off_account_is_told_so_only_with_its_password(client: Client, office: Office) -> None:
    User.objects.filter(username="lin").update(is_active=False)
    assert "账号已停用" in words(log_in(client, "lin"))
    assert "账号已停用" not in words(log_in(client, "lin", "wrong"))


def test_a_switched_off_account_loses_its_session(client: Client, office: Office) -> None:
    client.force_login(office.world.lin)
    User.objects.filter(username="lin").update(is_active=False)
    assert client.get("/").status_code == 302


class TestLockout:
    """After five failures the account is locked for fifteen minutes, from every address."""

    def lock(self, client: Client) -> Any:
        for number in range(settings.AXES_FAILURE_LIMIT - 1):
            assert log_in(client, "lin", f"wrong{number}").status_code == 200
        return log_in(client, "lin", "wrong again")

    def test_the_fifth_failure_locks(self, client: Client, office: Office) -> None:
        answer = self.lock(client)
        assert answer.status_code == 429
        assert "连续 5 次输错密码，账号已锁定 15 分钟" in words(answer)
        assert "系统管理员" in words(answer)
        assert 'value="lin"' in words(answer)
        assert [action for action, *_rest in events()].count("auth.locked") == 1

    def test_the_right_password_is_refused_too_from_anywhere(self, client: Client, office: Office) -> None:
        self.lock(client)
        answer = log_in(Client(REMOTE_ADDR="10.9.9.9"), "lin")
        assert answer.status_code == 429
        assert "sessionid" not in client.cookies

    def test_others_are_not_locked(self, client: Client, office: Office) -> None:
        self.lock(client)
        assert log_in(client, "gao").status_code == 302

    def test_it_ends_by_itself(self, client: Client, office: Office) -> None:
        self.lock(client)
        assert lockout.locked_until("lin") is not None
        AccessAttempt.objects.update(
            attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1)
        )
        assert lockout.locked_until("lin") is None
        assert log_in(client, "lin").status_code == 302

    def test_attempts_while_locked_do_not_prolong_it(self, client: Client, office: Office) -> None:
        self.lock(client)
        before = lockout.locked_until("lin")
        log_in(client, "lin", "once more")
        assert lockout.locked_until("lin") == before

    def test_a_success_forgets_the_failures(self, client: Client, office: Office) -> None:
        for _number in range(3):
            log_in(client, "lin", "wrong")
        log_in(client, "lin")
        client.post("/logout/")
        for _number in range(3):
            assert log_in(client, "lin", "wrong").status_code == 200

    def test_the_administrator_unlocks(self, client: Client, office: Office, as_user: Any) -> None:
        self.lock(client)
        admin = as_user(office.sys)
        assert "已锁定" in words(admin.get("/users/?status=locked"))
        address = f"/users/{office.world.lin.pk}/unlock/"
        assert address in words(admin.get(f"/users/{office.world.lin.pk}/"))
        assert admin.post(address).status_code == 302
        assert log_in(client, "lin").status_code == 302


class TestForcedChange:
    """A password that somebody else set is changed before anything else."""

    @pytest.fixture
    def fresh(self, client: Client, office: Office) -> Client:
        User.objects.filter(username="lin").update(must_change_password=True)
        log_in(client, "lin")
        return client

    def change(self, client: Client, old: str = PASSWORD, new: str = NEW, again: str = "") -> Any:
        return client.post(
            "/account/password/", {"oldpassword": old, "password1": new, "password2": again or new}
        )

    def test_every_page_leads_there(self, fresh: Client) -> None:
        for path in ("/", "/indicators/", "/users/", "/search/?q=x"):
            assert fresh.get(path)["Location"] == "/account/password/"
        assert "这是初始密码" in words(fresh.get("/account/password/"))
        assert fresh.get("/account/").status_code == 200

    def test_scripts_and_the_api_are_told(self, fresh: Client) -> None:
        answer = fresh.get("/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.json()["detail"]) == (403, "请先登录网页修改初始密码。")
        answer = fresh.get("/api/v1/plans/")
        assert (answer.status_code, answer.json()["detail"]) == (403, "请先登录网页修改初始密码。")

    def test_after_the_change_everything_is_open(self, fresh: Client, office: Office) -> None:
        assert self.change(fresh)["Location"] == "/account/"
        assert fresh.get("/").status_code == 200
        lin = User.objects.get(username="lin")
        assert lin.check_password(NEW)
        assert not lin.must_change_password
        assert ("accounts.change_password", "lin", "ok") in events()

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"old": "wrong"}, "当前密码不正确"),
            ({"new": PASSWORD}, "不能与当前密码相同"),
            ({"again": "Different-77-x"}, "两次输入的新密码不一致"),
            ({"new": "Short-1"}, "密码太短，至少要 10 位"),
            ({"new": "password1234"}, "三类"),
            ({"new": "onlysmallletters"}, "三类"),
            ({"new": "12345678901234"}, "三类"),
        ],
    )
    def test_a_bad_new_password_is_refused_with_the_reason(
        self, fresh: Client, fields: dict[str, str], sentence: str
    ) -> None:
        answer = self.change(fresh, **fields)
        assert answer.status_code == 200
        assert sentence in words(answer)
        assert fresh.get("/")["Location"] == "/account/password/"

    def test_a_changed_password_ends_the_other_sessions(self, fresh: Client, office: Office) -> None:
        other = Client()
        other.force_login(User.objects.get(username="lin"))
        self.change(fresh)
        assert fresh.get("/").status_code == 200
        assert other.get("/")["Location"].startswith("/login/")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "1.1.1.1", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        (2, "9.9.9.9, 1.1.1.1, 10.0.0.8", "1.1.1.1"),
        (1, "nonsense", None),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_callers_address_behind_proxies(
    rf: Any, settings: Any, proxies: int, forwarded: str, found: str | None
) -> None:
    settings.PROXIES = proxies
    request = rf.get(
        "/", REMOTE_ADDR="10.0.0.9", **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    )
    assert client_ip(request) == found
