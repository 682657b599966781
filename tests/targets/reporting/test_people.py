"""代报, 移交, and who sees what."""

import pytest

from targets.actions.refusals import NotAllowed, Refused
from targets.models import Handover, ReportingLine
from targets.reporting.changes import EntryChange
from targets.reporting.desk import read_desk, todo_count
from targets.reporting.diffs import change_text, differences
from targets.reporting.entries import save_entries, save_entry
from targets.reporting.grid import read_cells, read_grid
from targets.reporting.handover import assign_lines, hand_over
from targets.reporting.proxies import grant_proxy, revoke_proxy, visible_proxies
from targets.reporting.publishing import publish, start_correction
from targets.reporting.scope import entries_by_code, visible_entries
from targets.reporting.steps import return_entries, review, submit
from tests.reporting_world import GREEN, QUARTER, RED, Reporting, at, fill, number, walk
from tests.worlds import day, make_user, value
from tests.worlds import publish as publish_past
from yuxi_eldercare.core.models import AuditEvent, Membership


def authorise(w: Reporting, **fields: object):  # type: ignore[no-untyped-def]
    wanted = {
        "principal": w.green,
        "agent": w.ann,
        "region": w.green.region,
        "reason": "岗位空缺",
        "valid_from": day("2024-10-01"),
        "valid_to": day("2024-10-31"),
        "by": w.lin,
        **fields,
    }
    return grant_proxy(**wanted)  # type: ignore[arg-type]


def test_entering_for_another_unit_needs_an_authorisation_that_names_both(w: Reporting) -> None:
    entry = w.entry(w.world.homes, GREEN)
    with pytest.raises(NotAllowed, match="代报须先取得双方具名的授权"):
        fill(entry, number(3), w.ann)
    proxy = authorise(w)
    fill(entry, number(3), w.ann)
    entry.refresh_from_db()
    assert (entry.edited_by, entry.on_behalf, entry.department) == (w.ann, proxy, w.green)
    submit(entries=[entry], by=w.ann)
    with pytest.raises(NotAllowed):
        review(entries=[entry], by=w.bob)
    review(entries=[entry], by=w.deng)
    assert read_grid(round=w.round.pk, department=w.green.pk, user=w.ann).on_behalf
    revoke_proxy(proxy=proxy, by=w.lin)
    with pytest.raises(NotAllowed):
        fill(w.entry(w.world.households, GREEN), number(3), w.ann)
    actions = AuditEvent.objects.filter(object_type="proxy_authorization").values_list("action", flat=True)
    assert set(actions) == {"proxies.grant", "proxies.revoke"}


def test_an_authorisation_ends(w: Reporting) -> None:
    authorise(w, valid_to=day("2024-10-09"))
    fill(w.entry(w.world.homes, GREEN), number(3), w.ann)
    with at("2024-10-10"), pytest.raises(NotAllowed):
        fill(w.entry(w.world.homes, GREEN), number(4), w.ann)


def test_senseless_authorisations_are_refused(w: Reporting) -> None:
    with pytest.raises(NotAllowed):
        authorise(w, by=w.bob)
    with pytest.raises(Refused, match="不能授权自己代报"):
        authorise(w, agent=w.lin)
    with pytest.raises(Refused, match="无需授权"):
        authorise(w, agent=w.cai)
    with pytest.raises(Refused) as refused:
        authorise(w, agent=w.bob, reason=" ", valid_to=day("2024-09-30"))
    assert {p.field for p in refused.value.problems} == {"agent", "reason", "valid_to"}
    authorise(w)
    with pytest.raises(Refused, match="已有同样的授权"):
        authorise(w)
    assert (
        visible_proxies(w.cai).count()
        == visible_proxies(w.ann).count()
        == visible_proxies(w.lin).count()
        == 1
    )
    assert not visible_proxies(w.su).exists()


def test_duties_pass_to_a_colleague_with_everything_open(w: Reporting) -> None:
    amy = make_user("amy", "reporter", w.red.region, w.red)
    lines = list(ReportingLine.objects.filter(department=w.red).values_list("pk", flat=True))
    assert assign_lines(department=w.red, lines=lines[:3], holder=w.ann, by=w.bob) == 3
    with pytest.raises(NotAllowed):
        hand_over(department=w.red, from_user=w.ann, to_user=amy, reason="调岗", by=w.cai)
    with pytest.raises(Refused, match="不是红河区民政局的填报员"):
        hand_over(department=w.red, from_user=w.ann, to_user=w.cai, reason="调岗", by=w.ann)
    made = hand_over(department=w.red, from_user=w.ann, to_user=amy, reason="调岗", by=w.ann)
    assert (made.lines, made.open_entries, made.by) == (3, 3, w.ann)
    assert ReportingLine.objects.filter(holder=amy).count() == 3
    desk = read_desk(amy)
    assert [(pile.count, pile.mine) for pile in desk.owed] == [(4, 4)]
    assert [(pile.count, pile.mine) for pile in read_desk(w.ann).owed] == [(4, 1)]
    assert Handover.objects.count() == 1


