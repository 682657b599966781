"""Check rules as data: written, changed as a new version, tried, switched, withdrawn; and the file of rules."""

from dataclasses import replace
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import IntegrityError, transaction

from targets.actions.refusals import NotAllowed, Refused
from targets.models import CheckRule, CheckRuleVersion, Entry
from targets.reporting.checks import Rule
from targets.reporting.context import check_entries, enabled_rules
from targets.reporting.rule_problems import rule_problems
from targets.reporting.rule_words import example
from targets.reporting.rules import (
    Definition,
    definition_of,
    may_keep,
    owners_for,
    revise_rule,
    set_enabled,
    withdraw_rule,
    write_rule,
)
from targets.reporting.trying import try_definition, try_on_past
from tests.reporting_world import GREEN, RED, Reporting, fill, number
from tests.worlds import make_user, publish, value
from yuxi_eldercare.core.models import AuditEvent

JUMP = Definition(title="变动", kind="change_on_last", params={"percent": "60"}, severity="soft")


def past_of_homes(w: Reporting, region: str = RED) -> None:
    for end, figure in (("2023-09-30", 1), ("2023-12-31", 2), ("2024-03-31", 9), ("2024-06-30", 9)):
        publish(value(w.world.homes, region, end, figure, period_kind="quarter"))


def fields_of(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.field for problem in refused.value.problems}


def actions() -> list[str]:
    rows = AuditEvent.objects.filter(object_type="check_rule").order_by("id")
    return list(rows.values_list("action", flat=True))


# Written and tried


def test_a_rule_is_tried_before_it_is_switched_on(w: Reporting) -> None:
    past_of_homes(w)
    assert (try_definition(JUMP).checked, try_definition(JUMP).hits) == (4, 2)
    made = write_rule(definition=JUMP, by=w.lin)
    assert not made.enabled
    result = try_on_past(made)
    assert (result.checked, result.hits, result.by_indicator) == (4, 2, {"示范养老机构数": 2})
    assert [sample.period for sample in result.samples] == ["2024年一季度", "2023年四季度"]
    assert result.samples[0].region == "红河区"
    assert enabled_rules() == []
    set_enabled(rule=made, enabled=True, by=w.lin)
    assert [rule.key for rule in enabled_rules()] == [made.key]
    assert actions() == ["check_rules.create", "check_rules.enable"]


def test_what_a_trial_says_is_what_the_rule_says_afterwards(w: Reporting) -> None:
    past_of_homes(w)
    wanted = replace(JUMP, indicators=("w-homes",), hint="请核对台账。")
    tried = try_definition(wanted)
    assert try_on_past(write_rule(definition=wanted, by=w.lin)) == tried
    assert tried.samples[0].message.endswith("请说明原因。提示：请核对台账。")


def test_a_trial_takes_four_statements(w: Reporting, django_assert_num_queries: Any) -> None:
    past_of_homes(w)
    with django_assert_num_queries(4):
        try_definition(JUMP)


