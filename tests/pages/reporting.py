"""Helpers of the tests of the reporting pages: the staffed world, its browsers, requests as the script sends them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from targets.models import Entry
from tests.pages.conftest import client_of
from tests.reporting_world import NOW, Reporting, at, make_reporting_world
from tests.worlds import RED, publish
from tests.worlds import value as figure_value
from yuxi_eldercare.core.models import User

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def office(db: None) -> Iterator[Reporting]:
    """The reporting world on 8 October 2024."""
    with at(NOW):
        yield make_reporting_world()


def grid_url(office: Reporting, unit: str = "red") -> str:
    """The entry grid of a unit."""
    return reverse("grid", args=[office.round.pk, getattr(office, unit).pk])


def as_script(client: Client, url: str, body: Any) -> Any:
    """A POST as the page's script sends it; returns (status, answer)."""
    response = client.post(
        url, json.dumps(body), content_type="application/json", headers={"Accept": "application/json"}
    )
    return response.status_code, response.json()


def save(user: User, *cells: dict[str, Any], client: Client | None = None, **more: Any) -> Any:
    """Save cells as a person; returns (status, answer)."""
    body = {"user": user.pk, "cells": list(cells), **more}
    return as_script(client or client_of(user), reverse("grid-cell"), body)


def cell(entry: Entry, **given: Any) -> dict[str, Any]:
    """A cell as the script sends it, with the revision the entry has now; `value` and parts make the figure."""
    entry.refresh_from_db()
    names = ("value", "numerator", "denominator")
    figure = {name: given.pop(name) for name in names if name in given}
    sent: dict[str, Any] = {"entry": entry.pk, "revision": entry.revision, **given}
    if figure:
        sent["figure"] = figure
    return sent


def send(user: User, verb: str, *entries: Entry, **more: Any) -> Any:
    """Submit, withdraw … as a person; returns (status, answer)."""
    body = {"user": user.pk, "verb": verb, "entries": [entry.pk for entry in entries], **more}
    return as_script(client_of(user), reverse("grid-submit"), body)


def cells_of(office: Reporting, user: Any, unit: str = "red") -> dict[str, Any]:
    """The cells of a grid by indicator name, as the script reads them again."""
    response = client_of(user).get(grid_url(office, unit), headers={"Accept": "application/json"})
    assert response.status_code == 200
    return {row["name"]: next(iter(row["cells"].values())) for row in response.json()["rows"]}


def publish_homes(office: Reporting, end: str, value: int) -> None:
    """Let a number of 示范养老机构 of 红河区 count."""
    publish(figure_value(office.world.homes, RED, end, value))
