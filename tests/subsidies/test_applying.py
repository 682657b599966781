"""A claim from draft to approval: who may take which step, what refuses it, what is kept and committed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projects.register import Facts, Statement, record_statements
from subsidies import applying
from subsidies.applying.machine import GROUPS, STEPS, conflicting, group_of, next_state, sides_of
from subsidies.models import Application, ApplicationStep, BudgetLine, Journal
from subsidies.queries.applications import applications_waiting, visible
from subsidies.queries.held import held
from targets.actions.refusals import NotAllowed, Refused
from tests.reporting_world import at
from tests.worlds import day
from yuxi_eldercare.core.models import AuditEvent, Membership, Notice, User

from .applied import ACCOUNT, CARD, CLAIM, LEASE, TODAY, Applied, make_applied, version

State = Application.State


@pytest.fixture
def a(db: None, tmp_path: Path, settings: Any) -> Iterator[Applied]:
    settings.FILES_DIR = tmp_path
    with at(TODAY):
        yield make_applied()


STATES = [state.value for state in State]
LEADS = {
    ("change", "draft"): "draft",
    ("change", "returned"): "returned",
    ("submit", "draft"): "submitted",
    ("submit", "returned"): "submitted",
    ("county_check", "submitted"): "county_checked",
    ("city_check", "county_checked"): "city_checked",
    ("approve", "city_checked"): "approved",
    ("return", "submitted"): "returned",
    ("return", "county_checked"): "returned",
    ("return", "city_checked"): "returned",
    ("refuse", "county_checked"): "refused",
    ("refuse", "city_checked"): "refused",
    **{
        ("withdraw", state): "withdrawn"
        for state in ("draft", "submitted", "county_checked", "city_checked", "returned", "approved")
    },
}


@pytest.mark.pure
@pytest.mark.parametrize("verb", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_where_a_step_leads(verb: str, state: str) -> None:
    assert next_state(verb, state) == LEADS.get((verb, state))


@pytest.mark.pure
@pytest.mark.parametrize("verb", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_whoever_acted_in_one_group_acts_in_no_other(verb: str, state: str) -> None:
    own = group_of(verb, state)
    for group, acts in GROUPS.items():
        for act in acts:
            barred = own is not None and group != own
            assert conflicting(verb, state, [act]) == (act if barred else None)


@pytest.mark.pure
def test_who_takes_a_step() -> None:
    assert sides_of("return", "submitted") == {"county"}
    assert sides_of("return", "county_checked") == {"city"}
    assert sides_of("return", "city_checked") == {"approver"}
    assert sides_of("withdraw", "approved") == {"applicant", "approver"}
    assert sides_of("approve", "draft") == {"approver"}


def test_a_claim_is_walked_by_four_people_and_commits_its_parts(a: Applied) -> None:
    row = a.approved()
    assert (row.state, row.total_fen, row.verified) == (State.APPROVED, 60_000_000, 60)
    assert row.version is not None
    assert row.version.number == 1
    assert row.computed["version"] == 1
    assert {part["level"]: part["amount_fen"] for part in row.computed["parts"]} == {
        "province": 30_000_000,
        "city": 18_000_000,
        "county": 12_000_000,
    }
    assert sum(held([row.pk])[row.pk].committed.values()) == row.total_fen
    steps = list(row.steps.values_list("verb", "by__username", "state"))
    assert steps == [
        ("create", "ann", "draft"),
        ("submit", "ann", "submitted"),
        ("county_check", "bob", "county_checked"),
        ("city_check", "hui", "city_checked"),
        ("approve", "lin", "approved"),
    ]
    events = AuditEvent.objects.filter(object_type="application", object_key=row.number)
    assert events.count() == 5


def test_the_next_is_told_and_the_unit_of_what_was_decided(a: Applied) -> None:
    row = a.checked()
    approvers = set(Notice.objects.order_by("pk").values_list("recipient__username", flat=True))
    assert {"bob", "bo", "hui", "hua", "lin", "mei"} == approvers
    applying.return_with_reason(application=row, reason="缺消防材料", by=a.lin)
    last = Notice.objects.latest("pk")
    assert (last.recipient, last.text) == (a.ann, "缺消防材料")


def test_of_four_steps_each_is_another_person(a: Applied) -> None:
    for role, unit in (("reviewer", a.red), ("reviewer", a.world.bureau), ("lead", a.world.bureau)):
        Membership.objects.create(
            user=a.ann, role=role, region=unit.region, department=unit, valid_from=day("2020-01-01")
        )
    a.ann = one = User.objects.get(pk=a.ann.pk)  # in a small office one person holds all roles
    row = a.sent()
    with pytest.raises(NotAllowed, match="你已于2024-10-08办理过这笔申请的“提交”"):
        applying.county_check(application=row, verified=60, by=one)
    with pytest.raises(NotAllowed, match="须由另一人办理"):
        applying.return_with_reason(application=row, reason="退", by=one)
    applying.county_check(application=row, verified=60, by=a.bob)
    with pytest.raises(NotAllowed, match="须由另一人办理"):
        applying.city_check(application=row, by=one)
    applying.city_check(application=row, by=a.hui)
    with pytest.raises(NotAllowed, match="须由另一人办理"):
        applying.approve(application=row, lines=a.lines(row), by=one)
    assert Application.objects.get().state == State.CITY_CHECKED


STEPS_BY = {
    "submit": lambda row, by: applying.submit(application=row, by=by),
    "county_check": lambda row, by: applying.county_check(application=row, verified=10, by=by),
    "city_check": lambda row, by: applying.city_check(application=row, by=by),
    "approve": lambda row, by: applying.approve(application=row, lines={}, by=by),
    "withdraw": lambda row, by: applying.withdraw(application=row, reason="重复", by=by),
    "refuse": lambda row, by: applying.refuse(application=row, reason="不符", by=by),
    "return": lambda row, by: applying.return_with_reason(application=row, reason="补", by=by),
}
AT_STATE = {
    "submit": ("draft", {"ann"}),
    "county_check": ("sent", {"bob", "bo"}),
    "return": ("sent", {"bob", "bo"}),
    "withdraw": ("sent", {"ann"}),
    "approve": ("checked", {"lin", "mei"}),
    "refuse": ("checked", {"lin", "mei"}),
}


@pytest.mark.parametrize("verb", AT_STATE)
@pytest.mark.parametrize("name", ["ann", "bob", "bo", "cai", "deng", "hui", "hua", "lin", "mei", "fen"])
def test_only_those_whose_step_it_is(a: Applied, verb: str, name: str) -> None:
    at_state, allowed = AT_STATE[verb]
    row = getattr(a, at_state)()
    if name in allowed and verb == "approve":
        with pytest.raises(Refused, match="选择预算"):
            STEPS_BY[verb](row, getattr(a, name))
        return
    if name in allowed:
        assert STEPS_BY[verb](row, getattr(a, name)).state == LEADS[verb, row.state]
        return
    before = row.steps.count()
    with pytest.raises(NotAllowed):
        STEPS_BY[verb](row, getattr(a, name))
    assert row.steps.count() == before


def test_a_step_in_another_state_is_refused_by_its_words(a: Applied) -> None:
    row = a.sent()
    with pytest.raises(Refused, match="申请现在是“待县级核查”，“市级复核通过”只在待市级复核时办理"):
        applying.city_check(application=row, by=a.hui)
    with pytest.raises(Refused, match="“提交”只在草稿、已退回时办理"):
        applying.submit(application=row, by=a.ann)


def test_whoever_saw_an_older_page_is_told(a: Applied) -> None:
    row = a.draft()
    seen = row.revision
    applying.change_application(application=row, claim=replace(CLAIM, claimed=50), by=a.ann, revision=seen)
    with pytest.raises(Refused, match="Ann已在2024-10-08 10:00办理“修改”"):
        applying.change_application(application=row, claim=CLAIM, by=a.ann, revision=seen)
    assert Application.objects.get().claimed == 50


def test_more_than_licensed_is_refused_when_verified(a: Applied) -> None:
    row = a.sent(replace(CLAIM, claimed=100))
    now = Facts("演示养老院", a.red.region_id, "eldercare", "private", beds=80, filing="备-1")
    record_statements(statements=[Statement(date(2024, 10, 1), now, a.red.pk, a.home.pk)], by=a.ann)
    with pytest.raises(Refused) as refused:
        applying.county_check(application=row, verified=81, by=a.bob)
    assert refused.value.problems[0].field == "verified"
    assert "80" in str(refused.value)
    assert applying.county_check(application=row, verified=80, by=a.bob).total_fen == 80_000_000


def test_more_than_claimed_is_refused_when_verified(a: Applied) -> None:
    row = a.sent()
    with pytest.raises(Refused, match="核定 61 多于申请的 60"):
        applying.county_check(application=row, verified=61, by=a.bob)


def test_a_lease_of_four_years_and_eleven_months_is_refused_with_its_dates(a: Applied) -> None:
    row = a.draft(replace(LEASE, lease_to=date(2026, 11, 30)), a.leased)
    with pytest.raises(Refused) as refused:
        applying.submit(application=row, by=a.ann)
    assert [one.field for one in refused.value.problems] == ["lease_to"]
    assert "2022-01-01" in str(refused.value)
    assert "2026-11-30" in str(refused.value)


def test_a_lease_of_five_years_passes(a: Applied) -> None:
    row = a.sent(replace(LEASE, lease_to=date(2026, 12, 31)), a.leased)
    assert row.total_fen == 30_000_000


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2010, 1, 1), date(2015, 12, 31), "已于 2015-12-31 到期"),
        (date(2019, 10, 8), date(2024, 10, 7), "已于 2024-10-07 到期"),
        (date(2024, 10, 9), date(2030, 12, 31), "2024-10-09 才开始"),
    ],
)
def test_a_lease_that_is_over_or_has_not_begun_is_refused(
    a: Applied, first: date, last: date, words: str
) -> None:
    row = a.draft(replace(LEASE, lease_from=first, lease_to=last), a.leased)
    with pytest.raises(Refused, match=words) as refused:
        applying.submit(application=row, by=a.ann)
    assert [one.field for one in refused.value.problems] == ["lease_to"]


def test_a_lease_that_ends_before_the_approval_is_refused_then(a: Applied) -> None:
    row = a.checked(replace(LEASE, lease_from=date(2019, 1, 1), lease_to=date(2024, 10, 31)), a.leased)
    with at("2024-11-01"), pytest.raises(Refused, match="已于 2024-10-31 到期"):
        applying.approve(application=row, lines=a.lines(row), by=a.lin)


def test_everything_that_is_wrong_is_said_at_once(a: Applied) -> None:
    other = a.institution("公建民营养老院", operation="public_private")
    claim = replace(LEASE, claimed=200, lease_to=date(2023, 1, 1), bank="", account="", phone="")
    row = applying.register_application(
        scheme=a.leased, claim=claim, department=a.red, institution=other, by=a.ann
    )
    with pytest.raises(Refused) as refused:
        applying.submit(application=row, by=a.ann)
    fields = [one.field for one in refused.value.problems]
    assert fields == ["claimed", "lease_to", "", "bank", "account", "phone", "evidence"]
    assert Application.objects.get().state == State.DRAFT


def test_a_card_must_pass_its_check_digit_and_an_account_its_length(a: Applied) -> None:
    card = replace(CLAIM, payee_kind="card", account=CARD[:-1] + "1")
    with pytest.raises(Refused, match="最后一位校验不符"):
        a.draft(card)
    with pytest.raises(Refused, match="应为 8 至 30 位数字"):
        a.draft(replace(CLAIM, account="1234"))
    with pytest.raises(Refused, match="电话号码不正确"):
        a.draft(replace(CLAIM, phone="12345"))
    assert not Application.objects.exists()


def test_full_width_digits_are_the_same_account(a: Applied) -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in ACCOUNT)
    row = a.draft(replace(CLAIM, account=wide, phone="１３８00000001"))
    assert (row.account.open(), row.phone.open()) == (ACCOUNT, "13800000001")
    assert row.account_print == a.draft().account_print


def test_a_number_too_long_to_be_kept_is_refused(a: Applied) -> None:
    """One sign may stand for many: what was typed fits, what is compared does not."""
    with pytest.raises(Refused, match="最多80字") as refused:
        a.draft(replace(CLAIM, premises_number="㍿" * 40))
    assert [one.field for one in refused.value.problems] == ["premises_number"]


def test_personal_data_is_sealed_and_masked_everywhere(a: Applied) -> None:
    row = a.sent()
    stored = Application.objects.get()
    assert stored.account.open() == ACCOUNT
    assert ACCOUNT not in stored.account.token
    assert (stored.account_masked, stored.phone_masked) == ("530**********0123", "138****0001")
    told = [str(value) for value in AuditEvent.objects.values_list("before", "after", "detail")]
    told += [str(value) for value in ApplicationStep.objects.values_list("figures", "reason")]
    assert not any(ACCOUNT in text or "13800000001" in text for text in told)
    applying.return_with_reason(application=row, reason="补", by=a.bob)
    kept = applying.change_application(application=row, claim=replace(CLAIM, account="", phone=""), by=a.ann)
    assert kept.account.open() == ACCOUNT


def test_a_claim_keeps_the_version_of_its_day(a: Applied) -> None:
    row = a.sent()
    version(a.own, amount_fen=1_200_000, valid_from=date(2024, 10, 9))
    with at("2024-10-10"):
        applying.county_check(application=row, verified=50, by=a.bob)
        later = a.sent(replace(CLAIM, claimed=10, premises_number="另一证"))
    row.refresh_from_db()
    assert row.total_fen == 50_000_000
    assert later.total_fen == 12_000_000


def test_without_an_amount_nothing_is_sent_and_without_a_split_nothing_approved(a: Applied) -> None:
    version(a.own, amount_fen=None, basis="", split=None, split_document="")
    with pytest.raises(Refused):
        a.sent()
    version(a.own, split=None, split_document="")
    row = a.checked(replace(CLAIM, premises_number="另一证"))
    assert row.total_fen == 60_000_000
    with pytest.raises(Refused, match="请先取得规定分担比例的文件"):
        applying.approve(application=row, lines=a.lines(row), by=a.lin)
    assert not Journal.objects.filter(kind="commit").exists()


def test_an_approval_without_money_leaves_nothing_behind(a: Applied) -> None:
    row = a.checked()
    lines = a.lines(row)
    empty = BudgetLine.objects.create(
        year=2024, level="city", region=a.world.city, programme="construction", fund="lottery", made_by=a.fen
    )
    with pytest.raises(Refused, match="不够"):
        applying.approve(application=row, lines={**lines, "city": empty.pk}, by=a.lin)
    stored = Application.objects.get()
    assert (stored.state, stored.approved_by) == (State.CITY_CHECKED, None)
    assert not stored.steps.filter(verb="approve").exists()
    assert not Journal.objects.filter(kind="commit").exists()


def test_a_claim_given_up_after_approval_gives_its_money_back(a: Applied) -> None:
    row = a.approved()
    applying.withdraw(application=row, reason="项目不建了", by=a.ann)
    assert Application.objects.get().state == State.WITHDRAWN
    assert not any(held([row.pk])[row.pk].committed.values())


def test_a_long_reason_fits_the_books_as_well(a: Applied) -> None:
    row = a.approved()
    applying.withdraw(application=row, reason="由" * 500, by=a.ann)
    assert len(row.steps.get(verb="withdraw").reason) == 500
    assert len(Journal.objects.get(kind="release").reason) == 300


def test_a_reason_is_needed_to_return_refuse_and_give_up(a: Applied) -> None:
    row = a.checked()
    for act in (applying.return_with_reason, applying.refuse):
        with pytest.raises(Refused, match="请写明"):
            act(application=row, reason="  ", by=a.lin)
    with pytest.raises(Refused, match="请写明撤回的理由"):
        applying.withdraw(application=row, reason="", by=a.ann)


def test_a_returned_claim_goes_the_whole_way_again(a: Applied) -> None:
    row = a.checked()
    applying.return_with_reason(application=row, reason="床位数不符", by=a.lin)
    row.refresh_from_db()
    assert (row.state, row.verified) == (State.RETURNED, None)
    applying.change_application(application=row, claim=replace(CLAIM, claimed=40), by=a.ann)
    applying.submit(application=row, by=a.ann)
    applying.county_check(application=row, verified=40, by=a.bob)
    applying.city_check(application=row, by=a.hui)
    assert applying.approve(application=row, lines=a.lines(row), by=a.lin).total_fen == 40_000_000


def test_people_see_the_claims_of_their_regions_and_what_waits_for_them(a: Applied) -> None:
    row = a.sent()
    assert {
        name for name in ("ann", "cai", "deng", "hui", "lin", "fen") if visible(getattr(a, name)).exists()
    } == {
        "ann",
        "hui",
        "lin",
        "fen",
    }
    waits = {"sent": {"bob", "bo"}, "county": {"hui", "hua"}, "city": {"lin", "mei"}, "back": {"ann"}}
    names = ("ann", "bob", "bo", "cai", "deng", "hui", "hua", "lin", "mei", "fen")

    def waiting() -> set[str]:
        return {name for name in names if applications_waiting(getattr(a, name)).exists()}

    assert waiting() == waits["sent"]
    applying.county_check(application=row, verified=60, by=a.bob)
    assert waiting() == waits["county"]
    applying.city_check(application=row, by=a.hui)
    assert waiting() == waits["city"]
    applying.return_with_reason(application=row, reason="补", by=a.lin)
    assert waiting() == waits["back"]
