"""Targets against each other: inside a document, between plans, between county and city."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.checks.snapshots import (
    CITY,
    COUNTY,
    COUNTY_PLAN,
    DRAFT,
    ISSUED,
    LATER,
    indicator,
    snapshot,
    target,
)
from yuxi_eldercare.checks import county_city, plan_conflicts, within

pytestmark = pytest.mark.pure


def county(demands: dict[Any, Any], **fields: Any) -> Any:
    """The county's own target."""
    return target("c", COUNTY_PLAN, demands, **{"region": COUNTY, "scope": "county", **fields})


def one(check: Any, *targets: Any, **records: Any) -> Any:
    """The only finding, or None."""
    found = list(check.check(snapshot(targets=targets, **records)))
    assert len(found) <= 1
    return found[0] if found else None


# One document against itself


def test_prose_and_table_with_different_values() -> None:
    found = one(within, target("prose", ISSUED, {2025: 97}), target("table", ISSUED, {2025: 75}))
    assert found.kind == "prose_vs_table"
    assert "2025年不低于97%" in found.summary
    assert "2025年不低于75%" in found.summary
    assert {p.clause for p in found.places} == {"prose", "table"}


@pytest.mark.parametrize(
    ("first", "second", "raised"),
    [
        ({2025: 90}, {2025: 90}, False),
        ({2023: 50}, {2025: 90}, False),  # a way with two steps
        ({2022: 100}, {2025: 100}, True),  # the same, three years later
        ({2023: 90}, {2025: 50}, True),  # less, later
    ],
    ids=["equal", "rising", "put off", "falling"],
)
def test_which_pairs_of_one_document_contradict(first: Any, second: Any, raised: bool) -> None:
    found = one(within, target("a", ISSUED, first), target("b", ISSUED, second))
    assert (found is not None) == raised


def test_equal_values_on_another_base() -> None:
    base = {"target_type": "floor"}
    found = one(
        within,
        target("a", ISSUED, {2025: 55}, criteria="基数为市级留存", **base),
        target("b", ISSUED, {2025: 55}, criteria="基数为省级返还", **base),
    )
    assert found.kind == "measured_differently"
    assert (
        one(within, target("a", ISSUED, {2025: 55}, **base), target("b", ISSUED, {2025: 55}, **base)) is None
    )


def test_named_places_and_replaced_drafts_are_not_compared() -> None:
    assert (
        one(
            within,
            target("a", ISSUED, {2025: 1}, scope="named"),
            target("b", ISSUED, {2025: 2}, scope="named"),
        )
        is None
    )
    assert one(within, target("a", DRAFT, {2025: 1}), target("b", DRAFT, {2025: 2})) is None


@pytest.mark.parametrize(("whole", "raised"), [(10, True), (18, False), (20, False)])
def test_two_in_each_of_nine_counties_against_the_city(whole: int, raised: bool) -> None:
    found = one(
        within,
        target("each", ISSUED, {2025: 2}, scope="each_county"),
        target("city", ISSUED, {2025: whole}),
        indicators=[indicator(unit="家", summed=True)],
    )
    assert (found is not None) == raised
    if found:
        assert "9个县合计18家，而全市目标只有10家" in found.summary


# Plans of one region against each other


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ({2022: 90}, {2023: 50, 2025: 90}, "期限更晚而要求更低"),
        ({2022: 90}, {2022: 100}, "同一期限的数值不同"),
        ({2021: 100}, {2025: 100}, "同一要求的期限不同"),
    ],
    ids=["lower later", "same day", "put off"],
)
def test_two_plans_that_conflict(first: Any, second: Any, words: str) -> None:
    found = one(plan_conflicts, target("a", ISSUED, first), target("b", LATER, second))
    assert found.kind == "plan_conflict"
    assert words in found.summary
    assert found.subjects == ("a", "b")


@pytest.mark.parametrize(
    ("first", "second"),
    [({2022: 90}, {2025: 95}), ({2025: 90}, {2025: 90}), ({2023: 30}, {2023: 30, 2025: 55})],
    ids=["more later", "equal", "one step further"],
)
def test_two_plans_that_agree(first: Any, second: Any) -> None:
    assert one(plan_conflicts, target("a", ISSUED, first), target("b", LATER, second)) is None


def test_for_a_ceiling_more_is_less() -> None:
    down = indicator(up=False)
    assert one(
        plan_conflicts, target("a", ISSUED, {2022: 5}), target("b", LATER, {2023: 8}), indicators=[down]
    )
    assert (
        one(plan_conflicts, target("a", ISSUED, {2022: 5}), target("b", LATER, {2023: 3}), indicators=[down])
        is None
    )


def test_a_level_kept_from_another_year_is_no_conflict() -> None:
    kept = {"target_type": "floor"}
    early, late = (
        target("a", ISSUED, {2021: 55, 2025: 55}, **kept),
        target("b", LATER, {2023: 55, 2025: 55}, **kept),
    )
    assert one(plan_conflicts, early, late) is None


def test_several_targets_of_two_plans_make_one_finding() -> None:
    found = one(
        plan_conflicts,
        target("a", ISSUED, {2022: 90}),
        target("b", LATER, {2023: 50}),
        target("c", LATER, {2023: 60}),
    )
    assert found.subjects == ("a", "b", "c")


