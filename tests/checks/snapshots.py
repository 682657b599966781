"""Small snapshots for tests of checks: a city with a county, an issued plan with its draft, a later plan."""

from datetime import date
from decimal import Decimal
from typing import Any

from yuxi_eldercare.checks.snapshot import (
    BodyInfo,
    DocumentInfo,
    FactInfo,
    IndicatorInfo,
    MilestoneInfo,
    Place,
    ProjectInfo,
    RuleInfo,
    Snapshot,
    TargetInfo,
    TaskInfo,
    TotalInfo,
)

CITY, COUNTY = "530400", "530425"
DRAFT, ISSUED, LATER, COUNTY_PLAN = "draft", "issued", "later", "county"


def number(value: Any) -> Decimal | None:
    """Any figure as an exact number."""
    return None if value is None else Decimal(str(value))


def place(document: str, clause: str, phrase: str) -> Place:
    """A place."""
    return Place(document, clause, phrase)


def document(code: str, **fields: Any) -> DocumentInfo:
    """A plan of the city for 2021-2025, unless told otherwise."""
    given = {
        "name": f"{code}规划",
        "draft": False,
        "region": CITY,
        "city": True,
        "parent_region": None,
        "supersedes": None,
        "position": 0,
        "start": date(2021, 1, 1),
        "end": date(2025, 12, 31),
    }
    return DocumentInfo(code=code, **{**given, **fields})


def indicator(key: str = "share", **fields: Any) -> IndicatorInfo:
    """A percentage, the more the better."""
    return IndicatorInfo(
        **{"key": key, "name": f"{key}指标", "unit": "%", "up": True, "summed": False, **fields}
    )


def target(key: str, document: str, demands: dict[Any, Any], **fields: Any) -> TargetInfo:
    """A target with demands `{year: value}`; year None is a due date left open, a pair is a range."""
    milestones = []
    for year, value in demands.items():
        low, high = value if isinstance(value, tuple) else (value, None)
        milestones.append(
            MilestoneInfo(
                date(year, 12, 31) if year else None,
                "range" if high is not None else ">=",
                number(low),
                number(high),
            )
        )
    given = {
        "indicator": "share",
        "name": "护理床位占比",
        "region": CITY,
        "scope": "city",
        "target_type": "reach",
        "qualitative": False,
        "sources": (place(document, key, f"{key}的原文短语"),),
    }
    return TargetInfo(key=key, document=document, milestones=tuple(milestones), **{**given, **fields})


def body(name: str, document: str = ISSUED, as_written: str = "", clause: str = "一") -> BodyInfo:
    """A body named in a document."""
    words = as_written or name
    return BodyInfo(name, name, words, place(document, clause, f"责任单位：{words}"), document)


def task(
    key: str, document: str, title: str, leads: str = "", responsible: str = "", **fields: Any
) -> TaskInfo:
    """A task; bodies are names apart by blanks."""
    given = {"number": key[-1], "kind": "task", "sources": (place(document, key, title),)}
    return TaskInfo(
        key=key,
        document=document,
        title=title,
        leads=tuple(body(name, document) for name in leads.split()),
        responsible=tuple(body(name, document) for name in responsible.split()),
        **{**given, **fields},
    )


def project(key: str, name: str, **fields: Any) -> ProjectInfo:
    """A tabled project of 1,000 万元."""
    code = fields.get("document", ISSUED)
    given: dict[str, Any] = {
        "document": code,
        "number": key,
        "tabled": True,
        "category": "养老",
        "region": CITY,
        "start_year": 2023,
        "end_year": 2024,
        "content": "",
        "total": 1000,
        "central": 800,
        "sources": (place(code, f"附件·{key}", name),),
    }
    given |= fields
    given["total"], given["central"] = number(given["total"]), number(given["central"])
    return ProjectInfo(key=key, name=name, **given)


def total(label: str, count: Any, amount: Any, central: Any, category: str = "") -> TotalInfo:
    """A total stated in the issued plan."""
    source = place(ISSUED, "附件", f"{label}（{count}个）")
    return TotalInfo(f"t.{label}", ISSUED, label, category, count, number(amount), number(central), (source,))


def rule(key: str, document: str, subject: str, value: Any, **fields: Any) -> RuleInfo:
    """A standard in square metres."""
    given = {
        "kind": "per_unit",
        "comparator": ">=",
        "value_max": None,
        "unit": "平方米",
        "split": (),
        "sources": (place(document, key, f"{subject}{value}平方米"),),
    }
    return RuleInfo(key=key, document=document, subject=subject, value=number(value), **{**given, **fields})


def fact(key: str, subject: str, value: Any, **fields: Any) -> FactInfo:
    """A figure observed at the end of 2020."""
    code = fields.get("document", ISSUED)
    given = {
        "document": code,
        "kind": "observed",
        "comparator": "=",
        "unit": "张",
        "as_of": date(2020, 12, 31),
        "region": CITY,
        "indicator": None,
        "condition": "",
        "sources": (place(code, key, f"{subject}{value}张"),),
    }
    return FactInfo(key=key, subject=subject, value=number(value), **{**given, **fields})


def snapshot(**records: Any) -> Snapshot:
    """The documents of this module with the records given, and one indicator unless others are given."""
    documents = (
        document(DRAFT, draft=True, replaced=True),
        document(ISSUED, supersedes=DRAFT),
        document(LATER),
        document(COUNTY_PLAN, city=False, region=COUNTY, parent_region=CITY),
    )
    indicators = records.pop("indicators", [indicator()])
    return Snapshot(
        documents={d.code: d for d in documents},
        indicators={i.key: i for i in indicators},
        members={CITY: 9},
        **{name: tuple(rows) for name, rows in records.items()},
    )
