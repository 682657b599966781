"""Other systems in tests: recorded by an administrator, bound by another, calling with a token."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tests.worlds import day, make_user
from yuxi_eldercare.core.actions.clients import Details, NewSecret, create_client
from yuxi_eldercare.core.models import ApiClient, Department, Membership, Region, User

TOKEN_URL = "/api/v1/oauth/token/"


def basic(code: str, secret: str) -> dict[str, str]:
    """The header of a code and secret, or of a name and password."""
    return {"authorization": "Basic " + base64.b64encode(f"{code}:{secret}".encode()).decode()}


def details(owner: Department, **changed: Any) -> Details:
    """What is recorded about a client."""
    given: dict[str, Any] = {
        "name": "红河区养老服务系统",
        "purpose": "每月推送示范机构数",
        "owner_department": owner,
        "owner_person": "王工",
        "owner_contact": "0877-2012345",
        "valid_from": day("2020-01-01"),
        "valid_to": None,
    }
    return Details(**{**given, **changed})


def make_client(code: str, owner: Department, *, by: User | None = None, **changed: Any) -> NewSecret:
    """A client without any binding."""
    admin = (
        by or User.objects.filter(username="sys").first() or make_user("sys", "system_admin", _city(owner))
    )
    return create_client(code=code, details=details(owner, **changed), by=admin)


def _city(owner: Department) -> Region:
    return owner.region.parent or owner.region


def bind(
    client: ApiClient, department: Department, role: str = "reporter", region: Region | None = None
) -> Membership:
    """Bind a client to a unit, in its region or in another one."""
    return Membership.objects.create(
        user=client.user,
        role=role,
        region=region or department.region,
        department=department,
        valid_from=day("2020-01-01"),
    )


def ask_token(code: str, secret: str, scope: str = "") -> Any:
    """The token endpoint's answer."""
    form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    return Client().post(TOKEN_URL, form_body(form), FORM, headers=basic(code, secret))


FORM = "application/x-www-form-urlencoded"


def form_body(fields: dict[str, str]) -> str:
    """The fields as a form is sent."""
    return urlencode(fields)


def token_of(made: NewSecret, scope: str = "") -> str:
    """A token of a client."""
    answer = ask_token(made.client.code, made.secret, scope)
    assert answer.status_code == 200, answer.content
    return str(json.loads(answer.content)["access_token"])


def calling(made: NewSecret, scope: str = "") -> Client:
    """A caller that sends a token of the client with every call."""
    return with_token(token_of(made, scope))


def with_token(token: str) -> Client:
    """A caller that sends this token with every call."""
    return Client(headers={"authorization": f"Bearer {token}"})
