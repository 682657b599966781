"""Points and places, as tables: which rule scores what, once; ties share a place (steps 1 to 4)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from targets.scoring import Fact, Rule, bounds, mean, placed, rule_on, score

pytestmark = pytest.mark.pure

RULES = [
    Rule(1, "late", Decimal("-1"), date(2024, 1, 1)),
    Rule(2, "late", Decimal("-2"), date(2024, 7, 1)),
    Rule(3, "on_time", Decimal("1"), date(2024, 1, 1)),
]


def late(unit: int, on: str, key: str) -> Fact:
    return Fact("late", unit, date.fromisoformat(on), key)


@pytest.mark.parametrize(
    ("cause", "on", "pk"),
    [
        ("late", "2023-12-31", None),
        ("late", "2024-01-01", 1),
        ("late", "2024-06-30", 1),
        ("late", "2024-07-01", 2),
        ("praised", "2024-07-01", None),
    ],
)
def test_the_rule_in_force(cause: str, on: str, pk: int | None) -> None:
    rule = rule_on(RULES, cause, date.fromisoformat(on))
    assert (rule.pk if rule else None) == pk


def test_each_thing_is_scored_once_whatever_rule_applies() -> None:
    facts = [late(1, "2024-05-01", "a"), late(1, "2024-08-01", "a"), late(2, "2024-08-01", "a")]
    lines = score(facts, RULES, present=set())
    assert [(one.fact.department, one.rule.pk) for one in lines] == [(1, 1), (2, 2)]
    present = {(one.fact.department, one.fact.cause, one.fact.key) for one in lines}
    assert score(facts, RULES, present) == []


def test_what_no_rule_covers_is_not_scored() -> None:
    assert score([late(1, "2023-05-01", "a")], RULES, present=set()) == []


def test_equal_sums_share_a_place_and_the_next_is_left_out() -> None:
    places = placed({"a": Decimal("2"), "b": Decimal("3.0"), "c": Decimal("2.00"), "d": Decimal("-1")})
    assert {key: (place.rank, place.shared) for key, place in places.items()} == {
        "b": (1, False),
        "a": (2, True),
        "c": (2, True),
        "d": (4, False),
    }
    assert {place.of for place in places.values()} == {4}


def test_a_mean_is_exact() -> None:
    assert mean([Decimal("1"), Decimal("0"), Decimal("0")]) == Fraction(1, 3)
    assert mean([]) is None


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("month", "2024-02-10", "2024-02-01", "2024-02-29"),
        ("quarter", "2024-11-22", "2024-10-01", "2024-12-31"),
        ("year", "2024-11-22", "2024-01-01", "2024-12-31"),
    ],
)
def test_periods(kind: str, day: str, first: str, last: str) -> None:
    found = bounds(kind, date.fromisoformat(day))
    assert found == (date.fromisoformat(first), date.fromisoformat(last))