def test_all_that_is_wrong_with_a_rule_is_said_at_its_field(w: Reporting) -> None:
    with pytest.raises(Refused) as refused:
        write_rule(
            definition=Definition(
                title=" ",
                kind="within",
                params={"part": "nothing", "whole": "w-homes.numerator", "more": 1},
                severity="loud",
                indicators=("nobody",),
                hint="字" * 201,
            ),
            by=w.lin,
        )
    assert fields_of(refused) == {"title", "hint", "severity", "indicators", "params", "part", "whole"}
    assert "“w-homes”不是比率" in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "params", "field", "sentence"),
    [
        ("magic", {}, "kind", "没有“magic”这类规则"),
        ("change_on_last", {"percent": "-1"}, "percent", "应为0到1000之间的数"),
        ("change_on_last", {"percent": "lots"}, "percent", "应为0到1000之间的数"),
        ("outside_history", {"periods": "4.5"}, "periods", "应为整数"),
        ("outside_history", {"periods": "3", "at_least_periods": "4"}, "at_least_periods", "不能多于"),
        ("within", {"part": "w-homes", "whole": "w-homes"}, "whole", "不能和自己比较"),
        ("within", {"part": "w-homes", "whole": ""}, "whole", "请选择指标"),
        ("sum_within", {"parts": [], "whole": "w-homes"}, "parts", "请选择指标"),
        ("equal", {"left": "w-homes.half", "right": "w-population"}, "left", "“w-homes.half”不是"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    w: Reporting, kind: str, params: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        write_rule(definition=replace(JUMP, kind=kind, params=params), by=w.lin)
    assert fields_of(refused) == {field}
    assert not CheckRule.objects.exists()


def test_two_rules_do_not_have_one_name(w: Reporting) -> None:
    first = write_rule(definition=JUMP, by=w.lin)
    with pytest.raises(Refused, match="已有名称为“变动”的规则"):
        write_rule(definition=JUMP, by=w.lin)
    withdraw_rule(rule=first, reason="不再需要", by=w.lin)
    assert write_rule(definition=JUMP, by=w.lin).key != first.key


# Changed


def test_a_change_is_a_new_version_with_its_reason_and_the_old_one_stays(w: Reporting) -> None:
    made = write_rule(definition=JUMP, by=w.lin)
    stricter = replace(JUMP, params={"percent": "20.0"}, indicators=("w-homes",))
    revise_rule(rule=made, definition=stricter, expected_version=1, reason="60%太松", by=w.mei)
    newest, oldest = CheckRuleVersion.objects.filter(rule=made)
    assert (oldest.number, oldest.params, oldest.indicators) == (1, {"percent": "60"}, [])
    assert (newest.number, newest.params, newest.indicators) == (2, {"percent": "20"}, ["w-homes"])
    assert (newest.reason, newest.made_by) == ("60%太松", w.mei)
    made.refresh_from_db()
    assert (made.version, definition_of(made)) == (2, definition_of(newest))
    changed = AuditEvent.objects.get(action="check_rules.change")
    assert (changed.before["params"], changed.after["params"]) == ({"percent": "60"}, {"percent": "20"})
    assert changed.detail == "60%太松"


def test_a_change_needs_a_reason_a_difference_and_the_version_one_saw(w: Reporting) -> None:
    made = write_rule(definition=JUMP, by=w.lin)
    with pytest.raises(Refused) as refused:
        revise_rule(rule=made, definition=JUMP, expected_version=1, reason=" ", by=w.lin)
    assert {p.message for p in refused.value.problems} == {"请写明修改的理由。", "没有改动，不必保存。"}
    hard = replace(JUMP, severity="hard")
    revise_rule(rule=made, definition=hard, expected_version=1, reason="改为硬性", by=w.lin)
    with pytest.raises(Refused, match="已由Lin改为第2版"):
        revise_rule(rule=made, definition=JUMP, expected_version=1, reason="再改", by=w.mei)
    with pytest.raises(Refused, match="种类不能改"):
        revise_rule(
            rule=made, definition=replace(JUMP, kind="falls", params={}), expected_version=2,
            reason="换", by=w.lin,
        )  # fmt: skip
    assert CheckRuleVersion.objects.count() == 2


def test_a_value_keeps_the_version_its_explanation_was_written_for(w: Reporting) -> None:
    past_of_homes(w)
    made = set_enabled(rule=write_rule(definition=JUMP, by=w.lin), enabled=True, by=w.lin)
    entry = w.entry(w.world.homes)
    fill(entry, number(30, explanations={made.key: "新增机构"}), w.ann)
    revise_rule(
        rule=made,
        definition=replace(JUMP, params={"percent": "50"}),
        expected_version=1,
        reason="收紧",
        by=w.lin,
    )
    entry.refresh_from_db()
    assert entry.explanations[made.key]["version"] == 1
    assert [problem.blocks for problem in check_entries([entry])[entry.pk]] == [False]
    fill(entry, number(31, explanations={made.key: "又增一家"}), w.ann)
    entry.refresh_from_db()
    assert entry.explanations[made.key]["version"] == 2


# Switched off for good


def test_a_withdrawn_rule_is_read_and_never_used_again(w: Reporting) -> None:
    made = set_enabled(rule=write_rule(definition=JUMP, by=w.lin), enabled=True, by=w.lin)
    with pytest.raises(Refused, match="撤下的理由"):
        withdraw_rule(rule=made, reason="", by=w.lin)
    withdraw_rule(rule=made, reason="口径已变", by=w.lin)
    assert enabled_rules() == []
    made.refresh_from_db()
    assert (made.enabled, made.withdrawn_by, made.withdrawn_reason) == (False, w.lin, "口径已变")
    for act in (
        lambda: set_enabled(rule=made, enabled=True, by=w.lin),
        lambda: withdraw_rule(rule=made, reason="再撤", by=w.lin),
        lambda: revise_rule(
            rule=made, definition=replace(JUMP, severity="hard"), expected_version=1, reason="改", by=w.lin
        ),
    ):
        with pytest.raises(Refused, match="撤下"):
            act()
    assert definition_of(made) == JUMP.tidy()
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckRule.objects.filter(pk=made.pk).update(enabled=True)


# Whose rules


def test_rules_are_kept_by_the_department_that_owns_them(w: Reporting) -> None:
    with pytest.raises(NotAllowed, match="需要“牵头单位”角色"):
        write_rule(definition=JUMP, by=w.ann)
    theirs = write_rule(definition=replace(JUMP, owner=w.statistics), by=w.shi)
    with pytest.raises(NotAllowed, match="不包括市统计局"):
        set_enabled(rule=theirs, enabled=True, by=w.mei)
    with pytest.raises(NotAllowed, match="不包括市统计局"):
        write_rule(definition=replace(JUMP, title="以统计局的名义", owner=w.statistics), by=w.mei)
    everywhere = make_user("chief", "lead", w.world.city)
    assert set_enabled(rule=theirs, enabled=True, by=everywhere).enabled
    with pytest.raises(NotAllowed, match="由市级牵头单位维护"):
        write_rule(definition=replace(JUMP, title="县里写的"), by=w.gan)
    assert may_keep(w.gan, w.green)
    assert list(owners_for(w.gan)) == [w.green]
    assert {w.green, w.statistics} < set(owners_for(everywhere))


def test_a_countys_rule_looks_at_that_county_only(w: Reporting) -> None:
    past_of_homes(w, RED)
    past_of_homes(w, GREEN)
    own = replace(JUMP, owner=w.green)
    assert {sample.region for sample in try_definition(own).samples} == {"青山县"}
    set_enabled(rule=write_rule(definition=own, by=w.gan), enabled=True, by=w.gan)
    for region, user in ((RED, w.ann), (GREEN, w.cai)):
        fill(w.entry(w.world.homes, region), number(90), user)
    found = check_entries(list(Entry.objects.filter(indicator=w.world.homes).exclude(state="empty")))
    assert [Entry.objects.get(pk=pk).region_id for pk in found] == [GREEN]


# What it says


@pytest.mark.parametrize(
    ("kind", "params", "sentence"),
    [
        ("change_on_last", {"percent": "30", "at_least": "2"}, "比上期（100）上升52%，超过30%，请说明原因。"),
        ("change_on_year", {"percent": "50"}, "比上年同期（100）上升70%，超过50%，请说明原因。"),
        ("outside_history", {}, "超出本地区近12期的范围（70—110），请说明原因。"),
        ("falls", {}, "累计数比上期（100）减少，请说明原因。"),
        ("within", {"part": "a", "whole": "b"}, "“a”（120）大于“b”（100），请核对。"),
        ("sum_within", {"parts": ["a", "b"], "whole": "c"}, "“a”、“b”合计（220）大于“c”（100），请核对。"),
        (
            "equal",
            {"left": "a.numerator", "right": "a.denominator", "tolerance": "5"},
            "“a”的分子（125）与“a”的分母（100）应当一致，请核对或说明原因。",
        ),
    ],
)
@pytest.mark.pure
def test_an_example_is_said_by_the_rule_itself(kind: str, params: dict[str, Any], sentence: str) -> None:
    assert example(Rule("r", "r", kind, params, "soft"), {}) == sentence


@pytest.mark.pure
def test_the_shipped_rules_make_sense() -> None:
    rules = yaml.safe_load((settings.FIXTURES_DIR / "check_rules.yaml").read_text(encoding="utf-8"))
    records = [
        record
        for path in settings.FIXTURES_DIR.glob("**/*.yaml")
        if "indicators" in path.as_posix()
        for record in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    known = {record["code"] for record in records}
    rates = {record["code"] for record in records if record.get("scale")}
    assert len(rules) > 10
    for record in rules:
        assert rule_problems({"params": {}, **record}, known=known, rates=rates) == [], record["key"]
