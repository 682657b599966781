"""The reporting files as loaded: who reports what, who confirms it, calendars and rules."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from targets.models import (
    AssignmentBody,
    CheckRule,
    CheckRuleVersion,
    Indicator,
    RegionalTarget,
    ReportingLine,
    RoundCalendar,
    TargetBody,
)
from targets.reporting.rules import definition_of, revise_rule, set_enabled, withdraw_rule
from tests.worlds import make_user
from yuxi_eldercare.core.models import Department, Region
from yuxi_eldercare.core.plan_files import load_collection
from yuxi_eldercare.loading import load_plans

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

CITY, YIMEN = "530400", "530425"


def line(code: str, region: str) -> ReportingLine:
    return ReportingLine.objects.select_related("department", "confirmer").get(
        indicator__key=code, region=region, valid_to=None
    )


def test_every_indicator_that_is_judged_has_somebody_who_reports_it() -> None:
    judged = Indicator.objects.filter(
        pk__in=RegionalTarget.objects.filter(active=True).values("indicator"),
        qualitative=False,
        withdrawn_at=None,
    )
    silent = judged.exclude(pk__in=ReportingLine.objects.values("indicator"))
    assert judged.count() > 80
    assert list(silent.values_list("key", flat=True)) == []


def test_nobody_reports_what_only_a_draft_asks() -> None:
    assert not ReportingLine.objects.filter(indicator__key="rural-home-conversion-rate").exists()
    assert not ReportingLine.objects.filter(indicator__qualitative=True).exists()


def test_what_adds_up_to_the_city_is_reported_by_all_nine_counties() -> None:
    rows = ReportingLine.objects.filter(indicator__key="nursing-bed-share")
    assert rows.count() == 9
    assert {row.department.name[-3:] for row in rows.select_related("department")} == {"民政局"}


def test_a_city_figure_and_a_countys_own_one() -> None:
    assert line("lottery-fund-share", CITY).department.key == "yuxi-civil-affairs"
    own = line("smart-institutions", YIMEN)
    assert (own.department.key, own.confirmer and own.confirmer.key) == (
        "yimen-civil-affairs",
        "yimen-civil-affairs",
    )
    assert ReportingLine.objects.filter(indicator__key="smart-institutions").count() == 1
    shared = line("nursing-bed-share", YIMEN)
    assert shared.confirmer is not None
    assert shared.confirmer.key == "yuxi-civil-affairs"


def test_who_confirms_is_among_the_bodies_the_documents_name() -> None:
    """Where the issued city documents name departments of the city for a target, one of them confirms."""
    named: dict[int, set[str]] = {}
    bodies = TargetBody.objects.filter(
        target__document__status="issued", target__region=CITY, department__region=CITY
    ).exclude(department__kind__in=["group", "government"])
    for indicator, key in bodies.values_list("target__indicator_id", "department__key"):
        named.setdefault(indicator, set()).add(key)
    leads = AssignmentBody.objects.filter(
        role="lead", assignment__document__status="issued", assignment__targets__region=CITY
    )
    for indicator, key in leads.values_list("assignment__targets__indicator_id", "department__key"):
        named.setdefault(indicator, set()).add(key)
    assert len(named) > 20
    wrong = {
        row.indicator.key: (row.confirmer.key if row.confirmer else None, sorted(named[row.indicator_id]))
        for row in ReportingLine.objects.filter(indicator__in=named).select_related("indicator", "confirmer")
        if row.confirmer is None or row.confirmer.key not in named[row.indicator_id]
    }
    assert wrong == {}


def test_denominators_belong_to_their_owner() -> None:
    rates = dict(
        Indicator.objects.filter(denominator_series__isnull=False).values_list(
            "key", "denominator_series__key"
        )
    )
    assert rates["childcare-places-per-1000"] == "resident-population"
    assert rates["social-workers-per-1000"] == "elderly-population-60"
    assert line("resident-population", YIMEN).department.key == "yimen-statistics"
    assert ReportingLine.objects.filter(indicator__key="infants-under-3").count() == 9


def test_every_county_has_each_kind_of_bureau() -> None:
    counties = Region.objects.filter(level="county")
    for kind in ("civil-affairs", "health", "human-resources", "statistics"):
        assert Department.objects.filter(key__endswith=f"-{kind}", region__in=counties).count() == 9


def test_loading_again_changes_nothing_and_keeps_what_people_decided() -> None:
    moved = line("nursing-bed-share", YIMEN)
    ReportingLine.objects.filter(pk=moved.pk).update(
        department=Department.objects.get(key="yimen-health"), from_file=False
    )
    RoundCalendar.objects.filter(kind="month").update(due_after_workdays=3)
    assert [
        c for c in load_plans().changes if c.kind in {"ReportingLine", "CheckRule", "RoundCalendar"}
    ] == []
    assert line("nursing-bed-share", YIMEN).department.key == "yimen-health"


def rule_changes(folder: Path | None = None) -> list[tuple[str, str, tuple[str, ...]]]:
    """What a load does to the check rules."""
    return [(c.verb, c.key, c.fields) for c in load_plans(folder).changes if c.kind == "CheckRule"]


def rewrite_rules(folder: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the file of rules."""
    path = folder / "check_rules.yaml"
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(rules)
    path.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")


