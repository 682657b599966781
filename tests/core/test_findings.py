"""Ruling on a finding: who may, what is refused, what stays on record; and the passage around a phrase."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.worlds import GREEN, RED, World, make_user, make_world
from yuxi_eldercare.core.actions.findings import RulingRefused, may_rule, region_of, rule_on_finding
from yuxi_eldercare.core.models import (
    AuditEvent,
    Clause,
    Document,
    Finding,
    FindingPlace,
    Ruling,
)
from yuxi_eldercare.core.queries.findings import FindingFilter, findings, kind_counts, passage

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def make_finding(key: str, *documents: str, kind: str = "plan_conflict", **fields: Any) -> Finding:
    """A finding with one place in each document."""
    row = Finding.objects.create(
        **{"key": key, "kind": kind, "origin": "reviewed", "summary": f"{key}的摘要。", **fields}
    )
    for position, code in enumerate(documents):
        clause, _ = Clause.objects.get_or_create(document=Document.objects.get(key=code), number="一")
        FindingPlace.objects.create(finding=row, clause=clause, phrase=f"{code}的原文", position=position)
    return row


# Who may


def test_a_finding_of_the_city_belongs_to_the_city(world: World) -> None:
    row = make_finding("x", "w-issued", "w-county")
    assert region_of(row) == world.city
    assert may_rule(world.lin, row)
    county_lead = make_user("chen", "lead", world.counties[GREEN])
    refusal = may_rule(county_lead, row)
    assert not refusal
    assert "云溪市" in refusal.reason


def test_a_finding_inside_a_county_plan_belongs_to_the_county_and_the_city(world: World) -> None:
    row = make_finding("x", "w-county")
    assert may_rule(make_user("chen", "lead", world.counties[GREEN]), row)
    assert may_rule(world.lin, row)
    assert not may_rule(make_user("zhao", "lead", world.counties[RED]), row)


def test_a_finding_about_figures_belongs_to_the_city(world: World) -> None:
    assert region_of(make_finding("x")) == world.city


@pytest.mark.parametrize("name", ["gao", "ling", "du", "shen"])
def test_others_are_told_which_role_is_needed(world: World, name: str) -> None:
    row = make_finding("x", "w-issued")
    with pytest.raises(PermissionDenied, match="牵头单位"):
        rule_on_finding(finding=row, decision="accept", text="照此执行。", by=getattr(world, name))
    assert not Ruling.objects.exists()
    assert not AuditEvent.objects.exists()


# What it does


def test_a_ruling_is_recorded_with_its_audit_event(world: World) -> None:
    row = make_finding("x", "w-issued")
    ruling = rule_on_finding(finding=row, decision="explain", text="  口径不同。 ", by=world.lin)
    assert (ruling.decision, ruling.text, ruling.effect, ruling.ruled_by) == (
        "explain",
        "口径不同。",
        {},
        world.lin,
    )
    event = AuditEvent.objects.get()
    assert (event.action, event.object_key, event.actor, event.before) == (
        "findings.rule",
        "x",
        world.lin,
        None,
    )
    assert event.after == {"decision": "explain", "text": "口径不同。", "effect": {}}


def test_a_later_ruling_replaces_the_earlier_which_stays_readable(world: World) -> None:
    row = make_finding("x", "w-issued")
    first = rule_on_finding(finding=row, decision="accept", text="先这样。", by=world.lin)
    second = rule_on_finding(finding=row, decision="explain", text="再说明。", by=world.lin)
    first.refresh_from_db()
    assert first.replaced_at is not None
    assert first.text == "先这样。"
    assert list(row.rulings.filter(replaced_at=None)) == [second]
    assert AuditEvent.objects.first().before["text"] == "先这样。"  # type: ignore[union-attr, index]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"text": "  "}, "text"), ({"decision": "maybe"}, "decision")],
    ids=["no words", "no such decision"],
)
def test_what_is_refused(world: World, given: dict[str, str], field: str) -> None:
    row = make_finding("x", "w-issued")
    with pytest.raises(RulingRefused) as refused:
        rule_on_finding(**{"finding": row, "decision": "accept", "text": "好。", "by": world.lin, **given})  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not row.rulings.exists()


def test_a_finding_whose_cause_is_gone_needs_no_ruling_but_one_can_be_taken_back(world: World) -> None:
    row = make_finding("x", "w-issued", withdrawn_at="2024-01-01T00:00:00+08:00")
    with pytest.raises(RulingRefused, match="起因已经消失"):
        rule_on_finding(finding=row, decision="accept", text="好。", by=world.lin)
    Finding.objects.filter(pk=row.pk).update(withdrawn_at=None)
    rule_on_finding(finding=row, decision="accept", text="好。", by=world.lin)
    Finding.objects.filter(pk=row.pk).update(withdrawn_at="2024-01-01T00:00:00+08:00")
    assert rule_on_finding(finding=row, decision="explain", text="改。", by=world.lin).replaced_at is None


def test_the_database_keeps_one_ruling_in_force(world: World) -> None:
    row = make_finding("x", "w-issued")
    rule_on_finding(finding=row, decision="accept", text="好。", by=world.lin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ruling.objects.create(finding=row, decision="accept", text="又一个。", ruled_by=world.lin)


# Lists


def test_filters_and_counts(world: World) -> None:
    make_finding("a", "w-issued", "w-county")
    ruled = make_finding("b", "w-issued", kind="slip", summary="多一个字。")
    make_finding("c", "w-county", kind="slip")
    make_finding("gone", "w-issued", withdrawn_at="2024-01-01T00:00:00+08:00")
    rule_on_finding(finding=ruled, decision="accept", text="好。", by=world.lin)

    def keys(**given: str) -> list[str]:
        return [row.key for row in findings(FindingFilter(**given))]

    assert keys() == ["a", "b", "c"]
    assert keys(kind="slip") == ["b", "c"]
    assert keys(document="w-issued") == ["a", "b"]
    assert keys(status="ruled") == ["b"]
    assert keys(status="open") == ["a", "c"]
    assert keys(status="gone") == ["gone"]
    assert keys(text="多一个") == ["b"]
    assert keys(text="w-county的原文") == ["a", "c"]
    counts = kind_counts(FindingFilter(kind="slip"))
    assert [(c.kind, c.total, c.ruled) for c in counts] == [("plan_conflict", 1, 0), ("slip", 2, 1)]


# Passages


TEXT = """目录
一、目标 1
一、目标
全市设施达标率100%。到2025年，覆盖率达到90%
以上，床位充足。其他事项另行安排。
二、任务
覆盖率达到90%以上的给予奖励。
"""


@pytest.fixture
def document(world: World, tmp_path: Path, settings: Any) -> Document:
    settings.DOCUMENTS_DIR = tmp_path
    (tmp_path / "plan.txt").write_text(TEXT, encoding="utf-8")
    world.document.text_file = "plan.txt"
    return world.document


def test_a_phrase_with_its_sentence(document: Document) -> None:
    found = passage(document, "一", "目标", "床位充足")
    assert found is not None
    assert (found.before, found.phrase, found.after) == ("到2025年，覆盖率达到90%以上，", "床位充足", "。")


@pytest.mark.parametrize(
    ("number", "heading", "before"),
    [("一", "一、目标", "到2025年，"), ("二", "二、任务", "其他事项另行安排。二、任务")],
    ids=["first clause", "second clause"],
)
def test_of_several_occurrences_the_one_in_the_clause(
    document: Document, number: str, heading: str, before: str
) -> None:
    found = passage(document, number, heading, "覆盖率达到90%以上")
    assert found is not None
    assert before.endswith(found.before)
    assert found.before


@pytest.mark.parametrize(
    ("number", "phrase", "file"),
    [
        ("附件3·14", "床位充足", "plan.txt"),
        ("一", "没有这句话", "plan.txt"),
        ("一", "床位充足", "missing.txt"),
        ("一", "床位充足", "../plan.txt"),
        ("一", "床位充足", ""),
    ],
    ids=["a table row", "not in the text", "not supplied", "outside the folder", "no file named"],
)
def test_no_passage(document: Document, number: str, phrase: str, file: str) -> None:
    document.text_file = file
    assert passage(document, number, "目标", phrase) is None


def test_what_is_counted_otherwise_was_filed_with_other_differences_before() -> None:
    counted = make_finding("data.counted-differs.w-beds.999902.20240930", kind="reported_differs")
    rolled_up = make_finding("data.reported-differs.w-beds.999900.20240930", kind="reported_differs")
    import_module("yuxi_eldercare.core.migrations.0011_finding_kinds").own_kind(apps, None)
    assert dict(Finding.objects.values_list("key", "kind")) == {
        counted.key: "counted_differs",
        rolled_up.key: "reported_differs",
    }
