"""A push that is sent twice, a push that is large, and how many statements either takes."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken

from targets.models import Entry, EntryStep
from targets.reporting import pushes
from tests.reporting_world import Reporting, fill, number
from tests.targets.reporting.test_counts import BOOKKEEPING, many
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.actions.clients import revoke_client
from yuxi_eldercare.core.api.idempotency import forget_expired
from yuxi_eldercare.core.models import Job, JobInput, KeptAnswer, User
from yuxi_eldercare.core.tasks import clear_sessions

from .conftest import client_of
from .pushing import URL, api, codes, made, push, rate, row, staffed, w

__all__ = ["api", "made", "staffed", "w"]


class TestIdempotency:
    def test_the_same_call_again(self, w: Reporting, api: Client) -> None:
        first = push(api, row(w, value=6), Idempotency_Key="k-1")
        fill(w.entry(w.world.homes), number(5), w.ann)
        turned = dict(reversed(row(w, value=6).items()))
        answer = api.post(URL, json.dumps(turned), "application/json", headers={"Idempotency-Key": "k-1"})
        assert (answer.status_code, json.loads(answer.content)) == first
        assert answer["Idempotency-Replayed"] == "true"
        assert (w.entry(w.world.homes).value, EntryStep.objects.count()) == (5, 2)

    def test_the_same_key_for_another_content(self, w: Reporting, api: Client) -> None:
        push(api, row(w, value=6), Idempotency_Key="k-1")
        status, body = push(api, row(w, value=7), Idempotency_Key="k-1")
        assert (status, codes(body)) == (409, [(None, "", "key_reused")])
        assert w.entry(w.world.homes).value == 6

    def test_a_refused_call_keeps_nothing(self, w: Reporting, api: Client) -> None:
        assert push(api, row(w, value=-1), Idempotency_Key="k-1")[0] == 422
        assert not KeptAnswer.objects.exists()
        assert push(api, row(w, value=6), Idempotency_Key="k-1")[0] == 200

    def test_a_dry_run_does_not_take_the_key(self, w: Reporting, api: Client) -> None:
        sent = {"observations": row(w, value=6)}
        assert push(api, {**sent, "dry_run": True}, Idempotency_Key="k-1")[0] == 200
        assert push(api, sent, Idempotency_Key="k-1")[0] == 200
        assert w.entry(w.world.homes).value == 6

    def test_keys_are_the_caller_s_own(self, w: Reporting, api: Client) -> None:
        push(api, row(w, value=6), Idempotency_Key="k-1")
        assert push(client_of(w.ann), row(w, value=7), Idempotency_Key="k-1")[0] == 200
        assert w.entry(w.world.homes).value == 7

    def test_after_a_day_the_key_is_free(self, w: Reporting, api: Client) -> None:
        push(api, row(w, value=6), Idempotency_Key="k-1")
        KeptAnswer.objects.update(expires_at=F("expires_at") - timedelta(hours=25))
        assert push(api, row(w, value=7), Idempotency_Key="k-1")[0] == 200
        assert (forget_expired(), KeptAnswer.objects.count()) == (0, 1)
        KeptAnswer.objects.update(expires_at=timezone.now())
        assert (forget_expired(), KeptAnswer.objects.count()) == (1, 0)

    @pytest.mark.parametrize("key", ["a b", "中", "k" * 201])
    def test_a_key_that_is_none(self, w: Reporting, api: Client, key: str) -> None:
        status, body = push(api, row(w, value=6), Idempotency_Key=key)
        assert (status, codes(body)) == (400, [(None, "Idempotency-Key", "bad_request")])


class TestLarge:
    @pytest.fixture
    def waiting(self, monkeypatch: Any, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
        """Pushes of more than one row become jobs; returns a push and what is to start after the commit."""
        monkeypatch.setattr("targets.api.observations.AT_ONCE_MOST", 1)

        def pushed(api: Client, sent: Any, **headers: str) -> tuple[int, dict[str, Any], list[Any]]:
            with django_capture_on_commit_callbacks() as callbacks:
                status, body = push(api, sent, **headers)
            return status, body, callbacks

        return pushed

    def poll(self, api: Client, number: int) -> dict[str, Any]:
        answer = api.get(f"/api/v1/jobs/{number}/")
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = json.loads(answer.content)
        return found

    def test_a_job_that_its_creator_polls(self, w: Reporting, api: Client, waiting: Any) -> None:
        sent = {"observations": [row(w, value=6), rate(w, numerator=40, denominator=100)], "submit": True}
        status, body, callbacks = waiting(api, sent)
        assert status == 202
        assert body["url"] == f"http://testserver/api/v1/jobs/{body['job']}/"
        assert self.poll(api, body["job"])["state"] == "queued"
        assert w.entry(w.world.homes).value is None
        finish(callbacks)
        job = self.poll(api, body["job"])
        assert (job["state"], job["done"], job["total"]) == ("done", 2, 2)
        assert (job["result"]["applied"], job["result"]["changed"], job["result"]["submitted"]) == (
            True,
            2,
            2,
        )
        assert w.entry(w.world.homes).state == "submitted"
        assert not JobInput.objects.exists()

    def test_others_do_not_read_it(self, w: Reporting, api: Client, waiting: Any) -> None:
        number = waiting(api, [row(w, value=6), rate(w, value=None)])[1]["job"]
        assert client_of(w.ann).get(f"/api/v1/jobs/{number}/").status_code == 403
        assert client_of(w.lin).get(f"/api/v1/jobs/{number}/").status_code == 200
        assert api.get("/api/v1/jobs/").status_code == 403

    def test_what_is_wrong_is_its_result(self, w: Reporting, api: Client, waiting: Any) -> None:
        sent = [row(w, value=6), row(w, indicator="nothing", value=6)]
        body, callbacks = waiting(api, sent)[1:]
        finish(callbacks)
        result = self.poll(api, body["job"])["result"]
        assert (result["applied"], codes(result)) == (False, [(1, "indicator", "unknown_indicator")])
        assert w.entry(w.world.homes).value is None

    def test_what_cannot_be_read_is_refused_at_once(self, w: Reporting, api: Client, waiting: Any) -> None:
        status, body, callbacks = waiting(api, [row(w, value=6), row(w, value="x")])
        assert (status, codes(body), callbacks) == (422, [(1, "value", "invalid_number")], [])
        assert not Job.objects.exists()

    def test_numbers_and_dates_survive_the_wait(self, w: Reporting, api: Client, waiting: Any) -> None:
        sent = json.dumps([row(w, value=6), rate(w, numerator="@", denominator="100.50")])
        finish(waiting(api, sent.replace('"@"', "40.1001"))[2])
        assert str(w.entry(w.world.beds).numerator) == "40.1001"

    def test_delivered_twice_it_writes_once(self, w: Reporting, api: Client, waiting: Any) -> None:
        body, callbacks = waiting(api, [row(w, value=6), rate(w, numerator=40, denominator=100)])[1:]
        finish(callbacks)
        result = self.poll(api, body["job"])["result"]
        fill(w.entry(w.world.homes), number(5), w.ann)
        pushes.run(body["job"])
        assert w.entry(w.world.homes).value == 5
        assert self.poll(api, body["job"])["result"] == result

    def test_a_client_cut_off_meanwhile_writes_nothing(
        self, w: Reporting, api: Client, made: Any, waiting: Any
    ) -> None:
        body, callbacks = waiting(api, [row(w, value=6), rate(w, numerator=40, denominator=100)])[1:]
        revoke_client(client=made.client, reason="停用", by=User.objects.get(username="sys"))
        finish(callbacks)
        assert Job.objects.get(pk=body["job"]).result["applied"] is False
        assert w.entry(w.world.homes).value is None

    def test_nothing_is_left_behind(self, w: Reporting, api: Client, made: Any, waiting: Any) -> None:
        number = waiting(api, [row(w, value=6), rate(w, value=None)])[1]["job"]
        clear_sessions()
        assert JobInput.objects.exists(), "the job has not run yet"
        Job.objects.filter(pk=number).update(state="failed", error="x", finished_at=timezone.now())
        AccessToken.objects.update(expires=timezone.now() - timedelta(hours=1))
        clear_sessions()
        assert not JobInput.objects.exists()
        assert not AccessToken.objects.exists()

    def test_the_same_key_gives_the_same_job(self, w: Reporting, api: Client, waiting: Any) -> None:
        sent = [row(w, value=6), rate(w, numerator=40, denominator=100)]
        first = waiting(api, sent, Idempotency_Key="k-1")
        again = waiting(api, sent, Idempotency_Key="k-1")
        assert (first[:2], again[2]) == (again[:2], [])


def finish(waiting: list[Any]) -> None:
    """Run what was to start after the commit."""
    with dispatch.at_once():
        for callback in waiting:
            callback()


class TestStatements:
    """Pinned for ten rows, bounded for five hundred: reading in parts costs a few more, rows none."""

    @pytest.fixture
    def rows(self, w: Reporting) -> list[dict[str, Any]]:
        """504 cells of one unit."""
        entries = Entry.objects.filter(round=many(w, 42)).select_related("indicator").order_by("pk")
        return [
            row(w, indicator=entry.indicator.key, period_end=str(entry.period_end), value=3)
            for entry in entries
        ]

    @pytest.mark.parametrize(
        ("count", "submit", "most"), [(10, False, 19), (500, False, 28), (10, True, 37), (500, True, 56)]
    )
    def test_pushing(
        self, api: Client, rows: list[dict[str, Any]], count: int, submit: bool, most: int
    ) -> None:
        sent = {"observations": rows[:count], "submit": submit}
        with CaptureQueriesContext(connection) as captured:
            status, body = push(api, sent)
        assert (status, body["changed"]) == (200, count)
        asked = [q["sql"] for q in captured.captured_queries]
        asked = [sql for sql in asked if not sql.upper().startswith(BOOKKEEPING)]
        assert len(asked) <= most, "\n".join(sql[:160] for sql in asked)
