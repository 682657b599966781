"""Rounds and what is owed in them: limited to what the caller may see, filtered, in a fixed number of statements."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from targets.models import Entry, RoundException
from targets.reporting.steps import submit
from tests.reporting_world import QUARTER, RED, Reporting, at, fill, number
from tests.targets.reporting.test_counts import many
from tests.worlds import GREEN, day

from .conformance import component_of, problems
from .conftest import client_of
from .machines import bind, calling, make_client
from .pushing import api, made, push, row, staffed, w

__all__ = ["api", "made", "staffed", "w"]


def get(api: Client, path: str) -> Any:
    answer = api.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content.decode()
    return json.loads(answer.content)


def rows(api: Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get(api, path)["results"]
    return found


@pytest.mark.parametrize("name", ["rounds", "entries"])
def test_list_and_detail_follow_the_schema(name: str, w: Reporting, api: Client) -> None:
    push(api, row(w, value=6, note="备注", explanations={"jump": "说明"}))
    page = get(api, f"{name}/")
    assert page["count"] == len(page["results"]) > 0
    assert problems(component_of(f"/api/v1/{name}/"), page) == []
    for one in page["results"]:
        assert get(api, f"{name}/{one['id']}/") == one
    assert problems(component_of(f"/api/v1/{name}/{{id}}/"), page["results"][0]) == []
    assert api.get(f"/api/v1/{name}/{10**17}/").status_code == 404


def test_a_round(w: Reporting, api: Client) -> None:
    push(api, {"observations": row(w, value=6), "submit": True})
    (found,) = rows(api, "rounds/")
    assert (found["id"], found["period_kind"], found["period_end"]) == (w.round.pk, "quarter", str(QUARTER))
    assert (found["opens_on"], found["due_on"], found["grace_until"]) == (
        "2024-10-01",
        "2024-10-18",
        "2024-10-23",
    )
    assert (found["status"], found["closed_at"], found["exceptions"]) == ("open", None, [])
    assert (found["owed"], found["sent"], found["published"]) == (4, 1, 0)


def test_the_state_of_a_round_follows_the_day(w: Reporting, made: Any) -> None:
    for moment, status in (("2024-09-30", "not_open"), ("2024-10-20", "late"), ("2024-10-24", "locked")):
        with at(moment):
            api = calling(made)
            assert rows(api, "rounds/")[0]["status"] == status
            may = "true" if status == "late" else "false"
            assert len(rows(api, f"rounds/?open={may}")) == 1
            assert len(rows(api, f"entries/?open={may}&page_size=1")) == 1


def test_an_exception_of_the_own_unit_is_told(w: Reporting, api: Client) -> None:
    until = timezone.make_aware(datetime(2024, 10, 30, 18))
    for unit in (w.red, w.green):
        RoundException.objects.create(
            round=w.round,
            department=unit,
            reason="停电",
            requested_by=w.ann,
            decided_by=w.lin,
            decided_at=until,
            granted=True,
            expires_at=until,
        )
    told = {"department": w.red.key, "until": "2024-10-30T18:00:00+08:00"}
    assert rows(api, "rounds/")[0]["exceptions"] == [told]


def test_an_entry_says_what_a_push_takes(w: Reporting, api: Client) -> None:
    found = {one["indicator"]: one for one in rows(api, "entries/?owed=true")}
    assert {key: one["answer_by"] for key, one in found.items()} == {
        w.world.homes.key: "value",
        w.world.households.key: "value",
        w.world.beds.key: "numerator_and_denominator",
        w.places.key: "numerator",
    }
    sent = [
        {name: one[name] for name in ("department", "region", "indicator", "period_end", "revision", "round")}
        | {"note": "按填报项推送"}
        for one in found.values()
    ]
    status, body = push(api, sent)
    assert (status, body["changed"]) == (200, 4)
    homes = get(api, f"entries/{w.entry(w.world.homes).pk}/")
    assert (homes["state"], homes["channel"], homes["note"]) == ("empty", "api", "按填报项推送")
    assert (homes["edited_by"], homes["department_name"]) == ("红河区养老服务系统", "红河区民政局")


def test_filters(w: Reporting, api: Client) -> None:
    push(api, {"observations": row(w, value=6), "submit": True})
    asked = {
        f"round={w.round.pk}": 4,
        "state=submitted": 1,
        "state=empty,submitted": 4,
        "owed=false": 1,
        f"indicator={w.world.beds.key}": 1,
        f"region={RED}": 4,
        f"department={w.red.key}": 4,
        f"department={w.green.key}": 0,
        f"period_end={QUARTER}": 4,
        "period_end=2024-06-30": 0,
    }
    assert {query: get(api, f"entries/?{query}")["count"] for query in asked} == asked
    rounds = {"period_kind=quarter": 1, "period_kind=month": 0, f"period_end={QUARTER}": 1, "open=true": 1}
    assert {query: get(api, f"rounds/?{query}")["count"] for query in rounds} == rounds


@pytest.mark.parametrize(
    "query", ["round=abc", "round=-1", "round=99999", "state=x", "open=perhaps", "indicator=x"]
)
def test_filters_that_mean_nothing(query: str, api: Client) -> None:
    answer = api.get(f"/api/v1/entries/?{query}")
    assert (answer.status_code, bool(json.loads(answer.content)["errors"])) == (400, True)


class TestWhoSeesWhat:
    def test_drafts_are_the_unit_s_own(self, w: Reporting, api: Client) -> None:
        fill(w.entry(w.world.homes), number(6), w.ann)
        fill(w.entry(w.world.homes, GREEN), number(3), w.cai)
        assert {one["department"] for one in rows(api, "entries/")} == {w.red.key}
        assert rows(client_of(w.lin), "entries/") == []
        assert api.get(f"/api/v1/entries/{w.entry(w.world.homes, GREEN).pk}/").status_code == 404
        submit(entries=[w.entry(w.world.homes)], by=w.ann)
        assert [one["department"] for one in rows(client_of(w.lin), "entries/")] == [w.red.key]

    def test_a_client_that_is_bound_nowhere_sees_none(self, w: Reporting) -> None:
        call = calling(make_client("unbound", w.red))
        assert (rows(call, "rounds/"), rows(call, "entries/")) == ([], [])
        assert call.get(f"/api/v1/rounds/{w.round.pk}/").status_code == 404

    def test_a_client_that_follows_a_region_sees_what_was_sent(self, w: Reporting) -> None:
        made = make_client("city-board", w.city)
        bind(made.client, w.city, "leader")
        fill(w.entry(w.world.homes), number(6), w.ann)
        submit(entries=[w.entry(w.world.homes)], by=w.ann)
        call = calling(made)
        assert [one["state"] for one in rows(call, "entries/")] == ["submitted"]
        assert rows(call, "rounds/")[0]["owed"] == Entry.objects.count()
        assert push(call, row(w, value=1))[0] == 403

    def test_an_ended_binding_sees_nothing(self, w: Reporting, api: Client, made: Any) -> None:
        made.client.user.memberships.update(valid_to=day("2024-10-07"))
        assert (rows(api, "rounds/"), rows(api, "entries/")) == ([], [])


# The token with its client and account is one statement, the memberships another.
PINNED = {"rounds/": 4, "entries/": 3, "entries/?page_size=1000&owed=true&open=true": 3}


@pytest.mark.parametrize("path", PINNED)
def test_statements_are_pinned_whatever_the_size(path: str, w: Reporting, api: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            get(api, path)
        return len(captured)

    assert statements() == PINNED[path]
    many(w, 20)
    assert statements() == PINNED[path]
