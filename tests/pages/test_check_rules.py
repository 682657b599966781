"""Check rules on pages: written with pickers, tried, switched on, changed with a reason, copied, withdrawn."""

from typing import Any

import pytest
from django.urls import reverse

from targets.models import CheckRule, CheckRuleVersion
from targets.reporting.rules import Definition, set_enabled, write_rule
from tests.pages.conftest import client_of, own_statements
from tests.pages.reporting import office
from tests.reporting_world import Reporting
from tests.worlds import publish
from tests.worlds import value as figure_value

__all__ = ["office"]

YEAR = Definition(title="与上年同期相比", kind="change_on_year", severity="soft", params={"percent": "10"})
FORM = {
    "kind": "within",
    "part": "w-beds.numerator",
    "whole": "w-beds.denominator",
    "title": "护理型床位不大于床位",
    "severity": "hard",
    "hint": "请核对床位表。",
    "owner": "",
    "verb": "save",
}


@pytest.fixture
def rule(office: Reporting) -> CheckRule:
    return write_rule(definition=YEAR, by=office.lin)


def get(user: Any, page: str, *args: Any, **query: Any) -> Any:
    return client_of(user).get(reverse(page, args=args), query)


def post(user: Any, page: str, *args: Any, **body: Any) -> Any:
    return client_of(user).post(reverse(page, args=args), body, follow=True)


def doubled(office: Reporting) -> None:
    """A count that doubled within a year."""
    publish(
        figure_value(office.world.homes, "999902", "2023-06-30", 4),
        figure_value(office.world.homes, "999902", "2024-06-30", 8),
    )


def test_a_rule_is_tried_on_the_past_before_it_is_switched_on(office: Reporting, rule: CheckRule) -> None:
    doubled(office)
    page = get(office.lin, "check-rule", rule.key)
    assert "试运行后启用" in page.text
    assert "启用这条规则" not in page.text
    page = client_of(office.lin).get(reverse("check-rule", args=[rule.key]), {"try": 1})
    assert "检查现有 2 个数，会拦下或要求说明 1 个" in page.text
    assert "比上年同期（4）上升100%，超过10%，请说明原因。" in page.text
    assert "启用这条规则" in page.text
    assert "已启用" in post(office.lin, "check-rule", rule.key, verb="enable").text
    rule.refresh_from_db()
    assert (rule.enabled, rule.changed_by) == (True, office.lin)
    assert "已停用" in post(office.lin, "check-rule", rule.key, verb="disable").text


def test_a_new_rule_begins_with_its_kind_and_asks_for_what_the_kind_needs(office: Reporting) -> None:
    kinds = get(office.lin, "check-rule-new")
    assert "部分不大于整体" in kinds.text
    assert "“甲”（120）大于“乙”（100），请核对。" in kinds.text
    form = get(office.lin, "check-rule-new", kind="within")
    assert "护理型床位占比 · 分子" in form.text
    assert 'name="percent"' not in form.text
    assert 'name="percent"' in get(office.lin, "check-rule-new", kind="change_on_last").text


def test_a_rule_is_written_with_a_form_and_starts_switched_off(office: Reporting) -> None:
    page = post(office.lin, "check-rule-new", **FORM)
    made = CheckRule.objects.get()
    assert page.redirect_chain == [(f"{reverse('check-rule', args=[made.key])}?try=1", 302)]
    assert "规则已保存，尚未启用" in page.text
    assert "启用这条规则" in page.text
    assert (made.enabled, made.version, made.severity, made.hint) == (False, 1, "hard", "请核对床位表。")
    assert made.params == {"part": "w-beds.numerator", "whole": "w-beds.denominator"}
    assert (
        "“护理型床位占比”的分子（120）大于“护理型床位占比”的分母（100），请核对。提示：请核对床位表。"
        in page.text
    )


