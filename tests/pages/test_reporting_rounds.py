"""Rounds, desk, reminders, the call list, exceptions, authorisations, handing over, red lights, calendars."""

from typing import Any

import pytest
from django.urls import reverse

from targets.models import (
    Handover,
    ProxyAuthorization,
    RedResponse,
    ReportingLine,
    ReportingRound,
    RoundCalendar,
    RoundException,
)
from targets.reporting.exceptions import request_exception
from targets.reporting.steps import review, submit
from tests.pages.conftest import client_of
from tests.pages.reporting import grid_url, office
from tests.reporting_world import Reporting, at, fill, number
from tests.worlds import CITY, make_user
from yuxi_eldercare.core.models import AuditEvent, Notice, Region, SpecialDay

__all__ = ["office"]


def get(user: Any, page: str, *args: Any, **query: Any) -> Any:
    return client_of(user).get(reverse(page, args=args), query)


def post(user: Any, page: str, *args: Any, **body: Any) -> Any:
    return client_of(user).post(reverse(page, args=args), body, follow=True)


# The desk


def test_the_desk_says_what_i_owe_and_leads_there(office: Reporting) -> None:
    page = get(office.ann, "desk")
    assert "待填报 4 项" in page.text
    assert grid_url(office) in page.text
    assert 'class="todo" href="/desk/">待办 <b>4</b>' in page.text


def test_the_desk_of_each_role_shows_its_own_pile(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(5), office.ann)
    submit(entries=[entry], by=office.ann)
    assert "待审核 1 项" in get(office.bob, "desk").text
    assert "现在没有待办" in get(office.lin, "desk").text
    review(entries=[entry], by=office.bob)
    assert "待确认 1 项" in get(office.lin, "desk").text
    assert "现在没有待办" in get(office.bob, "desk").text


def test_after_the_grace_time_the_desk_offers_to_ask_for_an_exception(office: Reporting) -> None:
    with at("2024-10-24"):
        page = get(office.ann, "desk")
    assert "申请逾期例外" in page.text
    assert "去填报" not in page.text


def test_messages_are_shown_and_marked_as_read(office: Reporting) -> None:
    post(office.lin, "round", office.round.pk, verb="remind", departments=[office.red.pk])
    page = get(office.ann, "desk")
    assert "还有4项待填报" in page.text
    assert post(office.ann, "notices-read").status_code == 200
    assert not Notice.objects.filter(recipient=office.ann, read_at=None).exists()
    assert Notice.objects.filter(read_at=None).count() == 0


# Rounds


def test_the_round_says_who_owes_what(office: Reporting) -> None:
    page = get(office.lin, "round", office.round.pk)
    assert "4 个单位应报 11 项，已报 0 项（0%）" in page.text
    for text in ("红河区民政局", "青山县民政局", "白水县民政局", "护理型床位占比"):
        assert text in page.text


def test_a_unit_sees_itself_only_and_manages_nothing(office: Reporting) -> None:
    page = get(office.ann, "round", office.round.pk)
    assert "1 个单位应报 4 项" in page.text
    assert "青山县民政局" not in page.text
    assert "催办" not in page.text


def test_a_leader_sees_all_and_manages_nothing(office: Reporting) -> None:
    page = get(office.world.ling, "round", office.round.pk)
    assert "5 个单位应报" in page.text
    assert "打印催报名单" not in page.text


def test_a_round_that_concerns_nobody_here_is_not_found(office: Reporting) -> None:
    stranger = make_user("zoe", "reporter", office.statistics.region, office.statistics)
    assert get(stranger, "round", office.round.pk).status_code == 404
    assert "还没有与你有关的填报轮次" in get(stranger, "round-list").text


def test_one_click_reminds_all_and_never_twice_a_day(office: Reporting) -> None:
    page = post(office.lin, "round", office.round.pk, verb="remind_all")
    assert "已催办，4人收到通知" in page.text
    page = post(office.lin, "round", office.round.pk, verb="remind_all")
    assert "今天已经催办过" in page.text
    assert Notice.objects.filter(channel="inbox").count() == 4


