"""The rules, one by one, on cells without a database; and rules as data with it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from targets.models import CheckRule, Entry, Indicator
from targets.reporting.checks import KINDS, Cell, Context, Rule, check_cells
from targets.reporting.context import check_entries
from targets.reporting.figures import Figure
from tests.reporting_world import GREEN, RED, Reporting, fill, number
from tests.worlds import day, publish, value
from yuxi_eldercare.core.plan_files.schema import schema

END = day("2024-09-30")


def cell(figure: Any, code: str = "a", end: date = END, **fields: Any) -> Cell:
    indicator = Indicator(
        **{
            "key": code,
            "name": code,
            "rollup": "sum",
            "basis": "point",
            "direction": "up",
            "unit": "家",
            **fields,
        }
    )
    if isinstance(figure, tuple):
        top, bottom = (Decimal(str(part)) for part in figure)
        return Cell(indicator, RED, end, "quarter", Figure(top / bottom, top, bottom))
    if figure is None or figure == "na":
        return Cell(indicator, RED, end, "quarter", Figure(not_applicable=figure == "na"))
    return Cell(indicator, RED, end, "quarter", Figure(Decimal(str(figure))))


def context(typed: dict[str, Any] | None = None, **past: dict[str, Any]) -> Context:
    found = Context()
    for code, values in past.items():
        for end, figure in values.items():
            found.in_force.setdefault((code, RED), {})[day(end)] = cell(figure).figure
    for code, figure in (typed or {}).items():
        found.typed[code, RED, END] = cell(figure).figure
    return found


def rule(kind: str, severity: Any = "soft", **params: Any) -> Rule:
    return Rule("r", "r", kind, params, severity)


QUARTERS = ("2023-09-30", "2023-12-31", "2024-03-31", "2024-06-30")


@pytest.mark.pure
@pytest.mark.parametrize(
    ("kind", "params", "now", "past", "fields", "words"),
    [
        ("change_on_last", {}, 131, {"2024-06-30": 100}, {}, "上升31%"),
        ("change_on_last", {}, 130, {"2024-06-30": 100}, {}, None),
        ("change_on_last", {}, 69, {"2024-06-30": 100}, {}, "下降31%"),
        ("change_on_last", {}, 131, {"2024-03-31": 100}, {}, None),
        ("change_on_last", {}, 5, {"2024-06-30": 0}, {}, "超过1000"),
        ("change_on_last", {"at_least": 2}, 3, {"2024-06-30": 1}, {}, None),
        ("change_on_last", {}, 300, {"2024-06-30": 100}, {"basis": "year"}, None),
        ("change_on_last", {}, 131, {"2024-06-30": "na"}, {}, None),
        ("change_on_year", {}, 151, {"2023-09-30": 100}, {"basis": "year"}, "上年同期"),
        ("change_on_year", {}, 150, {"2023-09-30": 100}, {}, None),
        (
            "outside_history",
            {},
            16,
            dict(zip(QUARTERS, (10, 11, 12, 13), strict=True)),
            {},
            "近4期的范围（8.5—14.5）",
        ),
        ("outside_history", {}, 14, dict(zip(QUARTERS, (10, 11, 12, 13), strict=True)), {}, None),
        ("outside_history", {}, 99, dict(zip(QUARTERS[1:], (11, 12, 13), strict=True)), {}, None),
        ("falls", {}, 4, {"2024-06-30": 5}, {}, "减少"),
        ("falls", {}, 5, {"2024-06-30": 5}, {}, None),
        ("falls", {}, 4, {"2024-03-31": 5}, {}, "减少"),
        ("falls", {}, 4, {"2023-12-31": 200}, {"basis": "year"}, None),
        ("falls", {}, 4, {"2024-06-30": 5}, {"basis": "year"}, "减少"),
        ("falls", {}, 4, {"2024-06-30": 5}, {"direction": "down"}, None),
        ("falls", {}, 4, {"2024-06-30": 5}, {"scale": 100, "rollup": "ratio_of_sums"}, None),
    ],
)
def test_a_cell_against_its_past(
    kind: str,
    params: dict[str, Any],
    now: Any,
    past: dict[str, Any],
    fields: dict[str, Any],
    words: str | None,
) -> None:
    checked = cell(now, **fields)
    problems = check_cells([checked], [rule(kind, **params)], context(a=past)).get(checked.place, [])
    assert [words in problem.message for problem in problems] == ([True] if words else [])


@pytest.mark.pure
@pytest.mark.parametrize(
    ("kind", "params", "now", "others", "words"),
    [
        ("within", {"part": "a", "whole": "b"}, 5, {"b": 4}, "大于"),
        ("within", {"part": "a", "whole": "b"}, 4, {"b": 4}, None),
        ("within", {"part": "b", "whole": "a"}, 4, {"b": 5}, "大于"),
        ("within", {"part": "a", "whole": "b"}, 5, {}, None),
        ("within", {"part": "a", "whole": "b"}, 5, {"b": "na"}, None),
        (
            "within",
            {"part": "a.numerator", "whole": "b.denominator"},
            (9, 10),
            {"b": (3, 8)},
            "的分子（9）大于",
        ),
        ("sum_within", {"parts": ["a", "b"], "whole": "c"}, 5, {"b": 6, "c": 10}, "合计（11）"),
        ("sum_within", {"parts": ["a", "b"], "whole": "c"}, 5, {"b": 5, "c": 10}, None),
        ("sum_within", {"parts": ["a", "b"], "whole": "c"}, 11, {"c": 10}, "合计（11）"),
        ("equal", {"left": "a", "right": "b"}, 5, {"b": 6}, "应当一致"),
        ("equal", {"left": "a", "right": "b", "tolerance": 1}, 5, {"b": 6}, None),
    ],
)
@pytest.mark.parametrize("source", ["typed", "in force"])
def test_a_cell_against_other_indicators(
    kind: str, params: dict[str, Any], now: Any, others: dict[str, Any], words: str | None, source: str
) -> None:
    checked = cell(now)
    around = (
        context(others)
        if source == "typed"
        else context(None, **{code: {"2024-09-30": figure} for code, figure in others.items()})
    )
    problems = check_cells([checked], [rule(kind, "hard", **params)], around).get(checked.place, [])
    assert [words in problem.message for problem in problems] == ([True] if words else [])


@pytest.mark.pure
def test_what_is_typed_comes_before_what_counts() -> None:
    checked = cell(5)
    around = context({"b": 4}, b={"2024-09-30": 9})
    assert check_cells([checked], [rule("within", part="a", whole="b")], around)


@pytest.mark.pure
def test_only_cells_with_an_answer_are_checked() -> None:
    around = context(a={"2024-06-30": 100})
    assert not check_cells([cell(None), cell("na")], [rule("change_on_last"), rule("falls")], around)


@pytest.mark.pure
def test_hard_problems_come_first_and_an_explanation_settles_a_soft_one() -> None:
    checked = cell(200)
    explained = Cell(checked.indicator, RED, END, "quarter", checked.figure, frozenset({"soft"}))
    rules = [
        Rule("soft", "", "change_on_last", {}, "soft"),
        Rule("hard", "", "change_on_last", {}, "hard"),
    ]
    found = check_cells([explained], rules, context(a={"2024-06-30": 100}))[explained.place]
    assert [(p.rule, p.blocks) for p in found] == [("hard", True), ("soft", False)]


def test_rules_look_at_the_drafts_of_other_units_in_the_same_round(w: Reporting) -> None:
    CheckRule.objects.create(
        key="r",
        title="r",
        kind="within",
        params={"part": "w-homes", "whole": "w-population"},
        severity="hard",
        enabled=True,
    )
    fill(w.entry(w.population), number(2), w.su)
    saved = fill(w.entry(w.world.homes), number(3), w.ann)
    assert "大于“常住人口”（2）" in saved.problems[0].message


def test_the_same_checks_for_one_and_for_many(w: Reporting) -> None:
    CheckRule.objects.create(
        key="r", title="r", kind="change_on_year", params={}, severity="soft", enabled=True
    )
    publish(value(w.world.homes, RED, "2023-09-30", 1), value(w.world.homes, GREEN, "2023-09-30", 1))
    for code, user in ((RED, w.ann), (GREEN, w.cai)):
        fill(w.entry(w.world.homes, code), number(9), user)
    entries = list(Entry.objects.exclude(state="empty"))
    together = check_entries(entries)
    assert len(together) == 2
    for entry in entries:
        assert check_entries([entry])[entry.pk] == together[entry.pk]


@pytest.mark.pure
def test_the_schema_names_the_kinds_there_are() -> None:
    assert set(schema()["$defs"]["check_rule"]["properties"]["kind"]["enum"]) == set(KINDS)