def rename_first_four(rules: list[dict[str, Any]]) -> None:
    for rule in rules[:4]:
        rule["title"] += "（新）"


def drop_first(rules: list[dict[str, Any]]) -> None:
    del rules[0]


def test_a_rule_edited_on_the_page_is_not_overwritten_by_the_file(folder: Path) -> None:
    lead = make_user("lead", "lead", Region.objects.get(code=CITY))
    rule = CheckRule.objects.get(key="change-on-last")
    edited = replace(definition_of(rule), params={"percent": "20"})
    revise_rule(rule=rule, definition=edited, expected_version=1, reason="收紧", by=lead)
    withdraw_rule(rule=CheckRule.objects.get(key="count-falls"), reason="不再使用", by=lead)
    assert rule_changes() == []
    rewrite_rules(folder, rename_first_four)
    assert {key for _verb, key, _fields in rule_changes(folder)} == {"change-on-year", "outside-history"}
    rule.refresh_from_db()
    assert (rule.params, rule.title, rule.version) == ({"percent": "20"}, edited.title, 2)
    assert CheckRule.objects.get(key="count-falls").withdrawn_at is not None


def test_a_rule_that_was_only_switched_follows_the_file_and_stays_switched(folder: Path) -> None:
    lead = make_user("lead", "lead", Region.objects.get(code=CITY))
    rule = set_enabled(rule=CheckRule.objects.get(key="change-on-last"), enabled=False, by=lead)
    assert rule_changes() == []
    rewrite_rules(folder, lambda rules: rules[0].update(params={"percent": 25}))
    assert rule_changes(folder) == [("update", "change-on-last", ("params",))]
    rule.refresh_from_db()
    assert (rule.enabled, rule.params, rule.version) == (False, {"percent": "25"}, 2)
    newest, oldest = CheckRuleVersion.objects.filter(rule=rule)
    assert (newest.made_by, newest.params["percent"], oldest.params["percent"]) == (None, "25", "30")


def test_a_rule_that_leaves_the_file_is_withdrawn_and_comes_back_with_it(folder: Path) -> None:
    rule = CheckRule.objects.get(key="change-on-last")
    rewrite_rules(folder, drop_first)
    assert rule_changes(folder) == [("withdraw", "change-on-last", ())]
    rule.refresh_from_db()
    assert (rule.enabled, rule.withdrawn_at is None, rule.withdrawn_by) == (False, False, None)
    assert rule_changes() == [("update", "change-on-last", ("enabled", "withdrawn_at"))]
    rule.refresh_from_db()
    assert (rule.enabled, rule.withdrawn_at, rule.version) == (True, None, 1)


def test_what_was_changed_without_a_decision_follows_the_file() -> None:
    row = line("daycare-coverage", YIMEN)
    ReportingLine.objects.filter(pk=row.pk).update(frequency="month")
    changes = [c for c in load_plans().changes if c.kind == "ReportingLine"]
    assert [(c.verb, c.key, c.fields) for c in changes] == [
        ("update", f"daycare-coverage {YIMEN}", ("frequency",))
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(settings.FIXTURES_DIR, tmp_path / "fixtures")
    return tmp_path / "fixtures"


@pytest.mark.parametrize(
    ("file", "at", "value", "sentence"),
    [
        ("reporting.yaml", ("lines", 0, "indicators", 0), "no-such", "指标字典里没有“no-such”"),
        ("reporting.yaml", ("lines", 0, "indicators", 0), "daycare-coverage", "一个指标只能有一种填报责任"),
        ("reporting.yaml", ("lines", 0, "confirmed_by"), "no-such", "没有单位“no-such”"),
        ("reporting.yaml", ("lines", 0, "bureau"), "no-such", "没有 key 以“-no-such”结尾的单位"),
        ("reporting.yaml", ("lines", 0, "bureau"), None, "没有写填报单位"),
        ("reporting.yaml", ("lines", 0, "frequency"), "week", "不在可选范围"),
        ("reporting.yaml", ("plan_confirmers", 0, "plan"), "no-such", "没有方案“no-such”"),
        ("reporting.yaml", ("calendar", 0, "grace_workdays"), -1, "太小"),
        ("check_rules.yaml", (0, "kind"), "magic", "不在可选范围"),
        ("check_rules.yaml", (4, "params", "part"), "no-such.numerator", "指标字典里没有“no-such”"),
        ("check_rules.yaml", (4, "owner"), "no-such", "没有单位“no-such”"),
        ("check_rules.yaml", (3, "indicators", 0), "no-such", "指标字典里没有“no-such”"),
        ("indicators/common.yaml", (6, "denominator_series"), "no-such", "没有分母指标“no-such”"),
        ("indicators/common.yaml", (6, "denominator_series"), "beds-per-1000", "分母指标应为合计类"),
    ],
)
def test_mistakes_in_the_files_are_named(
    folder: Path, file: str, at: tuple[str | int, ...], value: object, sentence: str
) -> None:
    path = folder / file
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    place = data
    for step in at[:-1]:
        place = place[step]
    place[at[-1]] = value
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    errors = [error for error in load_collection(folder).errors if error.file == file]
    assert any(sentence in error.message for error in errors), errors[:3]
