"""Deadlines: open, late, locked, closed, and exceptions; merged units and withdrawn indicators."""

from datetime import timedelta

import pytest
from django.utils import timezone

from targets.actions.refusals import NotAllowed, Refused
from targets.models import Entry, RedResponse, ReportingLine, RoundException
from targets.reporting import exceptions
from targets.reporting.handover import move_to_successor
from targets.reporting.publishing import publish, start_correction
from targets.reporting.red import answer_red, owed, responses
from targets.reporting.rounds import close_round
from targets.reporting.steps import review, submit
from targets.reporting.window import round_status, window_of
from tests.reporting_world import RED, Reporting, at, fill, number, walk
from tests.worlds import day
from yuxi_eldercare.core.models import AuditEvent, Notice, Succession


@pytest.mark.parametrize(
    ("today", "status", "writes"),
    [
        ("2024-09-30", "not_open", False),
        ("2024-10-01", "open", True),
        ("2024-10-18", "open", True),
        ("2024-10-19", "late", True),
        ("2024-10-23", "late", True),
        ("2024-10-24", "locked", False),
    ],
)
def test_the_window_follows_the_dates(w: Reporting, today: str, status: str, writes: bool) -> None:
    with at(today):
        window = window_of(w.round, w.red.pk)
        assert (window.status, window.may_write) == (status, writes)
        if not writes:
            with pytest.raises(Refused, match=window.sentence):
                fill(w.entry(w.world.homes), number(3), w.ann)


