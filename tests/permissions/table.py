"""The reviewed table: route → method → outcome → who.

An outcome is a status, or `login` (sent to the log-in page), or `code` (sent to set up the second factor).
Who is a list of identities and groups of `table.yaml`; `rest` is everybody not named. A row may name one of
the patterns at the top of the file instead.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("table.yaml")
METHODS = ("GET", "POST")
Row = dict[str, dict[str, str]]
"""Method → identity → outcome."""


@cache
def content() -> dict[str, Any]:
    """The file as it stands."""
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def expected(key: str, identities: list[str]) -> Row | None:
    """The row of a route, spelled out for every identity; None when the table has none."""
    row = content()["routes"].get(key)
    if row is None:
        return None
    if isinstance(row, str):
        row = content()["patterns"][row]
    merged: dict[str, Any] = {}
    for method in METHODS:
        outcome = row[method]
        merged[method] = content()["patterns"][outcome][method] if isinstance(outcome, str) else outcome
    return {method: spelled_out(merged[method], identities) for method in METHODS}


def spelled_out(outcomes: dict[Any, str], identities: list[str]) -> dict[str, str]:
    """Identity → outcome; everybody stands in it exactly once."""
    groups: dict[str, str] = content()["groups"]
    found: dict[str, str] = {}
    others = ""
    for outcome, who in outcomes.items():
        for word in who.split():
            if word == "rest":
                assert not others, "two outcomes for the rest"
                others = str(outcome)
                continue
            for name in groups.get(word, word).split():
                assert name in identities, f"{name} is nobody"
                assert name not in found, f"{name} stands twice"
                found[name] = str(outcome)
    for name in identities:
        if name not in found:
            assert others, f"{name} stands nowhere"
            found[name] = others
    return found


def as_yaml(key: str, observed: Row) -> str:
    """What was observed, as a row to be reviewed and pasted."""
    lines = [f"  {key}:"]
    for method, outcomes in observed.items():
        by_outcome: dict[str, list[str]] = {}
        for name, outcome in outcomes.items():
            by_outcome.setdefault(outcome, []).append(name)
        most = max(by_outcome, key=lambda outcome: len(by_outcome[outcome]))
        parts = [
            f"{outcome}: {'rest' if outcome == most else _grouped(names)}"
            for outcome, names in by_outcome.items()
        ]
        lines.append(f"    {method}: {{{', '.join(parts)}}}")
    return "\n".join(lines)


def _grouped(names: list[str]) -> str:
    """The names, with a group in the place of all its members."""
    left = list(names)
    words = []
    for group, members in content()["groups"].items():
        if set(members.split()) <= set(left):
            words.append(group)
            left = [name for name in left if name not in members.split()]
    return " ".join([*words, *left])