def test_trying_what_was_typed_writes_nothing(office: Reporting) -> None:
    doubled(office)
    body = {"kind": "change_on_year", "percent": "１０％", "title": "变动", "severity": "soft", "verb": "try"}
    page = client_of(office.lin).post(reverse("check-rule-new"), body)
    assert page.status_code == 200
    assert "会拦下或要求说明 1 个" in page.text
    assert 'value="１０％"' in page.text
    assert not CheckRule.objects.exists()


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(office: Reporting) -> None:
    url = reverse("check-rule-new")
    page = client_of(office.lin).post(url, {**FORM, "whole": "w-beds.numerator", "title": ""})
    assert page.status_code == 422
    errors = page.context["form"].errors
    assert errors == {"whole": ["同一处不能和自己比较，请另选一处。"], "title": ["请写规则名称。"]}
    assert 'value="请核对床位表。"' in page.text
    body = {"kind": "change_on_year", "percent": "约50", "title": "t", "severity": "soft", "verb": "try"}
    page = client_of(office.lin).post(url, body)
    assert page.status_code == 422
    assert "“约50”不是确数" in page.text
    assert not CheckRule.objects.exists()


def test_a_change_asks_for_a_reason_and_keeps_what_was(office: Reporting, rule: CheckRule) -> None:
    body = {"percent": "20", "title": YEAR.title, "severity": "soft", "version": 1, "verb": "save"}
    page = post(office.lin, "check-rule-edit", rule.key, **body)
    assert page.status_code == 422
    assert "请写明修改的理由。" in page.text
    page = post(office.lin, "check-rule-edit", rule.key, **body, reason="10%太严")
    assert "已保存为第2版" in page.text
    assert "变动超过：10 % → 20 %" in page.text
    assert "10%太严" in page.text
    assert [version.number for version in CheckRuleVersion.objects.all()] == [2, 1]
    page = post(office.mei, "check-rule-edit", rule.key, **body, reason="我也要改")
    assert page.status_code == 422
    assert "已由Lin改为第2版，请刷新后再改" in page.text


def test_a_copy_begins_with_what_the_other_says(office: Reporting, rule: CheckRule) -> None:
    form = get(office.lin, "check-rule-new", copy=rule.key)
    assert 'value="与上年同期相比（复制）"' in form.text
    assert 'value="10"' in form.text


def test_a_rule_is_withdrawn_with_a_reason_and_stays_readable(office: Reporting, rule: CheckRule) -> None:
    assert post(office.lin, "check-rule", rule.key, verb="withdraw", reason=" ").status_code == 422
    assert "已撤下" in post(office.lin, "check-rule", rule.key, verb="withdraw", reason="重复").text
    page = get(office.lin, "check-rule", rule.key)
    assert "重复" in page.text
    assert "复制为新规则" in page.text
    assert reverse("check-rule-edit", args=[rule.key]) not in page.text
    assert rule.title not in get(office.lin, "check-rules").text
    assert rule.title in get(office.lin, "check-rules", state="withdrawn").text


def test_rules_are_for_those_who_keep_them(office: Reporting, rule: CheckRule) -> None:
    for page, *args in (("check-rules",), ("check-rule-new",), ("check-rule", rule.key)):
        assert get(office.ann, page, *args).status_code == 403
    assert post(office.ann, "check-rule", rule.key, verb="enable").status_code == 403
    assert post(office.ann, "check-rule-new", **FORM).status_code == 403
    rule.refresh_from_db()
    assert not rule.enabled


def test_a_county_reads_the_citys_rules_and_keeps_its_own(office: Reporting, rule: CheckRule) -> None:
    page = get(office.gan, "check-rule", rule.key)
    assert "修改由归口单位办理" in page.text
    assert post(office.gan, "check-rule", rule.key, verb="enable").status_code == 403
    assert get(office.gan, "check-rule-edit", rule.key).status_code == 403
    form = get(office.gan, "check-rule-new", kind="falls")
    assert "青山县民政局" in form.text
    assert "不设归口" not in form.text
    body = {"kind": "falls", "title": "本县的", "severity": "soft", "owner": office.green.pk, "verb": "save"}
    assert "只检查青山县的数据" in post(office.gan, "check-rule-new", **body).text


def test_the_list_takes_as_many_statements_for_many_rules_as_for_few(office: Reporting) -> None:
    def more(count: int) -> None:
        for number in range(count):
            made = write_rule(
                definition=Definition(title=f"{count}-{number}", kind="falls", params={}, severity="soft",
                                      owner=office.city, indicators=("w-homes",)),
                by=office.lin,
            )  # fmt: skip
            set_enabled(rule=made, enabled=True, by=office.lin)

    more(2)
    few = own_statements(client_of(office.lin), reverse("check-rules"))
    more(20)
    assert own_statements(client_of(office.lin), reverse("check-rules")) == few <= 6
