"""The ladder applied day by day: what goes out, to whom, in which form, and that it happens once."""

from datetime import date
from unittest.mock import patch

import pytest

from targets.following.working import sign as sign_for
from targets.models import PartReport, SupervisionNotice
from targets.supervision import escalating
from targets.supervision.deciding import sign
from targets.supervision.escalating import escalate
from tests.reporting_world import at
from yuxi_eldercare.core.models import AuditEvent, Notice

from .conftest import Ladder, make_part, make_task

State = SupervisionNotice.State


def told(s: Ladder, **wanted: str) -> list[tuple[str, str, str]]:
    """(kind, state, recipient) of notices in their order."""
    return [(row.kind, row.state, row.recipient.key) for row in s.notices(**wanted)]


def test_a_part_nobody_signs_for_climbs_rung_by_rung(s: Ladder) -> None:
    """Due on Friday the 11th: reminded on the 9th, urged on the 12th's next working day, ordered after ten days."""
    sent: dict[str, list[str]] = {}
    for number in range(8, 32):
        today = f"2024-10-{number:02}"
        with at(today):
            escalate()
        for row in s.notices(cause="unsigned", part=s.part):
            sent.setdefault(row.kind, []).append(today)
    assert {kind: days[0] for kind, days in sent.items()} == {
        "remind": "2024-10-09",
        "urge": "2024-10-14",
        "order": "2024-10-21",
    }
    assert told(s, part=s.part, cause="unsigned") == [
        ("remind", "sent", s.r.red.key),
        ("urge", "sent", s.r.red.key),
        ("order", "proposed", s.r.red.key),
    ]


def test_nothing_goes_out_on_a_rest_day(s: Ladder) -> None:
    with at("2024-10-12"):  # a Saturday
        assert escalate().sent == 0
    assert not s.notices()


def test_running_twice_changes_nothing(s: Ladder) -> None:
    with at("2024-10-14"):
        first = escalate()
        rows = [(row.pk, row.number, row.state) for row in s.notices()]
        second = escalate()
    assert first.sent == 2
    assert (second.sent, second.proposed, second.settled, second.dropped) == (0, 0, 0, 0)
    assert [(row.pk, row.number, row.state) for row in s.notices()] == rows


def test_a_run_that_breaks_off_is_gone_on_with(s: Ladder) -> None:
    """The second group fails; the next run finds the first one written, and numbers follow on."""
    for number in range(3):
        make_part(make_task(s.r, f"w.s.more-{number}"), s.r.red, s.du)
    real, calls = escalating._write, []

    def broken(*args: object) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        real(*args)  # type: ignore[arg-type]

    with at("2024-10-14"), patch.object(escalating, "GROUP", 2):
        with patch.object(escalating, "_write", broken), pytest.raises(RuntimeError):
            escalate()
        assert len(s.notices()) == 2
        assert escalate().sent == 3
    assert sorted(row.number or 0 for row in s.notices(word="云养催")) == [1, 2, 3, 4]
    assert len({row.cause_key for row in s.notices()}) == 5


def test_a_vertically_managed_body_gets_a_letter_without_orders(s: Ladder) -> None:
    with at("2024-10-14"):
        escalate()
    (letter,) = s.notices(part=s.letter)
    assert letter.form == "letter"
    assert (letter.word, letter.number) == ("云养催函", 1)
    words = "".join([letter.said["title"], *letter.said["paragraphs"]])
    assert "请贵单位" in words
    assert "特此函达。" in words
    assert letter.said["title"].endswith("的函")
    for order in ("你单位", "责令", "立即", "督办", "催办", "通报"):
        assert order not in words
    (notice,) = s.notices(part=s.part)
    assert "贵单位" not in "".join(notice.said["paragraphs"])


def test_a_notice_says_the_task_its_source_the_day_and_how_late(s: Ladder) -> None:
    with at("2024-10-14"):
        escalate()
    (notice,) = s.notices(part=s.part)
    words = "\n".join(notice.said["paragraphs"])
    assert notice.said["to"] == f"{s.r.red.name}："
    assert notice.said["authority"] == "云溪市民政局"
    assert notice.said["number"] == "云养催〔2024〕1号"
    assert notice.said["date"] == "2024年10月14日"
    assert "《云溪市规划》（二（四））" in words
    assert "“建立基本养老服务清单，推动纳入基本公共服务”" in words
    assert "应于2024年10月11日前签收，截至2024年10月14日尚未签收，已逾期3天" in words


