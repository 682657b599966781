"""The rule of ranking, step by step as its docstring numbers them."""

from fractions import Fraction

import pytest

from targets.ranking import LEAST, Place, Tally, ranked

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("tally", "share"),
    [
        (Tally(4, 0, 0, 0), Fraction(1)),
        (Tally(0, 4, 0, 0), Fraction(1, 2)),
        (Tally(0, 0, 4, 0), Fraction(0)),
        (Tally(3, 2, 5, 0), Fraction(4, 10)),
        (Tally(3, 2, 5, 90), Fraction(4, 10)),
        (Tally(0, 0, 0, 7), None),
    ],
    ids=["all green", "all yellow", "all red", "mixed", "greys do not count", "nothing judged"],
)
def test_share(tally: Tally, share: Fraction | None) -> None:
    assert tally.share == share


def test_larger_share_comes_first_whatever_the_number_of_targets() -> None:
    places = ranked({"a": Tally(5, 0, 5, 0), "b": Tally(60, 0, 40, 0), "c": Tally(9, 0, 1, 30)})
    assert list(places) == ["c", "b", "a"]
    assert [place.rank for place in places.values()] == [1, 2, 3]


def test_fewer_binding_reds_break_a_tie() -> None:
    places = ranked({"a": Tally(6, 0, 4, 0, binding_red=2), "b": Tally(12, 0, 8, 0, binding_red=1)})
    assert [places["b"].rank, places["a"].rank] == [1, 2]


def test_a_binding_red_weighs_nothing_while_shares_differ() -> None:
    places = ranked({"a": Tally(7, 0, 3, 0, binding_red=3), "b": Tally(6, 0, 4, 0)})
    assert places["a"].rank == 1


def test_equals_share_a_place_and_the_next_is_left_out() -> None:
    same = Tally(6, 2, 2, 0)
    places = ranked({"a": Tally(1, 0, 9, 0), "b": same, "c": Tally(10, 0, 0, 0), "d": same})
    assert places == {
        "c": Place(1, 4),
        "b": Place(2, 4, shared=True),
        "d": Place(2, 4, shared=True),
        "a": Place(4, 4),
    }


def test_shares_are_compared_exactly() -> None:
    """1/3 of 6 and 1/3 of 9 are the same share, which floats need not agree on."""
    places = ranked({"a": Tally(2, 0, 4, 0), "b": Tally(3, 0, 6, 0)})
    assert {place.rank for place in places.values()} == {1}


def test_too_few_judged_targets_have_no_place() -> None:
    few = Tally(LEAST - 1, 0, 0, 50)
    places = ranked({"few": few, "enough": Tally(1, 0, LEAST - 1, 0), "none": Tally(0, 0, 0, 3)})
    assert places == {"enough": Place(1, 1), "few": Place(None, 1), "none": Place(None, 1)}
    assert list(places) == ["enough", "few", "none"]
