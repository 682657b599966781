"""What became of a record between two versions of a text: fates, fields, and what is said of either text."""

from typing import Any

import pytest

from tests.checks.snapshots import (
    DRAFT,
    ISSUED,
    document,
    fact,
    indicator,
    place,
    project,
    rule,
    snapshot,
    target,
    task,
)
from yuxi_eldercare.checks import draft_others, draft_rules, draft_targets, draft_tasks
from yuxi_eldercare.checks.changes import Fate, Versions, paired, versions
from yuxi_eldercare.checks.snapshot import Snapshot

pytestmark = pytest.mark.pure


def pair_of(given: Snapshot) -> Versions:
    (pair,) = versions(given)
    return pair


def changes(module: Any, **records: Any) -> Any:
    given = snapshot(**records)
    return module.changes(given, pair_of(given))


def fields(change: Any) -> list[str]:
    return [difference.field for difference in change.differences]


def test_records_are_paired_by_closeness_and_each_is_used_once() -> None:
    old, new = [project("a", "甲"), project("b", "乙")], [project("x", "甲"), project("y", "丙")]
    scores = {("a", "x"): 0.9, ("b", "x"): 0.95, ("a", "y"): 0.6, ("b", "y"): 0.1}
    pairs = paired(old, new, lambda left, right: scores[left.key, right.key], 0.5)
    assert [(left.key, right.key) for left, right in pairs] == [("a", "y"), ("b", "x")]


# Targets


@pytest.mark.parametrize(
    ("after", "fate", "changed"),
    [
        ({}, Fate.SAME, []),
        ({"name": "护理床位的占比"}, Fate.REWORDED, ["name"]),
        ({"name": "护理床位占比。"}, Fate.SAME, []),
        ({"scope": "each_county"}, Fate.CHANGED, ["scope"]),
        ({"firmness": "力争"}, Fate.CHANGED, ["firmness"]),
        ({"nature": "binding"}, Fate.CHANGED, ["nature"]),
        ({"criteria": "公建"}, Fate.CHANGED, ["criteria"]),
    ],
    ids=["same", "name", "punctuation", "scope", "firmness", "nature", "criteria"],
)
def test_fields_of_a_target(after: dict[str, Any], fate: Fate, changed: list[str]) -> None:
    (change,) = changes(
        draft_targets, targets=[target("o", DRAFT, {2025: 9}), target("n", ISSUED, {2025: 9}, **after)]
    )
    assert (change.fate, fields(change)) == (fate, changed)


def test_codes_are_said_in_words() -> None:
    rows = [target("o", DRAFT, {2025: 9}), target("n", ISSUED, {2025: 9}, nature="binding")]
    (found,) = draft_targets.check(snapshot(targets=rows))
    assert "性质，征求意见稿为未载明，印发稿为约束性" in found.summary


def test_a_target_that_lost_its_name_is_known_by_its_phrase() -> None:
    rows = [indicator("many", name="骨干企业培育"), indicator("two", name="骨干企业数")]
    old = target(
        "o", DRAFT, {2023: None}, indicator="many", name="培育一批服务优质、带动力强的骨干企业",
        qualitative=True, sources=(place(DRAFT, "一", "培育一批服务优质、带动力强的骨干企业"),),
    )  # fmt: skip
    new = target(
        "n", ISSUED, {2023: 2}, indicator="two", name="康养骨干企业",
        sources=(place(ISSUED, "一", "培育至少2个服务优质、带动力强的康养骨干企业"),),
    )  # fmt: skip
    (change,) = changes(draft_targets, targets=[old, new], indicators=rows)
    assert change.fate == Fate.CHANGED
    assert "indicator" in fields(change)


def test_a_phrase_that_states_a_matched_target_is_no_likeness() -> None:
    shared = {"sources": (place(DRAFT, "一", "甲乡、乙乡敬老院建成投入使用"),)}
    issued = {"sources": (place(ISSUED, "一", "甲乡、丙乡敬老院建成投入使用"),)}
    rows = [indicator(key, name=key) for key in ("a", "b", "c")]
    found = changes(
        draft_targets,
        indicators=rows,
        targets=[
            target("o1", DRAFT, {2021: 1}, indicator="a", name="甲乡敬老院", **shared),
            target("o2", DRAFT, {2021: 1}, indicator="b", name="乙", **shared),
            target("n1", ISSUED, {2021: 1}, indicator="a", name="甲乡敬老院", **issued),
            target("n2", ISSUED, {2021: 1}, indicator="c", name="丙", **issued),
        ],
    )
    assert [(c.keys, c.fate) for c in found] == [
        (("o1", "n1"), Fate.SAME),
        (("o2",), Fate.DROPPED),
        (("n2",), Fate.ADDED),
    ]


# Tasks


def test_another_number_alone() -> None:
    (change,) = changes(
        draft_tasks,
        tasks=[task("d.13", DRAFT, "鼓励创办", number="13"), task("i.12", ISSUED, "鼓励创办", number="12")],
    )
    assert (change.fate, fields(change)) == (Fate.RENUMBERED, ["number"])
    assert list(draft_tasks.check(snapshot(tasks=[change.before, change.after]))) == []