def test_a_reminder_needs_units(office: Reporting) -> None:
    page = post(office.lin, "round", office.round.pk, verb="remind")
    assert page.status_code == 422
    assert "没有选择要催办的单位" in page.text


@pytest.mark.parametrize("name", ["ann", "bob"])
def test_units_do_not_remind(office: Reporting, name: str) -> None:
    page = post(getattr(office, name), "round", office.round.pk, verb="remind", departments=[office.red.pk])
    assert page.status_code == 403
    assert not Notice.objects.exists()


def test_the_call_list_names_people_and_is_audited(office: Reporting) -> None:
    office.ann.phone = "0877-2012345"
    office.ann.save()
    page = get(office.lin, "round-calls", office.round.pk)
    assert "Ann 0877-2012345" in page.text
    event = AuditEvent.objects.get(action="personal.view")
    assert event.actor == office.lin
    refused = get(office.ann, "round-calls", office.round.pk)
    assert refused.status_code == 403
    assert "0877-2012345" not in refused.text


def test_closing_waits_for_the_due_date_and_says_so(office: Reporting) -> None:
    page = post(office.lin, "round", office.round.pk, verb="close")
    assert page.status_code == 422
    assert "还没到截止日期" in page.text
    office.round.refresh_from_db()
    assert office.round.closed_at is None


def test_a_lead_of_all_opens_a_round_by_hand(office: Reporting) -> None:
    whole = {"kind": "quarter", "period_end": "2024-06-30", "count": "2", "name": "补报"}
    chief = make_user("chief", "lead", Region.objects.get(code=CITY))
    page = post(chief, "round-list", **whole)
    assert "已开放“补报”" in page.text
    opened = ReportingRound.objects.get(name="补报")
    ends = set(opened.entries.values_list("period_end", flat=True))
    assert sorted(map(str, ends)) == ["2024-03-31", "2024-06-30"]


def test_a_refused_opening_stands_at_its_field_and_keeps_what_was_typed(office: Reporting) -> None:
    body = {"kind": "quarter", "period_end": "2024-09-30", "count": "1", "name": office.round.name}
    page = post(make_user("chief", "lead", Region.objects.get(code=CITY)), "round-list", **body)
    assert page.status_code == 422
    assert "已经存在，请换一个名称" in page.text
    page = post(office.lin, "round-list", **{**body, "name": "x", "opens_on": "2024-10-01"})
    assert page.status_code == 422
    assert "三个日期要么都填，要么都留空" in page.text
    assert 'value="2024-10-01"' in page.text


def test_a_reporter_opens_no_round(office: Reporting) -> None:
    body = {"kind": "quarter", "period_end": "2024-06-30", "count": "1"}
    page = post(office.ann, "round-list", **body)
    assert page.status_code == 403
    assert ReportingRound.objects.count() == 1
    assert "手工开放" not in get(office.ann, "round-list").text


def test_rates_of_units_are_shown_once_a_round_is_due(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(5), office.ann)
    submit(entries=[entry], by=office.ann)
    assert "完整率与及时率" not in get(office.ann, "round-list").text
    with at("2024-10-21"):
        page = get(office.ann, "round-list")
    assert "完整率与及时率" in page.text
    assert page.text.count("25.0%") == 2


# Exceptions, authorisations, handing over


def test_an_exception_is_asked_for_granted_by_name_and_expires(office: Reporting) -> None:
    with at("2024-10-24"):
        form = get(office.ann, "exception-list", round=office.round.pk, department=office.red.pk)
        assert f'<option value="{office.round.pk}" selected>' in form.text
        body = {"round": office.round.pk, "department": office.red.pk}
        page = post(office.ann, "exception-list", **body, reason="")
        assert page.status_code == 422
        assert "请写明为什么未能按时填报" in page.text
        assert "申请已提交" in post(office.ann, "exception-list", **body, reason="系统停电").text
        row = RoundException.objects.get()
        assert "系统停电" in get(office.lin, "desk").text
        decision = {"exception": row.pk, "verb": "grant", "expires_at": "", "decision_text": "同意"}
        page = post(office.lin, "exception-list", **decision)
        assert page.status_code == 422
        assert "请填写可填报至哪一天" in page.text
        page = post(office.lin, "exception-list", **{**decision, "expires_at": "2024-10-26"})
        assert "已同意，到期自动失效" in page.text
        row.refresh_from_db()
        assert (row.granted, row.decided_by) == (True, office.lin)
        assert client_of(office.ann).get(grid_url(office)).context["data"]["mayEnter"]
    with at("2024-10-27"):
        assert not client_of(office.ann).get(grid_url(office)).context["data"]["mayEnter"]


