"""Rounds from the calendar and by hand, who owes what, rates, reminders, call list."""

import pytest
from django.core import mail
from django.test import override_settings

from targets.actions.refusals import NotAllowed, Refused
from targets.models import Entry, ReportingRound, RoundCalendar
from targets.reporting.owing import call_list, unit_rates, visible_rounds, who_owes
from targets.reporting.periods import latest_ended, period_name, previous, round_name, same_last_year
from targets.reporting.reminders import lock_units, remind, remind_automatically
from targets.reporting.rounds import Dates, dates_of, open_due_rounds, open_round, set_calendar
from targets.reporting.steps import return_entries, review, submit
from targets.reporting.tasks import lock_rounds_task, open_rounds_task, remind_task
from tests.reporting_world import GREEN, QUARTER, Reporting, at, fill, number
from tests.worlds import day, publish, value
from yuxi_eldercare.celery import app
from yuxi_eldercare.core.dispatch import at_once
from yuxi_eldercare.core.models import AuditEvent, Notice, SpecialDay, User


@pytest.mark.pure
def test_periods_and_their_names() -> None:
    assert previous("month", day("2024-03-31")) == day("2024-02-29")
    assert previous("quarter", day("2024-03-31")) == day("2023")
    assert previous("half", day("2024-06-30")) == day("2023")
    assert same_last_year(day("2024-02-29")) == day("2023-02-28")
    assert latest_ended("quarter", day("2024-10-01")) == QUARTER
    assert latest_ended("quarter", day("2024-09-30")) == day("2024-06-30")
    assert latest_ended("year", day("2024-12-31")) == day("2023")
    assert period_name("half", day("2024-06-30")) == "2024年上半年"
    assert round_name("quarter", QUARTER) == "2024年三季度季报"


def test_dates_count_working_days(w: Reporting) -> None:
    RoundCalendar.objects.create(kind="month", due_after_workdays=5, grace_workdays=2)
    # National Day 2024: off 1–7 October, worked on Saturday the 12th.
    SpecialDay.objects.bulk_create(
        SpecialDay(day=day(f"2024-10-0{n}"), working=False, name="国庆节") for n in range(1, 8)
    )
    SpecialDay.objects.create(day=day("2024-10-12"), working=True, name="国庆节调休")
    assert dates_of("month", day("2024-09-30")) == Dates(
        day("2024-10-01"), day("2024-10-12"), day("2024-10-15")
    )