def test_the_replaced_draft_takes_no_part() -> None:
    assert one(plan_conflicts, target("a", DRAFT, {2022: 90}), target("b", LATER, {2023: 50})) is None


# County against city


@pytest.mark.parametrize(
    ("own", "city", "words"),
    [
        ({2025: 80}, {2025: 90}, "县的要求更低"),
        ({2025: 100}, {2025: 60}, "县的要求更高"),
        ({2025: 100}, {2023: 100, 2025: 100}, "县晚2年达到同一要求"),
        ({2025: 55}, {2023: 30, 2025: 55}, "县没有2023年的要求"),
        ({None: 1}, {2023: 1}, "县没有写期限"),
    ],
    ids=["weaker", "stricter", "later", "a step missing", "no date"],
)
def test_a_county_target_that_differs(own: Any, city: Any, words: str) -> None:
    found = one(county_city, county(own), target("city", ISSUED, city))
    assert found.kind == "county_vs_city"
    assert words in found.summary
    assert {p.document for p in found.places} == {COUNTY_PLAN, ISSUED}


def test_a_county_that_asks_for_the_same() -> None:
    assert (
        one(county_city, county({2023: 30, 2025: 55}), target("city", ISSUED, {2023: 30, 2025: 55})) is None
    )


def test_several_city_plans_make_one_finding() -> None:
    found = one(
        county_city, county({2025: 100}), target("a", ISSUED, {2022: 90}), target("b", LATER, {2025: 90})
    )
    assert found.subjects == ("c", "a", "b")
    assert len(found.claims) == 2


def test_what_the_city_counts_as_a_whole_binds_no_county() -> None:
    counted = [indicator(unit="家", summed=True)]
    assert one(county_city, county({2025: 1}), target("a", ISSUED, {2025: 20}), indicators=counted) is None
    each = target("a", ISSUED, {2025: 2}, scope="each_county")
    assert one(county_city, county({2025: 1}), each, indicators=counted) is not None


def test_baselines_of_different_years() -> None:
    def based(year: int) -> dict[str, Any]:
        return {"baseline_date": date(year, 12, 31), "baseline_value": Decimal(10)}

    found = one(
        county_city, county({2025: 55}, **based(2021)), target("a", ISSUED, {2025: 55}, **based(2020))
    )
    assert "基期不同（县2021年，市2020年）" in found.summary


def test_another_region_is_not_the_parent() -> None:
    elsewhere = target("a", ISSUED, {2025: 90}, region="530500")
    assert one(county_city, county({2025: 80}), elsewhere) is None
    assert elsewhere.region != CITY


# Keys


def test_a_changed_figure_keeps_the_key() -> None:
    before = one(plan_conflicts, target("a", ISSUED, {2022: 90}), target("b", LATER, {2023: 50}))
    after = one(plan_conflicts, target("a", ISSUED, {2022: 90}), target("b", LATER, {2023: 60}))
    assert before.key == after.key
    assert before.summary != after.summary


@pytest.mark.parametrize(
    ("own", "city", "up", "verdict"),
    [
        ({2025: 55}, {2025: 55}, True, "same"),
        ({2025: 60}, {2025: 55}, True, "higher"),
        ({2025: 60}, {2025: 55}, False, "lower"),
        ({2025: 50}, {2025: 55}, True, "lower"),
        ({2025: 50}, {2025: 55}, False, "higher"),
        ({2022: 100}, {2023: 100}, True, "higher"),
        ({2025: 100}, {2023: 100}, True, "later"),
        ({2025: 55}, {2023: 30, 2025: 55}, True, "step"),
        ({None: 55}, {2025: 55}, True, "undated"),
        ({2024: 40}, {2025: 55}, True, "years"),
        ({2024: 60}, {2025: 55}, True, "higher"),
    ],
    ids=[
        "the same", "more", "more, where less is better", "less", "less, where less is better", "earlier", "later",
        "a step is missing", "no date", "no year in common", "more and earlier",
    ],
)  # fmt: skip
def test_how_a_county_target_stands_to_the_citys(own: Any, city: Any, up: bool, verdict: str) -> None:
    given = snapshot(targets=[county(own), target("a", ISSUED, city)], indicators=[indicator(up=up)])
    (line,) = county_city.beside(given, COUNTY_PLAN)
    assert (line.verdict, line.cities[0].verdict) == (verdict, verdict)


def test_what_only_one_side_asks_for() -> None:
    rows = [
        indicator("own"),
        indicator("counted", unit="家", summed=True),
        indicator("alone", city_only=True),
    ]
    given = snapshot(
        indicators=[indicator(), *rows],
        targets=[
            county({2025: 9}, indicator="own"),
            target("t", COUNTY_PLAN, {2025: 4}, indicator="counted", region=COUNTY, scope="county"),
            target("asked", ISSUED, {2025: 55}),
            target("in all", ISSUED, {2025: 20}, indicator="counted"),
            target("the city's own", ISSUED, {2025: 1}, indicator="alone"),
            target("draft", DRAFT, {2025: 55}),
        ],
    )
    found = {line.indicator.key: line for line in county_city.beside(given, COUNTY_PLAN)}
    assert {key: str(line.verdict) for key, line in found.items()} == {
        "own": "own",
        "counted": "whole",
        "share": "absent",
    }
    assert [against.city.key for against in found["share"].cities] == ["asked"]
