"""How many statements the reporting pages need, whatever their size: session, user and frame included."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from targets.models import (
    CheckRule,
    Entry,
    ProxyAuthorization,
    ReportingRound,
    RoundException,
)
from targets.reporting.steps import submit
from tests.pages.conftest import client_of
from tests.pages.reporting import as_script, cell, grid_url, office
from tests.reporting_many import PERIODS, ROWS, make_many
from tests.reporting_world import Reporting, at, day, fill, number
from tests.worlds import RED, publish, value
from yuxi_eldercare.core.accounts.sessions import SEEN, WRITE_EVERY

__all__ = ["office"]

AROUND_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


class Counted:
    """The statements inside, those around transactions left out."""

    def __enter__(self) -> "Counted":
        self.context = CaptureQueriesContext(connection)
        self.context.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.context.__exit__(*error)

    @property
    def count(self) -> int:
        """How many."""
        texts = [query["sql"] for query in self.context.captured_queries]
        return sum(not text.startswith(AROUND_TRANSACTIONS) for text in texts)


@pytest.fixture
def large(office: Reporting) -> ReportingRound:
    """A round that asks 红河区 for 100 indicators over 12 months, each with a target; rules that compare two."""
    return make_many(office)


@pytest.fixture
def ann(office: Reporting) -> Client:
    """The reporter's browser, with a session that has begun."""
    client = client_of(office.ann)
    client.get(reverse("desk"))
    return client


def test_the_grid_of_100_rows_and_12_periods(office: Reporting, large: ReportingRound, ann: Client) -> None:
    url = reverse("grid", args=[large.pk, office.red.pk])
    with Counted() as counted:
        page = ann.get(url)
    rows = page.context["data"]["rows"]
    assert (len(rows), sum(len(row["cells"]) for row in rows)) == (ROWS, ROWS * PERIODS)
    assert counted.count <= 12


def test_the_grid_read_again_by_its_script(office: Reporting, large: ReportingRound, ann: Client) -> None:
    url = reverse("grid", args=[large.pk, office.red.pk])
    with Counted() as counted:
        ann.get(url, headers={"Accept": "application/json"})
    assert counted.count <= 12


def test_the_grid_with_a_waiting_denominator(office: Reporting, ann: Client) -> None:
    ann.get(grid_url(office))  # the first judging of all writes the default thresholds
    with Counted() as counted:
        page = ann.get(grid_url(office))
    assert page.context["data"]["rows"][3]["owner"] == "红河区统计局"
    assert counted.count <= 12


@pytest.mark.parametrize("name", ["homes", "beds", "places"])
def test_saving_one_cell(office: Reporting, large: ReportingRound, ann: Client, name: str) -> None:
    entry = office.entry(getattr(office, name, None) or getattr(office.world, name))
    sent = cell(entry, value="12", numerator="1", denominator="2", note="x", explanations={"w": "y"})
    with Counted() as counted:
        _status, answer = as_script(ann, reverse("grid-cell"), {"user": office.ann.pk, "cells": [sent]})
    assert answer["cells"][0]["status"] == "saved"
    assert counted.count <= 12


def test_saving_a_cell_that_a_rule_compares_with_another(
    office: Reporting, large: ReportingRound, ann: Client
) -> None:
    entry = large.entries.filter(indicator__key="w-many-0").latest("period_end")
    fill(office.entry(office.world.homes), number(3), office.ann)
    body = {"user": office.ann.pk, "cells": [cell(entry, value="12")]}
    with Counted() as counted:
        as_script(ann, reverse("grid-cell"), body)
    assert counted.count <= 12


def test_saving_a_cell_in_the_rarest_mix(office: Reporting, ann: Client) -> None:
    """Entered for another unit, under an exception, returned, with another's denominator and a rule over two."""
    dates = {"valid_from": day("2024-01-01"), "valid_to": day("2024-12-31")}
    ProxyAuthorization.objects.create(
        principal=office.red, agent=office.cai, region_id=RED, reason="x", granted_by=office.lin, **dates
    )
    publish(value(office.population, RED, "2024-06-30", 5000))
    CheckRule.objects.create(
        key="w-mixed",
        title="w",
        kind="within",
        severity="soft",
        enabled=True,
        params={"part": "w-places.numerator", "whole": "w-homes"},
    )
    fill(office.entry(office.world.homes), number(3), office.ann)
    now = timezone.now()
    RoundException.objects.create(
        round=office.round,
        department=office.red,
        reason="x",
        requested_by=office.ann,
        decided_by=office.lin,
        decided_at=now,
        granted=True,
        expires_at=now + timedelta(days=60),
    )
    entry = office.entry(office.places)
    rows = Entry.objects.filter(pk=entry.pk)
    rows.update(state="returned", not_applicable=True, return_reason="x", returned_by=office.bob)
    body = {"user": office.cai.pk, "cells": [cell(entry, numerator="12", explanations={"w-mixed": "y"})]}
    with at("2024-10-30"):
        cai = client_of(office.cai)
        cai.get(reverse("desk"))
        _age(cai)
        with Counted() as counted:
            _status, answer = as_script(cai, reverse("grid-cell"), body)
    assert answer["cells"][0]["status"] == "saved"
    entry.refresh_from_db()
    assert (entry.on_behalf.agent, entry.explanations["w-mixed"]["text"]) == (office.cai, "y")  # type: ignore[union-attr]
    assert counted.count == 12, "the session's own time is written as well"


def _age(client: Client) -> None:
    """Let the session be due to note that it was seen."""
    session = client.session
    session[SEEN] -= WRITE_EVERY
    session.save()


def test_a_pasted_block_costs_no_more_than_a_few_cells(
    office: Reporting, large: ReportingRound, ann: Client
) -> None:
    entries = large.entries.filter(indicator__rollup="sum").select_related("indicator")
    counts = []
    for many in (5, 100):
        chosen = list(entries.filter(state="empty")[:many])
        body = {"user": office.ann.pk, "cells": [cell(entry, value="7") for entry in chosen]}
        with Counted() as counted:
            _status, answer = as_script(ann, reverse("grid-cell"), body)
        assert {told["status"] for told in answer["cells"]} == {"saved"}
        counts.append(counted.count)
    # SQLite takes a limited number of values in one statement, so the rows go in a few portions.
    assert counts[1] <= counts[0] + 4


def test_review_does_not_grow_with_its_rows(office: Reporting, large: ReportingRound) -> None:
    bob = client_of(office.bob)
    counts = []
    entries = large.entries.filter(indicator__rollup="sum").exclude(indicator__key="w-many-0")
    for many in (3, 40):
        chosen = list(entries.filter(state="empty")[:many])
        for entry in chosen:
            fill(entry, number(7), office.ann)
        submit(entries=chosen, by=office.ann)
        bob.get(reverse("review"))
        with Counted() as counted:
            page = bob.get(reverse("review"), {"round": large.pk, "department": office.red.pk})
        counts.append(counted.count)
    assert "43 项待审核" in page.text
    assert counts[0] == counts[1] <= 22


@pytest.mark.parametrize(("name", "most"), [("desk", 22), ("round-list", 14)])
def test_lists_need_a_fixed_number(
    office: Reporting, large: ReportingRound, ann: Client, name: str, most: int
) -> None:
    with Counted() as counted:
        ann.get(reverse(name))
    assert counted.count <= most


def test_the_round_needs_a_fixed_number(office: Reporting, large: ReportingRound) -> None:
    lin = client_of(office.lin)
    lin.get(reverse("desk"))
    with Counted() as counted:
        lin.get(reverse("round", args=[office.round.pk]))
    assert counted.count <= 16
