"""A small made-up plan with its text, complete and without a fault, for tests to break."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

from yuxi_eldercare.core.plan_files import Bundle, load_collection
from yuxi_eldercare.core.plan_text.completeness import Problem, check_document

CODE = "demo-plan"

TEXT = """示例市养老计划（2021—2025年）
示政办发〔2021〕9号

一、目标
到2023年，每个县至少建成一家养老院，护理床位占比不低于
30%。2022年，社区照料全覆盖。已培训护理员5.2万人。
- 3 -

二、任务
1.建设养老院。按照每百户20平方米以上的标准配建设施。（牵头单位：市民政局；责任单位：各县人
民政府）
2.加强宣传。依据《养老办法2019》〔2019〕5号，确保老年人满意。
附件1
主要指标
序号
指标
2020年
2025年
1
护理床位占比
12.3
55
2
助老员
2
8
附件2
项目名称\t投资
示例养老院\t1.5 亿元
"""


def _indicator(code: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": code,
        "aliases": [],
        "theme": "养老",
        "unit": "家",
        "direction": "up",
        "integer": True,
        "rollup": "sum",
        "basis": "point",
        "decimals": 0,
        "definition": "示例",
        **more,
    }


_RATE = {
    "unit": "%",
    "integer": False,
    "rollup": "ratio_of_sums",
    "scale": 100,
    "numerator": "分子",
    "denominator": "分母",
}


def _target(name: str, indicator: str, *sources: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {
        "key": f"demo.t.{name}",
        "indicator": indicator,
        "name_as_written": indicator,
        "region": "990100",
        "scope": "city",
        "target_type": "reach",
        "sources": [{"clause": clause, "phrase": phrase} for clause, phrase in sources],
        **more,
    }


def _milestone(due: Any, value: Any) -> dict[str, Any]:
    return {"due": due, "comparator": ">=", "value": value}


def _department(key: str, name: str, region: str, **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "short_name": name,
        "region": region,
        "kind": "department",
        "aliases": [],
        "members": [],
        "succeeded_by": [],
        **more,
    }


def _region(code: str, name: str, level: str, parent: str | None) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "short_name": name,
        "level": level,
        "parent": parent,
        "aliases": [],
        "withdrawn_codes": [],
    }


_FILES: dict[str, Any] = {
    "regions.yaml": [
        _region("990100", "示例市", "city", None),
        _region("990101", "甲县", "county", "990100"),
    ],
    "departments.yaml": [
        _department("civil", "市民政局", "990100"),
        _department("county", "甲县人民政府", "990101", kind="government"),
        _department("counties", "各县人民政府", "990100", kind="group", members=["county"]),
    ],
    "indicators/common.yaml": [
        _indicator("homes"),
        _indicator("beds", **_RATE),
        _indicator("daycare", **_RATE),
        _indicator("helpers"),
    ],
    f"{CODE}/document.yaml": {
        "plan": {
            "key": CODE,
            "name": "示例市养老计划",
            "region": "990100",
            "start": "2021-01-01",
            "end": "2025-12-31",
            "parent": None,
        },
        "document": {
            "code": CODE,
            "prefix": "demo",
            "title": "示例市养老计划",
            "number": "示政办发〔2021〕9号",
            "issuer": None,
            "issued_on": None,
            "issued_text": None,
            "status": "issued",
            "supersedes": None,
            "effective_from": "2021-01-01",
            "effective_to": "2025-12-31",
            "text": f"{CODE}.txt",
        },
        "clauses": [
            {"number": "一", "heading": "目标", "starts": "一、目标"},
            {"number": "二", "heading": "任务", "starts": "二、任务"},
            {"number": "二1", "heading": "建设养老院", "starts": "1.建设养老院。"},
            {"number": "二2", "heading": "加强宣传", "starts": "2.加强宣传。"},
            {"number": "附件1", "heading": "主要指标", "starts": "附件1 主要指标"},
            {"number": "附件2", "heading": "项目", "starts": "附件2"},
        ],
    },
    f"{CODE}/targets.yaml": [
        _target(
            "homes",
            "homes",
            ("一", "到2023年，每个县至少建成一家养老院"),
            scope="each_county",
            milestones=[_milestone(2023, 1)],
        ),
        _target("beds-2023", "beds", ("一", "护理床位占比不低于30%"), milestones=[_milestone(2023, 30)]),
        _target(
            "beds-2025",
            "beds",
            ("附件1·1", "护理床位占比 12.3 55"),
            baseline={"date": "2020-12-31", "value": 12.3},
            milestones=[_milestone(2025, 55)],
        ),
        _target("daycare", "daycare", ("一", "2022年，社区照料全覆盖"), milestones=[_milestone(2022, 100)]),
        _target(
            "helpers",
            "helpers",
            ("附件1·2", "助老员 2 8"),
            baseline={"date": "2020-12-31", "value": 2},
            milestones=[_milestone(2025, 8)],
        ),
    ],
    f"{CODE}/assignments.yaml": [
        {
            "key": "demo.a.1",
            "number": "1",
            "kind": "task",
            "section": "任务",
            "title": "建设养老院",
            "leads": ["市民政局"],
            "responsible": ["各县人民政府"],
            "all_counties": True,
            "targets": ["demo.t.homes"],
            "sources": [{"clause": "二1", "phrase": "牵头单位：市民政局；责任单位：各县人民政府"}],
        }
    ],
    f"{CODE}/projects.yaml": {
        "projects": [
            {
                "key": "demo.p.1",
                "number": None,
                "name": "示例养老院",
                "listing": "tabled",
                "region": "990101",
                "total_investment_wan": 15000,
                "responsible": [],
                "sources": [{"clause": "附件2·1", "phrase": "示例养老院 1.5 亿元"}],
            }
        ],
        "totals": [],
    },
    f"{CODE}/rules.yaml": [
        {
            "key": "demo.r.area",
            "subject": "配建面积",
            "kind": "per_unit",
            "comparator": ">=",
            "value": 20,
            "unit": "平方米/百户",
            "sources": [{"clause": "二1", "phrase": "每百户20平方米以上"}],
        }
    ],
    f"{CODE}/facts.yaml": [
        {
            "key": "demo.f.trained",
            "subject": "已培训护理员",
            "kind": "observed",
            "comparator": "=",
            "value": 52000,
            "unit": "人",
            "as_of": None,
            "region": "990100",
            "sources": [{"clause": "一", "phrase": "已培训护理员5.2万人"}],
        }
    ],
    f"{CODE}/not_a_commitment.yaml": [
        {"sentence": "确保老年人满意", "reason": "general_wording"},
        {"sentence": "2020年 2025年", "clause": "附件1", "reason": "name_of_thing", "note": "表头"},
    ],
}


def example() -> dict[str, Any]:
    """The files of the example, to be changed and given to ``write``."""
    return copy.deepcopy(_FILES)


def record(files: dict[str, Any], name: str, key: str) -> dict[str, Any]:
    """One record of the document's file ``name``."""
    data = files[f"{CODE}/{name}.yaml"]
    rows = data["projects"] if isinstance(data, dict) else data
    found: dict[str, Any] = next(row for row in rows if row.get("key") == key)
    return found


def write(folder: Path, files: dict[str, Any]) -> Path:
    """Write files (data or text) below a folder and return it."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        path.write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, files: dict[str, Any]) -> Bundle:
    """Write, read and check a collection."""
    return load_collection(write(folder, files))


def problems(folder: Path, files: dict[str, Any], text: str = TEXT) -> list[Problem]:
    """What the text check finds open. The files themselves must be without a fault."""
    bundle = load(folder, files)
    assert [str(error) for error in bundle.errors] == []
    document = bundle.document(CODE)
    assert document is not None
    return check_document(bundle, document, text)