def test_a_round_asks_what_units_owe_and_nothing_twice(w: Reporting) -> None:
    assert w.round.entries.count() == 13
    publish(value(w.world.homes, GREEN, "2024-06-30", 3))
    opened = open_round(
        kind="quarter", period_end=day("2024-06-30"), by=w.lin, indicators=[w.world.homes.pk], name="补报"
    )
    assert {entry.region_id for entry in opened.entries.all()} == {"999902", "999904"}
    assert {entry.confirmer for entry in opened.entries.all()} == {w.city}
    with pytest.raises(Refused, match="没有需要填报的数据"):
        open_round(kind="quarter", period_end=QUARTER, by=w.lin, name="又一轮")
    with pytest.raises(Refused, match="已经存在"):
        open_round(kind="quarter", period_end=QUARTER, by=w.lin)
    assert AuditEvent.objects.filter(action="rounds.open").count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"period_end": "2024-09-29"}, "不是本轮次期别内的期末"),
        ({"period_end": "2024-08-31"}, "不是本轮次期别内的期末"),
        ({"kind": "week"}, "期别应为"),
        ({"name": "长" * 61}, "最多60字"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(w: Reporting, fields: dict[str, str], sentence: str) -> None:
    wanted = {"kind": "quarter", "period_end": "2024-06-30", "name": "", **fields}
    with pytest.raises(Refused, match=sentence):
        open_round(kind=wanted["kind"], period_end=day(wanted["period_end"]), name=wanted["name"], by=w.lin)


def test_only_a_lead_of_the_regions_opens_rounds(w: Reporting) -> None:
    for nobody in (w.ann, w.bob, w.gan):
        with pytest.raises(NotAllowed):
            open_round(kind="quarter", period_end=day("2024-06-30"), by=nobody)
    opened = open_round(kind="quarter", period_end=day("2024-06-30"), by=w.gan, departments=[w.green.pk])
    assert {entry.department for entry in opened.entries.all()} == {w.green}


def test_the_calendar_opens_each_round_once_and_catches_up(w: Reporting) -> None:
    RoundCalendar.objects.create(kind="quarter")
    with at("2025-01-01"):
        assert open_rounds_task() == 1
        assert open_due_rounds() == []
        assert ReportingRound.objects.filter(period_end="2024-12-31").count() == 1
    with at("2025-08-01"):
        assert [row.period_end for row in open_due_rounds()] == [day("2025-03-31"), day("2025-06-30")]


def test_who_owes_what_by_county_and_unit(w: Reporting) -> None:
    fill(w.entry(w.world.homes), number(3), w.ann)
    submit(entries=[w.entry(w.world.homes)], by=w.ann)
    rows = {row.department: row for row in who_owes(w.round, w.lin)}
    assert (rows[w.red].total, rows[w.red].open, rows[w.red].counts["submitted"]) == (4, 3, 1)
    assert rows[w.red].missing == ["护理型床位占比", "适老化改造户数", "每千人托位数"]
    assert rows[w.city].region.code == "999900"
    assert w.red_statistics not in rows, "confirmed by another lead"
    assert {row.department for row in who_owes(w.round, w.gan)} == {w.green}
    assert {row.department for row in who_owes(w.round, w.ann)} == {w.red}
    assert {row.department for row in who_owes(w.round, w.world.ling)} == set(rows) | {w.red_statistics}
    assert visible_rounds(w.lin).get().sent == 1


def test_the_call_list_names_people_and_what_they_owe(w: Reporting) -> None:
    calls = {call.department: call for call in call_list(w.round, w.lin)}
    assert calls[w.red].people == [w.ann]
    assert len(calls[w.red].missing) == 4


def test_rates_count_first_submissions(w: Reporting) -> None:
    one, two, three = (w.entry(i) for i in (w.world.homes, w.world.households, w.world.beds))
    fill(one, number(3), w.ann)
    fill(two, number(4), w.ann)
    submit(entries=[one, two], by=w.ann)
    return_entries(entries=[one], reason="请核对", by=w.bob)
    fill(three, number(parts=(50, 100)), w.ann)
    with at("2024-10-21"):
        fill(one, number(2), w.ann)
        submit(entries=[one, three], by=w.ann)
        rates = {rate.department: rate for rate in unit_rates(w.lin, [w.round.pk])}
        red = rates[w.red]
        assert (red.owed, red.answered, red.on_time, red.late, red.returned) == (4, 3, 2, 1, 1)
        assert (red.completeness, red.timeliness) == (75, 50)
    assert unit_rates(w.lin, [w.round.pk]) == [], "not due yet"


def test_a_reminder_reaches_the_unit_once_a_day(w: Reporting) -> None:
    assert remind(round=w.round, departments=[w.red.pk, w.green.pk], by=w.lin) == 2
    assert remind(round=w.round, departments=[w.red.pk], by=w.mei) == 0
    notice = Notice.objects.get(recipient=w.ann)
    assert "护理型床位占比" in notice.text
    with at("2024-10-09"):
        assert remind(round=w.round, departments=[w.red.pk], by=w.lin) == 1
    with pytest.raises(NotAllowed):
        remind(round=w.round, departments=[w.red.pk], by=w.ann)


def test_a_unit_that_sent_everything_is_left_alone(w: Reporting) -> None:
    entry = w.entry(w.population)
    fill(entry, number(100), w.su)
    submit(entries=[entry], by=w.su)
    assert remind(round=w.round, departments=[w.red_statistics.pk], by=w.lin) == 0


@pytest.mark.parametrize(
    ("today", "occasion"),
    [
        ("2024-10-09", "open"),
        ("2024-10-15", "before-3"),
        ("2024-10-16", "before-3"),
        ("2024-10-17", "before-1"),
        ("2024-10-18", "before-1"),
        ("2024-10-20", "after-2"),
    ],
)
def test_automatic_reminders_before_and_after_the_deadline(w: Reporting, today: str, occasion: str) -> None:
    RoundCalendar.objects.create(kind="quarter", remind_before_days=[3, 1], remind_after_days=[2])
    with at(today):
        remind_automatically()
        assert remind_task() == 0, "never twice for one reason"
    keys = set(Notice.objects.values_list("reason_key", flat=True))
    assert {key.rpartition(":")[2] for key in keys} == {occasion}


def test_no_reminder_is_due_between_the_days(w: Reporting) -> None:
    RoundCalendar.objects.create(kind="quarter", remind_before_days=[3], remind_after_days=[2])
    with at("2024-10-19"):
        assert remind_automatically() == 0


def test_locked_units_and_their_leads_are_told_once(w: Reporting) -> None:
    with at("2024-10-24"):
        lock_rounds_task()
        assert lock_units() == 0
    told = set(Notice.objects.filter(channel="inbox").values_list("recipient__username", flat=True))
    assert {"ann", "cai", "han", "su", "wu", "lin", "mei", "shi", "gan"} == told


@pytest.mark.django_db(transaction=True)
@override_settings(NOTIFY_CHANNELS=["yuxi_eldercare.core.notify.Email"])
def test_a_reminder_is_mailed_after_the_commit() -> None:
    from tests.reporting_world import NOW, make_reporting_world

    with at(NOW):
        w = make_reporting_world()
        User.objects.filter(pk=w.ann.pk).update(email="ann@example.test")
        with at_once():
            remind(round=w.round, departments=[w.red.pk], by=w.lin)
            remind(round=w.round, departments=[w.red.pk], by=w.lin)
    assert [message.to for message in mail.outbox] == [["ann@example.test"]]
    assert Notice.objects.get(channel="email").sent_at is not None


def test_the_calendar_of_rounds_is_kept_by_leads(w: Reporting) -> None:
    wanted = {
        "kind": "month",
        "opens_after_days": 1,
        "due_after_workdays": 8,
        "grace_workdays": 3,
        "remind_before_days": [1, 3],
        "remind_after_days": [],
        "enabled": True,
    }
    with pytest.raises(NotAllowed):
        set_calendar(by=w.ann, **wanted)
    with pytest.raises(Refused, match="0到90"):
        set_calendar(by=w.lin, **{**wanted, "grace_workdays": 91})
    assert set_calendar(by=w.lin, **wanted).remind_before_days == [3, 1]


@pytest.mark.pure
def test_what_the_scheduler_starts_is_known_to_the_worker() -> None:
    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"targets.open_rounds", "targets.remind", "targets.lock_rounds"} <= wanted <= set(app.tasks)


def test_reviewed_values_owe_nothing(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)
    assert Entry.objects.get(pk=entry.pk).state == "reviewed"
    assert "示范养老机构数" not in next(r for r in who_owes(w.round, w.lin) if r.department == w.red).missing