def test_the_desk_shows_what_waits_for_each(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    assert (todo_count(w.ann), todo_count(w.bob), todo_count(w.lin)) == (4, 0, 0)
    submit(entries=[entry], by=w.ann)
    assert (todo_count(w.ann), todo_count(w.bob), todo_count(w.lin)) == (3, 1, 0)
    review(entries=[entry], by=w.bob)
    assert (todo_count(w.bob), todo_count(w.lin), todo_count(w.gan), todo_count(w.shi)) == (0, 1, 0, 0)
    assert [pile.count for pile in read_desk(w.lin).to_confirm] == [1]
    return_entries(entries=[entry], reason="请附佐证", by=w.lin)
    desk = read_desk(w.ann)
    assert [(row.pk, row.return_reason) for row in desk.returned] == [(entry.pk, "请附佐证")]
    with at("2024-10-12"):
        assert [item.what for item in read_desk(w.ann).expiring] == ["round"]


def test_drafts_are_seen_by_the_unit_only(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    sees = {user.username for user in w.people if visible_entries(user).filter(pk=entry.pk).exists()}
    assert sees == {"ann", "bob"}
    submit(entries=[entry], by=w.ann)
    sees = {
        user.username
        for user in [*w.people, w.world.ling, w.world.du, w.world.shen]
        if visible_entries(user).filter(pk=entry.pk).exists()
    }
    assert sees == {"ann", "bob", "lin", "mei", "ling", "du"}
    assert len(read_cells([entry.pk], w.lin)) == 1
    assert read_cells([entry.pk], w.cai) == []


def test_a_grid_is_for_those_who_may_look(w: Reporting) -> None:
    assert read_grid(round=w.round.pk, department=w.red.pk, user=w.bob).may_enter is False
    for nobody in (w.cai, w.wu, w.gan, w.world.shen):
        with pytest.raises(NotAllowed):
            read_grid(round=w.round.pk, department=w.red.pk, user=nobody)
    with pytest.raises(Refused, match="没有填报任务"):
        read_grid(round=w.round.pk, department=w.statistics.pk, user=w.shi)


def test_entries_are_found_by_code(w: Reporting) -> None:
    found = entries_by_code(w.round, w.ann)
    assert found["w-homes", RED, QUARTER] == w.entry(w.world.homes)
    assert {key[1] for key in found} == {RED}


def test_a_deactivated_account_enters_nothing(w: Reporting) -> None:
    w.ann.is_active = False
    w.ann.save()
    with pytest.raises(NotAllowed, match="停用"):
        fill(w.entry(w.world.homes), number(3), w.ann)


def test_who_may_not_enter_is_told_that_and_nothing_of_the_cell(w: Reporting) -> None:
    fill(w.entry(w.world.homes), number(3), w.ann)
    homes, households = w.entry(w.world.homes), w.entry(w.world.households)
    with pytest.raises(NotAllowed):
        save_entry(entry=homes, change=number(4), expected_revision=0, by=w.wu)
    with pytest.raises(NotAllowed):
        save_entry(entry=homes, change=lambda _entry: pytest.fail("read"), expected_revision=0, by=w.wu)
    changes = [EntryChange(row.pk, number(10**12), 0) for row in (homes, households)]
    for dry_run in (True, False):
        with pytest.raises(NotAllowed) as refused:
            save_entries(changes=changes, by=w.wu, dry_run=dry_run)
        assert {problem.field for problem in refused.value.problems} == {"department"}


def test_a_role_that_ended_enters_nothing(w: Reporting) -> None:
    Membership.objects.filter(user=w.ann).update(valid_to=day("2024-10-07"))
    with pytest.raises(NotAllowed):
        fill(w.entry(w.world.homes), number(3), w.ann)


def test_a_reviewer_sees_what_changed(w: Reporting) -> None:
    publish_past(value(w.world.homes, RED, "2024-06-30", 2))
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    first = differences([w.entry(w.world.homes)])[entry.pk]
    assert (first.change, first.percent, first.approved) == (1, 50, None)
    assert change_text(first, "家") == "+1 家（+50%）"
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)
    return_entries(entries=[entry], reason="请核对", by=w.lin)
    fill(entry, number(4, note="已核"), w.ann)
    second = differences([w.entry(w.world.homes)])[entry.pk]
    assert second.sentences == ["数值由3 家改为4 家", "备注有改动"]
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)
    publish(entries=[entry], by=w.lin)
    start_correction(entry=entry, reason="漏报", by=w.ann)
    fill(entry, number(5), w.ann)
    third = differences([w.entry(w.world.homes)])[entry.pk]
    assert third.approved is not None
    assert (third.approved.value, third.sentences[0]) == (4, "数值由4 家改为5 家")
    submit(entries=[entry], by=w.ann)
    for step in (lambda: review(entries=[entry], by=w.bob), lambda: publish(entries=[entry], by=w.lin)):
        step()
        after = differences([w.entry(w.world.homes)])[entry.pk]
        assert after.sentences == third.sentences, "this approval is part of the way, not what was before it"


def test_a_first_review_is_no_earlier_approval(w: Reporting) -> None:
    entry = walk(w.entry(w.world.homes), number(3), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    found = differences([entry])[entry.pk]
    assert (found.approved, found.sentences) == (None, [])


def test_the_whole_way_leaves_nothing_on_any_desk(w: Reporting) -> None:
    walk(w.entry(w.population), number(100), reporter=w.su, reviewer=w.sun, lead=w.shi)
    assert [todo_count(user) for user in (w.su, w.sun, w.shi)] == [0, 0, 0]
