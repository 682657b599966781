"""Draft against issued text: targets, tasks with their bodies, standards."""

from typing import Any

import pytest

from tests.checks.snapshots import DRAFT, ISSUED, LATER, indicator, place, rule, snapshot, target, task
from yuxi_eldercare.checks import draft_rules, draft_targets, draft_tasks
from yuxi_eldercare.checks.draft_targets import matched as matched_targets
from yuxi_eldercare.checks.draft_tasks import matched as matched_tasks

pytestmark = pytest.mark.pure


def found(check: Any, **records: Any) -> list[Any]:
    return list(check.check(snapshot(**records)))


# Targets


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            {"demands": {2023: 40}},
            {"demands": {2023: 50}},
            "征求意见稿为2023年不低于40%，印发稿为2023年不低于50%",
        ),
        (
            {"demands": {None: 40}},
            {"demands": {2023: 40}},
            "征求意见稿为未载明期限，不低于40%，印发稿为2023年",
        ),
        ({"demands": {None: (1, 2)}}, {"demands": {2023: 1}}, "征求意见稿为未载明期限，1—2%"),
        (
            {"demands": {2023: 3}, "criteria": "投资额1亿元以上"},
            {"demands": {2023: 3}, "criteria": "投资额5000万元以上"},
            "限定条件，征求意见稿为投资额1亿元以上，印发稿为投资额5000万元以上",
        ),
    ],
    ids=["value", "due", "comparator", "criteria"],
)
def test_a_changed_target(before: Any, after: Any, words: str) -> None:
    (one,) = found(
        draft_targets,
        targets=[target("old", DRAFT, **before), target("new", ISSUED, **after)],
    )
    assert (one.kind, one.subjects) == ("draft_vs_issued", ("old", "new"))
    assert words in one.summary


def test_an_unchanged_target_raises_nothing() -> None:
    same = {"demands": {2023: 40}, "criteria": "公建、民营"}
    other_order = {"demands": {2023: 40}, "criteria": "民营；公建"}
    assert (
        found(draft_targets, targets=[target("o", DRAFT, **same), target("n", ISSUED, **other_order)]) == []
    )


def test_targets_only_one_text_has_come_together_per_clause() -> None:
    rows = [indicator(key, name=key) for key in ("a", "b", "c")]
    old = [
        target(
            "o1",
            DRAFT,
            {2021: 1},
            indicator="a",
            name="敬老院投用",
            sources=(place(DRAFT, "o1", "2021年，敬老院建成投入使用"),),
        ),
        target("o2", DRAFT, {2021: 1}, indicator="b", name="养护院开工", sources=()),
    ]
    new = [target("n1", ISSUED, {2022: 90}, indicator="c", name="日间照料覆盖率")]
    one, two, three = sorted(found(draft_targets, targets=[*old, *new], indicators=rows), key=lambda f: f.key)
    assert "“日间照料覆盖率”（2022年）是印发稿新增的目标" in one.summary
    assert {one.key, two.key, three.key} == {
        "check.target-added.draft.n1",
        "check.target-dropped.draft.o1",
        "check.target-dropped.o2",
    }


def test_targets_match_by_indicator_before_name() -> None:
    rows = {
        "old": target("old", DRAFT, {2023: 1}, indicator="share", name="完全不同的名称"),
        "new": target("new", ISSUED, {2023: 1}, indicator="share", name="另一种说法"),
        "alike": target("alike", ISSUED, {2023: 1}, indicator="other", name="完全不同的名称"),
    }
    ((before, after),) = matched_targets([rows["old"]], [rows["new"], rows["alike"]])
    assert (before.key, after.key) == ("old", "new")


# Tasks


def test_bodies_that_came_and_went() -> None:
    (one,) = found(
        draft_tasks,
        tasks=[
            task("d.8", DRAFT, "推动康养产业项目建设", "市发展改革委", "市卫生健康委"),
            task("i.8", ISSUED, "推动康养产业项目建设", "市发展改革委 市卫生健康委", "市民政局"),
        ],
    )
    assert "牵头单位增加市卫生健康委" in one.summary
    assert "责任单位增加市民政局，不再有市卫生健康委" in one.summary


