"""Schemes: loaded from the file, then version by version by people, with reasons; nothing written is changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from subsidies.calculator import Terms, read_conditions
from subsidies.models import Rule, Scheme, SchemeVersion
from subsidies.queries.schemes import terms_of, version_on
from subsidies.schemes import NewTerms, new_version
from subsidies.schemes.loading import load_schemes
from targets.actions.refusals import NotAllowed, Refused
from tests.reporting_world import NOW
from tests.worlds import CITY, RED, World, make_user, make_world
from yuxi_eldercare.core.models import AuditEvent, Region
from yuxi_eldercare.core.plan_files import PlanFileError
from yuxi_eldercare.core.plan_files.bundle import Bundle, read_collection
from yuxi_eldercare.core.plan_files.schema import schema_errors
from yuxi_eldercare.core.plan_files.subsidies import subsidy_errors
from yuxi_eldercare.core.plan_sync import Sync

FILE = """
- key: beds
  name: %(name)s
  programme: construction
  unit: %(unit)s
  per: once
  versions:
    - {amount: %(amount)s, conditions: %(conditions)s, split: null,
       valid_from: %(since)s, stated_by: %(rule)s, reason: 首版}
%(more)s
"""
SECOND = """    - {amount: 900.5, conditions: [], split: {city: 3, county: 2}, split_document: 云财〔2024〕1号,
       valid_from: 2024-01-01, valid_to: null, stated_by: null, basis: 云民发〔2024〕2号, reason: 调整}
