"""What people do with notices: signing, dropping, answering, settling; who may, and what is refused in words."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from targets.actions.refusals import NotAllowed, Refused
from targets.models import IssuingAuthority, LadderStep, SupervisionNotice
from targets.supervision.deciding import accept, drop, reply, return_reply, sign
from targets.supervision.escalating import escalate
from targets.supervision.listing import waiting
from targets.supervision.rights import visible_notices
from tests.core.test_files import PNG
from tests.reporting_world import at
from tests.worlds import WHITE, make_user
from yuxi_eldercare.core.models import AuditEvent, User

from .conftest import Ladder

State = SupervisionNotice.State


@pytest.fixture
def order(s: Ladder) -> SupervisionNotice:
    """A proposed 督办单 to 红河区's bureau."""
    for today in ("2024-10-14", "2024-10-21"):
        with at(today):
            escalate()
    return s.notices(part=s.part, kind="order")[0]


@pytest.fixture
def sent(s: Ladder, order: SupervisionNotice) -> SupervisionNotice:
    """The same, signed on 21 October; an answer is due on the 28th."""
    with at("2024-10-21"):
        return sign(notice=order, by=s.du)


def test_signing_numbers_words_and_dates_it(s: Ladder, sent: SupervisionNotice) -> None:
    assert (sent.state, sent.word, sent.year, sent.number) == (State.SENT, "云养督", 2024, 1)
    assert (sent.issued_on, sent.reply_due, sent.sent_by) == (date(2024, 10, 21), date(2024, 10, 28), s.du)
    words = "".join(sent.said["paragraphs"])
    assert "已逾期10天" in words
    assert "请于2024年10月28日前书面回复" in words
    with pytest.raises(Refused, match="已发出"):
        sign(notice=sent, by=s.du)


def test_what_was_said_stays_when_ladder_and_authority_change(s: Ladder, sent: SupervisionNotice) -> None:
    before = dict(sent.said)
    LadderStep.objects.update(reply_workdays=90)
    IssuingAuthority.objects.update(word="别的", department=s.r.statistics)
    sent.refresh_from_db()
    assert sent.said == before


def test_dropping_needs_a_reason_and_the_climb_goes_on_from_there(
    s: Ladder, order: SupervisionNotice
) -> None:
    with pytest.raises(Refused, match="理由"):
        drop(notice=order, reason=" ", by=s.du)
    with at("2024-10-22"):
        dropped = drop(notice=order, reason="正在核实", by=s.du)
    assert (dropped.state, dropped.number, dropped.dropped_reason) == (State.DROPPED, None, "正在核实")
    with at("2024-11-12"):
        escalate()
    assert s.notices(part=s.part, cause="unsigned")[-1].kind == "circular"


def test_an_answer_is_given_returned_given_again_and_settled(s: Ladder, sent: SupervisionNotice) -> None:
    with at("2024-10-25"):
        reply(
            notice=sent,
            text="正在办理",
            by=s.r.ann,
            upload=SimpleUploadedFile("说明.png", PNG),
        )
        with pytest.raises(Refused, match="已回复"):
            reply(notice=sent, text="再答", by=s.r.ann)
        with pytest.raises(Refused, match="退回的理由"):
            return_reply(notice=sent, reason="", by=s.du)
        return_reply(notice=sent, reason="没有写明时限", by=s.du)
    with at("2024-10-30"):  # returned on Friday the 25th: due again on the 30th
        escalate()
        assert not s.notices(cause="reply", part=s.part, kind="urge")
        reply(notice=sent, text="10月31日前完成", by=s.r.ann)
        settled = accept(notice=sent, by=s.du)
    assert (settled.state, settled.settled_by) == (State.SETTLED, s.du)
    assert [bool(one.returned_at) for one in settled.replies.all()] == [True, False]
    events = AuditEvent.objects.filter(action__startswith="supervision.", object_key=str(sent.pk))
    assert [event.action for event in events.order_by("pk")] == [
        f"supervision.{verb}" for verb in ("sign", "reply", "return", "reply", "accept")
    ]
    assert [event.after["late"] for event in events.filter(action="supervision.reply")] == [False, False]  # type: ignore[index]


