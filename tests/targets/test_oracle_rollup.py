"""Roll-ups by the engine, in exact decimals and in arrays, against the slow oracle."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets.progress import Light, State
from targets.rollup import (
    Groups,
    MemberValue,
    RolledUp,
    RollUp,
    RollUpError,
    judge_every_member,
    roll_up,
    roll_up_levels,
    roll_up_values,
)
from tests.targets.oracle_rollup import (
    EveryMember,
    Figure,
    Report,
    oracle_every_member,
    oracle_rollup,
)

pytestmark = pytest.mark.pure

fuzz = settings(max_examples=int(300 * float(os.environ.get("YUXI_FUZZ", "1"))), deadline=None)

METHODS = ("sum", "ratio_of_sums", "max", "min")
NUMBERS = [Fraction(text) for text in ("0", "0", "1", "2", "0.1", "0.2", "38.5", "1000", "99999999.99")]


def decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def reports_of(method: str) -> st.SearchStrategy[Report]:
    number = st.sampled_from(NUMBERS)
    if method == "ratio_of_sums":
        full = st.builds(lambda n, d: Report(numerator=n, denominator=d), number, number)
        half = st.builds(lambda n: Report(numerator=n), number)
        return st.one_of(full, full, full, half, st.just(Report()), st.just(Report(not_applicable=True)))
    full = st.builds(lambda n: Report(value=n), st.one_of(number, number.map(lambda n: -n)))
    return st.one_of(full, full, full, st.just(Report()), st.just(Report(not_applicable=True)))


def exact_engine(method: str, scale: int, members: Sequence[Report], made_to_count: bool) -> Figure:
    """The engine's exact form; its value rounded to nothing but its 28 digits."""
    found = roll_up_values(
        RollUp(method),
        scale,
        [
            MemberValue(decimal(m.value), decimal(m.numerator), decimal(m.denominator), m.not_applicable)
            for m in members
        ],
        counted_as_complete=made_to_count,
    )
    value = None if found.value is None else Fraction(found.value)
    return Figure(value, found.not_applicable, found.reported, found.expected, found.provisional)


def arrays(method: str, members: Sequence[Report]) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    def column(values: Sequence[Fraction | None]) -> np.ndarray:
        return np.array([[float("nan") if v is None else float(v) for v in values]])

    na = np.array([[m.not_applicable for m in members]])
    if method == "ratio_of_sums":
        return column([m.numerator for m in members]), column([m.denominator for m in members]), na
    return column([m.value for m in members]), None, na


def figure_at(found: RolledUp, parent: int) -> Figure:
    value = float(found.value[0, parent])
    return Figure(
        None if np.isnan(value) else Fraction(value),
        bool(found.not_applicable[0, parent]),
        int(found.reported[0, parent]),
        int(found.expected[0, parent]),
        bool(found.provisional[0, parent]),
    )


def largest(members: Sequence[Report]) -> Fraction:
    """The largest magnitude among the members: what is left of a sum is as exact as it allows."""
    return max((abs(m.value) for m in members if m.value is not None), default=Fraction(1))


def assert_same(found: Figure, wanted: Figure, allowed: Fraction) -> None:
    assert (found.not_applicable, found.reported, found.expected, found.provisional) == (
        wanted.not_applicable, wanted.reported, wanted.expected, wanted.provisional,
    )  # fmt: skip
    assert (found.value is None) == (wanted.value is None)
    if wanted.value is not None and found.value is not None:
        assert abs(found.value - wanted.value) <= allowed * max(Fraction(1), abs(wanted.value))


# --- By hand ---------------------------------------------------------------------------------------------

N, M = Report(not_applicable=True), Report()
F = Fraction


def value(number: int | str) -> Report:
    return Report(value=F(number))


def rate(above: int, below: int) -> Report:
    return Report(numerator=F(above), denominator=F(below))