def test_signing_for_the_part_settles_what_asked_for_no_answer_and_drops_proposals(s: Ladder) -> None:
    for today in ("2024-10-14", "2024-10-25"):
        with at(today):
            escalate()
    assert told(s, part=s.part)[-1] == ("order", "proposed", s.r.red.key)
    with at("2024-10-25"):
        sign_for(part=s.part, by=s.r.ann)
        done = escalate()
    assert (done.settled, done.dropped) == (1, 1)
    assert [row.state for row in s.notices(part=s.part)] == [State.SETTLED, State.DROPPED]
    assert "事由已消除" in s.notices(part=s.part)[-1].dropped_reason


def test_a_missing_report_is_a_cause_of_its_own_until_it_is_in(s: Ladder) -> None:
    """The quarter ended on 31 December; the report is due on the fifth working day after it."""
    sign_for(part=s.part, by=s.r.ann)
    with at("2025-01-06"):
        escalate()
    (reminder,) = s.notices(cause="report")
    assert (reminder.kind, reminder.cause_key) == ("remind", f"report:{s.part.pk}:2024-12-31")
    assert "2024年四季度进展应于2025年1月7日前报送" in "".join(reminder.said["paragraphs"])
    with at("2025-01-07"):
        PartReport.objects.create(
            part=s.part,
            period_end=date(2024, 12, 31),
            text="已建立清单",
            entered_at=reminder.created_at,
            entered_by=s.r.ann,
            due_on=date(2025, 1, 7),
        )
        escalate()
    reminder.refresh_from_db()
    assert reminder.state == State.SETTLED
    with at("2025-01-20"):
        escalate()
    assert len(s.notices(cause="report", part=s.part)) == 1


def test_what_waits_for_verification_is_not_pressed(s: Ladder) -> None:
    s.part.state = "submitted"
    s.part.save()
    with at("2025-01-14"):
        escalate()
    assert not s.notices(part=s.part, cause="overdue")
    assert s.notices(part=s.letter, cause="overdue")


def test_an_extended_day_begins_a_new_climb(s: Ladder) -> None:
    with at("2025-01-01"):
        escalate()
    s.part.due = date(2025, 3, 31)
    s.part.save()
    with at("2025-01-02"):
        escalate()
    (old,) = s.notices(part=s.part, cause="overdue")
    assert old.state == State.SETTLED
    with at("2025-04-01"):
        escalate()
    assert [row.cause_key for row in s.notices(part=s.part, cause="overdue")] == [
        f"overdue:{s.part.pk}:2024-12-31",
        f"overdue:{s.part.pk}:2025-03-31",
    ]


def test_an_answer_that_does_not_come_climbs_on_its_own(s: Ladder) -> None:
    """The order is signed on 21 October and asks for an answer within five working days: by the 28th."""
    for today in ("2024-10-14", "2024-10-21"):
        with at(today):
            escalate()
    order = s.notices(part=s.part, kind="order")[0]
    with at("2024-10-21"):
        sign(notice=order, by=s.du)
    order.refresh_from_db()
    assert order.reply_due == date(2024, 10, 28)
    with at("2024-10-29"):
        escalate()
    (urge,) = s.notices(cause="reply", part=s.part)
    assert (urge.kind, urge.cause_key) == ("urge", f"reply:{order.pk}:2024-10-28")
    assert "按云养督〔2024〕1号，应于2024年10月28日前回复" in "".join(urge.said["paragraphs"])


def test_each_unit_is_told_once_of_all_it_got(s: Ladder) -> None:
    make_part(make_task(s.r, "w.s.2"), s.r.red, s.du)
    with at("2024-10-14"):
        escalate()
        escalate()
    rows = Notice.objects.filter(recipient=s.r.ann, reason_key__startswith="supervision:")
    assert [row.title for row in rows] == [f"{s.r.red.short_name}收到2份督办文书"]


def test_a_run_leaves_one_audit_event_per_group_with_the_numbers(s: Ladder) -> None:
    with at("2024-10-14"):
        escalate()
    event = AuditEvent.objects.get(action="supervision.escalate")
    assert event.after is not None
    assert set(event.after["numbers"]) == {"云养催〔2024〕1号", "云养催函〔2024〕1号"}


def test_the_number_of_statements_does_not_grow_with_the_parts(
    s: Ladder, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with at("2024-10-14"), CaptureQueriesContext(connection) as few:
        escalate()
    for number in range(30):
        make_part(make_task(s.r, f"w.s.more-{number}"), s.r.red, s.du)
    with at("2024-10-14"), CaptureQueriesContext(connection) as many:
        assert escalate().sent == 30
    assert len(many) <= len(few)