def test_after_the_grace_time_nothing_of_the_unit_changes(w: Reporting) -> None:
    entry, other = w.entry(w.world.homes), w.entry(w.world.households)
    walk(entry, number(3), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    fill(other, number(5), w.ann)
    with at("2024-10-24"):
        with pytest.raises(Refused, match="已锁定"):
            submit(entries=[other], by=w.ann)
        with pytest.raises(Refused, match="已锁定"):
            start_correction(entry=entry, reason="漏报", by=w.ann)


def test_what_was_sent_in_time_is_still_reviewed_and_confirmed(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    submit(entries=[entry], by=w.ann)
    with at("2024-10-28"):
        review(entries=[entry], by=w.bob)
        assert publish(entries=[entry], by=w.lin)[0].state == "published"


def test_an_exception_is_asked_granted_used_and_ends(w: Reporting) -> None:
    with pytest.raises(Refused, match="现在可以填报"):
        exceptions.request_exception(round=w.round, department=w.red, reason="停电", by=w.ann)
    with at("2024-10-24"):
        with pytest.raises(NotAllowed):
            exceptions.request_exception(round=w.round, department=w.red, reason="停电", by=w.cai)
        asked = exceptions.request_exception(round=w.round, department=w.red, reason="停电", by=w.ann)
        with pytest.raises(Refused, match="等待批准"):
            exceptions.request_exception(round=w.round, department=w.red, reason="停电", by=w.bob)
        assert list(exceptions.open_requests(w.lin)) == [asked]
        assert not exceptions.open_requests(w.shi).filter(department=w.green).exists()
        for nobody in (w.ann, w.bob, w.gan, w.wu):
            with pytest.raises(NotAllowed):
                exceptions.grant(exception=asked, until=timezone.now() + timedelta(days=1), by=nobody)
        with pytest.raises(Refused, match="最长31天"):
            exceptions.grant(exception=asked, until=timezone.now() + timedelta(days=60), by=w.lin)
        exceptions.grant(exception=asked, until=timezone.now() + timedelta(days=1), by=w.lin)
        with pytest.raises(Refused, match="已经处理过"):
            exceptions.refuse(exception=asked, text="不同意", by=w.mei)
        statuses = round_status(w.round, [w.red.pk, w.green.pk])
        assert (statuses[w.red.pk].status, statuses[w.green.pk].status) == ("excepted", "locked")
        fill(w.entry(w.world.homes), number(3), w.ann)
        assert Notice.objects.filter(recipient=w.ann, reason_key=f"exception:{asked.pk}").exists()
    with at("2024-10-26"), pytest.raises(Refused, match="已锁定"):
        fill(w.entry(w.world.homes), number(4), w.ann)
    actions = AuditEvent.objects.filter(object_type="round_exception").order_by("id")
    assert [event.action for event in actions] == ["exceptions.request", "exceptions.grant"]


def test_a_refusal_has_words(w: Reporting) -> None:
    with at("2024-10-24"):
        asked = exceptions.request_exception(round=w.round, department=w.red, reason="停电", by=w.ann)
        with pytest.raises(Refused, match="理由"):
            exceptions.refuse(exception=asked, text="", by=w.lin)
        exceptions.refuse(exception=asked, text="已多次逾期", by=w.lin)
        assert window_of(w.round, w.red.pk).status == "locked"
        assert RoundException.objects.get().decided_by == w.lin


def test_a_round_closes_when_nothing_waits_and_reds_are_answered(w: Reporting) -> None:
    entry, waiting = w.entry(w.world.beds), w.entry(w.world.homes)
    walk(entry, number(parts=(5, 100)), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    fill(waiting, number(3), w.ann)
    submit(entries=[waiting], by=w.ann)
    with at("2024-10-28"):
        with pytest.raises(NotAllowed):
            close_round(round=w.round, by=w.gan)
        with pytest.raises(Refused) as refused:
            close_round(round=w.round, by=w.lin)
        assert {p.field for p in refused.value.problems} == {"entries", "red_responses"}
        review(entries=[waiting], by=w.bob)
        publish(entries=[waiting], by=w.lin)
        asked = list(owed(w.ann))
        assert asked
        assert not owed(w.cai).exists()
        with pytest.raises(NotAllowed):
            answer(asked[0], w.cai)
        for response in asked:
            answer(response, w.ann)
        assert {row.answered_by for row in responses(w.round, w.lin)} == {w.ann}
        close_round(round=w.round, by=w.lin)
        assert window_of(w.entry(w.world.homes).round, w.red.pk).status == "closed"
        with pytest.raises(Refused, match="已经关闭"):
            close_round(round=w.round, by=w.lin)


def answer(response: RedResponse, by) -> None:  # type: ignore[no-untyped-def]
    answer_red(
        response=response,
        cause="护理床位改造滞后",
        measure="十一月底前完成改造",
        responsible_person="王某",
        deadline=day("2024-11-30"),
        by=by,
    )


def test_a_red_answer_is_complete_or_refused(w: Reporting) -> None:
    entry = w.entry(w.world.beds)
    fill(entry, number(parts=(5, 100)), w.ann)
    submit(entries=[entry], by=w.ann)
    response = RedResponse.objects.first()
    assert response is not None
    with pytest.raises(Refused) as refused:
        answer_red(response=response, cause="", measure=" ", responsible_person="", deadline=None, by=w.ann)
    assert {p.field for p in refused.value.problems} == {"cause", "measure", "responsible_person", "deadline"}


def test_a_round_is_not_closed_before_its_deadline(w: Reporting) -> None:
    with pytest.raises(Refused, match="还没到截止日期"):
        close_round(round=w.round, by=w.lin)


def test_an_indicator_withdrawn_meanwhile_is_closed(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    walk_to_review(w, entry)
    w.world.homes.withdrawn_at = timezone.now()
    w.world.homes.save()
    with pytest.raises(Refused, match="指标已停用"):
        publish(entries=[entry], by=w.lin)
    fresh = w.entry(w.world.homes, "999903")
    with pytest.raises(Refused, match="指标已停用"):
        fill(fresh, number(3), w.cai)


def walk_to_review(w: Reporting, entry: Entry) -> None:
    fill(entry, number(3), w.ann)
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)


def test_a_merged_unit_is_told_who_reports_now_and_the_work_moves(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    Succession.objects.create(predecessor=w.red, successor=w.red_statistics, since=day("2024-10-01"))
    with pytest.raises(Refused, match="由红河区统计局填报"):
        fill(entry, number(4), w.ann)
    with pytest.raises(NotAllowed):
        move_to_successor(predecessor=w.red, successor=w.red_statistics, reason="机构改革", by=w.ann)
    moved = move_to_successor(predecessor=w.red, successor=w.red_statistics, reason="机构改革", by=w.lin)
    assert moved == ReportingLine.objects.filter(department=w.red, valid_to__isnull=False).count() == 4
    fill(entry, number(5), w.su)
    entry.refresh_from_db()
    assert (entry.department, entry.value) == (w.red_statistics, 5)
    line = ReportingLine.objects.get(indicator=w.world.homes, region=RED, valid_to=None)
    assert (line.department, line.from_file) == (w.red_statistics, False)