BY_HAND: dict[str, tuple[str, list[Report], Figure]] = {
    "a sum": ("sum", [value(1), value("0.1"), value("0.2")], Figure(F("1.3"), False, 3, 3, False)),
    "missing is not zero": ("sum", [value(0), M, value(2)], Figure(F(2), False, 2, 3, True)),
    "not applicable has been reported": ("sum", [N, value(2)], Figure(F(2), False, 2, 2, False)),
    "nobody reported": ("sum", [M, M], Figure(None, False, 0, 2, False)),
    "not applicable to any": ("max", [N, N], Figure(None, True, 2, 2, False)),
    "not applicable to those that reported": ("sum", [N, M], Figure(None, True, 1, 2, True)),
    "never a mean of percentages": (
        "ratio_of_sums", [rate(1, 2), rate(1, 98)], Figure(F(2), False, 2, 2, False),
    ),
    "0 / 0": ("ratio_of_sums", [rate(0, 0), rate(0, 0)], Figure(None, True, 2, 2, False)),
    "0 / 0 in one county": ("ratio_of_sums", [rate(0, 0), rate(1, 4)], Figure(F(25), False, 2, 2, False)),
    "half of a ratio is missing": (
        "ratio_of_sums", [Report(numerator=F(1)), rate(1, 4)], Figure(F(25), False, 1, 2, True),
    ),
    "the largest": ("max", [value(-2), N, value(-1)], Figure(F(-1), False, 3, 3, False)),
    "the smallest": ("min", [value(3), value(2), M], Figure(F(2), False, 2, 3, True)),
}  # fmt: skip


@pytest.mark.parametrize(("method", "members", "wanted"), BY_HAND.values(), ids=BY_HAND.keys())
def test_figures_worked_out_by_hand(method: str, members: list[Report], wanted: Figure) -> None:
    assert oracle_rollup(method, F(100), members) == wanted
    assert_same(exact_engine(method, 100, members, False), wanted, F(0))


MET, LATE, BAD = ("MET", "green"), ("MET_LATE", "yellow"), ("AT_RISK", "red")
EVERY_BY_HAND: dict[str, tuple[list[tuple[str, str]], int, int, EveryMember]] = {
    "all meet it": ([MET, MET], 0, 0, EveryMember(2, 2, "MET", "green", False)),
    "one is not concerned": (
        [MET, ("NOT_APPLICABLE", "grey")], 5, 0, EveryMember(1, 1, "MET", "green", False),
    ),
    "none is concerned": (
        [("NOT_APPLICABLE", "grey")], 5, 0, EveryMember(0, 0, "NOT_APPLICABLE", "grey", False),
    ),
    "before the due date, the worst county's light": (
        [MET, ("BEHIND", "yellow"), BAD], 0, 0, EveryMember(1, 3, "NOT_DUE", "red", False),
    ),
    "after it": ([MET, ("MISSED", "red")], 1, 0, EveryMember(1, 2, "MISSED", "red", False)),
    "after it, the last one late": ([MET, LATE], 40, 0, EveryMember(2, 2, "MET_LATE", "yellow", False)),
    "after it, but within grace": (
        [MET, ("PENDING", "grey")], 30, 30, EveryMember(1, 2, "PENDING", "grey", False),
    ),
    "one county silent": (
        [MET, ("NO_DATA", "grey")], -5, 0, EveryMember(1, 2, "NOT_DUE", "grey", True),
    ),
    "all meet it but one figure is old": (
        [MET, ("MET", "grey")], -5, 0, EveryMember(2, 2, "MET", "grey", False),
    ),
}  # fmt: skip
DUE = date(2023, 12, 31)


def every_engine(
    members: list[tuple[str, str]], days_over: int, grace: int, made_to_count: bool
) -> EveryMember:
    found = judge_every_member(
        [(State(state), Light(light)) for state, light in members],
        due=DUE,
        as_of=DUE + timedelta(days=days_over),
        grace_days=grace,
        counted_as_complete=made_to_count,
    )
    return EveryMember(found.met, found.target, str(found.state), str(found.light), found.provisional)


@pytest.mark.parametrize(
    ("members", "days_over", "grace", "wanted"), EVERY_BY_HAND.values(), ids=EVERY_BY_HAND.keys()
)
def test_every_member_worked_out_by_hand(
    members: list[tuple[str, str]], days_over: int, grace: int, wanted: EveryMember
) -> None:
    assert oracle_every_member(members, days_over, 0, grace) == wanted
    assert every_engine(members, days_over, grace, False) == wanted


