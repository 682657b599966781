"""How many statements the reporting pages need, whatever their size: session, user and frame included."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import CheckRule, Indicator, ReportingLine, ReportingRound
from targets.reporting.periods import shifted
from targets.reporting.rounds import Dates, open_round
from targets.reporting.steps import submit
from tests.pages.conftest import client_of
from tests.pages.reporting import as_script, cell, grid_url, office
from tests.reporting_world import Reporting, day, fill, number
from tests.worlds import RED, make_target

__all__ = ["office"]

AROUND_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
ROWS, PERIODS = 100, 12


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
    indicators = [
        Indicator.objects.create(
            key=f"w-many-{n}",
            name=f"指标{n}",
            theme="养老",
            direction="up",
            basis="point",
            unit="%" if n % 2 else "家",
            rollup="ratio_of_sums" if n % 2 else "sum",
            scale=100 if n % 2 else None,
            definition="测试用",
            position=100 + n,
        )
        for n in range(ROWS)
    ]
    for indicator in indicators:
        make_target(f"w.{indicator.key}", indicator, office.world.document, {"2025": 50})
    CheckRule.objects.create(
        key="w-within",
        title="w",
        kind="within",
        severity="hard",
        enabled=True,
        params={"part": "w-many-0", "whole": "w-homes"},
    )
    ReportingLine.objects.bulk_create(
        ReportingLine(
            indicator=indicator,
            region_id=RED,
            department=office.red,
            confirmer=office.city,
            frequency="month",
            valid_from=day("2021-01-01"),
        )
        for indicator in indicators
    )
    end = day("2024-09-30")
    periods = [shifted("month", end, -back) for back in range(PERIODS)]
    dates = Dates(day("2024-10-01"), day("2024-10-18"), day("2024-10-23"))
    return open_round(kind="month", period_end=end, periods=periods, dates=dates)


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
