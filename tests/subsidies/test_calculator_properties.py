"""Laws of the calculator over random cases, and `share` against a slow oracle in exact fractions."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from subsidies.calculator import LEVELS, Case, Condition, Terms, compute, share
from subsidies.calculator.compute import full_months
from subsidies.calculator.conditions import KINDS, OPERATIONS, PREMISES

pytestmark = pytest.mark.pure

WEIGHTS = st.dictionaries(st.sampled_from(LEVELS), st.integers(0, 50), min_size=1).filter(
    lambda split: sum(split.values()) > 0
)
CONDITIONS = st.lists(
    st.sampled_from(
        [
            Condition("premises", {"is": "leased"}),
            Condition("lease_years", {"at_least": 5}),
            Condition("operation", {"in": ["public", "private"]}),
            Condition("operation_not", {"in": ["public_private"]}),
            Condition("kind", {"in": ["eldercare", "childcare"]}),
            Condition("filed"),
            Condition("once_per_unit"),
            Condition("once_per_year"),
        ]
    ),
    unique_by=lambda condition: condition.code,
)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
TERMS = st.builds(
    lambda amount, conditions, split, limited: Terms(amount, tuple(conditions), split, limited),
    st.none() | st.integers(1, 10**9),
    CONDITIONS,
    st.none() | WEIGHTS,
    st.booleans(),
)
CASES = st.builds(
    Case,
    quantity=st.integers(0, 5_000),
    capacity=st.none() | st.integers(0, 5_000),
    granted_before=st.integers(0, 3),
    grants_this_year=st.integers(0, 1),
    premises=st.sampled_from(["", *PREMISES]),
    lease_from=st.none() | DAYS,
    lease_to=st.none() | DAYS,
    operation=st.sampled_from(["", *OPERATIONS]),
    kind=st.sampled_from(["", *KINDS]),
    filed=st.sampled_from([None, True, False]),
    on=st.none() | DAYS,
)


def slow_share(total: int, weights: dict[str, int]) -> dict[str, int]:
    """One 分 after the other to whoever is furthest below the exact share; nobody above its next whole 分."""
    exact = {key: Fraction(total * weight, sum(weights.values())) for key, weight in weights.items()}
    parts = dict.fromkeys(weights, 0)
    for key, wanted in exact.items():
        while parts[key] + 1 <= wanted:
            parts[key] += 1
    while sum(parts.values()) < total:
        waiting = [key for key in weights if parts[key] < exact[key]]
        most = max(exact[key] - parts[key] for key in waiting)
        parts[next(key for key in waiting if exact[key] - parts[key] == most)] += 1
    return parts


@given(st.integers(0, 500), WEIGHTS)
def test_shares_equal_those_of_the_oracle(total: int, weights: dict[str, int]) -> None:
    assert share(total, weights) == slow_share(total, weights)


@given(st.integers(0, 10**15), WEIGHTS)
def test_parts_are_the_whole_and_each_is_within_a_fen_of_its_share(
    total: int, weights: dict[str, int]
) -> None:
    parts = share(total, weights)
    assert sum(parts.values()) == total
    for key, part in parts.items():
        assert part >= 0
        assert abs(part - Fraction(total * weights[key], sum(weights.values()))) < 1


@given(TERMS, CASES)
def test_a_grant_is_whole_or_nothing_and_never_negative(terms: Terms, case: Case) -> None:
    found = compute(terms, case)
    assert found.granted_fen == (0 if found.unmet else case.quantity * (terms.amount_fen or 0))
    assert found.granted_fen >= 0
    if found.parts is not None:
        assert sum(part.amount_fen for part in found.parts) == found.amount_fen
        assert min(part.amount_fen for part in found.parts) >= 0
        assert [part.level for part in found.parts] == [
            level for level in LEVELS if terms.split and terms.split.get(level)
        ]


@given(TERMS, CASES, st.integers(1, 5_000))
def test_more_beds_are_never_less_money_while_conditions_hold(terms: Terms, case: Case, more: int) -> None:
    few, many = compute(terms, case), compute(terms, replace(case, quantity=case.quantity + more))
    if terms.amount_fen is not None:
        assert few.amount_fen is not None
        assert many.amount_fen is not None
        assert many.amount_fen - few.amount_fen == more * terms.amount_fen
    if not many.unmet:
        assert many.granted_fen > few.granted_fen


@given(st.integers(1, 10**9), WEIGHTS, st.integers(0, 1_000))
def test_no_level_pays_less_for_one_bed_more_where_it_pays_a_fen_for_each(
    amount: int, split: dict[str, int], beds: int
) -> None:
    assume(all(part * amount >= sum(split.values()) for part in split.values() if part))
    few, many = share(beds * amount, split), share((beds + 1) * amount, split)
    assert all(many[level] >= few[level] for level in split)


@given(TERMS, CASES, st.randoms(use_true_random=False))
def test_the_order_of_levels_and_conditions_changes_nothing(
    terms: Terms, case: Case, shuffled: object
) -> None:
    conditions, levels = list(terms.conditions), list(terms.split or {})
    shuffled.shuffle(conditions)  # type: ignore[attr-defined]
    shuffled.shuffle(levels)  # type: ignore[attr-defined]
    split = {level: terms.split[level] for level in levels} if terms.split else None
    found, other = (
        compute(terms, case),
        compute(replace(terms, conditions=tuple(conditions), split=split), case),
    )
    assert (found.amount_fen, found.parts, found.granted_fen) == (
        other.amount_fen,
        other.parts,
        other.granted_fen,
    )
    assert sorted(map(repr, found.unmet)) == sorted(map(repr, other.unmet))


@given(TERMS, CASES)
def test_the_same_case_is_answered_the_same(terms: Terms, case: Case) -> None:
    assert compute(terms, case).as_json() == compute(terms, case).as_json()


@given(CASES, st.lists(st.integers(1, 40), max_size=12), st.integers(0, 200))
def test_claims_one_after_the_other_never_pay_a_bed_twice(
    case: Case, claims: list[int], capacity: int
) -> None:
    terms = Terms(10_000_00, (Condition("once_per_unit"),))
    granted = 0
    for quantity in claims:
        now = replace(case, quantity=quantity, capacity=capacity, granted_before=granted)
        if compute(terms, now).granted_fen:
            granted += quantity
    assert granted <= capacity


@given(DAYS, st.integers(0, 4_000))
def test_a_lease_that_runs_a_day_longer_has_not_fewer_months(first: date, days: int) -> None:
    last = first + timedelta(days)
    assert 0 <= full_months(first, last) <= full_months(first, last + timedelta(1)) <= days // 28 + 1


@given(DAYS, st.integers(1, 30))
def test_a_term_of_years_ends_on_the_eve_of_its_anniversary(first: date, years: int) -> None:
    """Independent of the rule: the anniversary is the same day of the month, 1 March for 29 February."""
    try:
        anniversary = first.replace(year=first.year + years)
    except ValueError:
        anniversary = date(first.year + years, 3, 1)
    eve = anniversary - timedelta(1)
    assert full_months(first, eve) == 12 * years
    assert full_months(first, eve - timedelta(1)) == 12 * years - 1
