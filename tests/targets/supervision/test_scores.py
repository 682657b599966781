"""Points follow from what happened, once each; the ranking equals a slow recount of the raw rows."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from targets.actions.refusals import NotAllowed, Refused
from targets.models import (
    AssignmentPart,
    NoticeReply,
    PartMonth,
    PartReport,
    PartStep,
    ScoreLine,
    ScoreRule,
    SupervisionNotice,
)
from targets.presenters.supervision_scores import COUNTIES, DEPARTMENTS, period_of, ranking
from targets.queries.supervision_scores import unit_points
from targets.supervision.deciding import reply, sign
from targets.supervision.escalating import escalate
from targets.supervision.scores import enter_by_hand, give_scores
from tests.reporting_world import at
from tests.worlds import WHITE, make_user
from yuxi_eldercare.core.models import Department

from .conftest import Ladder, make_part, make_task

POINTS = {
    "on_time": "1", "late": "-1", "returned": "-0.5", "closed_on_time": "5", "closed_late": "1",
    "red_month": "-1", "notice": "-2", "circular": "-5",
}  # fmt: skip


def report(part: AssignmentPart, end: str, entered: str, due: str, **fields: object) -> PartReport:
    with at(entered):
        return PartReport.objects.create(
            part=part,
            period_end=date.fromisoformat(end),
            text="进展",
            entered_at=timezone.now(),
            entered_by=part.issued_by,
            due_on=date.fromisoformat(due),
            **fields,
        )


def step(part: AssignmentPart, kind: str, on: str) -> PartStep:
    with at(on):
        return PartStep.objects.create(part=part, kind=kind, at=timezone.now(), by=part.issued_by)


def red(part: AssignmentPart, month: str) -> None:
    PartMonth.objects.create(
        part=part, month_end=date.fromisoformat(month), light="red", state="working", reasons=["overdue"]
    )


def busy(s: Ladder) -> None:
    """Two counties and the city do this and that in the last quarter of 2024."""
    green = make_part(s.task, s.r.green, s.du)
    city = make_part(s.task, s.r.city, s.du)
    second = make_part(make_task(s.r, "w.s.2"), s.r.red_statistics, s.du)
    report(s.part, "2024-09-30", "2024-10-10", "2024-10-14")
    first = report(green, "2024-09-30", "2024-10-16", "2024-10-14")
    first.superseded_at = timezone.now()
    first.save()
    report(green, "2024-09-30", "2024-10-17", "2024-10-14")  # told again: scored once
    report(second, "2024-09-30", "2024-10-14", "2024-10-14")
    step(green, "return_report", "2024-10-16")
    step(s.part, "submit", "2024-12-30")
    step(s.part, "return", "2024-12-31")
    step(s.part, "submit", "2025-01-05")
    step(s.part, "close", "2025-01-06")
    step(city, "submit", "2024-12-20")
    step(city, "close", "2025-01-06")  # applied for in time, verified later
    red(green, "2024-10-31")
    red(green, "2024-11-30")
    red(s.letter, "2024-11-30")  # not scored: managed vertically
    for today in ("2024-10-14", "2024-10-21"):
        with at(today):
            escalate()
    for order in s.notices(kind="order"):
        with at("2024-10-21"):
            sign(notice=order, by=s.du)
    with at("2024-11-05"):
        reply(notice=s.notices(kind="order", part=s.part)[0], text="已办", by=s.r.ann)


def recount(first: date, last: date) -> dict[str, Decimal]:
    """The oracle: every raw row looked at on its own, slowly."""
    totals: dict[str, Decimal] = defaultdict(Decimal)

    def give(unit: Department, cause: str, on: date) -> None:
        if unit.kind != "vertical" and first <= on <= last:
            totals[unit.key] += Decimal(POINTS[cause])

    for part in AssignmentPart.objects.all():
        unit = part.department
        for end in {row.period_end for row in part.reports.all()}:
            told = min(part.reports.filter(period_end=end), key=lambda row: row.entered_at)
            on = timezone.localdate(told.entered_at)
            give(unit, "on_time" if on <= told.due_on else "late", on)
        steps = sorted(part.steps.all(), key=lambda row: row.at)
        for row in steps:
            if row.kind in {"return", "return_report"}:
                give(unit, "returned", timezone.localdate(row.at))
        closures = [row for row in steps if row.kind == "close"]
        if closures and part.due:
            asked = [row for row in steps if row.kind == "submit" and row.at <= closures[0].at]
            in_time = timezone.localdate((asked or closures)[-1].at) <= part.due
            give(unit, "closed_on_time" if in_time else "closed_late", timezone.localdate(closures[0].at))
        for month in part.months.all():
            if month.light == "red":
                give(unit, "red_month", month.month_end)
    for notice in SupervisionNotice.objects.exclude(issued_on=None):
        if notice.kind in {"order", "circular"} and notice.issued_on:
            give(notice.recipient, "notice" if notice.kind == "order" else "circular", notice.issued_on)
        replies = [timezone.localdate(row.replied_at) for row in NoticeReply.objects.filter(notice=notice)]
        if replies and notice.reply_due and min(replies) > notice.reply_due:
            give(notice.recipient, "late", min(replies))
    return dict(totals)


@pytest.mark.parametrize(
    ("kind", "on"), [("quarter", "2024-12-31"), ("month", "2024-10-01"), ("year", "2025-06-01")]
)
def test_the_ranking_equals_a_slow_recount(s: Ladder, kind: str, on: str) -> None:
    busy(s)
    with at("2025-02-01"):
        give_scores()
    period = period_of(kind, date.fromisoformat(on))
    points = {row.unit.key: row.points for row in unit_points(period.first, period.last)}
    expected = recount(period.first, period.last)
    assert points == {**dict.fromkeys(points, Decimal(0)), **expected}
    assert any(points.values())
    rows = unit_points(period.first, period.last)
    for row in ranking(rows, COUNTIES, period):
        own = [one.points for one in rows if one.unit.region.short_name == row.name]
        assert row.points == round(sum(own, Decimal(0)) / len(own), 2)
        assert row.place.rank == 1 + sum(
            Fraction(sum(other, Decimal(0))) / len(other) > Fraction(sum(own, Decimal(0))) / len(own)
            for other in _by_county(rows).values()
        )


def _by_county(rows: list) -> dict[str, list[Decimal]]:  # type: ignore[type-arg]
    found: dict[str, list[Decimal]] = defaultdict(list)
    for row in rows:
        if row.unit.region.level == "county":
            found[row.unit.region_id].append(row.points)
    return found


def test_points_are_given_once_however_often_the_job_runs(s: Ladder) -> None:
    busy(s)
    with at("2025-02-01"):
        assert give_scores() == ScoreLine.objects.count() > 0
        assert give_scores() == 0
        ScoreRule.objects.create(cause="late", points=Decimal("-9"), valid_from=date(2024, 2, 1))
        assert give_scores() == 0  # a later rule scores nothing again


def test_each_line_leads_to_what_it_is_for(s: Ladder) -> None:
    busy(s)
    with at("2025-02-01"):
        give_scores()
    for line in ScoreLine.objects.select_related("rule"):
        assert line.part_id is not None
        assert line.points == line.rule.points
        if line.cause_key.startswith(("notice:", "reply:")):
            assert line.notice_id is not None
        if line.cause_key.startswith(("step:", "closed:")):
            assert line.step_id is not None


def test_a_vertically_managed_body_is_neither_scored_nor_ranked(s: Ladder) -> None:
    busy(s)
    with at("2025-02-01"):
        give_scores()
    assert not ScoreLine.objects.filter(department=s.tax).exists()
    period = period_of("year", date(2024, 12, 31))
    names = [row.name for row in ranking(unit_points(period.first, period.last), DEPARTMENTS, period)]
    assert s.r.city.short_name in names
    assert s.tax.short_name not in names


def test_units_without_points_stand_in_the_ranking_and_ties_share_a_place(s: Ladder) -> None:
    make_part(s.task, s.r.green, s.du)
    make_part(s.task, s.r.white, s.du)
    period = period_of("month", date(2024, 10, 31))
    rows = ranking(unit_points(period.first, period.last), COUNTIES, period)
    assert [(row.place.rank, row.place.shared, row.points) for row in rows] == [(1, True, Decimal(0))] * 3


def test_red_months_stay_on_record_after_catching_up(s: Ladder) -> None:
    red(s.part, "2024-10-31")
    s.part.state = "closed"
    s.part.closed_at, s.part.closed_by = timezone.now(), s.du
    s.part.save()
    (row,) = [one for one in unit_points(date(2024, 10, 1), date(2024, 12, 31)) if one.unit == s.r.red]
    assert row.red_months == 1


def test_praise_is_entered_with_reason_and_document_once(s: Ladder) -> None:
    given = {
        "department": s.r.red,
        "cause": "praised",
        "on": date(2024, 10, 8),
        "reason": "经验推广",
        "document": "云政通〔2024〕5号",
    }
    line = enter_by_hand(**given, by=s.du)
    assert (line.points, line.given_by, line.text) == (
        Decimal(3),
        s.du,
        "经验推广（依据：云政通〔2024〕5号）",
    )
    with pytest.raises(Refused, match="已经登记过"):
        enter_by_hand(**given, by=s.du)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": ""}, "事由"),
        ({"document": " "}, "文号"),
        ({"cause": "late"}, "表扬或批评"),
        ({"on": date(2024, 10, 9)}, "不能晚于今天"),
        ({"on": date(2023, 1, 1)}, "还没有相应的计分规则"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_refused(s: Ladder, change: dict[str, object], words: str) -> None:
    given = {"cause": "criticised", "on": date(2024, 10, 8), "reason": "台账不实", "document": "通报"}
    with pytest.raises(Refused, match=words):
        enter_by_hand(department=s.r.red, by=s.du, **{**given, **change})  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["ann", "lin", "ling", "du-white"])
def test_only_a_supervisor_of_the_region_enters(s: Ladder, who: str) -> None:
    people = {
        "ling": s.r.world.ling,
        "du-white": make_user("du-white", "supervisor", s.r.world.counties[WHITE]),
    }
    with pytest.raises(NotAllowed):
        enter_by_hand(
            department=s.r.red,
            cause="praised",
            on=date(2024, 10, 8),
            reason="好",
            document="文",
            by=people.get(who) or getattr(s.r, who),
        )
