"""分解: each body its part, groups by member, once; what is asked changes, is withdrawn, is taken up again."""

import pytest
from django.core.management import CommandError, call_command

from targets import following as f
from targets.actions.refusals import NotAllowed, Refused
from targets.models import AssignmentPart, PartMonth
from targets.queries.following_bodies import planned_dues
from targets.queries.following_facts import standings
from targets.queries.task_states import assignment_states
from tests.reporting_world import at
from tests.worlds import GREEN, RED, WHITE, day, make_user
from yuxi_eldercare.core.models import AuditEvent, Department, Document, Notice, Region

from .world import DUE, Following, pdf


def test_each_member_of_a_group_and_each_lead_gets_a_part(following: Following) -> None:
    w = following
    governments = {code: unit.pk for code, unit in w.governments.items()}
    parts = w.issue(wanted={governments[RED]: "新增300张床位"}, dues={governments[GREEN]: day("2025-03-31")})
    assert {(p.department.short_name, p.region_id, p.role, p.due, p.wanted) for p in parts} == {
        ("市民政局", "999900", "lead", DUE, ""),
        ("红河区政府", RED, "responsible", DUE, "新增300张床位"),
        ("青山县政府", GREEN, "responsible", day("2025-03-31"), ""),
        ("白水县政府", WHITE, "responsible", DUE, ""),
    }
    (event,) = AuditEvent.objects.filter(action="parts.issue")
    assert (event.object_key, len(event.after["parts"])) == ("w.a.01", 4)


def test_again_it_finds_the_parts_and_gives_newcomers_theirs(following: Following) -> None:
    w = following
    w.issue(only=[w.governments[RED].pk])
    late = Department.objects.create(
        key="w-late", name="新区管委会", short_name="新区", kind="government", region=w.world.city
    )
    w.group.members.add(late)
    again = f.issue(assignment=w.task, order=f.Order(due=DUE), by=w.du)
    assert (len(again.created), again.present) == (4, 1)
    assert late.pk in {part.department_id for part in again.created}
    third = f.issue(assignment=w.task, order=f.Order(due=DUE), by=w.du)
    assert (third.created, third.present) == ([], 5)
    assert Notice.objects.filter(recipient=w.ann).count() == 1


def test_a_whole_document_at_once(following: Following) -> None:
    w = following
    done = f.issue_document(document=w.world.document, order=f.Order(), by=w.du)
    assert len(done.created) == 5
    assert {part.due for part in done.created} == {day("2025")}, "as the targets and the text say"
    (told,) = Notice.objects.filter(recipient=w.han)
    assert "2项任务待签收" in told.title


def test_who_may_and_which_texts(following: Following) -> None:
    w = following
    for outsider in (w.ann, w.bob, w.dong, w.world.ling, w.world.lin):
        with pytest.raises(NotAllowed):
            w.issue(by=outsider)
    w.world.document.status = Document.Status.DRAFT
    w.world.document.save()
    with pytest.raises(Refused, match="征求意见稿"):
        w.issue()
    assert not AssignmentPart.objects.exists()


def test_a_day_that_is_over_is_refused_and_a_later_one_chosen(following: Following) -> None:
    w = following
    with at("2026-02-02"):
        assert planned_dues([w.task]) == {w.task.pk: day("2025")}
        with pytest.raises(Refused, match="完成时限2025-12-31已过"):
            w.issue(due=None)
        done = f.issue_document(document=w.world.document, order=f.Order(due=day("2026")), by=w.du)
        assert {part.due for part in done.created} == {day("2026")}


def test_nobody_named_asks_for_a_choice(following: Following) -> None:
    w = following
    w.other.bodies.all().delete()
    with pytest.raises(Refused, match="请选择至少一个承办单位"):
        f.issue(assignment=w.other, order=f.Order(due=DUE), by=w.du)
    done = f.issue(assignment=w.other, order=f.Order(due=DUE, also=[w.world.bureau]), by=w.du)
    assert [part.department for part in done.created] == [w.world.bureau]


def test_what_is_asked_changes_with_its_trail(following: Following) -> None:
    w = following
    w.issue()
    with pytest.raises(Refused, match="没有改动"):
        f.change(part=w.part(), due=DUE, frequency="quarter", wanted="", reason="无", by=w.du)
    f.change(
        part=w.part(), due=day("2025-05-31"), frequency="month", wanted="先建后补", reason="提速", by=w.du
    )
    part = w.part()
    assert (part.due, part.frequency, part.wanted) == (day("2025-05-31"), "month", "先建后补")
    assert part.steps.get(kind="change").data == {
        "due": ["2025-06-30", "2025-05-31"],
        "frequency": ["quarter", "month"],
        "wanted": ["", "先建后补"],
    }