def test_an_answer_after_its_day_is_noted_as_late(s: Ladder, sent: SupervisionNotice) -> None:
    with at("2024-10-29"):
        reply(notice=sent, text="已办理", by=s.r.ann)
    event = AuditEvent.objects.get(action="supervision.reply")
    assert event.after is not None
    assert event.after["late"] is True


def test_nobody_judges_the_answer_they_gave(s: Ladder, sent: SupervisionNotice) -> None:
    both = make_user("both", "reporter", s.r.red.region, s.r.red)
    both.memberships.create(role="supervisor", region=s.r.world.city, valid_from=date(2020, 1, 1))
    with at("2024-10-25"):
        reply(notice=sent, text="已办理", by=both)
        with pytest.raises(NotAllowed, match="另一位"):
            accept(notice=sent, by=User.objects.get(pk=both.pk))


def test_a_notice_that_asks_for_no_answer_gets_none(s: Ladder) -> None:
    with at("2024-10-14"):
        escalate()
        with pytest.raises(Refused, match="不要求回复"):
            reply(notice=s.notices(part=s.part)[0], text="收到", by=s.r.ann)


def test_without_an_authority_nothing_is_signed_and_the_sentence_says_where(
    s: Ladder, order: SupervisionNotice
) -> None:
    IssuingAuthority.objects.filter(kind="order").delete()
    with pytest.raises(Refused, match="督办规则"):
        sign(notice=order, by=s.du)


Act = Callable[[Ladder, SupervisionNotice, User], Any]
ACTS: dict[str, Act] = {
    "sign": lambda s, n, by: sign(notice=n, by=by),
    "drop": lambda s, n, by: drop(notice=n, reason="不必", by=by),
    "reply": lambda s, n, by: reply(notice=n, text="已办", by=by),
    "accept": lambda s, n, by: accept(notice=n, by=by),
    "return": lambda s, n, by: return_reply(notice=n, reason="不全", by=by),
}
MAY = {
    "sign": {"du"},
    "drop": {"du"},
    "reply": {"ann"},
    "accept": {"du"},
    "return": {"du"},
}


@pytest.mark.parametrize("verb", ACTS)
@pytest.mark.parametrize("who", ["ann", "bob", "wu", "tia", "lin", "ling", "du", "du-white", "shen"])
def test_who_may(s: Ladder, order: SupervisionNotice, verb: str, who: str) -> None:
    """Each act in the state it is for, by every identity: done, or refused as not allowed."""
    people = {
        "ling": s.r.world.ling,
        "du": s.du,
        "shen": s.r.world.shen,
        "tia": s.tia,
        "du-white": make_user("du-white", "supervisor", s.r.world.counties[WHITE]),
    }
    by = people.get(who) or getattr(s.r, who)
    with at("2024-10-22"):
        if verb not in {"sign", "drop"}:
            sign(notice=order, by=s.du)
        if verb in {"accept", "return"}:
            reply(notice=order, text="已办", by=s.r.ann)
        if who in MAY[verb]:
            ACTS[verb](s, order, by)
        else:
            with pytest.raises(NotAllowed):
                ACTS[verb](s, order, by)


def test_what_was_not_sent_is_seen_by_its_supervisors_only(s: Ladder, order: SupervisionNotice) -> None:
    white = make_user("du-white", "supervisor", s.r.world.counties[WHITE])
    nobody = User.objects.create(username="nobody")
    seen = {user.username: order in visible_notices(user) for user in (s.du, white, s.r.ann, s.r.world.ling)}
    assert seen == {"du": True, "du-white": False, "ann": False, "ling": False}
    urge = s.notices(part=s.part, kind="urge")[0]
    assert urge in visible_notices(s.r.wu)
    assert not visible_notices(nobody).exists()


def test_desks_hold_what_waits_for_each_side(s: Ladder, order: SupervisionNotice) -> None:
    assert order in waiting(s.du).to_sign
    with at("2024-10-21"):
        sign(notice=order, by=s.du)
    with at("2024-10-29"):
        (owed,) = waiting(s.r.ann).to_reply
        assert (owed.notice, owed.late) == (order, True)
        assert not waiting(s.r.wu).count
        reply(notice=order, text="已办", by=s.r.ann)
    assert waiting(s.du).to_settle == [order]
    assert not waiting(s.r.ann).count
