"""The entry grid of 100 rows × 12 periods and saving into it: statements, and CPU against the bare rows.

It runs in a process of its own on a temporary SQLite database. Statements around transactions do not count; CPU
time is the shortest of several turns. The reference reads the same entries and the values beside them as
dictionaries and writes them as JSON.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from .isolated import measured_apart, set_up, tell
from .timing import cpu, statements

STATEMENT_LIMIT = 12
PASTED = 100
AROUND_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


def run() -> list[dict[str, Any]]:
    """The measures: statements of reading and saving, CPU of reading."""
    return measured_apart("bench_reporting", "inside")


def inside() -> list[dict[str, Any]]:
    """Make the world in this process's database and measure."""
    set_up()
    from tests.reporting_world import NOW, at

    with at(NOW):
        return _measures()


def _measures() -> list[dict[str, Any]]:
    from django.urls import reverse

    from tests.reporting_many import PERIODS, ROWS, make_many
    from tests.reporting_world import make_reporting_world

    office = make_reporting_world()
    round = make_many(office)
    client = _client(office.ann)
    grid = reverse("grid", args=[round.pk, office.red.pk])
    headers = {"Accept": "application/json"}
    client.get(grid)  # the session has begun, the default thresholds are written
    answer = client.get(grid, headers=headers).json()
    cells = sum(len(row["cells"]) for row in answer["rows"])
    if (len(answer["rows"]), cells) != (ROWS, ROWS * PERIODS):
        raise RuntimeError(f"the grid holds {len(answer['rows'])} rows with {cells} cells")
    ours, other = cpu(lambda: client.get(grid, headers=headers), lambda: reference(round.pk))
    size = f"{ROWS} × {PERIODS}"
    return [
        _counted(f"entry grid of {size}, SQL statements", statements(lambda: client.get(grid))),
        _counted("saving one cell, SQL statements", statements(_saving(client, office, round, 1))),
        {
            "name": f"pasting {PASTED} cells, SQL statements",
            "statements": statements(_saving(client, office, round, PASTED)),
        },
        {
            "name": f"entry grid of {size} with checks and lights",
            "unit": "ms CPU",
            "ours": ours,
            "reference": other,
            "ratio": ours / other,
        },
    ]


def _counted(name: str, statements: int) -> dict[str, Any]:
    return {"name": name, "statements": statements, "limit": STATEMENT_LIMIT}


def _client(user: Any) -> Any:
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def _saving(client: Any, office: Any, round: Any, count: int) -> Callable[[], None]:
    """Typing a number into so many empty cells; it raises `RuntimeError` when one is not saved."""
    from django.urls import reverse

    rows = round.entries.filter(indicator__rollup="sum", state="empty").values_list("pk", "revision")
    cells = [{"entry": pk, "revision": at, "figure": {"value": "7"}} for pk, at in rows[:count]]
    body = json.dumps({"user": office.ann.pk, "cells": cells})

    def save() -> None:
        answer = client.post(reverse("grid-cell"), body, content_type="application/json").json()
        saved = [cell["status"] for cell in answer["cells"]].count("saved")
        if saved != count:
            raise RuntimeError(f"{saved} of {count} cells were saved")

    return save


def reference(round: int) -> bytes:
    """The same rows as bare dictionaries: entries, their indicators, values and targets, then orjson."""
    import orjson

    from targets.models import Entry, Indicator, Milestone, Observation

    entries = Entry.objects.filter(round=round)
    wanted = entries.values("indicator")
    rows = [
        list(entries.values()),
        list(Indicator.objects.filter(pk__in=wanted).values()),
        list(Observation.objects.filter(indicator__in=wanted).values()),
        list(Milestone.objects.filter(target__indicator__in=wanted).values()),
    ]
    return orjson.dumps(rows, default=str)


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        tell(inside())
    else:
        for found in run():
            print(found)
