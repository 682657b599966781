"""The way of a value from draft to published, who may take each step, and corrections."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from targets.actions.refusals import NotAllowed, Refused
from targets.models import CheckRule, Entry, EntryStep, Indicator, Observation, RedResponse, SheetSubmission
from targets.reporting.changes import CellChange, Conflict
from targets.reporting.entries import save_entry
from targets.reporting.publishing import cancel_correction, publish, start_correction
from targets.reporting.sheets import still_current, verify
from targets.reporting.steps import approve_clean, return_entries, review, submit, withdraw
from targets.reporting.trail import history
from tests.reporting_world import GREEN, RED, Reporting, fill, number, walk
from tests.worlds import make_user, value
from tests.worlds import publish as publish_past
from yuxi_eldercare.core.models import AuditEvent, Membership, Notice, User


def observation(entry: Entry) -> Observation:
    return Observation.objects.get(
        indicator=entry.indicator, region=entry.region, period_end=entry.period_end, superseded_at=None
    )


def test_a_value_goes_the_whole_way(w: Reporting) -> None:
    entry = w.entry(w.world.beds)
    walk(entry, number(parts=(45, 100), note="新增5张"), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    entry.refresh_from_db()
    value = observation(entry)
    assert (entry.state, entry.observation_id) == ("published", value.pk)
    assert (value.value, value.numerator, value.denominator) == (45, 45, 100)
    assert (value.reported_by, value.department, value.note) == (w.ann, w.red, "新增5张")
    assert [step.verb for step in history(entry)] == ["save", "submit", "review", "publish"]
    assert [step.by for step in history(entry)] == [w.ann, w.ann, w.bob, w.lin]
    actions = set(AuditEvent.objects.filter(object_type="entry").values_list("action", flat=True))
    assert actions == {"entries.save", "entries.submit", "entries.review", "entries.publish"}


def test_three_answers_are_three_things(w: Reporting) -> None:
    homes, green = w.entry(w.world.homes), w.entry(w.world.homes, GREEN)
    fill(homes, number(0), w.ann)
    fill(green, CellChange(answer="na", na_reason="本县无此项"), w.cai)
    homes.refresh_from_db()
    green.refresh_from_db()
    assert (homes.state, homes.value, homes.not_applicable) == ("draft", 0, False)
    assert (green.state, green.value, green.not_applicable) == ("draft", None, True)
    fill(homes, CellChange(answer="empty"), w.ann)
    homes.refresh_from_db()
    assert (homes.state, homes.value, homes.not_applicable) == ("empty", None, False)


def test_empty_and_unreasoned_cells_cannot_be_submitted(w: Reporting) -> None:
    homes, beds = w.entry(w.world.homes), w.entry(w.world.beds)
    fill(beds, CellChange(answer="na"), w.ann)
    with pytest.raises(Refused) as refused:
        submit(entries=[homes, beds], by=w.ann)
    assert [(p.index, p.field) for p in refused.value.problems] == [(0, "value"), (1, "na_reason")]
    assert not EntryStep.objects.filter(verb="submit").exists()


def test_hard_problems_are_saved_and_block(w: Reporting) -> None:
    entry = w.entry(w.world.beds)
    saved = fill(entry, number(parts=(120, 100)), w.ann)
    assert [(p.severity, p.field) for p in saved.problems] == [("hard", "numerator")]
    entry.refresh_from_db()
    assert entry.numerator == 120
    with pytest.raises(Refused, match="大于分母"):
        submit(entries=[entry], by=w.ann)


def test_the_second_of_two_people_sees_both_values(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    first = save_entry(entry=entry, change=number(3), expected_revision=0, by=w.ann)
    other = make_colleague(w)
    with pytest.raises(Conflict) as conflict:
        save_entry(entry=entry, change=number(4), expected_revision=0, by=other)
    assert conflict.value.theirs.value == 3
    assert conflict.value.mine.value == 4
    assert (conflict.value.theirs_by, conflict.value.theirs_at) == (w.ann, first.entry.edited_at)
    entry.refresh_from_db()
    assert entry.value == 3
    assert not save_entry(entry=entry, change=number(3), expected_revision=0, by=w.ann).changed
    with pytest.raises(Conflict):
        save_entry(entry=entry, change=number(3), expected_revision=0, by=other)


def make_colleague(w: Reporting) -> User:
    return make_user("amy", "reporter", w.red.region, w.red)


@pytest.mark.parametrize("name", ["bob", "cai", "lin", "wu", "su", "han"])
def test_only_the_unit_changes_its_figure(w: Reporting, name: str) -> None:
    entry = w.entry(w.world.homes)
    with pytest.raises(NotAllowed, match="红河区民政局"):
        fill(entry, number(3), getattr(w, name))


@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("review", "ann"),
        ("review", "deng"),
        ("review", "lin"),
        ("publish", "bob"),
        ("publish", "gan"),
        ("publish", "shi"),
    ],
)
def test_each_step_is_for_its_role_and_unit(w: Reporting, step: str, name: str) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    submit(entries=[entry], by=w.ann)
    if step == "publish":
        review(entries=[entry], by=w.bob)
    with pytest.raises(NotAllowed):
        (review if step == "review" else publish)(entries=[entry], by=getattr(w, name))


def test_nobody_reviews_or_confirms_what_they_entered(w: Reporting) -> None:
    for role, user in (("reviewer", w.ann), ("lead", w.ann), ("reporter", w.bob)):
        Membership.objects.create(
            user=user,
            role=role,
            region=w.world.city if role == "lead" else w.red.region,
            department=w.city if role == "lead" else w.red,
            valid_from=w.round.period_end.replace(year=2020),
        )
    w.ann.__dict__.pop("_all_memberships", None)
    w.bob.__dict__.pop("_all_memberships", None)
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    fill(entry, number(4), w.bob)
    submit(entries=[entry], by=w.bob)
    for person in (w.ann, w.bob):
        with pytest.raises(NotAllowed, match="不能审核自己填报的数据"):
            review(entries=[entry], by=person)
    colleague = make_colleague(w)
    Membership.objects.filter(user=colleague).update(role="reviewer")
    review(entries=[entry], by=colleague)
    with pytest.raises(NotAllowed, match="不能确认自己填报的数据"):
        publish(entries=[entry], by=w.ann)
    publish(entries=[entry], by=w.lin)


def test_what_the_city_enters_needs_two_people(w: Reporting) -> None:
    entry = w.entry(w.world.lottery, "999900")
    published = walk(entry, number(60), reporter=w.han, reviewer=w.hui, lead=w.mei)
    assert published.state == "published"


def test_a_county_plans_own_indicator_is_confirmed_by_the_county(w: Reporting) -> None:
    entry = w.entry(w.world.smart, GREEN)
    fill(entry, number(2), w.cai)
    submit(entries=[entry], by=w.cai)
    review(entries=[entry], by=w.deng)
    with pytest.raises(NotAllowed):
        publish(entries=[entry], by=w.lin)
    assert publish(entries=[entry], by=w.gan)[0].state == "published"


def test_a_return_carries_its_reason_and_is_told(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    submit(entries=[entry], by=w.ann)
    with pytest.raises(Refused, match="退回须写明理由"):
        return_entries(entries=[entry], reason=" ", by=w.bob)
    return_entries(entries=[entry], reason="与台账不符", by=w.bob)
    entry.refresh_from_db()
    assert (entry.state, entry.return_reason, entry.value) == ("returned", "与台账不符", 3)
    assert Notice.objects.get(recipient=w.ann, channel="inbox").text.endswith("与台账不符")
    with pytest.raises(Refused, match="请先修改"):
        submit(entries=[entry], by=w.ann)
    fill(entry, CellChange(note="台账已更新"), w.ann)
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)
    return_entries(entries=[entry], reason="请附佐证", by=w.lin)
    entry.refresh_from_db()
    assert (entry.state, entry.returned_by, entry.reviewed_by) == ("returned", w.lin, None)


def test_a_submitted_value_can_be_taken_back_until_review(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    submit(entries=[entry], by=w.ann)
    with pytest.raises(Refused, match="先撤回"):
        fill(entry, number(4), w.ann)
    withdraw(entries=[entry], by=w.ann)
    fill(entry, number(4), w.ann)
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)
    with pytest.raises(Refused, match="只有待审核的数据可以撤回"):
        withdraw(entries=[entry], by=w.ann)


def test_bulk_approval_passes_clean_rows_and_says_why_not(w: Reporting) -> None:
    clean, marked = w.entry(w.world.homes), w.entry(w.world.households)
    enable_change_rule()
    past(w, w.world.households, "2023-09-30", 10)
    fill(clean, number(1), w.ann)
    fill(marked, number(90, explanations={"year": "集中改造"}), w.ann)
    submit(entries=[clean, marked], by=w.ann)
    approved = approve_clean(entries=[clean, marked], by=w.bob)
    assert [row.pk for row in approved.done] == [clean.pk]
    assert "上年同期" in approved.left[marked.pk]
    clean.refresh_from_db()
    assert clean.state == "reviewed"


def enable_change_rule() -> None:
    CheckRule.objects.create(
        key="year",
        title="同比",
        kind="change_on_year",
        params={"percent": "50"},
        severity="soft",
        enabled=True,
    )


def past(w: Reporting, indicator: Indicator, end: str, figure: object, region: str = RED) -> None:
    publish_past(value(indicator, region, end, figure))


def test_soft_problems_pass_with_an_explanation_that_stays_with_the_value(w: Reporting) -> None:
    enable_change_rule()
    past(w, w.world.homes, "2023-09-30", 10)
    entry = w.entry(w.world.homes)
    assert [p.blocks for p in fill(entry, number(20), w.ann).problems] == [True]
    with pytest.raises(Refused, match="上年同期"):
        submit(entries=[entry], by=w.ann)
    assert [p.blocks for p in fill(entry, CellChange(explanations={"year": "合并计入"}), w.ann).problems] == [
        False
    ]
    assert [p.blocks for p in fill(entry, number(30), w.ann).problems] == [True], "another figure"
    fill(entry, number(20), w.ann)
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)
    publish(entries=[entry], by=w.lin)
    assert "合并计入" in observation(entry).note


def test_a_correction_is_a_new_version_and_the_old_one_counts_meanwhile(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    walk(entry, number(3), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    with pytest.raises(Refused, match="发起更正"):
        fill(entry, number(4), w.ann)
    with pytest.raises(Refused, match="更正须写明理由"):
        start_correction(entry=entry, reason="", by=w.ann)
    start_correction(entry=entry, reason="漏报一家", by=w.ann)
    fill(entry, number(4), w.ann)
    assert observation(entry).value == 3
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)
    publish(entries=[entry], by=w.lin)
    versions = Observation.objects.filter(indicator=w.world.homes, region=RED).order_by("version")
    assert [(row.version, row.value, row.reason) for row in versions] == [(1, 3, ""), (2, 4, "漏报一家")]
    assert versions[0].superseded_at is not None


def test_a_correction_can_be_given_up(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    walk(entry, number(3), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    start_correction(entry=entry, reason="漏报一家", by=w.ann)
    fill(entry, CellChange(answer="empty"), w.ann)
    cancel_correction(entry=entry, by=w.ann)
    entry.refresh_from_db()
    assert (entry.state, entry.value, entry.correction_reason) == ("published", 3, "")


def test_a_value_from_elsewhere_is_replaced_only_with_a_reason(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    past(w, w.world.homes, "2024-09-30", 2)
    fill(entry, number(3), w.ann)
    with pytest.raises(Refused, match="该期已有生效数据"):
        submit(entries=[entry], by=w.ann)
    fill(entry, CellChange(correction_reason="以本次填报为准"), w.ann)
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)
    publish(entries=[entry], by=w.lin)
    assert observation(entry).version == 2


def test_the_submitted_sheet_keeps_its_checksum(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    submit(entries=[entry], by=w.ann)
    sheet = SheetSubmission.objects.get()
    assert verify(sheet)
    assert still_current(sheet)
    assert sheet.content["rows"][0]["shown"] == "3 家"
    withdraw(entries=[entry], by=w.ann)
    fill(entry, number(4), w.ann)
    submit(entries=[entry], by=w.ann)
    assert not still_current(sheet)
    sheet.content["rows"][0]["value"] = "5"
    assert not verify(sheet)


def test_a_value_judged_red_asks_for_causes(w: Reporting) -> None:
    entry = w.entry(w.world.beds)
    fill(entry, number(parts=(5, 100)), w.ann)
    submit(entries=[entry], by=w.ann)
    asked = RedResponse.objects.get(milestone__due="2025-12-31")
    assert asked.regional_target.region_id == RED
    withdraw(entries=[entry], by=w.ann)
    fill(entry, number(parts=(60, 100)), w.ann)
    submit(entries=[entry], by=w.ann)
    assert not RedResponse.objects.filter(milestone__due="2025-12-31").exists()


def test_a_stored_number_has_fitting_size_and_places(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    for wrong, sentence in ((Decimal("1e10"), "过大"), (Decimal("1.1234567"), "小数最多6位")):
        with pytest.raises(Refused, match=sentence):
            fill(entry, CellChange(answer="number", value=wrong), w.ann)
    assert [p.message for p in fill(entry, number("1.5"), w.ann).problems] == [
        "该指标按整数计，1.5 不是整数，请核对。"
    ]


def test_a_negative_number_is_a_hard_problem(w: Reporting) -> None:
    saved = fill(w.entry(w.world.homes), number(-1), w.ann)
    assert [(p.severity, "不能为负" in p.message) for p in saved.problems] == [("hard", True)]


def test_what_is_kept_is_worded_in_chinese_whoever_sends_it(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, CellChange(answer="na", na_reason="本区无此项"), w.ann)
    with override("en"):
        submit(entries=[entry], by=w.ann)
        return_entries(entries=[entry], reason="请核对", by=w.bob)
    sheet = SheetSubmission.objects.get()
    assert (sheet.content["rows"][0]["shown"], sheet.content["rows"][0]["period"]) == (
        "不适用",
        "2024年三季度",
    )
    assert Notice.objects.get(recipient=w.ann).title.startswith("1项数据被退回")
