"""The city's single sign-on against a small provider of our own: it says who, an account here says what."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client

from yuxi_eldercare.core.models import AuditEvent, User

from .people import Office, give_second_factor

pytestmark = pytest.mark.django_db
CLIENT = "tracker"


class Provider:
    """An OpenID Connect provider that says what `claims` say."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "u-1", "preferred_username": "lin"}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(provider.document() if "well-known" in self.path else provider.claims)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer({"access_token": "t", "token_type": "Bearer", "id_token": provider.id_token()})

            def answer(self, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def id_token(self) -> str:
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims}
        return jwt.encode(said, "k" * 32, algorithm="HS256")


@pytest.fixture
def provider(settings: Any, office: Office) -> Iterator[Provider]:
    made = Provider()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "city",
        "name": "玉溪统一认证",
        "client_id": CLIENT,
        "secret": "s",
        "settings": {"server_url": made.issuer},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield made
    made.server.shutdown()
    made.server.server_close()


def come(client: Client) -> Any:
    """Press the button, let the provider agree, come back."""
    away = client.post("/login/sso/city/login/")
    assert away.status_code == 302
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["client_id"] == [CLIENT]
    assert "code_challenge" in asked or "state" in asked
    return client.get("/login/sso/city/login/callback/", {"code": "c", "state": asked["state"][0]})


def test_the_page_offers_it_by_name(client: Client, provider: Provider) -> None:
    page = client.get("/login/").content.decode()
    assert "用玉溪统一认证登录" in page
    assert "/login/sso/city/login/" in page


def test_without_settings_there_is_none(client: Client, office: Office) -> None:
    assert "/login/sso/" not in client.get("/login/").content.decode()
    assert client.get("/login/sso/city/login/").status_code == 404


def test_somebody_with_an_account_is_let_in(client: Client, provider: Provider) -> None:
    assert come(client)["Location"] == "/"
    assert client.get("/").status_code == 200
    event = AuditEvent.objects.get(action="auth.login")
    assert (event.username, event.detail) == ("lin", "统一身份认证")
    client.post("/logout/")
    assert come(client)["Location"] == "/", "the second visit finds the connection"


@pytest.mark.parametrize("claims", [{"sub": "u-2", "preferred_username": "stranger"}, {"sub": "u-3"}])
def test_a_stranger_gets_no_account(client: Client, provider: Provider, claims: dict[str, str]) -> None:
    provider.claims = claims
    before = User.objects.count()
    answer = come(client)
    assert answer.status_code == 403
    assert "系统管理员" in answer.content.decode()
    assert User.objects.count() == before
    assert client.get("/").status_code == 302
    assert AuditEvent.objects.get(action="auth.failed").result == "failed"


def test_an_account_that_is_off_stays_out(client: Client, provider: Provider) -> None:
    come(client)
    client.post("/logout/")
    User.objects.filter(username="lin").update(is_active=False)
    answer = client.get(come(client)["Location"])
    assert answer.status_code == 403
    assert "账号已停用" in answer.content.decode()


def test_the_second_factor_is_asked_here_too(client: Client, provider: Provider, office: Office) -> None:
    give_second_factor(office.world.lin)
    assert come(client)["Location"] == "/login/code/"
    assert client.get("/").status_code == 302


def test_a_log_in_broken_off_by_the_provider_is_explained(client: Client, provider: Provider) -> None:
    away = client.post("/login/sso/city/login/")
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    answer = client.get("/login/sso/city/login/callback/", {"error": "server_error", "state": state})
    assert answer.status_code == 401
    assert "统一身份认证没有成功" in answer.content.decode()
    answer = client.get(
        "/login/sso/city/login/callback/", {"error": "access_denied", "state": state}, follow=True
    )
    assert "已取消登录" in answer.content.decode() or "没有成功" in answer.content.decode()