def test_a_refusal_needs_its_reason_and_others_decide_nothing(office: Reporting) -> None:
    with at("2024-10-24"):
        row = request_exception(round=office.round, department=office.red, reason="停电", by=office.ann)
        body = {"exception": row.pk, "verb": "refuse", "decision_text": ""}
        assert "请写明不同意的理由" in post(office.lin, "exception-list", **body).text
        for user in (office.ann, office.bob, office.wu, office.shi, office.gan):
            assert post(user, "exception-list", **body).status_code == 404
        assert "已答复" in post(office.lin, "exception-list", **{**body, "decision_text": "可下期补"}).text
        assert "可下期补" in get(office.ann, "exception-list").text


def test_only_the_unit_asks_for_itself(office: Reporting) -> None:
    body = {"round": office.round.pk, "department": office.red.pk, "reason": "停电"}
    with at("2024-10-24"):
        assert post(office.wu, "exception-list", **body).status_code == 422
    assert not RoundException.objects.exists()


def test_an_authorisation_names_both_and_can_be_revoked(office: Reporting) -> None:
    body = {
        "principal": office.red.pk,
        "agent": office.wu.pk,
        "region": office.red.region_id,
        "valid_from": "2024-10-08",
        "valid_to": "2024-10-31",
        "reason": "人员空缺",
    }
    assert "请写明代报的理由" in post(office.lin, "proxy-list", **{**body, "reason": ""}).text
    assert "已授权，双方都会收到消息" in post(office.lin, "proxy-list", **body).text
    row = ProxyAuthorization.objects.get()
    for user in (office.wu, office.ann):
        assert "人员空缺" in get(user, "proxy-list").text
    assert "人员空缺" not in get(office.cai, "proxy-list").text
    assert post(office.wu, "proxy-list", revoke=row.pk).status_code == 403
    assert post(office.cai, "proxy-list", revoke=row.pk).status_code == 404
    assert "授权已撤销" in post(office.lin, "proxy-list", revoke=row.pk).text


def test_a_reporter_authorises_nobody(office: Reporting) -> None:
    body = {
        "principal": office.red.pk,
        "agent": office.wu.pk,
        "region": office.red.region_id,
        "valid_from": "2024-10-08",
        "valid_to": "2024-10-31",
        "reason": "x",
    }
    assert post(office.ann, "proxy-list", **body).status_code == 403
    assert not ProxyAuthorization.objects.exists()


def test_lines_are_assigned_and_handed_over_with_what_is_open(office: Reporting) -> None:
    ada = make_user("ada", "reporter", office.red.region, office.red)
    lines = ReportingLine.objects.filter(department=office.red)
    chosen = list(lines.values_list("pk", flat=True)[:2])
    body = {"verb": "assign", "department": office.red.pk, "lines": chosen, "holder": office.ann.pk}
    assert "已指定2项指标的负责人" in post(office.bob, "handover", **body).text
    body = {"verb": "hand_over", "department": office.red.pk, "from_user": office.ann.pk}
    body |= {"to_user": ada.pk, "reason": ""}
    assert "请写明移交的理由" in post(office.ann, "handover", **body).text
    page = post(office.ann, "handover", **{**body, "reason": "调离"})
    assert "已移交2项指标，其中2格还没有生效" in page.text
    assert Handover.objects.get().to_user == ada
    assert set(lines.filter(pk__in=chosen).values_list("holder", flat=True)) == {ada.pk}


