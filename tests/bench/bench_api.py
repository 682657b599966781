"""One API call for 400 indicators with all their series, against `.values()` + orjson of the same rows.

It runs in a process of its own on a temporary SQLite database; CPU time is the shortest of several turns.
"""

import json
import sys
from typing import Any

from .isolated import measured_apart, set_up, tell
from .timing import cpu, statements

PATH = "/api/v1/indicators/?include=observations,targets,assessments&page_size=1000"
ROUNDS = 7
RATIO_LIMIT = 2.5
STATEMENT_LIMIT = 8


def run() -> list[dict[str, Any]]:
    """The measures: CPU against the reference, and the number of statements."""
    return measured_apart("bench_api", "inside")


def inside() -> list[dict[str, Any]]:
    """Make the world in this process's database and measure."""
    set_up()
    from .world_api import make

    make()
    client = _client()
    answer = client.get(PATH)
    _check(answer)
    ours, other = cpu(lambda: client.get(PATH), reference, rounds=ROUNDS)
    name = "400 indicators with observations, targets and assessments"
    return [
        {
            "name": name,
            "unit": "ms CPU",
            "ours": ours,
            "reference": other,
            "ratio": ours / other,
            "limit": RATIO_LIMIT,
        },
        {
            "name": "the same, SQL statements",
            "statements": statements(lambda: client.get(PATH)),
            "limit": STATEMENT_LIMIT,
        },
    ]


def _client() -> Any:
    from django.test import Client

    from yuxi_eldercare.core.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create(username="bench", display_name="测"))
    return client


def _check(answer: Any) -> None:
    """The whole world came back: a fast answer that leaves rows out would prove nothing."""
    rows = json.loads(answer.content)["results"]
    counts = [sum(len(row[name]) for row in rows) for name in ("observations", "targets", "assessments")]
    if (len(rows), counts) != (400, [2000, 400, 800]):
        raise RuntimeError(f"the answer holds {len(rows)} indicators with {counts}")


def reference() -> bytes:
    """The same rows as bare dictionaries: one `.values()` per table, then orjson."""
    import orjson

    from targets.models import (
        Assessment,
        Indicator,
        Milestone,
        Observation,
        RegionalTarget,
        Target,
        TargetBody,
        TargetSource,
    )

    shown = [f.attname for f in Assessment._meta.concrete_fields if f.name != "inputs"]
    tables = [model.objects.values() for model in (Indicator, Observation, Target, Milestone)]
    tables += [model.objects.values() for model in (TargetBody, TargetSource, RegionalTarget)]
    rows = [list(table) for table in (*tables, Assessment.objects.values(*shown))]
    return orjson.dumps(rows, default=str)


def line(measure: dict[str, Any]) -> str:
    """One measure as a line of text."""
    if "statements" in measure:
        return f"{measure['name']}: {measure['statements']}, limit {measure['limit']}"
    numbers = ", ".join(f"{key} {measure[key]:.2f}" for key in ("ours", "reference", "ratio", "limit"))
    return f"{measure['name']} [{measure['unit']}]: {numbers}"


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        tell(inside())
    else:
        for found in run():
            print(line(found))
