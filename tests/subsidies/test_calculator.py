"""The calculator against the documents' own figures: 玉政办发〔2021〕7号 二（二）6, and the draft's 5:3:2."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from subsidies.calculator import (
    Case,
    Computation,
    ConditionFault,
    Terms,
    Unmet,
    compute,
    read_conditions,
    share,
)
from subsidies.calculator.compute import full_months

pytestmark = pytest.mark.pure

DRAFT = {"province": 5, "city": 3, "county": 2}
OWN = Terms(
    10_000_00,
    read_conditions(
        [
            {"code": "kind", "in": ["eldercare"]},
            {"code": "premises", "is": "own"},
            {"code": "filed"},
            {"code": "once_per_unit"},
        ]
    ),
)
LEASED = Terms(
    5_000_00,
    read_conditions(
        [
            {"code": "kind", "in": ["eldercare"]},
            {"code": "premises", "is": "leased"},
            {"code": "lease_years", "at_least": 5},
            {"code": "operation_not", "in": ["public_private"]},
            {"code": "filed"},
            {"code": "once_per_unit"},
        ]
    ),
)
HOME = Case(60, capacity=60, premises="own", operation="private", kind="eldercare", filed=True)
RENTED = replace(HOME, premises="leased", lease_from=date(2021, 3, 1), lease_to=date(2026, 2, 28))


def codes(found: Computation) -> list[str]:
    """What is unmet, in order; a question mark behind what is not known."""
    return [one.code + "?" * one.unknown for one in found.unmet]


@pytest.mark.parametrize(
    ("terms", "case", "yuan"),
    [
        pytest.param(OWN, HOME, 600_000, id="60 own beds at 10000"),
        pytest.param(OWN, replace(HOME, quantity=1), 10_000, id="one bed"),
        pytest.param(OWN, replace(HOME, operation="public_private"), 600_000, id="own premises, 公建民营"),
        pytest.param(LEASED, RENTED, 300_000, id="60 leased beds at 5000"),
        pytest.param(LEASED, replace(RENTED, operation="public"), 300_000, id="leased, public"),
        pytest.param(
            LEASED, replace(RENTED, on=date(2021, 3, 1)), 300_000, id="on the first day of the lease"
        ),
        pytest.param(
            LEASED, replace(RENTED, on=date(2026, 2, 28)), 300_000, id="on the last day of the lease"
        ),
        pytest.param(OWN, replace(HOME, quantity=20, granted_before=40), 200_000, id="the last 20 of 60"),
    ],
)
def test_what_is_granted(terms: Terms, case: Case, yuan: int) -> None:
    found = compute(terms, case)
    assert (codes(found), found.granted_fen, found.amount_fen) == ([], yuan * 100, yuan * 100)


@pytest.mark.parametrize(
    ("terms", "case", "unmet"),
    [
        pytest.param(OWN, replace(HOME, capacity=59), ["capacity"], id="60 beds verified, 59 licensed"),
        pytest.param(OWN, replace(HOME, capacity=None), ["capacity?"], id="licensed beds not known"),
        pytest.param(
            OWN,
            replace(HOME, capacity=None, granted_before=1),
            ["capacity?", "once_per_unit?"],
            id="whether beds repeat is not known either",
        ),
        pytest.param(OWN, replace(HOME, granted_before=1), ["once_per_unit"], id="61 of 60 over two claims"),
        pytest.param(OWN, replace(HOME, premises="leased"), ["premises"], id="leased, applied for as own"),
        pytest.param(OWN, replace(HOME, premises=""), ["premises?"], id="premises not said"),
        pytest.param(OWN, replace(HOME, kind="day_care"), ["kind"], id="no eldercare institution"),
        pytest.param(OWN, replace(HOME, filed=False), ["filed"], id="not filed"),
        pytest.param(OWN, replace(HOME, filed=None), ["filed?"], id="filing not known"),
        pytest.param(OWN, replace(HOME, quantity=0), ["nothing"], id="no bed"),
        pytest.param(
            LEASED, replace(RENTED, operation="public_private"), ["operation_not"], id="leased, 公建民营"
        ),
        pytest.param(LEASED, replace(RENTED, operation=""), ["operation_not?"], id="operation not known"),
        pytest.param(
            LEASED, replace(RENTED, lease_to=date(2026, 1, 31)), ["lease_years"], id="4 years 11 months"
        ),
        pytest.param(LEASED, replace(RENTED, lease_to=None), ["lease_years?"], id="an open lease"),
        pytest.param(
            LEASED, replace(RENTED, lease_to=date(2020, 2, 28)), ["lease_years"], id="ends before it begins"
        ),
        pytest.param(LEASED, replace(RENTED, on=date(2026, 3, 1)), ["lease_years"], id="the lease is over"),
        pytest.param(LEASED, replace(RENTED, on=date(2021, 2, 28)), ["lease_years"], id="before the lease"),
        pytest.param(
            LEASED,
            Case(61, capacity=60, premises="own", operation="public_private", kind="childcare", filed=False),
            ["capacity", "kind", "premises", "lease_years?", "operation_not", "filed"],
            id="all that is wrong is named",
        ),
        pytest.param(replace(OWN, amount_fen=None), HOME, ["amount_not_stated"], id="no amount stated"),
    ],
)
def test_what_is_refused(terms: Terms, case: Case, unmet: list[str]) -> None:
    found = compute(terms, case)
    assert (codes(found), found.granted_fen) == (unmet, 0)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        pytest.param("2021-03-01", "2026-02-28", 60, id="five years, ending in February"),
        pytest.param("2021-03-01", "2026-02-27", 59, id="a day short"),
        pytest.param("2019-03-01", "2024-02-29", 60, id="five years, ending on a leap day"),
        pytest.param("2019-03-01", "2024-02-28", 59, id="a day short of a leap day"),
        pytest.param("2020-02-29", "2025-02-28", 60, id="five years from a leap day"),
        pytest.param("2020-02-29", "2025-02-27", 59, id="a day short from a leap day"),
        pytest.param("2020-02-28", "2025-02-27", 60, id="five years from the eve of a leap day"),
        pytest.param("2020-12-31", "2025-12-30", 60, id="five years from the year's last day"),
        pytest.param("2020-01-01", "2024-12-31", 60, id="five calendar years"),
        pytest.param("2021-03-01", "2026-01-31", 59, id="4 years 11 months"),
        pytest.param("2021-03-01", "2021-03-01", 0, id="a day"),
        pytest.param("9998-01-01", "9999-12-31", 23, id="to the end of the calendar"),
    ],
)
def test_full_months(first: str, last: str, months: int) -> None:
    assert full_months(date.fromisoformat(first), date.fromisoformat(last)) == months


def test_the_refusal_of_a_short_lease_has_its_figures() -> None:
    (unmet,) = compute(LEASED, replace(RENTED, lease_to=date(2026, 1, 31))).unmet
    said = {"at_least": 5, "months": 59, "from": "2021-03-01", "to": "2026-01-31"}
    assert unmet == Unmet("lease_years", said)


def test_beds_are_paid_once_over_split_claims() -> None:
    """60 licensed beds in claims of 25, 25 and 15: the third is 5 too many, 10 would do."""
    before = 0
    for quantity in (25, 25):
        found = compute(OWN, replace(HOME, quantity=quantity, granted_before=before))
        assert found.granted_fen == quantity * 10_000_00
        before += quantity
    third = compute(OWN, replace(HOME, quantity=15, granted_before=before))
    assert third.unmet == (Unmet("once_per_unit", {"before": 50, "quantity": 15, "capacity": 60}),)
    assert compute(OWN, replace(HOME, quantity=10, granted_before=before)).granted_fen == 100_000_00


def test_once_a_year() -> None:
    terms = Terms(1_00, read_conditions([{"code": "once_per_year"}]))
    assert compute(terms, HOME).granted_fen == 60_00
    found = compute(terms, replace(HOME, grants_this_year=1))
    assert found.unmet == (Unmet("once_per_year", {"grants": 1}),)


def test_households_are_not_limited_by_a_licence() -> None:
    terms = Terms(3_000_00, limited=False)
    assert compute(terms, Case(200)).granted_fen == 600_000_00


def test_parts_of_the_draft() -> None:
    """60 own beds at 5:3:2 are 300,000, 180,000 and 120,000 元, in the order of the levels."""
    found = compute(replace(OWN, split={"county": 2, "central": 0, "city": 3, "province": 5}), HOME)
    assert found.parts is not None
    assert [(part.level, part.weight, part.amount_fen) for part in found.parts] == [
        ("province", 5, 300_000_00),
        ("city", 3, 180_000_00),
        ("county", 2, 120_000_00),
    ]


def test_an_unmet_case_still_says_what_it_would_be() -> None:
    found = compute(replace(OWN, split=DRAFT), replace(HOME, filed=False))
    assert (found.granted_fen, found.amount_fen) == (0, 600_000_00)
    assert found.parts is not None
    assert sum(part.amount_fen for part in found.parts) == 600_000_00


def test_the_answer_equals_itself_read_back_from_json() -> None:
    found = compute(replace(OWN, split=DRAFT), replace(HOME, kind="childcare", filed=None)).as_json()
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        pytest.param(1, {"a": 1, "b": 1}, [1, 0], id="equal remainders in the given order"),
        pytest.param(100, {"a": 1, "b": 1, "c": 1}, [34, 33, 33], id="thirds"),
        pytest.param(10, {"a": 5, "b": 3, "c": 2}, [5, 3, 2], id="exact"),
        pytest.param(1, {"a": 2, "b": 3}, [0, 1], id="the larger remainder"),
        pytest.param(7, {"a": 5, "b": 3, "c": 2}, [4, 2, 1], id="3.5, 2.1, 1.4"),
        pytest.param(5, {"a": 0, "b": 1}, [0, 5], id="no part of nothing"),
        pytest.param(0, {"a": 5, "b": 3}, [0, 0], id="nothing to share"),
        pytest.param(0, {}, [], id="nobody, nothing"),
    ],
)
def test_largest_remainders(total: int, weights: dict[str, int], parts: list[int]) -> None:
    assert list(share(total, weights).values()) == parts


@pytest.mark.parametrize(
    ("total", "weights"), [(-1, {"a": 1}), (1, {"a": -1, "b": 2}), (1, {"a": 0}), (1, {})]
)
def test_what_cannot_be_shared(total: int, weights: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"share with|negative"):
        share(total, weights)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"amount_fen": 0}, "amount"),
        ({"amount_fen": -1}, "amount"),
        ({"amount_fen": 0.5}, "amount"),
        ({"amount_fen": True}, "amount"),
        ({"amount_fen": 1, "split": {}}, "levels"),
        ({"amount_fen": 1, "split": {"village": 1}}, "levels"),
        ({"amount_fen": 1, "split": {"city": 0}}, "parts"),
        ({"amount_fen": 1, "split": {"city": 0.5, "county": 0.5}}, "parts"),
        ({"amount_fen": 1, "split": {"city": -1, "county": 2}}, "parts"),
    ],
)
def test_terms_that_are_none(given: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Terms(**given)


@pytest.mark.parametrize("field", ["quantity", "capacity", "granted_before", "grants_this_year"])
def test_counts_are_not_negative(field: str) -> None:
    with pytest.raises(ValueError, match="not negative"):
        compute(OWN, replace(HOME, **{field: -1}))


@pytest.mark.parametrize(
    ("rows", "place", "word"),
    [
        ({}, 0, "not a list"),
        ([{"code": "filed"}, {"code": "weather"}], 1, "unknown code"),
        (["filed"], 0, "unknown code"),
        ([{"code": "filed"}, {"code": "filed"}], 1, "twice"),
        ([{"code": "filed", "is": 1}], 0, "no parameters"),
        ([{"code": "premises", "is": "borrowed"}], 0, "own or leased"),
        ([{"code": "premises"}], 0, "own or leased"),
        ([{"code": "lease_years", "at_least": 0}], 0, "whole years"),
        ([{"code": "lease_years", "at_least": 4.5}], 0, "whole years"),
        ([{"code": "lease_years", "at_least": True}], 0, "whole years"),
        ([{"code": "kind", "in": []}], 0, "some of"),
        ([{"code": "kind", "in": ["eldercare", "eldercare"]}], 0, "some of"),
        ([{"code": "operation_not", "in": ["public_private", "other"]}], 0, "some of"),
    ],
)
def test_conditions_that_cannot_be_read(rows: Any, place: int, word: str) -> None:
    with pytest.raises(ConditionFault, match=word) as fault:
        read_conditions(rows)
    assert fault.value.index == place


def test_conditions_are_read_back_as_written() -> None:
    assert read_conditions([one.as_json() for one in LEASED.conditions]) == LEASED.conditions
