"""Idle and absolute limits: the session ends with a sentence, and what was typed is offered again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import Client

from tests.worlds import PASSWORD
from yuxi_eldercare.core.accounts import parked, sessions
from yuxi_eldercare.core.models import AuditEvent

from .people import Office

pytestmark = pytest.mark.django_db
IDLE = settings.SESSION_IDLE_LIMIT.total_seconds()
ABSOLUTE = settings.SESSION_ABSOLUTE_LIMIT.total_seconds()


class Clock:
    """The time as the session limits see it."""

    def __init__(self, start: float) -> None:
        self.now = start

    def time(self) -> float:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount).total_seconds()


@pytest.fixture
def clock() -> Iterator[Clock]:
    made = Clock(1_800_000_000)
    with patch.object(sessions, "time", made):
        yield made


@pytest.fixture
def lin(client: Client, clock: Clock, office: Office) -> Client:
    client.force_login(office.world.lin)
    return client


def log_in(client: Client, name: str = "lin") -> Any:
    return client.post("/login/", {"username": name, "password": PASSWORD})


def test_somebody_who_works_stays_in(lin: Client, clock: Clock) -> None:
    for _turn in range(15):
        clock.forward(minutes=29)
        assert lin.get("/").status_code == 200


def test_an_idle_session_ends_with_a_sentence(lin: Client, clock: Clock) -> None:
    clock.forward(minutes=31)
    answer = lin.get("/indicators/?year=2025")
    assert answer["Location"] == "/login/?next=%2Findicators%2F%3Fyear%3D2025"
    page = lin.get(answer["Location"]).content.decode()
    assert "超过 30 分钟没有操作，请重新登录" in page
    assert 'value="/indicators/?year=2025"' in page
    event = AuditEvent.objects.get()
    assert (event.action, event.username) == ("auth.expired", "lin")


def test_after_eight_hours_even_the_busy_log_in_again(lin: Client, clock: Clock) -> None:
    for _turn in range(17):
        clock.forward(minutes=28)
        assert lin.get("/").status_code == 200
    clock.forward(minutes=5)
    answer = lin.get("/")
    assert answer.status_code == 302
    assert "登录已满 8 小时" in lin.get(answer["Location"]).content.decode()


def test_a_page_that_asks_by_itself_keeps_nobody_in(lin: Client, clock: Clock) -> None:
    for _turn in range(3):
        clock.forward(minutes=14)
        answer = lin.get("/jobs/", headers={"HX-Request": "true", "X-Poll": "1"})
    assert answer.status_code == 401


def test_the_job_page_says_that_it_asks_by_itself(lin: Client) -> None:
    from yuxi_eldercare.core import jobs

    jobs.create("x", "x")
    assert "X-Poll" in lin.get("/jobs/").content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true"},
        {"X-Requested-With": "XMLHttpRequest"},
        {"Accept": "application/json"},
        {"Sec-Fetch-Mode": "cors"},
    ],
    ids=lambda headers: next(iter(headers)),
)
@pytest.mark.parametrize("how", ["expired", "gone"])
def test_a_script_gets_401_and_where_to_log_in(
    lin: Client, clock: Clock, headers: dict[str, str], how: str
) -> None:
    if how == "expired":
        clock.forward(minutes=31)
    else:
        lin.cookies.clear()
    answer = lin.get("/indicators/", headers=headers)
    assert answer.status_code == 401
    body = answer.json()
    assert body["login"] == "/login/"
    assert "重新登录" in body["detail"]


def test_the_api_gets_401_in_its_own_shape(lin: Client, clock: Clock) -> None:
    clock.forward(minutes=31)
    answer = lin.get("/api/v1/plans/")
    assert (answer.status_code, answer.json()["errors"]) == (401, [])


def test_the_log_in_page_itself_is_never_refused(lin: Client, clock: Clock) -> None:
    clock.forward(minutes=31)
    assert lin.get("/login/").status_code == 200
    assert lin.get("/healthz").status_code == 200


class TestWhatWasTyped:
    """A form that was sent too late is offered again after log-in."""

    def send(self, lin: Client, clock: Clock, **more: Any) -> Any:
        clock.forward(minutes=31)
        return lin.post(
            "/findings/x/", {"text": "写了很久的理由", "decision": "accept", "more": ["a", "b"]}, **more
        )

    def test_it_comes_back_and_can_be_sent(self, lin: Client, clock: Clock) -> None:
        answer = self.send(lin, clock)
        assert answer["Location"] == "/login/"
        assert "已保留" in lin.get("/login/").content.decode()
        assert log_in(lin)["Location"] == "/account/resume/"
        page = lin.get("/account/resume/").content.decode()
        assert 'action="/findings/x/"' in page
        assert '<input type="hidden" name="text" value="写了很久的理由">' in page
        assert page.count('name="more"') == 2
        assert 'name="csrfmiddlewaretoken"' in page

    def test_it_can_be_dropped(self, lin: Client, clock: Clock) -> None:
        self.send(lin, clock)
        log_in(lin)
        assert lin.post("/account/resume/")["Location"] == "/"
        assert lin.get("/account/resume/")["Location"] == "/"

    def test_somebody_else_does_not_see_it(self, lin: Client, clock: Clock, office: Office) -> None:
        self.send(lin, clock)
        assert log_in(lin, "gao")["Location"] == "/"
        assert lin.get("/account/resume/")["Location"] == "/"
        assert parked.KEY not in lin.session

    def test_passwords_are_never_kept(self, lin: Client, clock: Clock) -> None:
        clock.forward(minutes=31)
        lin.post("/account/password/", {"oldpassword": PASSWORD, "password1": "x", "password2": "x"})
        assert parked.KEY not in lin.session

    def test_nothing_of_somebody_who_was_not_logged_in_is_kept(self, client: Client, office: Office) -> None:
        assert client.post("/findings/x/", {"text": "x"}).status_code == 302
        assert "sessionid" not in client.cookies

    def test_a_forged_form_is_not_kept(self, clock: Clock, office: Office) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(office.world.lin)
        assert self.send(strict, clock).status_code == 403
        assert parked.KEY not in strict.session

    def test_a_very_long_form_is_not_kept(self, lin: Client, clock: Clock) -> None:
        clock.forward(minutes=31)
        lin.post("/findings/x/", {"text": "长" * (parked.LARGEST + 1)})
        assert "已保留" not in lin.get("/login/").content.decode()

    def test_files_are_said_to_be_lost(self, lin: Client, clock: Clock) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        clock.forward(minutes=31)
        lin.post("/findings/x/", {"text": "x", "file": SimpleUploadedFile("a.txt", b"a")})
        log_in(lin)
        assert "文件没有保留" in lin.get("/account/resume/").content.decode()


def test_other_devices_can_be_logged_out(client: Client, office: Office) -> None:
    other = Client()
    for browser in (client, other):
        log_in(browser)
    page = client.get("/account/").content.decode()
    assert page.count("127.0.0.1") == 2
    assert page.count("本机") == 1
    assert client.post("/account/sessions/").status_code == 302
    assert other.get("/")["Location"].startswith("/login/")
    assert client.get("/").status_code == 200


def test_limits_cost_no_statement_on_most_pages(
    lin: Client, clock: Clock, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):  # session, account
        assert lin.get("/account/resume/").status_code == 302
