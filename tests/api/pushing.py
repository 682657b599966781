"""A system bound to 红河区民政局 in the staffed world, and how it pushes: fixtures and calls for the tests."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from targets.models import Entry
from tests.reporting_world import NOW, QUARTER, RED, Reporting, at, make_reporting_world
from yuxi_eldercare.core.actions.clients import NewSecret

from .machines import bind, make_client, token_of, with_token

URL = "/api/v1/observations/"
Problem = tuple[int | None, str, str]


@dataclass
class Staffed:
    """The world, and the system with its secret."""

    reporting: Reporting
    made: NewSecret
    token: str


@pytest.fixture(scope="module")
def staffed(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Staffed]:
    """Written once, undone after the module. Tests ask for `w`, whose `db` prepares the test database."""
    with django_db_blocker.unblock(), transaction.atomic(), at(NOW):
        reporting = make_reporting_world()
        made = make_client("red-system", reporting.red)
        bind(made.client, reporting.red)
        yield Staffed(reporting, made, token_of(made))
        transaction.set_rollback(True)


@pytest.fixture
def w(staffed: Staffed, db: None) -> Iterator[Reporting]:
    """The staffed world on 8 October 2024; what a test changes is undone after it."""
    with at(NOW):
        yield deepcopy(staffed.reporting)


@pytest.fixture
def made(staffed: Staffed, w: Reporting) -> NewSecret:
    """The system, with its secret."""
    return deepcopy(staffed.made)


@pytest.fixture
def api(staffed: Staffed, w: Reporting) -> Client:
    """Calls with its token."""
    return with_token(staffed.token)


def push(api: Client, sent: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    """What a push is answered."""
    body = sent if isinstance(sent, str | bytes) else json.dumps(sent)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = api.post(URL, body, "application/json", headers=named)
    return answer.status_code, json.loads(answer.content)


def row(w: Reporting, **fields: Any) -> dict[str, Any]:
    """A row about 红河区's 示范养老机构数."""
    place = {
        "department": w.red.key,
        "region": RED,
        "indicator": w.world.homes.key,
        "period_end": str(QUARTER),
    }
    return {**place, **fields}


def rate(w: Reporting, **fields: Any) -> dict[str, Any]:
    """A row about 红河区's 护理型床位占比."""
    return row(w, **{"indicator": w.world.beds.key, **fields})


def codes(body: dict[str, Any]) -> list[Problem]:
    """Row, field and code of each problem."""
    assert all(problem["message"] for problem in body["errors"])
    return [(problem["row"], problem["field"], problem["code"]) for problem in body["errors"]]


def refused(api: Client, sent: Any, status: int = 422) -> list[Problem]:
    """The problems of a push that is refused and writes nothing."""
    before = list(Entry.objects.order_by("pk").values())
    got, body = push(api, sent)
    assert got == status, body
    assert body["detail"]
    assert body["error_count"] == len(body["errors"])
    assert list(Entry.objects.order_by("pk").values()) == before
    return codes(body)
