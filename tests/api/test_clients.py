"""Other systems: recorded and cut off by one administrator, bound by another, let in with a token."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from oauth2_provider.models import AccessToken, Application

from targets.reporting.people import people_of
from tests.accounts.people import Office, make_office
from tests.worlds import day, make_world
from yuxi_eldercare.core.actions import accounts, memberships
from yuxi_eldercare.core.actions.clients import (
    NewSecret,
    change_client,
    create_client,
    revoke_client,
    rotate_secret,
)
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.models import ApiClient, AuditEvent, Department, User
from yuxi_eldercare.demo.clearing import clear

from .machines import (
    FORM,
    TOKEN_URL,
    ask_token,
    basic,
    bind,
    calling,
    details,
    form_body,
    token_of,
    with_token,
)

PLANS = "/api/v1/plans/"


@pytest.fixture
def office(db: None) -> Office:
    return make_office(make_world())


@pytest.fixture
def unit(office: Office) -> Department:
    return office.world.bureau


@pytest.fixture
def made(office: Office, unit: Department) -> NewSecret:
    return create_client(code="red-system", details=details(unit), by=office.sys)


def sentence(answer: Any) -> str:
    return str(json.loads(answer.content)["detail"])


def wanted(unit: Department, role: str = "reporter") -> memberships.Wanted:
    return memberships.Wanted(role, unit.region, unit, day("2020-01-01"), None, "接入协议 2020-1 号")


class TestRecording:
    def test_a_client_has_an_account_that_opens_no_page(self, made: NewSecret) -> None:
        client = made.client
        assert (client.user.username, client.user.has_usable_password()) == ("api:red-system", False)
        assert not client.user.memberships.exists()
        assert made.secret not in {client.application.client_secret, client.user.password}
        assert client.application.client_secret.startswith("argon2")
        login = Client().post("/login/", {"login": "api:red-system", "password": made.secret})
        assert "_auth_user_id" not in login.wsgi_request.session

    def test_the_trail_tells_everything_but_the_secret(self, made: NewSecret, office: Office) -> None:
        event = AuditEvent.objects.get(action="clients.create")
        assert (event.actor, event.object_key, event.after["purpose"]) == (
            office.sys,
            "red-system",
            "每月推送示范机构数",
        )
        assert made.secret not in json.dumps(event.after)

    @pytest.mark.parametrize("name", ["sec", "shen", "nor"])
    def test_only_the_system_administrator(self, name: str, office: Office, unit: Department) -> None:
        with pytest.raises(PermissionDenied):
            create_client(code="other", details=details(unit), by=getattr(office, name))

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"name": " "}, "name"),
            ({"purpose": ""}, "purpose"),
            ({"owner_department": None}, "owner_department"),
            ({"owner_person": ""}, "owner_person"),
            ({"owner_contact": ""}, "owner_contact"),
            ({"valid_to": day("2019-12-31")}, "valid_to"),
        ],
    )
    def test_what_is_missing(self, changed: Any, field: str, office: Office, unit: Department) -> None:
        with pytest.raises(ActionRefused) as refused:
            create_client(code="other", details=details(unit, **changed), by=office.sys)
        assert set(refused.value.problems) == {field}
        assert not ApiClient.objects.exists()

    @pytest.mark.parametrize(
        "code", ["", "abc", "Red-system", "1red", "red system", "red-", "r" * 41, "red-system"]
    )
    def test_codes(self, code: str, made: NewSecret, office: Office, unit: Department) -> None:
        with pytest.raises(ActionRefused) as refused:
            create_client(code=code, details=details(unit), by=office.sys)
        assert set(refused.value.problems) == {"code"}

    def test_changing(self, made: NewSecret, office: Office, unit: Department) -> None:
        wanted = details(unit, name="新名称", valid_to=day("2030-12-31"))
        change_client(client=made.client, details=wanted, by=office.sys)
        change_client(client=made.client, details=wanted, by=office.sys)
        assert User.objects.get(username="api:red-system").display_name == "新名称"
        event = AuditEvent.objects.get(action="clients.change")
        assert (event.before["valid_to"], event.after["valid_to"]) == (None, "2030-12-31")

    def test_the_database_wants_a_signed_revocation(self, made: NewSecret) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiClient.objects.update(revoked_at=made.client.created_at)


def test_a_demonstration_s_client_goes_with_it(office: Office, unit: Department) -> None:
    User.objects.filter(pk=office.sys.pk).update(is_demo=True)
    made = create_client(code="demo-system", details=details(unit), by=User.objects.get(pk=office.sys.pk))
    bind(made.client, unit)
    token_of(made)
    clear()
    assert not ApiClient.objects.exists()
    assert not Application.objects.exists()
    assert not User.objects.filter(username="api:demo-system").exists()


class TestBinding:
    def test_by_the_security_administrator_like_a_person(
        self, made: NewSecret, office: Office, unit: Department
    ) -> None:
        held = memberships.grant(user=made.client.user, wanted=wanted(unit), by=office.sec)
        assert (held.role, held.department, held.region) == ("reporter", unit, unit.region)
        with pytest.raises(PermissionDenied):
            memberships.grant(user=made.client.user, wanted=wanted(unit), by=office.sys)

    @pytest.mark.parametrize("role", ["reviewer", "lead", "system_admin"])
    def test_not_to_what_people_must_do(
        self, role: str, made: NewSecret, office: Office, unit: Department
    ) -> None:
        with pytest.raises(ActionRefused, match="须由人员完成"):
            memberships.grant(user=made.client.user, wanted=wanted(unit, role), by=office.sec)

    def test_machines_are_no_people(self, made: NewSecret, office: Office, unit: Department) -> None:
        bind(made.client, unit)
        assert made.client.user not in people_of([unit.pk])[unit.pk]
        for act in (accounts.reset_password, accounts.deactivate):
            with pytest.raises(ActionRefused, match="接入系统"):
                act(user=made.client.user, reason="试", by=office.sys)


class TestToken:
    def test_by_header_or_form(self, made: NewSecret) -> None:
        answer = ask_token("red-system", made.secret)
        body = json.loads(answer.content)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert (body["token_type"], body["expires_in"]) == ("Bearer", 1800)
        assert set(body["scope"].split()) == {"read", "observations:write"}
        form = {
            "grant_type": "client_credentials",
            "client_id": "red-system",
            "client_secret": made.secret,
            "scope": "read",
        }
        by_form = Client().post(TOKEN_URL, form_body(form), FORM)
        assert (by_form.status_code, json.loads(by_form.content)["scope"]) == (200, "read")

    def test_only_a_digest_is_stored(self, made: NewSecret) -> None:
        token = token_of(made)
        stored = AccessToken.objects.get()
        assert (stored.token, token in stored.token_checksum) == ("", False)

    def test_it_is_an_event_like_a_log_in(self, made: NewSecret) -> None:
        token_of(made, "read")
        event = AuditEvent.objects.get(action="auth.token")
        assert (event.actor, event.object_key, event.detail) == (made.client.user, "red-system", "read")
        assert ApiClient.objects.get().last_used_at is not None

    @pytest.mark.parametrize(
        ("code", "noted"), [("red-system", "red-system"), ("nobody", "no…"), ("a\0b", "a…")]
    )
    def test_a_wrong_secret(self, code: str, noted: str, made: NewSecret) -> None:
        answer = ask_token(code, "guess")
        body = json.loads(answer.content)
        assert (answer.status_code, body["error"]) == (401, "invalid_client")
        assert "不正确" in body["detail"]
        assert answer["WWW-Authenticate"].startswith("Basic")
        event = AuditEvent.objects.get(action="auth.token_failed")
        assert (event.object_key, event.result) == (noted, "failed")
        assert not AccessToken.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({}, "invalid_request"),
            ({"grant_type": "password", "username": "lin", "password": "x"}, "unsupported_grant_type"),
            ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
            ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type"),
            ({"grant_type": "client_credentials", "scope": "admin"}, "invalid_scope"),
        ],
    )
    def test_other_ways(self, fields: Any, error: str, made: NewSecret) -> None:
        answer = Client().post(TOKEN_URL, form_body(fields), FORM, headers=basic("red-system", made.secret))
        body = json.loads(answer.content)
        assert (answer.status_code, body["error"]) == (400, error)
        assert body["detail"]

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            ("{}", "application/json", 415),
            ("a=" + "x" * 9000, FORM, 413),
            (b"grant_type=%ff", FORM, 400),
            (b"\xff", FORM, 400),
            ("&" * 5000, FORM, 400),
            ("", FORM, 400),
        ],
    )
    def test_what_is_no_form(self, body: Any, kind: str, status: int, db: None) -> None:
        answer = Client().post(TOKEN_URL, body, kind)
        assert answer.status_code == status
        assert json.loads(answer.content)["detail"]

    @pytest.mark.parametrize("header", ["Basic", "Basic %%%", "Basic é", "Basic " + "eDp5", "Bearer x"])
    def test_headers_that_are_none(self, header: str, db: None) -> None:
        form = form_body({"grant_type": "client_credentials"})
        answer = Client().post(TOKEN_URL, form, FORM, headers={"authorization": header})
        assert answer.status_code == 401

    @pytest.mark.parametrize("path", ["authorize/", "revoke_token/", "introspect/", "applications/"])
    def test_nothing_else_is_offered(self, path: str, made: NewSecret) -> None:
        assert with_token(token_of(made)).get(f"/api/v1/oauth/{path}").status_code == 404


class TestCalling:
    def test_with_a_token(self, made: NewSecret) -> None:
        assert calling(made).get(PLANS).status_code == 200

    def test_scopes(self, made: NewSecret, unit: Department) -> None:
        bind(made.client, unit)
        for scope, path, needed in (
            ("read", "/api/v1/observations/", "observations:write"),
            ("observations:write", PLANS, "read"),
        ):
            call = calling(made, scope)
            answer = call.post(path, "{}", "application/json") if "obs" in path else call.get(path)
            assert (answer.status_code, needed in sentence(answer)) == (403, True)

    @pytest.mark.parametrize("header", ["Bearer", "Bearer nothing", "Bearer a b", "bearer é", "Bearer \x00"])
    def test_no_token(self, header: str, db: None) -> None:
        answer = Client().get(PLANS, headers={"authorization": header})
        assert (answer.status_code, bool(sentence(answer))) == (401, True)
        assert answer["WWW-Authenticate"].startswith("Bearer")

    def test_not_in_the_address(self, made: NewSecret) -> None:
        assert Client().get(f"{PLANS}?access_token={token_of(made)}").status_code == 401

    def test_after_its_time(self, made: NewSecret) -> None:
        call = calling(made)
        AccessToken.objects.update(expires=made.client.created_at - timedelta(seconds=1))
        answer = call.get(PLANS)
        assert (answer.status_code, "已过期" in sentence(answer)) == (401, True)

    def test_a_new_secret_ends_the_old_one_and_its_tokens(self, made: NewSecret, office: Office) -> None:
        call = calling(made)
        new = rotate_secret(client=made.client, reason="人员变动", by=office.sys)
        assert call.get(PLANS).status_code == 401
        assert ask_token("red-system", made.secret).status_code == 401
        assert calling(new).get(PLANS).status_code == 200
        event = AuditEvent.objects.get(action="clients.rotate_secret")
        assert (event.actor, event.detail) == (office.sys, "人员变动")

    def test_a_client_that_was_cut_off(self, made: NewSecret, office: Office) -> None:
        call = calling(made)
        revoke_client(client=made.client, reason="合同终止", by=office.sys)
        for answer in (call.get(PLANS), ask_token("red-system", made.secret)):
            assert (answer.status_code, "停用" in sentence(answer)) == (401, True)
        assert "不正确" in sentence(ask_token("red-system", "guess")), "only the owner of the secret is told"
        assert AuditEvent.objects.filter(action="clients.revoke", detail="合同终止").exists()
        for act in (rotate_secret, revoke_client):
            with pytest.raises(ActionRefused, match="已经停用"):
                act(client=made.client, reason="再试", by=office.sys)

    @pytest.mark.parametrize(
        ("dates", "word"),
        [
            ({"valid_from": day("2099-01-01"), "valid_to": None}, "2099-01-01"),
            ({"valid_from": day("2020-01-01"), "valid_to": day("2020-12-31")}, "届满"),
        ],
    )
    def test_outside_its_time(self, dates: Any, word: str, made: NewSecret) -> None:
        call = calling(made)
        ApiClient.objects.update(**dates)
        for answer in (call.get(PLANS), ask_token("red-system", made.secret)):
            assert (answer.status_code, word in sentence(answer)) == (401, True)

    def test_the_last_call_is_noted_once_a_minute(
        self, made: NewSecret, django_assert_num_queries: Any
    ) -> None:
        call = calling(made)
        with django_assert_num_queries(2):
            call.get(PLANS + "?search=x")
        ApiClient.objects.update(last_used_at=made.client.created_at - timedelta(minutes=2))
        with django_assert_num_queries(3):
            call.get(PLANS + "?search=x")
