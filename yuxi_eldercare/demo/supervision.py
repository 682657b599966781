"""Supervision in the demonstration: the ladder applied to the last months, day by day, with what people did about it.

Notices carry the days they would have had. Those of the last days wait for the supervisor; a body that is managed
vertically gets its letters; praise and criticism stand beside the points that follow from the steps.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from targets.following.issuing import first_data
from targets.models import (
    AssignmentPart,
    IssuingAuthority,
    LadderStep,
    NoticeReply,
    PartStep,
    ScoreLine,
    ScoreRule,
    SupervisionNotice,
)
from targets.queries.following_bodies import bodies_of, issuable
from targets.supervision.deciding import sign
from targets.supervision.escalating import escalate
from targets.supervision.scores import enter_by_hand, give_scores
from yuxi_eldercare.core.models import AuditEvent, Department, Notice, User
from yuxi_eldercare.core.workdays import calendar_around

from .dating import moment
from .removal import remove

State = SupervisionNotice.State
BACK = timedelta(100)
# Proposals and answers of the last days wait for whoever looks.
OPEN_DAYS = timedelta(12)
# Every other working day is enough to tell the story, and twice as fast.
RUN_DAYS = (0, 2, 4)
_ANSWERS = (
    "已明确责任人，补报了进展情况，月底前完成整改。",
    "因项目用地调整进度滞后，已召开调度会，按周推进。",
    "正在办理。",
)
_RETURNED = "没有写明完成时限和责任人，请补充后重新回复。"
_BY_HAND = (
    ("hongta-government", "praised", 30, "居家养老服务经验在全市推广", "玉溪市养老服务工作简报第6期（演示）"),
    ("tonghai-government", "criticised", 24, "检查发现台账与现场不符", "养老服务专项检查通报（演示）"),
)


def supervise(today: date | None = None) -> int:
    """Apply the ladder to the past months where it was not yet; returns how many notices there are then."""
    day = today or timezone.localdate()
    notices = SupervisionNotice.objects.filter(is_demo=True)
    supervisor = User.objects.filter(username="ducha", is_demo=True, is_active=True).first()
    parts = AssignmentPart.objects.filter(is_demo=True)
    if notices.exists() or supervisor is None or not parts.exists():
        return notices.count()
    _tell_the_story(day, supervisor)
    return notices.count()


@transaction.atomic
def _tell_the_story(day: date, supervisor: User) -> None:
    """All of it or nothing: a start that breaks off leaves no half of it that the next one would take for whole."""
    _issue_to_vertical(day, supervisor)
    calendar, people = calendar_around(day), _reporters()
    begin = day - BACK
    for offset in range(BACK.days + 1):
        on = begin + timedelta(offset)
        if on.weekday() in RUN_DAYS and calendar.is_working(on):
            _live(on, day, supervisor, people)
    _one_in_each_state(day, people, supervisor)
    give_scores(day)
    _enter(day, supervisor)


def _issue_to_vertical(day: date, supervisor: User) -> None:
    """A part of some task for a body that is managed vertically, which has not signed for it."""
    tasks = list(issuable(Q()))
    bodies = bodies_of(tasks)
    found = (
        (task, body)
        for task in tasks
        for body in bodies[task.pk].found
        if body.department.kind == Department.Kind.VERTICAL
    )
    task, body = next(found, (None, None))
    if task is None or body is None:
        return
    issued = calendar_around(day).after(day - timedelta(40), 0)
    part, created = AssignmentPart.objects.get_or_create(
        assignment=task,
        department=body.department,
        defaults={
            "region_id": body.department.region_id,
            "role": body.role,
            "state_since": issued,
            "due": day + timedelta(200),
            "issued_on": issued,
            "issued_by": supervisor,
            "is_demo": True,
        },
    )
    if created:
        AssignmentPart.objects.filter(pk=part.pk).update(issued_at=moment(issued, 9))
        PartStep.objects.create(
            part=part,
            kind=PartStep.Kind.ISSUE,
            at=moment(issued, 9),
            by=supervisor,
            data=first_data(part),
            is_demo=True,
        )


def _live(on: date, day: date, supervisor: User, people: dict[int, User]) -> None:
    """One day: the job runs, the supervisor signs, units answer, answers are settled."""
    before = timezone.now()
    escalate(on)
    rows = SupervisionNotice.objects.filter(is_demo=True)
    rows.filter(created_at__gte=before).update(created_at=moment(on, 8))
    rows.filter(settled_at__gte=before).update(settled_at=moment(on, 8))
    owed = rows.filter(state=State.SENT, reply_due__lte=on).annotate(before=Count("replies")).order_by("pk")
    if on <= day - OPEN_DAYS:
        _decide(rows.filter(state=State.PROPOSED).order_by("pk"), on, supervisor)
        _answer(list(owed), on, people, supervisor)
        # Messages of long ago would bury those of today.
        Notice.objects.filter(reason_key__startswith="supervision", created_at__gte=before).delete()
    else:
        _answer(list(owed[:1]), on, people, None)


def _one_in_each_state(day: date, people: dict[int, User], supervisor: User) -> None:
    """What chance left out: an answer that waits for the supervisor, a proposal that was not signed."""
    rows = SupervisionNotice.objects.filter(is_demo=True).order_by("pk")
    if not rows.filter(state=State.REPLIED).exists():
        owed = rows.filter(state=State.SENT, reply_due__isnull=False, recipient__in=people)
        _answer(
            [row for row in owed.annotate(before=Count("replies")) if row.pk % 4 != 3][-1:], day, people, None
        )
    if not rows.filter(state=State.DROPPED).exists():
        for notice in rows.filter(state=State.PROPOSED)[:1]:
            _drop(notice, day, supervisor)


def _drop(notice: SupervisionNotice, on: date, supervisor: User) -> None:
    notice.state, notice.dropped_reason = State.DROPPED, "单位已电话说明情况，暂不督办。"
    notice.settled_at, notice.settled_by = moment(on, 10), supervisor
    notice.save()


def _decide(proposed: Iterable[SupervisionNotice], on: date, supervisor: User) -> None:
    for notice in proposed:
        if notice.pk % 7 == 3:
            _drop(notice, on, supervisor)
        else:
            sign(notice=notice.pk, by=supervisor, today=on)


def _answer(sent: Sequence[Any], on: date, people: dict[int, User], supervisor: User | None) -> None:
    """From the day they are due: some are answered and settled, some returned first, some not answered at all."""
    for notice in sent:
        person = people.get(notice.recipient_id)
        if person is None or notice.pk % 4 == 3:
            continue
        reply = NoticeReply(
            notice=notice,
            text=_ANSWERS[notice.pk % len(_ANSWERS)],
            replied_at=moment(on, 11),
            replied_by=person,
            is_demo=True,
        )
        notice.state = State.REPLIED
        if supervisor is not None and notice.pk % 5 == 2 and not notice.before:
            reply.returned_at, reply.returned_by = moment(on, 15), supervisor
            reply.return_reason = _RETURNED
            notice.state = State.SENT
        elif supervisor is not None:
            notice.state = State.SETTLED
            notice.settled_at, notice.settled_by = moment(on, 16), supervisor
        reply.save()
        notice.save()


def _reporters() -> dict[int, User]:
    found = {}
    for user in User.objects.filter(is_demo=True).prefetch_related("memberships"):
        for row in user.memberships.all():
            if row.role == "reporter" and row.department_id is not None:
                found[row.department_id] = user
    return found


def _enter(day: date, supervisor: User) -> None:
    units = Department.objects.select_related("region").in_bulk(
        [key for key, *_rest in _BY_HAND], field_name="key"
    )
    for key, cause, ago, reason, document in _BY_HAND:
        if key in units:
            enter_by_hand(
                department=units[key],
                cause=cause,
                on=day - timedelta(ago),
                reason=reason,
                document=document,
                by=supervisor,
            )


def remove_supervision(accounts: Any) -> int:
    """Take the demonstration's notices and points away, and put back the rules its people changed."""
    people = list(accounts)
    remove(ScoreLine.objects.filter(Q(is_demo=True) | Q(given_by__in=people)))
    count = remove(SupervisionNotice.objects.filter(Q(is_demo=True) | Q(sent_by__in=people)))
    remove(NoticeReply.objects.filter(Q(is_demo=True) | Q(replied_by__in=people)))
    _put_back_rules(people)
    return count


def _put_back_rules(people: list[User]) -> None:
    """Rules as the trail says they were before the first of them touched them; the file leads again."""
    events = AuditEvent.objects.filter(action__startswith="supervision.change_", actor__in=people)
    seen: set[tuple[str, str]] = set()
    for event in events.order_by("pk"):
        first, _space, second = event.object_key.partition(" ")
        if event.object_type == "score_rule" and event.after:
            given = ScoreRule.objects.filter(
                cause=first, valid_from=event.after["valid_from"], from_file=False
            )
            remove(given)
        elif event.before and (event.object_type, event.object_key) not in seen:
            if event.object_type == "ladder_step":
                LadderStep.objects.filter(cause=first, kind=second).update(**event.before, from_file=True)
            else:
                unit = Department.objects.get(key=event.before["department"])
                IssuingAuthority.objects.filter(region=first, kind=second).update(
                    department=unit, word=event.before["word"], from_file=True
                )
        seen.add((event.object_type, event.object_key))