def test_another_first_lead_is_a_change_and_another_spelling_is_none() -> None:
    old = task("d.1", DRAFT, "同一任务", "甲局 乙局")
    (one,) = found(draft_tasks, tasks=[old, task("i.1", ISSUED, "同一任务", "乙局 甲局")])
    assert "排在首位的牵头单位由甲局改为乙局" in one.summary
    assert found(draft_tasks, tasks=[old, task("i.1", ISSUED, "同一任务", "甲局 乙局")]) == []


def test_tasks_match_by_title_although_numbers_moved() -> None:
    old = [
        task("d.9", DRAFT, "打造康养特色小镇"),
        task("d.10", DRAFT, "建设养老辅具用品制造产业园"),
        task("d.11", DRAFT, "建设康养产业集聚区"),
    ]
    new = [
        task("i.9", ISSUED, "推动养老辅具用品生产基地建设"),
        task("i.10", ISSUED, "加快建设康养产业集聚区"),
    ]
    assert [(b.key, a.key) for b, a in matched_tasks(old, new)] == [("d.10", "i.9"), ("d.11", "i.10")]
    dropped = [one for one in found(draft_tasks, tasks=[*old, *new]) if "task-dropped" in one.key]
    assert [one.subjects[0] for one in dropped] == ["d.9"]
    assert "征求意见稿3项，印发稿2项" in dropped[0].summary


def test_a_task_whose_words_went_into_another_is_said_to_be_merged() -> None:
    old = [task("d.1", DRAFT, "建设康养产业基地"), task("d.2", DRAFT, "打造康养产业小镇群落")]
    new = [task("i.1", ISSUED, "建设康养产业基地")]
    (one,) = found(draft_tasks, tasks=[*old, *new])
    assert "可能并入第1项“建设康养产业基地”" in one.summary
    assert one.subjects == ("d.2", "i.1")


def test_an_added_task() -> None:
    (one,) = found(draft_tasks, tasks=[task("i.3", ISSUED, "一项新任务")])
    assert "是新增的，征求意见稿没有" in one.summary
    assert found(draft_tasks, tasks=[task("l.3", LATER, "别的规划的任务")]) == []


# Standards


def test_changed_standards() -> None:
    (one,) = found(
        draft_rules,
        rules=[
            rule("o", DRAFT, "已建成住宅区每百户面积", 20),
            rule("n", ISSUED, "已建成住宅区每百户建筑面积", 15),
        ],
    )
    assert "征求意见稿为20平方米，印发稿为15平方米" in one.summary


def test_the_same_change_of_two_standards_is_said_once() -> None:
    split = {"split": (("县", 2), ("市", 3), ("省", 5))}
    (one,) = found(
        draft_rules,
        rules=[
            rule("o1", DRAFT, "自建床位补助", 10000, **split),
            rule("o2", DRAFT, "租赁床位补助", 5000, **split),
            rule("n1", ISSUED, "自建床位补助", 10000),
            rule("n2", ISSUED, "租赁床位补助", 5000),
        ],
    )
    assert "分担比例，征求意见稿为省5、市3、县2，印发稿为未载明" in one.summary
    assert one.subjects == ("o1", "n1", "o2", "n2")


def test_standards_only_one_text_has() -> None:
    added, dropped = sorted(
        found(draft_rules, rules=[rule("o", DRAFT, "设施面积", 200), rule("n", ISSUED, "单处用房", 300)]),
        key=lambda f: f.key,
    )
    assert "“单处用房”（300平方米）是印发稿新增的标准" in added.summary
    assert "“设施面积”（200平方米）只见于征求意见稿" in dropped.summary


def test_equal_standards_raise_nothing() -> None:
    assert found(draft_rules, rules=[rule("o", DRAFT, "面积", 20), rule("n", ISSUED, "面积", 20)]) == []
