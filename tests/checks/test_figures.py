"""Figures that cannot both be true, and one thing spelled several ways."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.checks.snapshots import (
    COUNTY_PLAN,
    DRAFT,
    ISSUED,
    LATER,
    body,
    fact,
    place,
    project,
    snapshot,
    target,
)
from yuxi_eldercare.checks import figures, spellings

pytestmark = pytest.mark.pure


def found(check: Any, **records: Any) -> list[Any]:
    return list(check.check(snapshot(**records)))


def test_two_figures_of_one_day() -> None:
    (one,) = found(
        figures, facts=[fact("a", "养老床位", 14023), fact("b", "养老床位", 13000, document=LATER)]
    )
    assert one.kind == "cannot_both_be_true"
    assert "写14023张" in one.summary
    assert "写13000张" in one.summary


@pytest.mark.parametrize(
    "other",
    [
        {"value": 14023},
        {"as_of": date(2021, 12, 31)},
        {"region": "530425"},
        {"unit": "个"},
        {"condition": "不含农村幸福院"},
        {"kind": "forecast"},
        {"comparator": "~"},
        {"document": DRAFT},
    ],
    ids=["equal", "day", "region", "unit", "what is included", "forecast", "about", "a replaced draft"],
)
def test_figures_that_may_stand_beside_each_other(other: Any) -> None:
    rows = [fact("a", "养老床位", 14023), fact("b", "养老床位", **{"value": 13000, **other})]
    assert found(figures, facts=rows) == []


def test_figures_without_a_day_may_be_of_different_days() -> None:
    rows = [fact("a", "在托人数", 1915, as_of=None), fact("b", "在托人数", 2000, as_of=None)]
    assert found(figures, facts=rows) == []


BASED = {"baseline_date": date(2020, 12, 31), "baseline_value": Decimal("41.2")}


@pytest.mark.parametrize(("value", "raised"), [("40.0", True), ("41.20", False)])
def test_a_baseline_against_the_figure_beside_it(value: str, raised: bool) -> None:
    rows = found(
        figures,
        targets=[target("t", ISSUED, {2025: 90}, **BASED)],
        facts=[fact("f", "覆盖率", value, indicator="share", unit="%")],
    )
    assert bool(rows) == raised
    if rows:
        assert "基期值为41.2%" in rows[0].summary


def test_baselines_of_two_plans() -> None:
    other = {**BASED, "baseline_value": Decimal(39)}
    rows = [target("a", ISSUED, {2025: 90}, **BASED), target("b", LATER, {2025: 90}, **other)]
    (one,) = found(figures, targets=rows)
    assert "基期值不同" in one.summary
    same = [target("a", ISSUED, {2025: 90}, **BASED), target("b", LATER, {2025: 90}, **BASED)]
    assert found(figures, targets=same) == []


def test_years_outside_the_plan() -> None:
    (one,) = found(figures, projects=[project("1", "甲", start_year=2024, end_year=2026)])
    assert "超出《issued规划》的规划期（2021—2025）" in one.summary
    assert found(figures, projects=[project("1", "甲", start_year=2021, end_year=2025)]) == []


# Spellings


def test_a_department_with_two_spellings_makes_one_finding() -> None:
    (one,) = found(
        spellings,
        bodies=[
            body("市应急管理局", ISSUED),
            body("市应急管理局", LATER, as_written="市应急局"),
            body("市应急管理局", COUNTY_PLAN, as_written="市应急局"),
            body("市民政局", ISSUED),
        ],
    )
    assert one.key == "check.spelling-department.市应急管理局"
    assert one.terms == ("市应急管理局", "市应急局")
    assert len(one.places) == 3


def test_brackets_of_another_typewriter_are_no_other_spelling() -> None:
    rows = [body("各县", ISSUED, "各县（市、区）人民政府"), body("各县", LATER, "各县(市、区)人民政府")]
    assert found(spellings, bodies=rows) == []


def named(key: str, document: str, name: str, phrase: str) -> Any:
    return target(key, document, {2025: 90}, name=name, sources=(place(document, key, phrase),))


def test_an_indicator_named_two_ways() -> None:
    (one,) = found(
        spellings,
        targets=[
            named("a", ISSUED, "日间照料机构覆盖率", "社区日间照料机构覆盖率达到90%"),
            named("b", LATER, "日间照料设施覆盖率", "日间照料设施覆盖率 % 41.2 50 90"),
        ],
    )
    assert one.terms == ("日间照料机构覆盖率", "日间照料设施覆盖率")


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("社区日间照料中心", "社区日间照料中心全覆盖"),
        ("日间照料设施覆盖率", "设施覆盖达到九成"),
        ("日间照料（机构）覆盖率", "日间照料(机构)覆盖率达到90%"),
    ],
    ids=["names the thing, not a measure", "not the text's own words", "only brackets differ"],
)
def test_names_that_are_no_other_spelling(name: str, phrase: str) -> None:
    first = named("a", ISSUED, "日间照料机构覆盖率", "日间照料机构覆盖率达到90%")
    assert found(spellings, targets=[first, named("b", LATER, name, phrase)]) == []