def test_outsiders_hand_over_and_assign_nothing(office: Reporting) -> None:
    line = ReportingLine.objects.filter(department=office.red).first()
    assert line is not None
    body = {"verb": "assign", "department": office.red.pk, "lines": [line.pk], "holder": office.ann.pk}
    for user in (office.wu, office.ann):
        assert post(user, "handover", **body).status_code in {403, 422}
    line.refresh_from_db()
    assert line.holder is None


def test_the_duties_of_a_merged_unit_pass_to_its_successor(office: Reporting) -> None:
    chief = make_user("chief", "lead", Region.objects.get(code=CITY))
    body = {
        "verb": "move",
        "predecessor": office.white.pk,
        "successor": office.green.pk,
        "reason": "机构改革",
    }
    page = post(chief, "handover", **body)
    assert "已把3项填报责任移交承接单位" in page.text
    assert not ReportingLine.objects.filter(department=office.white, valid_to=None).exists()


# Red lights


@pytest.fixture
def red(office: Reporting) -> RedResponse:
    """A red light that waits for its explanation."""
    entry = office.entry(office.world.beds)
    fill(entry, number(parts=(1, 100)), office.ann)
    submit(entries=[entry], by=office.ann)
    return RedResponse.objects.get()


def test_a_red_light_asks_for_cause_measure_person_and_date(office: Reporting, red: RedResponse) -> None:
    assert "1 个红灯待说明" in get(office.ann, "desk").text
    body = {"response": red.pk, "round": office.round.pk, "cause": "新建项目延期"}
    page = post(office.ann, "red-answers", **body)
    assert page.status_code == 422
    for text in ("请填写措施", "请填写责任人", "请填写整改时限", "新建项目延期"):
        assert text in page.text
    body |= {"measure": "倒排工期", "responsible_person": "王局长", "deadline": "2025-03-31"}
    assert "已保存" in post(office.ann, "red-answers", **body).text
    assert "倒排工期" in get(office.lin, "red-answers", round=office.round.pk).text


def test_others_explain_no_red_light(office: Reporting, red: RedResponse) -> None:
    body = {"response": red.pk, "cause": "x", "measure": "x", "responsible_person": "x"}
    body |= {"deadline": "2025-03-31"}
    assert post(office.lin, "red-answers", **body).status_code == 403
    assert post(office.cai, "red-answers", **body).status_code == 403
    red.refresh_from_db()
    assert red.answered_at is None


# Calendars


def test_special_days_are_loaded_by_the_system_administrator(office: Reporting) -> None:
    system = make_user("sys", "system_admin", Region.objects.get(code=CITY))
    with_factor(system)
    page = client_of(system).post(reverse("special-days"), {"text": "2024-10-01,休,国庆节\n2024-13-01,休"})
    assert page.status_code == 422
    assert "第2行" in page.text
    assert not SpecialDay.objects.exists()
    page = client_of(system).post(reverse("special-days"), {"text": "2024-10-12,班,调休"}, follow=True)
    assert "已载入，1天有变化" in page.text
    assert post(office.lin, "special-days", text="2024-10-13,班").status_code == 422
    assert SpecialDay.objects.count() == 1


def with_factor(user: Any) -> None:
    """An administrator who has set up the second factor."""
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(user, "JBSWY3DPEHPK3PXP")


def test_calendars_of_rounds_are_set_by_the_lead(office: Reporting) -> None:
    body = {
        "kind": "month",
        "opens_after_days": "1",
        "due_after_workdays": "8",
        "grace_workdays": "3",
        "remind_before_days": "3，1",
        "remind_after_days": "x",
    }
    page = post(office.lin, "special-days", **body)
    assert page.status_code == 422
    assert "请写天数" in page.text
    assert "已保存" in post(office.lin, "special-days", **{**body, "remind_after_days": "1"}).text
    assert RoundCalendar.objects.get(kind="month").remind_before_days == [3, 1]
    assert get(office.ann, "special-days").status_code == 403
