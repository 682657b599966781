"""From members to their parent, numbered as the steps of `targets.rollup.levels`."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from targets.progress import Direction, Light, State
from targets.progress.vocabulary import LIGHT_CODE, MARK_BIT, STATE_BY_CODE, STATE_CODE, Mark
from targets.rollup import (
    Groups,
    MemberValue,
    RollUp,
    RollUpError,
    every_member,
    judge_every_member,
    keeps_met_while_provisional,
    member_ratio,
    roll_up,
    roll_up_levels,
    roll_up_values,
)

pytestmark = pytest.mark.pure

MISSING = MemberValue()
NA = MemberValue(not_applicable=True)


def value(number: str) -> MemberValue:
    return MemberValue(value=Decimal(number))


def rate(top: str, below: str) -> MemberValue:
    return MemberValue(numerator=Decimal(top), denominator=Decimal(below))


ROWS: list[tuple[str, RollUp, list[MemberValue], str | None, str]] = [
    ("1 complete", RollUp.SUM, [value("1"), value("2")], "3", "2/2"),
    ("1 a missing county is not zero", RollUp.SUM, [value("1"), MISSING], "1", "1/2 provisional"),
    ("1 zero is a report", RollUp.SUM, [value("0"), value("0")], "0", "2/2"),
    ("1 not applicable is a report", RollUp.SUM, [value("5"), NA], "5", "2/2"),
    (
        "2 a sum is exact",
        RollUp.SUM,
        [value("0.1"), value("0.2"), value("12345678901234.5")],
        "12345678901234.8",
        "3/3",
    ),
    ("2 a ratio is of sums, no mean", RollUp.RATIO_OF_SUMS, [rate("1", "2"), rate("0", "98")], "1", "2/2"),
    (
        "2 half a rate is none",
        RollUp.RATIO_OF_SUMS,
        [rate("1", "2"), MemberValue(numerator=Decimal(9))],
        "50",
        "1/2 provisional",
    ),
    (
        "2 a rate without its parts is none",
        RollUp.RATIO_OF_SUMS,
        [rate("1", "2"), value("90")],
        "50",
        "1/2 provisional",
    ),
    ("2 0 / 0 adds nothing", RollUp.RATIO_OF_SUMS, [rate("1", "2"), rate("0", "0")], "50", "2/2"),
    ("2 the largest", RollUp.MAX, [value("-3"), NA, value("-1"), MISSING], "-1", "3/4 provisional"),
    ("2 the smallest", RollUp.MIN, [value("3"), value("0"), value("7")], "0", "3/3"),
    ("3 nobody reported", RollUp.SUM, [MISSING, MISSING], None, "0/2"),
    ("3 nobody reported a rate", RollUp.RATIO_OF_SUMS, [MISSING], None, "0/1"),
    ("3 all not applicable", RollUp.MAX, [NA, NA], None, "2/2 na"),
    ("3 not applicable, the rest missing", RollUp.SUM, [NA, MISSING], None, "1/2 na provisional"),
    ("3 0 / 0", RollUp.RATIO_OF_SUMS, [rate("0", "0"), NA], None, "2/2 na"),
    ("3 something over 0 is no rate", RollUp.RATIO_OF_SUMS, [rate("1", "0")], None, "1/1"),
]
CASES = [pytest.param(*row[1:], id=row[0]) for row in ROWS]


def said(reported: int, expected: int, not_applicable: bool, provisional: bool) -> str:
    """ "8/9 provisional": what stands beside the figure."""
    words = [f"{reported}/{expected}", *["na"] * not_applicable, *["provisional"] * provisional]
    return " ".join(words)


@pytest.mark.parametrize(("method", "members", "figure", "beside"), CASES)
def test_one_period_exactly(
    method: RollUp, members: list[MemberValue], figure: str | None, beside: str
) -> None:
    found = roll_up_values(method, 100, members)
    assert found.value == (None if figure is None else Decimal(figure))
    assert said(found.reported, found.expected, found.not_applicable, found.provisional) == beside


def columns(method: RollUp, members: list[MemberValue]) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """The members as arrays of one row: numerator or value, denominator, not applicable."""

    def floats(numbers: list[Decimal | None]) -> np.ndarray:
        return np.array([[np.nan if number is None else float(number) for number in numbers]])

    na = np.array([[member.not_applicable for member in members]])
    if method is RollUp.RATIO_OF_SUMS:
        below = floats([member.denominator for member in members])
        return floats([member.numerator for member in members]), below, na
    return floats([member.value for member in members]), None, na


@pytest.mark.parametrize(("method", "members", "figure", "beside"), CASES)
def test_the_same_in_arrays(
    method: RollUp, members: list[MemberValue], figure: str | None, beside: str
) -> None:
    top, below, na = columns(method, members)
    found = roll_up(method, top, below, [0] * len(members), 1, not_applicable=na)
    if figure is None:
        assert np.isnan(found.value[0, 0])
    else:
        assert found.value[0, 0] == pytest.approx(float(figure), rel=1e-14)
    counts = int(found.reported[0, 0]), int(found.expected[0, 0])
    assert said(*counts, bool(found.not_applicable[0, 0]), bool(found.provisional[0, 0])) == beside


def test_a_ratio_has_28_digits() -> None:
    found = roll_up_values(RollUp.RATIO_OF_SUMS, 1000, [rate("1", "3")])
    assert found.value == Decimal("333.3333333333333333333333333")
    assert (found.numerator, found.denominator) == (1, 3)


@pytest.mark.parametrize("method", [RollUp.EVERY_MEMBER, RollUp.NONE])
def test_what_does_not_combine_is_refused(method: RollUp) -> None:
    with pytest.raises(RollUpError):
        roll_up_values(method, 100, [value("1")])
    with pytest.raises(RollUpError):
        roll_up(method, np.ones((1, 1)), None, [0], 1)


def test_a_rate_needs_its_denominator() -> None:
    with pytest.raises(RollUpError):
        roll_up(RollUp.RATIO_OF_SUMS, np.ones((1, 1)), None, [0], 1)


def test_parents_must_exist() -> None:
    with pytest.raises(RollUpError):
        Groups([0, 2], 2)


def test_4_the_lead_department_can_make_it_count() -> None:
    members = [value("1"), MISSING]
    assert not roll_up_values(RollUp.SUM, 100, members, counted_as_complete=True).provisional
    top = np.array([[1.0, np.nan, 1.0, np.nan]])
    found = roll_up(RollUp.SUM, top, None, [0, 0, 1, 1], 2, counted_as_complete=np.array([[True, False]]))
    assert found.provisional.tolist() == [[False, True]]
    assert found.reported.tolist() == [[1, 1]]


@pytest.mark.parametrize(
    ("method", "direction", "keeps"),
    [
        (RollUp.SUM, Direction.UP, True),
        (RollUp.SUM, Direction.DOWN, False),
        (RollUp.MAX, Direction.UP, True),
        (RollUp.MIN, Direction.UP, False),
        (RollUp.MIN, Direction.DOWN, True),
        (RollUp.RATIO_OF_SUMS, Direction.UP, False),
        (RollUp.RATIO_OF_SUMS, Direction.DOWN, False),
    ],
)
def test_4_only_what_can_but_improve_stays_green(method: RollUp, direction: Direction, keeps: bool) -> None:
    assert keeps_met_while_provisional(method, direction) is keeps


def random_members(dice: random.Random, method: RollUp, count: int) -> list[MemberValue]:
    found = []
    for _ in range(count):
        what = dice.choices(["number", "na", "missing", "nothing"], [7, 1, 2, 1])[0]
        number, below = str(dice.randint(-50, 900) / 4), str(dice.randint(1, 900))
        if what == "na":
            found.append(NA)
        elif what == "missing":
            found.append(MISSING)
        elif method is RollUp.RATIO_OF_SUMS:
            found.append(rate("0", "0") if what == "nothing" else rate(number.lstrip("-"), below))
        else:
            found.append(value("0" if what == "nothing" else number))
    return found


@pytest.mark.parametrize("method", [RollUp.SUM, RollUp.RATIO_OF_SUMS, RollUp.MAX, RollUp.MIN])
def test_many_parents_and_periods_at_once(method: RollUp) -> None:
    """Members in no order, a parent without members, several periods: each as if alone."""
    dice = random.Random(str(method))
    parents = [dice.randrange(4) for _ in range(23)]
    periods = [random_members(dice, method, len(parents)) for _ in range(12)]
    stacked = [columns(method, members) for members in periods]
    top = np.vstack([part[0] for part in stacked]).reshape(3, 4, 23)
    below = np.vstack([part[1] for part in stacked]).reshape(3, 4, 23) if stacked[0][1] is not None else None
    na = np.vstack([part[2] for part in stacked]).reshape(3, 4, 23)
    found = roll_up(method, top, below, parents, 5, not_applicable=na)
    assert found.value.shape == found.reported.shape == found.provisional.shape == (3, 4, 5)
    for number, members in enumerate(periods):
        for parent in range(5):
            mine = [member for member, of in zip(members, parents, strict=True) if of == parent]
            alone = roll_up_values(method, 100, mine)
            at = (number // 4, number % 4, parent)
            assert_equal(found, at, alone)


def assert_equal(found: Any, at: tuple[int, ...], alone: Any) -> None:
    if alone.value is None:
        assert np.isnan(found.value[at])
    else:
        assert found.value[at] == pytest.approx(float(alone.value), rel=1e-13, abs=1e-12)
    for name in ("reported", "expected", "not_applicable", "provisional"):
        assert getattr(found, name)[at] == getattr(alone, name), name


@pytest.mark.parametrize("method", [RollUp.SUM, RollUp.RATIO_OF_SUMS, RollUp.MAX, RollUp.MIN])
def test_every_level_is_what_its_counties_give(method: RollUp) -> None:
    dice = random.Random(f"levels {method}")
    cities, provinces = [place % 6 for place in range(24)], [0, 0, 1, 1, 2, 2]
    levels = [Groups(cities, 6), Groups(provinces, 3), Groups([0, 0, 0], 1)]
    for _ in range(20):
        members = random_members(dice, method, 24)
        top, below, na = columns(method, members)
        found = roll_up_levels(method, top, below, levels, not_applicable=na)
        owner = [list(range(24)), cities, [provinces[city] for city in cities], [0] * 24]
        for level, figures in enumerate(found, start=1):
            for parent in range(figures.value.shape[1]):
                mine = [member for member, of in zip(members, owner[level], strict=True) if of == parent]
                assert_equal(figures, (0, parent), roll_up_values(method, 100, mine))


def test_no_levels_no_figures() -> None:
    assert roll_up_levels(RollUp.SUM, np.ones((1, 2)), None, []) == []


def test_the_members_own_rates() -> None:
    top = np.array([1.0, 0.0, 5.0, np.nan, 3.0])
    below = np.array([4.0, 0.0, 0.0, 2.0, np.nan])
    rates, empty = member_ratio(top, below, 1000)
    assert rates[0] == 250
    assert np.isnan(rates[1:]).all()
    assert empty.tolist() == [False, True, False, False, False]
    full, nowhere = member_ratio(np.array([1.0]), np.array([2.0]))
    assert (full.tolist(), nowhere.tolist()) == ([50.0], [False])


# --- every_member ------------------------------------------------------------------------------------------

DUE = date(2023, 12, 31)
GREEN, GREY, YELLOW, RED = Light.GREEN, Light.GREY, Light.YELLOW, Light.RED
MET, LATE, NOTHING = (State.MET, GREEN), (State.MET_LATE, YELLOW), (State.NO_DATA, GREY)
EXEMPT, MISSED, PENDING = (State.NOT_APPLICABLE, GREY), (State.MISSED, RED), (State.PENDING, GREY)
ON_TRACK, BEHIND, AT_RISK = (State.ON_TRACK, GREEN), (State.BEHIND, YELLOW), (State.AT_RISK, RED)
SILENT = (State.NO_DATA, RED)

EVERY: list[tuple[str, list[tuple[State, Light]], int, int, tuple[int, int, State, Light, bool]]] = [
    ("all meet it", [MET, MET], -9, 0, (2, 2, State.MET, GREEN, False)),
    ("all meet it, one by an old figure", [MET, (State.MET, GREY)], -9, 0, (2, 2, State.MET, GREY, False)),
    ("all but an exempt one", [MET, EXEMPT], 9, 0, (1, 1, State.MET, GREEN, False)),
    ("nobody concerned", [EXEMPT, EXEMPT], 9, 0, (0, 0, State.NOT_APPLICABLE, GREY, False)),
    ("nobody at all", [], 9, 0, (0, 0, State.NOT_APPLICABLE, GREY, False)),
    ("one late", [MET, LATE], 40, 30, (2, 2, State.MET_LATE, YELLOW, False)),
    ("before: red is worst", [MET, BEHIND, AT_RISK], -9, 0, (1, 3, State.NOT_DUE, RED, False)),
    (
        "before: yellow is worse than grey",
        [(State.NOT_DUE, GREY), BEHIND],
        -9,
        0,
        (0, 2, State.NOT_DUE, YELLOW, False),
    ),
    (
        "before: grey is worse than green",
        [MET, ON_TRACK, (State.NOT_DUE, GREY)],
        0,
        0,
        (1, 3, State.NOT_DUE, GREY, False),
    ),
    ("before: the exempt have no light", [MET, ON_TRACK, EXEMPT], 0, 0, (1, 2, State.NOT_DUE, GREEN, False)),
    ("before: one silent", [MET, NOTHING], -9, 0, (1, 2, State.NOT_DUE, GREY, True)),
    ("after: missed", [MET, MISSED], 1, 0, (1, 2, State.MISSED, RED, False)),
    ("after: one silent for good", [MET, SILENT], 31, 30, (1, 2, State.MISSED, RED, True)),
    ("within grace: one still to come", [MET, PENDING], 30, 30, (1, 2, State.PENDING, GREY, False)),
    ("within grace: one silent", [MET, NOTHING], 30, 30, (1, 2, State.PENDING, GREY, True)),
    ("within grace: all figures are in", [MET, MISSED], 5, 30, (1, 2, State.MISSED, RED, False)),
    ("after grace: nothing is to come", [MET, PENDING], 31, 30, (1, 2, State.MISSED, RED, False)),
]


@pytest.mark.parametrize(
    ("members", "days_over", "grace", "wanted"), [pytest.param(*row[1:], id=row[0]) for row in EVERY]
)
def test_every_member(
    members: list[tuple[State, Light]], days_over: int, grace: int, wanted: tuple[Any, ...]
) -> None:
    found = judge_every_member(members, due=DUE, as_of=DUE + timedelta(days=days_over), grace_days=grace)
    assert (found.met, found.target, found.state, found.light, found.provisional) == wanted


def test_every_member_made_to_count() -> None:
    found = judge_every_member([MET, NOTHING], due=DUE, as_of=DUE, counted_as_complete=True)
    assert not found.provisional


def test_every_member_for_many_parents_and_periods() -> None:
    dice = random.Random(9)
    words = [MET, LATE, NOTHING, EXEMPT, MISSED, PENDING, ON_TRACK, BEHIND, AT_RISK, SILENT]
    parents = [dice.randrange(3) for _ in range(11)]
    days_over = np.array([-5, 0, 1, 30, 31, 400])
    drawn = [[dice.choice(words) for _ in parents] for _ in days_over]
    found = every_member(
        np.array([[STATE_CODE[state] for state, _ in row] for row in drawn], np.uint8),
        np.array([[LIGHT_CODE[light] for _, light in row] for row in drawn], np.uint8),
        Groups(parents, 4),
        past_due=days_over > 0,
        past_grace=days_over > 30,
    )
    for period, row in enumerate(drawn):
        for parent in range(4):
            mine = [member for member, of in zip(row, parents, strict=True) if of == parent]
            as_of = DUE + timedelta(days=int(days_over[period]))
            alone = judge_every_member(mine, due=DUE, as_of=as_of, grace_days=30)
            at = (period, parent)
            assert (found.met[at], found.target[at]) == (alone.met, alone.target)
            assert (STATE_BY_CODE[found.state[at]], found.light[at]) == (alone.state, LIGHT_CODE[alone.light])
            assert bool(found.marks[at] & MARK_BIT[Mark.PROVISIONAL]) == alone.provisional