"""
TERMS = NewTerms(
    amount_fen=1_000_00,
    valid_from=date(2024, 1, 1),
    conditions=[{"code": "filed"}],
    split={"province": 5, "city": 3, "county": 2},
    split_document="云财社〔2024〕8号",
    basis="云民发〔2024〕3号",
)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def rule(world: World) -> Rule:
    return make_rule(world, "w.r.beds")


def make_rule(world: World, key: str, document: Any = None, value: str = "1000") -> Rule:
    return Rule.objects.create(
        key=key,
        document=document or world.document,
        subject="床位补助",
        kind="money",
        comparator="=",
        value=Decimal(value),
        unit="元/张",
    )


def written(folder: Path, **given: object) -> Bundle:
    """The bundle of a folder with such a file."""
    blanks = {
        "name": "床位补助",
        "unit": "bed",
        "amount": 1000,
        "conditions": "[{code: filed}]",
        "since": "2021-09-14",
        "rule": "w.r.beds",
        "more": "",
    }
    (folder / "subsidies.yaml").write_text(FILE % {**blanks, **given}, encoding="utf-8")
    return read_collection(folder)


def load(folder: Path, **given: object) -> tuple[list[str], list[PlanFileError]]:
    """Load such a file: what changed, as words, and what was wrong."""
    sync = Sync(written(folder, **given), NOW, frozenset(), whole=True)
    load_schemes(sync)
    changes = [f"{change.verb} {change.kind} {change.key}" for change in sync.changes]
    return changes, sync.errors


def test_a_load_adds_schemes_and_versions_once(rule: Rule, tmp_path: Path) -> None:
    assert load(tmp_path) == (["add Scheme beds", "add SchemeVersion beds 1"], [])
    assert load(tmp_path) == ([], [])
    assert load(tmp_path, name="养老床位补助", more=SECOND) == (
        ["update Scheme beds", "add SchemeVersion beds 2"],
        [],
    )
    assert load(tmp_path, name="养老床位补助", more=SECOND) == ([], [])
    first, second = SchemeVersion.objects.order_by("number")
    assert (first.amount_fen, first.split, first.stated_by, first.made_by) == (1_000_00, None, rule, None)
    assert (second.amount_fen, second.split, second.basis) == (
        900_50,
        {"city": 3, "county": 2},
        "云民发〔2024〕2号",
    )


def test_a_loaded_version_is_not_rewritten_by_the_file(rule: Rule, tmp_path: Path) -> None:
    load(tmp_path)
    changes, (error,) = load(tmp_path, amount=2000)
    assert changes == []
    assert (error.file, "不能改写" in str(error), "另写一版" in str(error)) == ("subsidies.yaml", True, True)
    assert SchemeVersion.objects.get().amount_fen == 1_000_00
    assert "不能改变用途" in str(load(tmp_path, unit="place")[1][0])


def test_versions_made_by_people_are_left_alone(rule: Rule, world: World, tmp_path: Path) -> None:
    load(tmp_path)
    new_version(scheme=Scheme.objects.get(), terms=TERMS, reason="省定比例", by=world.lin)
    assert load(tmp_path, more=SECOND) == ([], [])
    assert SchemeVersion.objects.get(number=2).split_document == "云财社〔2024〕8号"


def test_a_folder_of_one_document_brings_no_schemes(rule: Rule, tmp_path: Path) -> None:
    sync = Sync(written(tmp_path), NOW, frozenset(), whole=False)
    load_schemes(sync)
    assert not Scheme.objects.exists()


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"conditions": "[{code: premises, is: borrowed}]"}, "conditions", "读不懂"),
        ({"conditions": "[{code: lease_years, at_least: 5}]"}, "", "租赁用房"),
        ({"amount": 2000}, "amount", "条款载明1,000.00元"),
        ({"rule": "null"}, "", "还要选出载明金额的条款"),
    ],
)
def test_what_the_file_cannot_say(
    rule: Rule, tmp_path: Path, given: dict[str, Any], field: str, words: str
) -> None:
    changes, (error,) = load(tmp_path, **given)
    assert changes == ["add Scheme beds"]  # and the load is refused with all of it
    assert words in str(error)
    assert error.field.endswith(field)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"rule": "w.r.none"}, "没有规则“w.r.none”"),
        ({"since": "2021-02-30"}, "没有“2021-02-30”这一天"),
        ({"amount": "0.001"}, "最多两位小数"),
        ({"more": "- {key: beds}"}, "重复"),
    ],
)
def test_references_of_the_file(tmp_path: Path, given: dict[str, Any], words: str) -> None:
    found = [str(error) for error in subsidy_errors(written(tmp_path, **given))]
    assert any(words in text for text in found), found


@pytest.mark.pure
def test_the_form_of_the_file(tmp_path: Path) -> None:
    assert not schema_errors(written(tmp_path, more=SECOND))
    found = [str(error) for error in schema_errors(written(tmp_path, unit="sofa", amount=0))]
    assert len(found) == 2


# People -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def scheme(rule: Rule, tmp_path: Path) -> Scheme:
    load(tmp_path)
    return Scheme.objects.get()


def test_a_new_version_takes_over_from_its_day(scheme: Scheme, world: World) -> None:
    made = new_version(scheme=scheme, terms=TERMS, reason=" 省定比例 ", by=world.lin, seen=1)
    assert (made.number, made.reason, made.made_by) == (2, "省定比例", world.lin)
    assert [
        (day, _number(scheme, day)) for day in ("2021-09-13", "2021-09-14", "2023-12-31", "2024-01-01")
    ] == [
        ("2021-09-13", None),
        ("2021-09-14", 1),
        ("2023-12-31", 1),
        ("2024-01-01", 2),
    ]
    event = AuditEvent.objects.get(action="schemes.new_version")
    assert (event.object_key, event.detail, event.actor_id) == ("beds 2", "省定比例", world.lin.pk)
    assert event.before["split"] is None
    assert event.after["split"] == {"province": 5, "city": 3, "county": 2}


def test_a_version_with_a_last_day_gives_way_after_it(scheme: Scheme, world: World) -> None:
    terms = replace(TERMS, valid_to=date(2024, 12, 31))
    new_version(scheme=scheme, terms=terms, reason="试行一年", by=world.lin)
    assert [_number(scheme, day) for day in ("2024-12-31", "2025-01-01")] == [2, 1]


def _number(scheme: Scheme, day: str) -> int | None:
    found = version_on(scheme, date.fromisoformat(day))
    return found.number if found else None


def test_the_calculator_gets_the_terms(scheme: Scheme, world: World) -> None:
    made = new_version(scheme=scheme, terms=TERMS, reason="省定比例", by=world.lin)
    assert terms_of(SchemeVersion.objects.get(pk=made.pk)) == Terms(
        1_000_00, read_conditions([{"code": "filed"}]), {"province": 5, "city": 3, "county": 2}, limited=True
    )
    household = Scheme.objects.create(
        key="homes", name="改造", programme="adaptation", unit="household", per="once"
    )
    assert not terms_of(household.versions.create(number=1, valid_from=date(2024, 1, 1), reason="x")).limited


def test_zero_parts_are_left_out_and_levels_stand_in_order(scheme: Scheme, world: World) -> None:
    terms = replace(TERMS, split={"county": 2, "city": 3, "central": 0})
    made = new_version(scheme=scheme, terms=terms, reason="市县分担", by=world.lin)
    assert list(made.split.items()) == [("city", 3), ("county", 2)]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"amount_fen": 0}, "amount", "应大于0"),
        ({"amount_fen": 10**9 + 1}, "amount", "10,000,000.00元"),
        ({"basis": " "}, "basis", "依据文件"),
        ({"valid_from": date(2021, 9, 13)}, "valid_from", "上一版的2021-09-14"),
        ({"valid_to": date(2023, 12, 31)}, "valid_to", "早于起用日期"),
        ({"split_document": ""}, "split_document", "文件名称和文号"),
        ({"split": None}, "split", "各级份数"),
        ({"split": {"city": 0}}, "split", "不能都为0"),
        ({"split": {"city": -1, "county": 2}}, "split", "不小于0的整数"),
        ({"split": {"village": 1}}, "split", "不小于0的整数"),
        ({"split": {"city": 10_001}}, "split", "10000"),
        ({"conditions": [{"code": "weather"}]}, "conditions", "没有这种条件"),
        ({"conditions": [{"code": "lease_years", "at_least": 5}]}, "lease_years", "租赁用房"),
        (
            {
                "conditions": [
                    {"code": "operation", "in": ["public"]},
                    {"code": "operation_not", "in": ["public", "private"]},
                ]
            },
            "operation_not",
            "没有机构能够申报",
        ),
    ],
)
def test_terms_are_refused_with_place_and_remedy(
    scheme: Scheme, world: World, change: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        new_version(scheme=scheme, terms=replace(TERMS, **change), reason="调整", by=world.lin)
    (problem,) = refused.value.problems
    assert (problem.field, words in problem.message) == (field, True), problem.message
    assert scheme.versions.count() == 1


def test_all_that_is_wrong_is_said_at_once(scheme: Scheme, world: World) -> None:
    terms = replace(TERMS, amount_fen=-1, basis="", split_document="", valid_to=date(2000, 1, 1))
    with pytest.raises(Refused) as refused:
        new_version(scheme=scheme, terms=terms, reason="", by=world.lin, seen=0)
    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["reason", "", "amount", "basis", "valid_to", "split_document"]


def test_a_rule_is_named_by_its_document_not_by_a_draft(scheme: Scheme, rule: Rule, world: World) -> None:
    def attempt(**change: Any) -> list[str]:
        terms = replace(TERMS, basis="", **change)
        with pytest.raises(Refused) as refused:
            new_version(scheme=scheme, terms=terms, reason="调整", by=world.lin)
        return [problem.field for problem in refused.value.problems]

    assert attempt(stated_by=make_rule(world, "w.r.draft", world.draft)) == ["stated_by"]
    assert attempt(stated_by=rule, amount_fen=999_00) == ["amount"]
    Rule.objects.filter(pk=rule.pk).update(comparator=">=")
    assert attempt(stated_by=Rule.objects.get(pk=rule.pk)) == ["basis"], "at least so much is no amount"
    Rule.objects.filter(pk=rule.pk).update(comparator="", value=None, unit="")
    assert attempt(stated_by=Rule.objects.get(pk=rule.pk)) == ["basis"], "it states no amount"
    terms = replace(TERMS, stated_by=rule, amount_fen=999_00)  # with a basis
    assert new_version(scheme=scheme, terms=terms, reason="另定标准", by=world.lin).basis


@pytest.mark.parametrize(
    ("unit", "per", "words"), [("household", "once", "按床位、托位"), ("bed", "year", "每年的补助")]
)
def test_once_per_bed_is_for_beds_paid_once(
    rule: Rule, world: World, unit: str, per: str, words: str
) -> None:
    scheme = Scheme.objects.create(key="x", name="x", programme="training", unit=unit, per=per)
    with pytest.raises(Refused, match=words):
        new_version(
            scheme=scheme,
            terms=replace(TERMS, conditions=[{"code": "once_per_unit"}]),
            reason="订立",
            by=world.lin,
        )


def test_the_same_terms_again_are_no_version(scheme: Scheme, world: World) -> None:
    new_version(scheme=scheme, terms=TERMS, reason="省定比例", by=world.lin)
    with pytest.raises(Refused, match="完全相同"):
        new_version(scheme=scheme, terms=TERMS, reason="省定比例", by=world.lin)


def test_who_saw_another_version_is_told(scheme: Scheme, world: World) -> None:
    new_version(scheme=scheme, terms=TERMS, reason="省定比例", by=world.lin, seen=1)
    later = replace(TERMS, amount_fen=2_000_00)
    with pytest.raises(Refused, match="又有人订立了新的一版"):
        new_version(scheme=scheme, terms=later, reason="提标", by=world.lin, seen=1)


def test_only_a_lead_department_of_the_city_writes_versions(scheme: Scheme, world: World) -> None:
    county = make_user("county-lead", "lead", Region.objects.get(code=RED))
    for person in (
        world.ling,
        world.gao,
        make_user("cai", "treasurer", Region.objects.get(code=CITY)),
        county,
    ):
        with pytest.raises(NotAllowed):
            new_version(scheme=scheme, terms=TERMS, reason="省定比例", by=person)
    assert scheme.versions.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(amount_fen=1),
        lambda rows: rows.update(reason="改写"),
        lambda rows: rows.delete(),
    ],
)
def test_the_database_keeps_versions_as_they_were_written(
    scheme: Scheme, change: Callable[[Any], object]
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        change(SchemeVersion.objects.filter(scheme=scheme))
    assert SchemeVersion.objects.get().amount_fen == 1_000_00