# --- Generated -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_figures_agree(method: str) -> None:
    @fuzz
    @given(st.lists(reports_of(method), min_size=1, max_size=9), st.sampled_from([100, 1000]), st.booleans())
    def agree(members: list[Report], scale: int, made_to_count: bool) -> None:
        wanted = oracle_rollup(method, F(scale), members, made_to_count)
        assert_same(exact_engine(method, scale, members, made_to_count), wanted, F(1, 10**25))
        numerator, denominator, na = arrays(method, members)
        found = roll_up(
            RollUp(method), numerator, denominator, Groups([0] * len(members), 1),
            scale=scale, not_applicable=na, counted_as_complete=made_to_count,
        )  # fmt: skip
        assert_same(figure_at(found, 0), wanted, F(1, 10**12) * max(F(1), largest(members)))

    agree()


@pytest.mark.parametrize("method", METHODS)
def test_levels_agree_with_all_members_at_once(method: str) -> None:
    """Counties to cities to the nation: every level is what its counties give directly."""

    @fuzz
    @given(
        st.lists(st.tuples(reports_of(method), st.integers(0, 2)), min_size=1, max_size=12),
        st.sampled_from([100, 1000]),
    )
    def agree(placed: list[tuple[Report, int]], scale: int) -> None:
        members = [report for report, _city in placed]
        allowed = F(1, 10**12) * max(F(1), largest(members))
        numerator, denominator, na = arrays(method, members)
        cities, nation = roll_up_levels(
            RollUp(method), numerator, denominator,
            [Groups([city for _report, city in placed], 3), Groups([0, 0, 0], 1)],
            scale=scale, not_applicable=na,
        )  # fmt: skip
        for city in range(3):
            own = [report for report, where in placed if where == city]
            assert_same(figure_at(cities, city), oracle_rollup(method, F(scale), own), allowed)
        assert_same(figure_at(nation, 0), oracle_rollup(method, F(scale), members), allowed)

    agree()


@pytest.mark.parametrize("method", ["every_member", "none"])
def test_what_does_not_combine_figures_is_refused(method: str) -> None:
    with pytest.raises(RollUpError):
        roll_up_values(RollUp(method), 100, [MemberValue(Decimal(1))])


ALWAYS = [
    ("NOT_APPLICABLE", "grey"), ("MET", "green"), ("MET", "grey"), ("BREACHED", "red"),
]  # fmt: skip
BEFORE = [
    ("NO_DATA", "grey"), ("NOT_DUE", "grey"), ("REGRESSED", "red"), ("ON_TRACK", "green"),
    ("BEHIND", "yellow"), ("AT_RISK", "red"), ("ON_TRACK", "grey"),
]  # fmt: skip
WITHIN_GRACE = [("NO_DATA", "grey"), ("PENDING", "grey"), ("MET_LATE", "yellow"), ("MISSED", "red")]
AFTER = [("NO_DATA", "red"), ("MET_LATE", "yellow"), ("MISSED", "red")]


@st.composite
def judged_members(draw: st.DrawFn) -> tuple[list[tuple[str, str]], int, int]:
    """Members as they can be on one day, that day counted from the due date, and the days of grace."""
    grace = draw(st.sampled_from([0, 30]))
    days_over = draw(st.sampled_from([-1, 0, 1, 30, 31]))
    possible = BEFORE if days_over <= 0 else WITHIN_GRACE if days_over <= grace else AFTER
    often_met = draw(st.booleans())
    pool = [("MET", "green")] * (6 if often_met else 0) + ALWAYS + possible
    return draw(st.lists(st.sampled_from(pool), min_size=1, max_size=9)), days_over, grace


@fuzz
@given(judged_members(), st.booleans())
def test_every_member_agrees(judged: tuple[list[tuple[str, str]], int, int], made_to_count: bool) -> None:
    members, days_over, grace = judged
    wanted = oracle_every_member(members, days_over, 0, grace, made_to_count)
    assert every_engine(members, days_over, grace, made_to_count) == wanted