def test_withdrawn_and_taken_up_again_it_is_signed_for_anew(following: Following) -> None:
    w = following
    w.issue()
    f.sign(part=w.part(), by=w.ann)
    f.withdraw(part=w.part(), reason="合并到另一项", by=w.du)
    assert f.issue(assignment=w.task, order=f.Order(due=DUE), by=w.du).created == []
    with at("2024-11-04"):
        f.reopen(part=w.part(), reason="不合并了", due=None, by=w.du)
        part = w.part()
        assert (part.state, part.signed_by, part.issued_on) == ("issued", None, day("2024-11-04"))
        assert standings([part], day("2024-11-05"))[part.pk].light == "grey"


def test_reopening_after_the_due_day_needs_another(following: Following) -> None:
    w = following
    w.issue()
    f.withdraw(part=w.part(), reason="下错了", by=w.du)
    with at("2025-07-01"):
        with pytest.raises(Refused, match="请另定完成时限"):
            f.reopen(part=w.part(), reason="再办", due=None, by=w.du)
        f.reopen(part=w.part(), reason="再办", due=day("2025-12-31"), by=w.du)
    assert w.part().due == day("2025-12-31")


def test_a_red_month_stays_after_catching_up(following: Following) -> None:
    w = following
    w.issue(only=[w.governments[RED].pk])
    f.sign(part=w.part(), by=w.ann)
    with at("2024-11-01"):
        assert f.write_months(month_end=day("2024-10-31")) == 1
        f.report(part=w.part(), period_end=day("2024-09-30"), text="补报", by=w.ann)
        assert standings([w.part()], day("2024-11-01"))[w.part().pk].light == "green"
        assert f.write_months(month_end=day("2024-10-31")) == 0
    with at("2024-12-02"):
        call_command("writemonths")
    months = PartMonth.objects.values_list("month_end", "light", "state", "reasons")
    assert list(months) == [
        (day("2024-10-31"), "red", "signed", ["report_late"]),
        (day("2024-11-30"), "green", "working", []),
    ]


def test_a_month_written_late_says_what_was_known_then(following: Following) -> None:
    w = following
    w.issue(only=[w.governments[RED].pk])
    with at("2024-09-02"):
        f.sign(part=w.part(), by=w.ann)
        f.change(part=w.part(), due=day("2024-12-31"), frequency="month", wanted="", reason="提速", by=w.du)
    with at("2024-10-08"):
        f.report(part=w.part(), period_end=day("2024-09-30"), text="好", by=w.ann)
        f.submit(part=w.part(), text="完", files=[pdf()], by=w.ann)
        f.close(part=w.part(), note="看过", by=w.du)
        call_command("writemonths", month="2024-08")
        call_command("writemonths", month="2024-09")
    rows = PartMonth.objects.values_list("light", "state", "due", "reasons")
    assert list(rows) == [
        ("red", "issued", DUE, ["unsigned_late"]),
        ("green", "signed", day("2024-12-31"), []),
    ]


def test_months_that_are_not_over_are_refused(following: Following) -> None:
    with pytest.raises(ValueError, match="not the last day"):
        f.write_months(month_end=day("2024-08-31"))
    with pytest.raises(CommandError, match="还没有结束"):
        call_command("writemonths", month="2024-08")
    with pytest.raises(CommandError, match="不是月份"):
        call_command("writemonths", month="八月")


def test_a_closed_month_keeps_the_parts_of_a_task(following: Following) -> None:
    w = following
    w.issue(only=[w.governments[RED].pk])
    state = next(row for row in assignment_states([]) if row.key == "w.a.01")
    assert state.data["parts"] == [
        {
            "department": w.governments[RED].key,
            "state": "issued",
            "due": "2025-06-30",
            "light": "grey",
            "reasons": ["unsigned"],
        }
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("plans")
def test_nine_counties_get_nine_parts_of_the_action_plan() -> None:
    du = make_user("du", "supervisor", Region.objects.get(code="530400"))
    document = Document.objects.get(key="action-plan-2021-2023")
    with at("2022-03-01"):
        done = f.issue_document(document=document, order=f.Order(), by=du)
        first = AssignmentPart.objects.filter(assignment__key="ap23.a.01")
        assert first.filter(department__kind="government", region__level="county").count() == 9
        assert first.filter(role="lead").count() == 3
        assert {part.due for part in done.created} <= {day("2021"), day("2022"), day("2023"), day("2025")}
        assert not AssignmentPart.objects.filter(department__kind="group").exists()
