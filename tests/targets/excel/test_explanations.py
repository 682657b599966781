"""The column 波动说明: read back, kept with the value as in the grid, shown again, and asked for in the preview."""

from typing import Any

import pytest

from targets.models import CheckRule
from targets.reporting.context import check_entries
from targets.reporting.steps import submit
from tests.reporting_world import RED, Reporting, at, fill, number
from tests.worlds import publish, value

from .sheets import Sheet, template
from .test_round_trip import look, send


@pytest.fixture(autouse=True)
def soft_rules(w: Reporting) -> None:
    """Last quarter there were 4 homes; two rules ask about jumps."""
    for kind in ("change_on_last", "change_on_year"):
        CheckRule.objects.create(key=kind, title=kind, kind=kind, params={}, severity="soft", enabled=True)
    with at("2024-07-10"):
        publish(value(w.world.homes, RED, "2024-06-30", 4))
    with at("2024-01-10"):
        publish(value(w.world.homes, RED, "2023-09-30", 3))


def places(result: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["row"], one["column"]) for one in result["unexplaineds"]]


def test_the_preview_says_which_rows_need_an_explanation(w: Reporting) -> None:
    sheet = Sheet(template(w)).type(w.world.homes, value="9").type(w.world.households, value="9")
    preview = look(w, sheet.save())
    assert places(preview) == [(sheet.place(w.world.homes), "R")] * 2
    assert (preview["unexplained_count"], preview["explanation_column"]) == (2, "R")
    assert preview["warning_count"] == 0
    assert send(w, sheet.save())["applied"], "a draft may wait for its explanation"
    assert w.entry(w.world.homes).explanations == {}


def test_an_explanation_is_kept_for_every_rule_that_asks_and_lets_the_value_pass(w: Reporting) -> None:
    sheet = Sheet(template(w)).type(w.world.homes, value="9", explanation=" 新建五家 ")
    preview = look(w, sheet.save())
    assert (preview["unexplained_count"], preview["notice_count"]) == (0, 0)
    told = next(d for d in preview["differences"] if d["row"] == sheet.place(w.world.homes))
    assert told["texts"] == [{"name": "波动说明", "before": "", "after": "新建五家"}]
    send(w, sheet.save())
    entry = w.entry(w.world.homes)
    assert {rule: one["text"] for rule, one in entry.explanations.items()} == {
        "change_on_last": "新建五家",
        "change_on_year": "新建五家",
    }
    assert [problem.explained for problem in check_entries([entry])[entry.pk]] == [True, True]
    submit(entries=[entry], by=w.ann)


def test_it_is_shown_in_the_next_template_and_the_same_file_changes_nothing(w: Reporting) -> None:
    content = Sheet(template(w)).type(w.world.homes, value="9", explanation="新建五家").save()
    send(w, content)
    revision = w.entry(w.world.homes).revision
    assert send(w, content)["changed"] == 0
    fresh = Sheet(template(w))
    assert fresh.cell(w.world.homes, "explanation") == "新建五家"
    assert send(w, fresh.save())["touched"] == 0
    assert w.entry(w.world.homes).revision == revision


def test_explanations_from_the_grid_are_shown_once_each(w: Reporting) -> None:
    told = {"change_on_last": "新建", "change_on_year": "新建"}
    fill(w.entry(w.world.homes), number(9, explanations=told), w.ann)
    assert Sheet(template(w)).cell(w.world.homes, "explanation") == "新建"
    told["change_on_year"] = "去年迁入"
    fill(w.entry(w.world.homes), number(9, explanations=told), w.ann)
    assert Sheet(template(w)).cell(w.world.homes, "explanation") == "新建\n去年迁入"


def test_an_explanation_alone_leaves_the_figure(w: Reporting) -> None:
    fill(w.entry(w.world.homes), number(9), w.ann)
    assert send(w, Sheet(template(w)).type(w.world.homes, explanation="新建五家").save())["changed"] == 1
    entry = w.entry(w.world.homes)
    assert (entry.value, entry.explanations["change_on_last"]["text"]) == (9, "新建五家")


def test_another_figure_needs_another_explanation(w: Reporting) -> None:
    send(w, Sheet(template(w)).type(w.world.homes, value="9", explanation="新建五家").save())
    sheet = Sheet(template(w)).type(w.world.homes, value="12")
    preview = look(w, sheet.save())
    assert places(preview) == [(sheet.place(w.world.homes), "R")] * 2
    assert "原有的说明是为以前的数写的" in preview["unexplaineds"][0]["message"]
    assert look(w, sheet.type(w.world.homes, explanation="又增三家").save())["unexplained_count"] == 0


def test_a_removed_explanation_is_removed(w: Reporting) -> None:
    send(w, Sheet(template(w)).type(w.world.homes, value="9", explanation="新建五家").save())
    preview = look(w, Sheet(template(w)).type(w.world.homes, explanation="").save())
    assert preview["unexplained_count"] == 2
    send(w, Sheet(template(w)).type(w.world.homes, explanation="").save())
    assert w.entry(w.world.homes).explanations == {}


def test_an_explanation_of_nothing_is_not_lost_silently(w: Reporting) -> None:
    sheet = Sheet(template(w)).type(w.world.homes, value="4", explanation="没有变化")
    preview = look(w, sheet.save())
    (notice,) = (one for one in preview["notices"] if one["column"] == "R")
    assert (notice["row"], "备注" in notice["message"]) == (sheet.place(w.world.homes), True)


def test_an_explanation_that_is_too_long_is_a_fault_at_its_column(w: Reporting) -> None:
    sheet = Sheet(template(w)).type(w.world.homes, value="9", explanation="长" * 2001)
    faults = look(w, sheet.save())["faults"]
    assert [(one["row"], one["column"]) for one in faults] == [(sheet.place(w.world.homes), "R")]
