"""Counting indicators from the register, against a plain reading of the rule row by row."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.derivation import Formula, FormulaError, RegisterRows, Term, derive, parse_formulas

pytestmark = pytest.mark.pure

KINDS = ("eldercare", "childcare")
OPERATIONS = ("public", "public_private", "private")
FIRST = date(2020, 1, 1)
ENDS = [date(2020, 12, 31), date(2021, 12, 31), date(2022, 12, 31)]
REGIONS = 3
NEVER = date(9999, 12, 31)

FORMULAS = parse_formulas(
    [
        {
            "indicator": "nursing-share",
            "numerator": {"sum": "nursing_beds", "where": {"kind": "eldercare"}},
            "denominator": {"sum": "beds", "where": {"kind": "eldercare"}},
        },
        {
            "indicator": "not-public",
            "numerator": {"sum": "beds", "where": {"operation": ["public_private", "private"]}},
        },
        {
            "indicator": "large-demonstrations",
            "numerator": {
                "sum": "institutions",
                "where": {"demonstration": True},
                "at_least": {"beds": 100},
            },
        },
    ]
)


def rows_of(versions: list[dict[str, Any]]) -> RegisterRows:
    """Versions written as dictionaries, as columns."""

    def column(name: str) -> Any:
        return np.array([version[name] for version in versions], dtype=np.int64)

    return RegisterRows(
        region=column("region"),
        since=np.array([v["since"].toordinal() for v in versions], dtype=np.int64),
        until=np.array([v["until"].toordinal() for v in versions], dtype=np.int64),
        choices={n: np.array([v[n] for v in versions], dtype=np.str_) for n in ("kind", "operation")},
        flags={"demonstration": np.array([v["demonstration"] for v in versions], dtype=np.bool_)},
        measures={n: column(n) for n in ("beds", "nursing_beds")},
    )


def version(**given: Any) -> dict[str, Any]:
    """One version with defaults."""
    return {
        "region": 0,
        "since": FIRST,
        "until": NEVER,
        "kind": "eldercare",
        "operation": "public",
        "demonstration": False,
        "beds": 100,
        "nursing_beds": 40,
        **given,
    }


def fulfils(row: dict[str, Any], term: Term) -> bool:
    """The rule, read plainly."""
    return (
        all(row[name] in codes for name, codes in term.choices.items())
        and all(row[name] == value for name, value in term.flags.items())
        and all(row[name] >= least for name, least in term.at_least.items())
    )


def plainly(versions: list[dict[str, Any]], term: Term) -> list[list[int]]:
    """Standing by region and period: every row looked at for every period end."""
    return [
        [
            sum(
                1 if term.measure == "institutions" else row[term.measure]
                for row in versions
                if row["region"] == region and row["since"] <= end < row["until"] and fulfils(row, term)
            )
            for end in ENDS
        ]
        for region in range(REGIONS)
    ]


days = st.integers(0, 1200).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def versions(draw: Callable[..., Any]) -> list[dict[str, Any]]:
    found = []
    for _ in range(draw(st.integers(0, 12))):
        since = draw(days | st.sampled_from(ENDS))
        beds = draw(st.integers(0, 300))
        found.append(
            version(
                region=draw(st.integers(0, REGIONS - 1)),
                since=since,
                until=draw(
                    st.just(NEVER) | st.integers(1, 900).map(lambda n, s=since: s + timedelta(days=n))
                ),
                kind=draw(st.sampled_from(KINDS)),
                operation=draw(st.sampled_from(OPERATIONS)),
                demonstration=draw(st.booleans()),
                beds=beds,
                nursing_beds=draw(st.integers(0, beds)),
            )
        )
    return found


@settings(max_examples=150, deadline=None)
@given(versions())
def test_the_pass_agrees_with_reading_row_by_row(rows: list[dict[str, Any]]) -> None:
    found = derive(rows_of(rows), FORMULAS, regions=REGIONS, period_ends=ENDS)
    for formula in FORMULAS:
        got = found[formula.indicator]
        assert got.numerator.tolist() == plainly(rows, formula.numerator)
        if formula.denominator is None:
            assert got.denominator is None
        else:
            assert got.denominator is not None
            assert got.denominator.tolist() == plainly(rows, formula.denominator)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        pytest.param(date(2020, 12, 31), NEVER, [100, 100, 100], id="opened on the last day counts"),
        pytest.param(date(2021, 1, 1), NEVER, [0, 100, 100], id="opened a day later counts a year later"),
        pytest.param(FIRST, date(2021, 12, 31), [100, 0, 0], id="closed on the last day no longer counts"),
        pytest.param(FIRST, date(2022, 1, 1), [100, 100, 0], id="closed a day later counts once more"),
        pytest.param(date(2021, 2, 1), date(2021, 6, 1), [0, 0, 0], id="opened and closed between"),
    ],
)
def test_the_days_at_the_edges(since: date, until: date, expected: list[int]) -> None:
    formula = Formula("beds", Term("beds", {}, {}, {}))
    rows = rows_of([version(since=since, until=until)])
    assert derive(rows, [formula], regions=1, period_ends=ENDS)["beds"].numerator.tolist() == [expected]


def test_no_row_is_nothing_everywhere() -> None:
    found = derive(rows_of([]), FORMULAS, regions=2, period_ends=ENDS)
    assert found["nursing-share"].numerator.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_periods_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="ascend"):
        derive(rows_of([]), FORMULAS, regions=1, period_ends=ENDS[::-1])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        pytest.param({"numerator": {"sum": "beds"}}, "names its indicator", id="nameless"),
        pytest.param({"indicator": "a"}, "numerator is missing", id="no numerator"),
        pytest.param({"indicator": "a", "numerator": {"sum": "bed"}}, "sum is one of", id="unknown measure"),
        pytest.param({"indicator": "a", "numerator": "beds"}, "a term is written as", id="a word for a term"),
        pytest.param(
            {"indicator": "a", "numerator": {"sum": "beds", "where": {"county": "x"}}},
            "county is not known here",
            id="unknown condition",
        ),
        pytest.param(
            {"indicator": "a", "numerator": {"sum": "beds", "where": {"kind": []}}},
            "a code or a list of codes",
            id="no code",
        ),
        pytest.param(
            {"indicator": "a", "numerator": {"sum": "beds", "where": {"demonstration": "yes"}}},
            "true or false",
            id="a word for yes",
        ),
        pytest.param(
            {"indicator": "a", "numerator": {"sum": "beds", "at_least": {"beds": 1.5}}},
            "whole number",
            id="half a bed",
        ),
    ],
)
def test_what_cannot_be_computed_is_refused(row: dict[str, Any], says: str) -> None:
    with pytest.raises(FormulaError, match=says):
        parse_formulas([row])


def test_an_indicator_has_one_formula() -> None:
    row = {"indicator": "a", "numerator": {"sum": "beds"}}
    with pytest.raises(FormulaError, match="one formula"):
        parse_formulas([row, row])
