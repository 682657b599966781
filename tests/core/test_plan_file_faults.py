"""Every fault of a plan file is named with its file, its line, its field and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .plan_example import CODE, example, load, record

pytestmark = pytest.mark.pure

Files = dict[str, Any]


def _target(**values: Any) -> Callable[[Files], None]:
    return lambda files: record(files, "targets", "demo.t.helpers").update(values)


def _milestones(*milestones: dict[str, Any]) -> Callable[[Files], None]:
    return _target(milestones=list(milestones))


def _due(due: Any, value: Any = 8, comparator: Any = ">=", **more: Any) -> dict[str, Any]:
    return {"due": due, "comparator": comparator, "value": value, **more}


def _document(**values: Any) -> Callable[[Files], None]:
    return lambda files: files[f"{CODE}/document.yaml"]["document"].update(values)


def _first(name: str, **values: Any) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        data = files[f"{CODE}/{name}.yaml"]
        (data["projects"] if isinstance(data, dict) else data)[0].update(values)

    return change


def _finding(**values: Any) -> Callable[[Files], None]:
    place = {"document": CODE, "clause": "一", "phrase": "示例"}
    row = {"key": "demo.x.a", "kind": "slip", "summary": "示例", "places": [place], **values}
    return lambda files: files.update({f"{CODE}/findings.yaml": [row]})


# name -> (file, field, words of the message, change)
FAULTS: dict[str, tuple[str, str, str, Callable[[Files], None]]] = {
    "unknown field": ("targets", "milestone", "是否应为“milestones”", _target(milestone=[])),
    "missing field": (
        "targets",
        "",
        "缺少字段：indicator",
        lambda files: record(files, "targets", "demo.t.helpers").pop("indicator"),
    ),
    "wrong enum": ("targets", "scope", "不在可选范围", _target(scope="everywhere")),
    "wrong type": ("targets", "departments", "应为列表", _target(departments="市民政局")),
    "unquoted code": ("targets", "region", "加引号", _target(region=990100)),
    "wrong key": ("targets", "key", "不合格式", _target(key="demo.a.helpers")),
    "wrong prefix": ("targets", "key", "前缀“demo.”", _target(key="other.t.helpers")),
    "repeated key": ("targets", "key", "用过", _target(key="demo.t.homes")),
    "no sources": ("targets", "sources", "不能为空", _target(sources=[])),
    "unknown indicator": ("targets", "indicator", "指标字典里没有", _target(indicator="nothing")),
    "unknown region": ("targets", "region", "没有区划", _target(region="990199")),
    "unknown department": (
        "targets",
        "departments[1]",
        "没有登记过单位“市民政厅”",
        _target(departments=["市民政厅"]),
    ),
    "unknown clause": (
        "targets",
        "sources[1].clause",
        "没有条款“九”",
        _target(sources=[{"clause": "九", "phrase": "助老员"}]),
    ),
    "due before baseline": ("targets", "milestones[1].due", "不晚于基期", _milestones(_due("2020-06-30"))),
    "due twice": ("targets", "milestones[2].due", "写了两次", _milestones(_due(2025), _due("2025-12-31", 9))),
    "no such day": (
        "targets",
        "milestones[1].due",
        "没有“2025-02-30”这一天",
        _milestones(_due("2025-02-30")),
    ),
    "band upside down": (
        "targets",
        "milestones[1].value_max",
        "上限 1 小于下限 2",
        _target(target_type="range", milestones=[_due(2025, 2, "range", value_max=1)]),
    ),
    "band without upper end": (
        "targets",
        "milestones[1]",
        "缺少字段：value_max",
        _target(target_type="range", milestones=[_due(2025, 2, "range")]),
    ),
    "range of another type": (
        "targets",
        "milestones[1].comparator",
        "同时是 range",
        _milestones(_due(2025, 1, "range", value_max=2)),
    ),
    "floor upside down": (
        "targets",
        "milestones[1].comparator",
        "相反",
        _target(target_type="floor", milestones=[_due(2025, 8, "<=")]),
    ),
    "done with a count": (
        "targets",
        "milestones[1].comparator",
        "done",
        _target(target_type="done", baseline=None),
    ),
    "annual with a baseline": ("targets", "baseline", "没有基期", _target(target_type="annual")),
    "annual within a year": (
        "targets",
        "milestones[1].due",
        "应为年份",
        _target(target_type="annual", baseline=None, milestones=[_due("2025-06-30")]),
    ),
    "no milestones": ("targets", "milestones", "没有目标值", _milestones()),
    "no value": ("targets", "milestones[1].value", "缺少目标值", _milestones(_due(2025, None, None))),
    "qualitative with a value": ("targets", "milestones[1].value", "定性目标", _target(qualitative=True)),
    "value as text": ("targets", "milestones[1].value", "应为数字", _milestones(_due(2025, "8"))),
    "baseline of both kinds": (
        "targets",
        "baseline",
        "两者取一",
        _target(baseline={"date": "2020-12-31", "value": 2, "below": 3}),
    ),
    "done of a rate": (
        "targets",
        "target_type",
        "不是整数指标",
        _target(indicator="beds", target_type="done", baseline=None, milestones=[_due(2025, 1)]),
    ),
    "unknown target": (
        "assignments",
        "targets[1]",
        "没有目标",
        _first("assignments", targets=["demo.t.nothing"]),
    ),
    "all counties denied": (
        "assignments",
        "all_counties",
        "应为 true",
        _first("assignments", all_counties=False),
    ),
    "all counties claimed": (
        "assignments",
        "all_counties",
        "应为 false",
        _first("assignments", responsible=[]),
    ),
    "project ends early": (
        "projects",
        "end_year",
        "早于开始年份",
        _first("projects", start_year=2023, end_year=2022),
    ),
    "unknown project link": (
        "projects",
        "links[1].to",
        "没有项目",
        _first("projects", links=[{"to": "other.p.1", "kind": "same"}]),
    ),
    "link of a city project": (
        "projects",
        "links[1].to",
        "县级方案",
        _first("projects", links=[{"to": "demo.p.1", "kind": "same"}]),
    ),
    "split of no money": ("rules", "split", "金额类", _first("rules", split={"省": 5, "市": 5})),
    "rule upside down": ("rules", "value_max", "小于下限", _first("rules", value_max=10)),
    "rule ends early": (
        "rules",
        "valid_to",
        "早于开始日期",
        _first("rules", valid_from="2023-01-01", valid_to="2022-01-01"),
    ),
    "fact without value": ("facts", "", "缺少字段：value_text", _first("facts", value=None)),
    "unknown reason": (
        "not_a_commitment",
        "reason",
        "不在可选范围",
        lambda files: files[f"{CODE}/not_a_commitment.yaml"][0].update(reason="other"),
    ),
    "finding in an unknown document": (
        "findings",
        "places[1].document",
        "没有文件",
        _finding(places=[{"document": "no-plan", "clause": "一", "phrase": "示例"}]),
    ),
    "finding in an unknown clause": (
        "findings",
        "places[1].clause",
        "没有条款",
        _finding(places=[{"document": CODE, "clause": "十", "phrase": "示例"}]),
    ),
    "unknown older text": ("document", "supersedes", "没有文件", _document(supersedes="older-plan")),
    "draft in force": ("document", "effective_from", "征求意见稿", _document(status="draft")),
    "text elsewhere": ("document", "text", "不带文件夹", _document(text="../plan.txt")),
    "unknown plan": (
        "document",
        "plan",
        "没有方案",
        lambda files: files[f"{CODE}/document.yaml"].update(plan="no-plan"),
    ),
    "unknown parent plan": (
        "document",
        "parent",
        "没有上级方案",
        lambda files: files[f"{CODE}/document.yaml"]["plan"].update(parent="no-plan"),
    ),
    "clause declared twice": (
        "document",
        "number",
        "用过",
        lambda files: files[f"{CODE}/document.yaml"]["clauses"][1].update(number="一"),
    ),
    "misspelt list": (
        "projects",
        "project",
        "不认识的字段“project”",
        lambda files: files[f"{CODE}/projects.yaml"].update(project=[]),
    ),
    "misspelt part of the document": (
        "document",
        "clause",
        "不认识的字段“clause”",
        lambda files: files[f"{CODE}/document.yaml"].update(clause=[]),
    ),
    "not a list": (
        "rules",
        "",
        "应当是一个列表",
        lambda files: files.update({f"{CODE}/rules.yaml": {"a": 1}}),
    ),
    "not a record": ("rules", "[1]", "字段: 值", lambda files: files.update({f"{CODE}/rules.yaml": ["a"]})),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_file_line_and_field(name: str, tmp_path: Path) -> None:
    file, field, words, change = FAULTS[name]
    files = example()
    change(files)
    errors = load(tmp_path, files).errors
    found = [error for error in errors if words in error.message and error.field == field]
    assert found, [str(error) for error in errors]
    assert found[0].file == f"{CODE}/{file}.yaml"
    assert f"第 {found[0].line} 行" in str(found[0])
    text = (tmp_path / found[0].file).read_text(encoding="utf-8").splitlines()
    assert 1 <= found[0].line <= len(text)
    if field and "[" not in field and field not in ("plan",):
        assert text[found[0].line - 1].strip(" -").startswith(field.split(".")[-1])


@pytest.mark.parametrize(
    ("change", "file", "words"),
    [
        (
            lambda files: files["departments.yaml"][1].update(aliases=["市民政局"]),
            "departments.yaml",
            "一个写法只能指一个单位",
        ),
        (
            lambda files: files["departments.yaml"][2].update(members=["nobody"]),
            "departments.yaml",
            "没有单位",
        ),
        (
            lambda files: files["departments.yaml"][0].update(succeeded_by=[{"key": "nobody"}]),
            "departments.yaml",
            "没有单位",
        ),
        (lambda files: files["regions.yaml"][1].update(parent="990900"), "regions.yaml", "没有区划"),
        (lambda files: files["regions.yaml"][1].update(code="990100"), "regions.yaml", "用过"),
        (
            lambda files: files["indicators/common.yaml"][1].update(scale=None),
            "indicators/common.yaml",
            "不在可选范围",
        ),
        (
            lambda files: files["indicators/common.yaml"][1].update(code="homes"),
            "indicators/common.yaml",
            "用过",
        ),
        (lambda files: files.update({f"{CODE}/goals.yaml": []}), f"{CODE}/goals.yaml", "不认识的文件"),
    ],
)
def test_a_fault_of_the_shared_files_is_named(
    change: Callable[[Files], None], file: str, words: str, tmp_path: Path
) -> None:
    files = example()
    change(files)
    errors = load(tmp_path, files).errors
    assert [error for error in errors if error.file == file and words in error.message], errors


def test_everything_is_said_at_once(tmp_path: Path) -> None:
    files = example()
    for name in ("unknown indicator", "split of no money", "unknown reason", "all counties denied"):
        FAULTS[name][3](files)
    files[f"{CODE}/facts.yaml"] = "- {key: [\n"
    errors = load(tmp_path, files).errors
    assert {error.file.rpartition("/")[2] for error in errors} == {
        "targets.yaml",
        "rules.yaml",
        "not_a_commitment.yaml",
        "assignments.yaml",
        "facts.yaml",
    }
    assert errors == sorted(errors)