def test_leads_that_went_and_another_that_answers() -> None:
    rows = [task("d.1", DRAFT, "税费优惠", "甲 乙 丙"), task("i.1", ISSUED, "税费优惠", "乙 甲")]
    (change,) = changes(draft_tasks, tasks=rows)
    assert fields(change) == ["leads", "first_lead"]
    assert change.differences[0].gone == ("丙",)
    (found,) = draft_tasks.check(snapshot(tasks=rows))
    assert "牵头单位不再有丙；排在首位的牵头单位由甲改为乙" in found.summary


def test_a_first_lead_that_left_is_said_once() -> None:
    (change,) = changes(
        draft_tasks, tasks=[task("d.1", DRAFT, "同一任务", "甲"), task("i.1", ISSUED, "同一任务", "乙")]
    )
    assert fields(change) == ["leads"]


def test_a_task_names_what_became_of_its_targets() -> None:
    rows = [indicator(key, name=key) for key in ("kept", "gone", "come")]
    given = snapshot(
        indicators=rows,
        targets=[
            target("o1", DRAFT, {2023: 1}, indicator="kept", name="机构"),
            target("o2", DRAFT, {2021: 1}, indicator="gone", name="敬老院投用", sources=()),
            target("n1", ISSUED, {2023: 2}, indicator="kept", name="机构"),
            target("n2", ISSUED, {2023: 9}, indicator="come", name="签约", sources=()),
        ],
        tasks=[
            task("d.1", DRAFT, "同一任务", targets=("o1", "o2")),
            task("i.1", ISSUED, "同一任务", targets=("n1", "n2")),
        ],
    )
    pair = pair_of(given)
    (change,) = draft_tasks.changes(given, pair, draft_targets.changes(given, pair))
    (carried,) = change.differences
    assert (carried.gone, carried.come, carried.altered) == (("敬老院投用",), ("签约",), ("机构",))
    # The targets have findings of their own.
    assert list(draft_tasks.check(given)) == []


def test_a_new_task_that_holds_much_of_one_that_stays_was_split_from_it() -> None:
    rows = [
        task("d.1", DRAFT, "建设康养产业基地"),
        task("i.1", ISSUED, "建设康养产业基地"),
        task("i.2", ISSUED, "打造康养产业小镇群落"),
    ]
    split = changes(draft_tasks, tasks=rows)[-1]
    assert (split.fate, split.kin.key) == (Fate.SPLIT, "d.1")
    (found,) = draft_tasks.check(snapshot(tasks=rows))
    assert "可能由第1项“建设康养产业基地”分出" in found.summary


# Standards


def test_conditions_one_by_one() -> None:
    rows = [
        rule("o", DRAFT, "供地", None, condition="符合目录的划拨；不符合的出让"),
        rule("n", ISSUED, "供地", None, condition="符合目录的划拨"),
    ]
    (change,) = changes(draft_rules, rules=rows)
    (difference,) = change.differences
    assert (difference.field, difference.gone, difference.come) == ("condition", ("不符合的出让",), ())
    (found,) = draft_rules.check(snapshot(rules=rows))
    assert "条件，征求意见稿有“不符合的出让”" in found.summary


def test_another_order_of_conditions_and_another_name_raise_nothing() -> None:
    rows = [
        rule("o", DRAFT, "每百户配建设施面积", 20, condition="集中配建；同步交付"),
        rule("n", ISSUED, "每百户配建设施建筑面积", 20, condition="同步交付；集中配建"),
    ]
    (change,) = changes(draft_rules, rules=rows)
    assert (change.fate, fields(change)) == (Fate.REWORDED, ["name"])
    assert list(draft_rules.check(snapshot(rules=rows))) == []


# Projects and figures


def test_projects_and_figures() -> None:
    given = snapshot(
        projects=[
            project("o", "红塔区医养康体建设项目", document=DRAFT),
            project("n", "医养康体综合项目", total=1200),
            project("z", "医养康体综合项目", region="530425"),
        ],
        facts=[
            fact("fo", "养老床位", 14023, document=DRAFT),
            fact("fn", "养老床位", 14023, comparator=">="),
        ],
    )
    pair = pair_of(given)
    one, other = draft_others.project_changes(given, pair)
    assert (one.keys, set(fields(one))) == (("o", "n"), {"total", "name"})
    assert (one.differences[0].old, one.differences[0].new) == ("1000万元", "1200万元")
    assert (other.keys, other.fate) == (("z",), Fate.ADDED)
    (figure,) = draft_others.fact_changes(given, pair)
    assert [(d.old, d.new) for d in figure.differences] == [("14023张", "不少于14023张")]


# What the texts are called


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (True, False, ("征求意见稿", "印发稿")),
        (True, True, ("征求意见稿", "后一稿")),
        (False, False, ("原文件", "新文件")),
    ],
    ids=["issued after a draft", "a second draft", "issued anew"],
)
def test_what_the_texts_are_called(old: bool, new: bool, words: tuple[str, str]) -> None:
    pair = Versions(document("a", draft=old), document("b", draft=new, supersedes="a"))
    assert (pair.old_called, pair.new_called) == words


def test_any_two_versions_are_compared() -> None:
    first, second = document("v1"), document("v2", supersedes="v1")
    given = Snapshot(
        documents={"v1": first, "v2": second},
        indicators={"share": indicator()},
        targets=(target("o", "v1", {2025: 50}), target("n", "v2", {2025: 60})),
    )
    (found,) = draft_targets.check(given)
    assert "原文件为2025年不低于50%，新文件为2025年不低于60%" in found.summary
