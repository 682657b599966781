"""The worked examples of docs/subsidies.md come out of the shipped versions, and name the clauses these follow."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from subsidies.amounts import grouped
from subsidies.calculator import Case, Computation, Terms, compute, read_conditions
from yuxi_eldercare.core.plan_files.bundle import Record, read_collection

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([\w-]+) \| (\S+) \| `([^`]+)` \| (.+) \|$", re.MULTILINE)
BUNDLE = read_collection(ROOT / "fixtures")
SCHEMES = {record.key: record for record in BUNDLE.schemes}
RULES = {record.key: record for record in BUNDLE.rules}
EXAMPLES = ROW.findall(
    (ROOT / "docs" / "subsidies.md").read_text(encoding="utf-8").split("## Worked examples")[1]
)


def terms_and_case(scheme: Record, words: str) -> tuple[Terms, Case]:
    """The first version's terms and the case of such words."""
    version = scheme["versions"][0]
    given: dict[str, Any] = dict(word.split("=") for word in words.split())
    split = given.pop("split", None)
    parts = (
        {level: int(part) for level, part in (pair.split(":") for pair in split.split(","))}
        if split
        else None
    )
    amount = version["amount"]
    limited = scheme["unit"] in ("bed", "place")
    terms = Terms(
        None if amount is None else int(amount * 100), read_conditions(version["conditions"]), parts, limited
    )
    for name, read in {"quantity": int, "capacity": int, "granted_before": int}.items():
        given |= {name: read(given[name])} if name in given else {}
    for name in ("lease_from", "lease_to", "on"):
        given |= {name: date.fromisoformat(given[name])} if name in given else {}
    given["filed"] = given.get("filed", "yes") == "yes"
    kind = "childcare" if scheme["unit"] == "place" else "eldercare"
    usual = Case(quantity=0, capacity=given["quantity"], operation="private", kind=kind)
    return terms, replace(usual, **given)


def answered(found: Computation) -> str:
    """The answer as the page of the documentation says it."""
    if found.unmet:
        return f"refused: {', '.join(one.code for one in found.unmet)}"
    assert found.unit_fen is not None
    lines = " + ".join(grouped(part.amount_fen) for part in found.parts or ())
    product = f"{found.quantity} × {grouped(found.unit_fen)}"
    return f"granted {grouped(found.granted_fen)} = {lines or product}"


@pytest.mark.parametrize(
    ("scheme", "clause", "words", "answer"), EXAMPLES, ids=[" ".join(row[::2]) for row in EXAMPLES]
)
def test_the_example_comes_out(scheme: str, clause: str, words: str, answer: str) -> None:
    assert answered(compute(*terms_and_case(SCHEMES[scheme], words))) == answer
    version = SCHEMES[scheme]["versions"][0]
    rule = RULES[version["stated_by"]] if version["stated_by"] else None
    stated = (
        [source["clause"] for source in rule["sources"]] if rule else version["basis"].split("“")[0].split()
    )
    assert clause in stated


def test_every_scheme_has_an_example() -> None:
    assert {row[0] for row in EXAMPLES} == set(SCHEMES)
    assert len(EXAMPLES) >= 18


def test_no_shipped_version_invents_an_amount_or_parts() -> None:
    for scheme in BUNDLE.schemes:
        for version in scheme["versions"]:
            assert version["split"] is None
            if version["amount"] is not None:
                assert version["amount"] == RULES[version["stated_by"]]["value"]
