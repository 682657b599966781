"""Who gets in: session or password, an active account, the permission an endpoint asks for."""

import base64
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.worlds import PASSWORD, World, make_user
from yuxi_eldercare.api_urls import RESOURCES
from yuxi_eldercare.core.models import User

from .conftest import client_of

PATHS = [*(f"/api/v1/{name}/" for name in RESOURCES), "/api/v1/schema"]
CASE = {
    "direction": "up",
    "target_type": "reach",
    "baseline": {"date": "2020-12-31", "value": "0"},
    "milestones": [{"due": "2025", "value": "10"}],
    "readings": [],
    "as_of": "2024-12-31",
}


def basic(name: str, password: str) -> dict[str, str]:
    token = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"authorization": f"Basic {token}"}


def sentence(answer: Any) -> str:
    body = json.loads(answer.content)
    assert set(body) == {"detail", "errors"}
    return str(body["detail"])


@pytest.mark.parametrize("path", PATHS)
def test_anonymous_is_asked_to_log_in(path: str, world: World) -> None:
    answer = Client().get(path)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic")
    assert sentence(answer) == "请先登录。"


@pytest.mark.parametrize("path", PATHS)
def test_active_accounts_read_everything_but_jobs_and_audit(path: str, api: Client) -> None:
    assert api.get(path).status_code == (403 if "jobs" in path or "audit" in path else 200)


@pytest.mark.parametrize("path", PATHS)
def test_an_account_switched_off_after_log_in_is_told_why(path: str, api: Client, world: World) -> None:
    world.ling.is_active = False
    world.ling.save()
    answer = api.get(path)
    assert answer.status_code == 403
    assert sentence(answer) == "账号已停用，请联系系统管理员。"


def test_password_of_an_active_account(world: World) -> None:
    assert Client().get("/api/v1/plans/", headers=basic("ling", PASSWORD)).status_code == 200


@pytest.mark.parametrize("name", ["ling", "nobody", "li\0ng"])
def test_wrong_password(name: str, world: World) -> None:
    answer = Client().get("/api/v1/plans/", headers=basic(name, "guess"))
    assert answer.status_code == 401
    assert sentence(answer) == "用户名或密码不正确。"


def test_a_switched_off_account_is_told_so_only_with_its_password(world: World) -> None:
    world.ling.is_active = False
    world.ling.save()
    answer = Client().get("/api/v1/plans/", headers=basic("ling", PASSWORD))
    assert (answer.status_code, sentence(answer)) == (403, "账号已停用，请联系系统管理员。")
    assert Client().get("/api/v1/plans/", headers=basic("ling", "guess")).status_code == 401


def test_a_changed_password_ends_the_session_of_a_switched_off_account(api: Client, world: World) -> None:
    world.ling.is_active = False
    world.ling.set_password("another-password-1")
    world.ling.save()
    assert api.get("/api/v1/plans/").status_code == 401


def test_jobs_need_a_role_and_the_refusal_names_it(api: Client, lead: Client) -> None:
    assert "牵头单位" in sentence(api.get("/api/v1/jobs/"))
    assert lead.get("/api/v1/jobs/").status_code == 200


class TestAdministrators:
    """What only a role allows needs the second factor; plan data do not."""

    @pytest.fixture
    def admin(self, world: World, settings: Any) -> Client:
        settings.ADMIN_SECOND_FACTOR = True
        return client_of(make_user("guan", "system_admin", world.city))

    def test_without_second_factor(self, admin: Client) -> None:
        assert admin.get("/api/v1/plans/").status_code == 200
        answer = admin.get("/api/v1/jobs/")
        assert (answer.status_code, "动态口令" in sentence(answer)) == (403, True)

    def test_with_second_factor(self, admin: Client) -> None:
        user = User.objects.get(username="guan")
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        assert admin.get("/api/v1/jobs/").status_code == 200

    def test_a_password_alone_does_not_speak_for_an_account_with_a_second_factor(self, admin: Client) -> None:
        user = User.objects.get(username="guan")
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        answer = Client().get("/api/v1/plans/", headers=basic("guan", PASSWORD))
        assert (answer.status_code, "动态口令" in sentence(answer)) == (403, True)


def test_guessing_passwords_locks_the_account(world: World, settings: Any) -> None:
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        last = Client().get("/api/v1/plans/", headers=basic("ling", "guess"))
    assert (last.status_code, "锁定" in sentence(last)) == (429, True)
    assert Client().get("/api/v1/plans/", headers=basic("ling", PASSWORD)).status_code == 429


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", PATHS)
def test_plan_data_cannot_be_written(path: str, method: str, lead: Client) -> None:
    answer = getattr(lead, method)(path, data="{}", content_type="application/json")
    assert answer.status_code == (403 if "audit" in path else 405)
    assert sentence(answer)


class TestCsrf:
    """A session needs the token to write; a password does not."""

    def test_session_without_token(self, world: World) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.ling)
        answer = client.post("/api/v1/assessments/preview", CASE, "application/json")
        assert answer.status_code == 403
        assert "CSRF" in sentence(answer)

    def test_session_with_token(self, world: World) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.ling)
        client.cookies["csrftoken"] = "a" * 32
        answer = client.post(
            "/api/v1/assessments/preview", CASE, "application/json", headers={"X-CSRFToken": "a" * 32}
        )
        assert answer.status_code == 200

    def test_password_needs_none(self, world: World) -> None:
        client = Client(enforce_csrf_checks=True)
        answer = client.post(
            "/api/v1/assessments/preview", CASE, "application/json", headers=basic("ling", PASSWORD)
        )
        assert answer.status_code == 200


def test_anonymous_preview_is_refused(world: World) -> None:
    answer = Client().post("/api/v1/assessments/preview", CASE, "application/json")
    assert answer.status_code == 401
