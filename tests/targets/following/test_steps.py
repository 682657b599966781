"""Every state × step × person: who may, and where it leads; an oracle beside the table of the product."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from targets import following as f
from targets.actions.refusals import NotAllowed, Refused
from targets.models import AssignmentPart, Extension, PartReport, PartStep
from tests.reporting_world import at
from tests.worlds import day
from yuxi_eldercare.core.models import AuditEvent, Membership, Notice, User

from .world import Following, pdf

LATER, LATEST = day("2025-09-30"), day("2025-12-31")

# State → step → the state after it; what is not here is refused in that state.
EXPECTED = {
    "issued": {"sign": "signed", "change": "issued", "withdraw": "withdrawn"},
    "signed": {
        "plan": "working", "report": "working", "ask_extension": "signed", "grant": "signed", "refuse": "signed",
        "change": "signed", "withdraw": "withdrawn",
    },
    "working": {
        "plan": "working", "report": "working", "submit": "submitted", "ask_extension": "working",
        "grant": "working", "refuse": "working", "return_report": "working", "answer": "working",
        "change": "working", "withdraw": "withdrawn",
    },
    "submitted": {
        "grant": "submitted", "refuse": "submitted", "return": "returned", "close": "closed",
        "answer": "submitted", "withdraw": "withdrawn",
    },
    "returned": {
        "plan": "returned", "report": "returned", "submit": "submitted", "ask_extension": "returned",
        "grant": "returned", "refuse": "returned", "return_report": "returned", "answer": "returned",
        "change": "returned", "withdraw": "withdrawn",
    },
    "closed": {"reopen": "working"},
    "withdrawn": {"reopen": "issued"},
}  # fmt: skip
BODY_STEPS = {"sign", "plan", "report", "submit", "ask_extension"}


def take(step: str, part: AssignmentPart, by: User) -> Any:
    """Take a step with what it needs to succeed."""
    report = PartReport.objects.filter(part=part).first()
    extension = Extension.objects.filter(part=part).first()
    calls: dict[str, Callable[[], Any]] = {
        "sign": lambda: f.sign(part=part, by=by),
        "plan": lambda: f.plan(part=part, items=[f.Item("再做一项", day("2025-05-01"))], by=by),
        "report": lambda: f.report(part=part, period_end=day("2024-09-30"), text="有进展", by=by),
        "submit": lambda: f.submit(part=part, text="做完了", unfinished="并入", files=[pdf()], by=by),
        "ask_extension": lambda: f.ask_extension(part=part, new_due=LATEST, reason="停工", by=by),
        "grant": lambda: f.grant_extension(extension=extension, by=by),
        "refuse": lambda: f.refuse_extension(extension=extension, reason="不必", by=by),
        "return_report": lambda: f.return_report(report=report, reason="太简单", by=by),
        "answer": lambda: f.answer_problems(report=report, answer="已协调", by=by),
        "return": lambda: f.return_part(part=part, reason="缺材料", by=by),
        "close": lambda: f.close(part=part, note="看过现场", by=by),
        "change": lambda: f.change(part=part, due=LATER, frequency="month", wanted="", reason="提速", by=by),
        "withdraw": lambda: f.withdraw(part=part, reason="下错了", by=by),
        "reopen": lambda: f.reopen(part=part, reason="又有问题", due=None, by=by),
    }
    return calls[step]()


STEPS = sorted({step for row in EXPECTED.values() for step in row})


def lead_to(state: str, w: Following, asked: bool) -> AssignmentPart:
    """A part in a state, on the way there with a plan, a report and (`asked`) an open request."""
    w.issue()
    if state == "issued":
        return w.part()
    f.sign(part=w.part(), by=w.ann)
    if state == "signed":
        if asked:
            f.ask_extension(part=w.part(), new_due=LATER, reason="停工", by=w.ann)
        return w.part()
    if state == "withdrawn":
        f.withdraw(part=w.part(), reason="下错了", by=w.du)
        return w.part()
    f.report(part=w.part(), period_end=day("2024-09-30"), text="开工", problems="缺资金", by=w.ann)
    if asked:
        f.ask_extension(part=w.part(), new_due=LATER, reason="停工", by=w.ann)
    if state in {"submitted", "returned", "closed"}:
        f.submit(part=w.part(), text="做完了", files=[pdf()], by=w.ann)
    if state == "returned":
        f.return_part(part=w.part(), reason="缺材料", by=w.du)
    if state == "closed":
        f.close(part=w.part(), note="看过", by=w.du)
    return w.part()


@pytest.mark.parametrize("state", EXPECTED)
def test_every_step_in_every_state(following: Following, state: str) -> None:
    w = following
    for step in STEPS:
        sid = transaction.savepoint()
        part = lead_to(state, w, asked=step in {"grant", "refuse"})
        assert part.state == state
        right, wrong = (w.rui, w.du) if step in BODY_STEPS else (w.du, w.ann)
        allowed = EXPECTED[state].get(step)
        if _nothing_to_decide(step, part):
            transaction.savepoint_rollback(sid)
            continue
        for outsider in (wrong, w.bob, w.wu, w.dong, w.world.ling, w.world.lin):
            with pytest.raises(NotAllowed):
                take(step, part, outsider)
        if allowed is None:
            with pytest.raises(Refused) as refused:
                take(step, part, right)
            assert not isinstance(refused.value, NotAllowed), step
            assert w.part().revision == part.revision
        else:
            take(step, part, right)
            after = w.part()
            assert (step, after.state, after.revision) == (step, allowed, part.revision + 1)
            last = after.steps.order_by("-pk")[0]
            assert last.by == right
            event = AuditEvent.objects.order_by("-pk")[0]
            assert (event.action, event.actor) == (f"parts.{last.kind}", right)
            assert last.data.get("state", [allowed, allowed])[1] == allowed
        transaction.savepoint_rollback(sid)


def _nothing_to_decide(step: str, part: AssignmentPart) -> bool:
    """A request or a report that does not exist cannot be named, let alone decided."""
    needs = {"grant": part.extensions, "refuse": part.extensions, "return_report": part.reports}
    rows = {**needs, "answer": part.reports}.get(step)
    return rows is not None and not rows.exists()


def test_each_side_hears_of_the_other(following: Following) -> None:
    w = following
    w.issue()
    told = Notice.objects.filter(reason_key__startswith="parts-issued:")
    assert set(told.values_list("recipient__username", flat=True)) == {"ann", "rui", "cai", "wu", "han"}
    lead_to("submitted", w, asked=True)
    by_du = Notice.objects.filter(recipient=w.du).values_list("title", flat=True)
    assert [title.partition("：")[0] for title in by_du.order_by("pk")] == [
        "报送进展",
        "申请延期",
        "申请销号",
    ]
    assert not Notice.objects.filter(recipient=w.dong).exists(), "another county's supervisor"
    f.return_part(part=w.part(), reason="缺材料", by=w.du)
    last = Notice.objects.order_by("-pk")[:2]
    assert {row.recipient.username for row in last} == {"ann", "rui"}
    assert {row.text for row in last} == {"缺材料"}


def test_nobody_verifies_what_they_worked_on(following: Following) -> None:
    w = following
    part = lead_to("submitted", w, asked=False)
    Membership.objects.create(
        user=w.ann, role="supervisor", region=w.world.city, valid_from=day("2020-01-01")
    )
    ann = User.objects.get(pk=w.ann.pk)
    for call in (
        lambda: f.close(part=part, note="看过", by=ann),
        lambda: f.return_part(part=part, reason="缺", by=ann),
    ):
        with pytest.raises(NotAllowed, match="另一位督查员"):
            call()
    f.close(part=part, note="看过", by=w.du)


def test_whoever_saw_an_older_state_is_told_who_was_first(following: Following) -> None:
    w = following
    part = lead_to("submitted", w, asked=False)
    seen = part.revision
    f.return_part(part=part, reason="缺材料", by=w.du, revision=seen)
    with pytest.raises(Refused, match="Du已在2024-08-05 10:00办理“退回整改”"):
        f.close(part=part, note="看过", by=w.du, revision=seen)
    assert w.part().state == "returned"


def test_signing_for_many_leaves_what_it_cannot(following: Following) -> None:
    w = following
    w.issue()
    own, other = w.part(), w.part("999904")
    done = f.sign_many(parts=[own, other], by=w.ann)
    assert [part.pk for part in done.done] == [own.pk]
    assert list(done.left) == [other.pk]
    assert (w.part().signed_by, w.part("999904").state) == (w.ann, "issued")


def test_a_report_after_its_day_is_late_and_a_correction_does_not_change_that(following: Following) -> None:
    w = following
    w.issue()
    f.sign(part=w.part(), by=w.ann)
    with at("2024-10-07"):
        on_time = f.report(part=w.part(), period_end=day("2024-09-30"), text="一", by=w.ann)
    assert (on_time.due_on, on_time.part.steps.get(kind="report").data["late"]) == (day("2024-10-07"), False)
    with at("2025-01-09"):
        again = f.report(part=w.part(), period_end=day("2024-09-30"), text="二", by=w.ann)
        late = f.report(part=w.part(), period_end=day("2024-12-31"), text="三", percent=40, by=w.ann)
        facts = PartStep.objects.filter(kind="report").order_by("pk").values_list("data__late", flat=True)
        assert list(facts) == [False, False, True]
        on_time.refresh_from_db()
        assert (on_time.superseded_at is not None, again.due_on, late.due_on) == (
            True,
            day("2024-10-07"),
            day("2025-01-07"),
        )
        with pytest.raises(Refused) as refused:
            f.report(part=w.part(), period_end=day("2025-06-30"), text="", percent=101, by=w.ann)
    assert [problem.field for problem in refused.value.problems] == ["text", "period_end", "percent"]


def test_less_done_than_at_the_last_report_asks_why(following: Following) -> None:
    w = following
    w.issue()
    f.sign(part=w.part(), by=w.ann)
    with at("2025-01-09"):
        f.report(part=w.part(), period_end=day("2024-09-30"), text="一", percent=83, by=w.ann)
        given = {"part": w.part(), "period_end": day("2024-12-31"), "text": "二", "by": w.ann}
        with pytest.raises(Refused, match="完成比例50%，低于截至 2024-09-30 一期的83%") as refused:
            f.report(percent=50, **given)
        assert [problem.field for problem in refused.value.problems] == ["explanation"]
        told = f.report(percent=50, explanation="工程量重新核定", **given)
        assert told.text == "二\n完成比例由83%调整为50%：工程量重新核定"
        assert f.report(percent=83, **{**given, "part": w.part()}).text == "二", "no less: nothing to explain"


def test_closure_asks_for_evidence_and_for_every_deliverable(following: Following) -> None:
    w = following
    w.issue()
    f.sign(part=w.part(), by=w.ann)
    f.plan(
        part=w.part(),
        items=[f.Item("方案", day("2024-10-31")), f.Item("验收", day("2025-05-31"))],
        by=w.ann,
    )
    with pytest.raises(Refused) as refused:
        f.submit(part=w.part(), text="", files=[], by=w.ann)
    assert [problem.field for problem in refused.value.problems] == ["text", "evidence", "unfinished"]
    first, second = w.part().deliverables.all()
    done = f.Item(first.title, first.due, key=first.pk, done_on=day("2024-08-05"))
    with pytest.raises(Refused, match="取消成果须在说明中写明原因"):
        f.plan(part=w.part(), items=[done, f.Item("", second.due, key=second.pk, dropped=True)], by=w.ann)
    f.plan(
        part=w.part(),
        items=[done, f.Item("", second.due, key=second.pk, dropped=True)],
        text="并入方案",
        by=w.ann,
    )
    second.refresh_from_db()
    assert (second.title, second.dropped_on) == ("验收", day("2024-08-05")), "what was dropped stays"
    f.submit(part=w.part(), text="做完了", files=[pdf()], by=w.ann)
    f.close(part=w.part(), note="看过", by=w.du)
    assert w.part().closed_by == w.du


def test_a_plan_keeps_to_the_due_day(following: Following) -> None:
    w = following
    w.issue()
    f.sign(part=w.part(), by=w.ann)
    items = [
        f.Item("过晚", day("2025-07-01")),
        f.Item("", day("2024-09-01")),
        f.Item("未来完成", day("2024-09-01"), done_on=day("2024-09-01")),
    ]
    with pytest.raises(Refused) as refused:
        f.plan(part=w.part(), items=items, by=w.ann)
    assert [(p.index, p.field) for p in refused.value.problems] == [(0, "due"), (1, "title"), (2, "done_on")]


def test_a_granted_day_counts_and_the_old_one_stays(following: Following) -> None:
    w = following
    part = lead_to("signed", w, asked=True)
    with pytest.raises(Refused, match="已有一份延期申请"):
        f.ask_extension(part=part, new_due=LATEST, reason="停工", by=w.rui)
    asked = Extension.objects.get()
    f.grant_extension(extension=asked, by=w.du, new_due=LATEST)
    assert w.part().due == LATEST
    step = w.part().steps.get(kind="grant_extension")
    assert step.data["due"] == ["2025-06-30", "2025-12-31"]
    with pytest.raises(Refused, match="已经处理过"):
        f.refuse_extension(extension=asked, reason="迟了", by=w.du)
    with pytest.raises(Refused, match="新时限应晚于原时限2025-12-31"):
        f.ask_extension(part=w.part(), new_due=LATER, reason="停工", by=w.ann)
