"""How many SQL statements an answer takes: pinned, and the same for one row as for many."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from targets.models import Indicator
from tests.worlds import PASSWORD, World, make_target

from .test_access import basic

# Each counts the session and its user, which are two.
PINNED = {
    "regions/": 4,
    "departments/": 4,
    "plans/": 4,
    "documents/": 3,
    "documents/?include=clauses": 4,
    "indicators/": 3,
    "indicators/?include=observations": 4,
    "indicators/?include=rollups": 4,
    "indicators/?include=targets": 5,
    "indicators/?include=assessments": 4,
    "indicators/?include=observations,targets,assessments&page_size=1000": 7,
    "targets/": 5,
    "targets/?document=w-issued&department=市民政局&due_year=2025&search=床位": 5,
    "assignments/": 4,
    "projects/": 4,
    "rules/": 4,
    "facts/": 4,
    "lists/": 4,
    "findings/": 4,
    "assessments/": 3,
    "assessments/?include=inputs&light=red,green,grey,yellow": 3,
    "jobs/": 4,  # and the memberships
    "targets/w.t.beds": 5,
}


def statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/api/v1/{path}").status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", PINNED)
def test_statements_are_pinned(path: str, lead: Client) -> None:
    assert statements(lead, path) == PINNED[path]


def test_with_a_password_it_is_eight(world: World) -> None:
    """The account, its lock and its second factor instead of the session and its user."""
    path = "/api/v1/indicators/?include=observations,targets,assessments&page_size=1000"
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(path, headers=basic("ling", PASSWORD)).status_code == 200
    assert len(captured) == 8


def test_more_rows_take_no_more_statements(lead: Client, world: World) -> None:
    path = "indicators/?include=observations,rollups,targets,assessments&page_size=1000"
    before = statements(lead, path)
    for number in range(30):
        indicator = Indicator.objects.create(
            key=f"more-{number}",
            name="更多",
            theme="养老",
            unit="个",
            direction="up",
            rollup="sum",
            basis="point",
        )
        make_target(f"more.t.{number}", indicator, world.document, {"2023": 1, "2025": 2})
    assert statements(lead, path) == before
