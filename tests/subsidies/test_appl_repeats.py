"""The same bed, premises, lease, account or institution twice: found across years, names and split claims."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from projects.models import Institution
from projects.register import Facts, Statement, record_statements
from subsidies import applying
from subsidies.applying import drafting
from subsidies.applying.repeats import counting_claims, normal_number, repeats
from subsidies.books.posting import Event, post
from subsidies.models import Application, Journal, Recovery, Scheme
from targets.actions.refusals import NotAllowed, Refused
from tests.reporting_world import at
from tests.targets.threads import threads

from .applied import CLAIM, LEASE, OTHER_ACCOUNT, TODAY, Applied, make_applied, version

__all__ = ["threads"]
Threads = Callable[..., threading.Thread]
# Another claim: other premises, another account.
OTHER = replace(CLAIM, premises_number="另一证", account=OTHER_ACCOUNT)


@pytest.fixture
def a(db: None, tmp_path: Path, settings: Any) -> Iterator[Applied]:
    settings.FILES_DIR = tmp_path
    with at(TODAY):
        yield make_applied()


def fields(refused: Refused) -> list[str]:
    return [problem.field for problem in refused.problems]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("云（2020）玉溪市 不动产权第 0001234 号", "云(2020)玉溪市不动产权第0001234号"),
        ("ht－2022—001", "HT2022001"),
        ("ＨＴ-2022-001", "HT2022001"),
        ("  ", ""),
    ],
)
def test_numbers_are_compared_without_blanks_and_dashes(typed: str, kept: str) -> None:
    assert normal_number(typed) == kept


def test_a_bed_is_not_subsidised_twice_in_a_later_year(a: Applied) -> None:
    a.approved()
    with at("2024-12-30"), pytest.raises(Refused) as refused:
        a.sent(replace(OTHER, claimed=41))
    assert fields(refused.value) == ["claimed"]
    for figure in ("60", "41", "100"):
        assert figure in str(refused.value)
    with at("2024-12-30"):
        assert a.sent(replace(OTHER, claimed=40)).state == "submitted"


def test_nor_under_the_scheme_for_other_premises(a: Applied) -> None:
    a.sent(replace(CLAIM, claimed=70))
    with pytest.raises(Refused) as refused:
        a.sent(replace(LEASE, claimed=31, account=OTHER_ACCOUNT), a.leased)
    assert fields(refused.value) == ["claimed"]


def test_nor_after_the_institution_was_renamed(a: Applied) -> None:
    first = a.sent()
    now = Facts("改名后的颐养院", a.red.region_id, "eldercare", "private", beds=100, filing="备-1")
    record_statements(statements=[Statement(date(2024, 10, 8), now, a.red.pk, a.home.pk)], by=a.ann)
    second = a.draft(replace(OTHER, claimed=50))
    with pytest.raises(Refused):
        applying.submit(application=second, by=a.ann)
    assert [(one.application, one.units) for one in counting_claims(second)] == [(first, 60)]
    assert (first.name, second.name) == ("演示养老院", "改名后的颐养院")


def test_what_was_verified_counts_and_what_was_given_up_does_not(a: Applied) -> None:
    first = a.sent()
    applying.county_check(application=first, verified=30, by=a.bob)
    second = a.sent(replace(OTHER, claimed=70))
    applying.withdraw(application=second, reason="不建了", by=a.ann)
    third = a.draft(replace(OTHER, claimed=70))
    assert sum(one.units for one in counting_claims(third)) == 30
    applying.submit(application=third, by=a.ann)


def test_beds_whose_whole_subsidy_came_back_are_free_again(a: Applied) -> None:
    row = a.approved()
    amounts = {
        a.lines(row)[level]: fen for level, fen in row.steps.get(verb="approve").figures["parts"].items()
    }
    day = timezone.localdate()

    def book(kind: str, *, application: Application | None = row, **more: Any) -> None:
        post(Event(kind=kind, key=f"{kind}:test", on=day, by=a.fen, application=application, **more), amounts)

    book(Journal.Kind.ARRIVE, application=None)
    book(Journal.Kind.PAY, voucher="记-1")
    recovery = Recovery.objects.create(
        application=row,
        amount_fen=row.total_fen,
        received_fen=row.total_fen,
        reason="停业",
        due_on=day,
        made_by=a.fen,
    )
    again = a.draft(replace(OTHER, claimed=100))
    assert sum(one.units for one in counting_claims(again)) == 60
    book(Journal.Kind.RECOVER, recovery=recovery, voucher="记-2")
    assert counting_claims(again) == []


def test_premises_of_another_institution_refuse_a_second_grant(a: Applied) -> None:
    a.sent()
    other = a.institution()
    claim = replace(
        CLAIM, claimed=10, premises_number="云（2020）红河区不动产权第 0001234 号", account=OTHER_ACCOUNT
    )
    with pytest.raises(Refused) as refused:
        a.sent(claim, institution=other)
    assert fields(refused.value) == ["premises_number"]
    assert "演示养老院" in str(refused.value)


def test_a_lease_split_over_two_claims_is_shown_and_must_be_answered(a: Applied) -> None:
    a.sent(replace(LEASE, claimed=20), a.leased)
    split = a.sent(replace(LEASE, claimed=20, lease_to=date(2028, 12, 31)), a.leased)
    [found] = repeats(split)
    assert not found.hard
    assert "2022-01-01至2027-12-31" in found.sentence
    applying.county_check(application=split, verified=20, by=a.bob)
    with pytest.raises(Refused) as refused:
        applying.city_check(application=split, by=a.hui)
    assert fields(refused.value) == ["answer"]
    applying.city_check(application=split, by=a.hui, answer="二期新增20张，现场核实")
    assert split.steps.get(verb="city_check").figures["answer"] == "二期新增20张，现场核实"


def test_an_account_of_another_institution_is_found_by_its_fingerprint(a: Applied) -> None:
    a.sent()
    other = a.institution()
    row = a.sent(replace(CLAIM, claimed=10, premises_number="另一证"), institution=other)
    [found] = repeats(row)
    assert not found.hard
    assert "收款账号与“演示养老院”" in found.sentence


def test_an_institution_that_stands_twice_in_the_register_is_found(a: Applied) -> None:
    a.sent()
    twin = a.institution("演示养老院", address="别处")
    row = a.sent(replace(OTHER, claimed=10), institution=twin)
    assert ["同县同名" in one.sentence for one in repeats(row)] == [True]


@pytest.mark.parametrize("earlier", ["another name", "closed"])
def test_an_institution_that_was_renamed_or_closed_and_entered_anew_is_found(
    a: Applied, earlier: str
) -> None:
    a.sent()
    name = "颐养院" if earlier == "another name" else "演示养老院"
    status = "open" if earlier == "another name" else "closed"
    now = Facts(name, a.red.region_id, "eldercare", "private", status=status, beds=100, filing="备-1")
    record_statements(statements=[Statement(date(2024, 10, 8), now, a.red.pk, a.home.pk)], by=a.ann)
    heir = a.institution("演示养老院")
    [found] = repeats(a.sent(replace(OTHER, claimed=10), institution=heir))
    assert "（同县同名，申请" in found.sentence


def test_beds_granted_by_a_version_that_did_not_ask_count_by_the_next(a: Applied) -> None:
    scheme = Scheme.objects.create(
        key="t-late", name="一次性补助", programme="construction", unit="bed", per="once", position=950
    )
    version(scheme)
    a.sent(replace(CLAIM, claimed=70), scheme)
    version(scheme, conditions=[{"code": "once_per_unit"}], amount_fen=500)
    with pytest.raises(Refused, match="每张床位"):
        a.sent(replace(OTHER, claimed=31), scheme)
    assert a.sent(replace(OTHER, claimed=30), scheme).state == "submitted"


def test_a_second_one_time_claim_that_nothing_counts_must_be_answered(a: Applied) -> None:
    scheme = Scheme.objects.create(
        key="t-loose", name="一次性补助", programme="construction", unit="bed", per="once", position=950
    )
    version(scheme)
    a.sent(CLAIM, scheme)
    second = a.sent(OTHER, scheme)
    [found] = repeats(second)
    assert "一次性的“一次性补助”" in found.sentence
    applying.county_check(application=second, verified=60, by=a.bob)
    with pytest.raises(Refused, match="疑似重复"):
        applying.city_check(application=second, by=a.hui)


def test_a_returned_claim_counts_again_from_the_moment_it_is_sent(a: Applied) -> None:
    first = a.sent()
    applying.return_with_reason(application=first, reason="补材料", by=a.bob)
    second = a.sent(replace(OTHER, claimed=60))
    with pytest.raises(Refused) as refused:
        applying.submit(application=first, by=a.ann)
    assert fields(refused.value) == ["claimed"]
    applying.withdraw(application=second, reason="重复", by=a.ann)
    assert applying.submit(application=first, by=a.ann).state == "submitted"


def test_an_annual_subsidy_is_claimed_once_a_year(a: Applied) -> None:
    claim = replace(CLAIM, year=2023)
    first = a.sent(claim, a.operating)
    with pytest.raises(Refused) as refused:
        a.draft(claim, a.operating)
    assert fields(refused.value) == ["year"]
    assert first.number is not None
    assert first.number in str(refused.value)
    assert a.sent(replace(CLAIM, year=2024), a.operating).state == "submitted"
    applying.withdraw(application=first, reason="填错", by=a.ann)
    assert a.sent(claim, a.operating).state == "submitted"


def test_a_yearly_subsidy_is_judged_by_the_end_of_its_year(a: Applied) -> None:
    """100 beds from 2022 to 2023, 150 since; and no institution at all before."""
    more = Facts("演示养老院", a.red.region_id, "eldercare", "private", beds=150, filing="备-1")
    record_statements(statements=[Statement(date(2024, 1, 1), more, a.red.pk, a.home.pk)], by=a.ann)
    with pytest.raises(Refused, match="100"):
        a.sent(replace(CLAIM, claimed=101, year=2023), a.operating)
    sent = a.sent(replace(CLAIM, claimed=150, year=2024), a.operating)
    assert sent.computed["on"] == TODAY
    with pytest.raises(Refused, match="2021-12-31没有运营"):
        a.sent(replace(CLAIM, year=2021), a.operating)


def test_a_yearly_subsidy_of_the_same_institution_entered_twice_is_found(a: Applied) -> None:
    a.sent(replace(CLAIM, year=2023, premises_number=""), a.operating)
    twin = a.institution("演示养老院", address="别处")
    claim = replace(CLAIM, year=2023, premises_number="", account=OTHER_ACCOUNT)
    same = a.sent(claim, a.operating, institution=twin)
    assert ["同县同名" in one.sentence for one in repeats(same)] == [True]
    assert repeats(a.sent(replace(claim, year=2024), a.operating, institution=twin)) == []


def test_a_yearly_subsidy_on_the_same_premises_is_no_repeat(a: Applied) -> None:
    a.sent(replace(CLAIM, claimed=50))
    a.sent(replace(CLAIM, year=2023), a.operating)
    again = a.sent(replace(CLAIM, year=2024), a.operating)
    assert repeats(again) == []
    heir = a.institution("接手的养老院")
    taken_over = a.sent(replace(CLAIM, year=2024, account=OTHER_ACCOUNT), a.operating, institution=heir)
    assert [one.hard for one in repeats(taken_over)] == [False, False]


def test_a_closed_institution_and_one_of_another_unit_claim_nothing(a: Applied) -> None:
    white = Institution.objects.get(pk=a.home.pk)
    with pytest.raises(NotAllowed):
        a.draft(institution=white, by=a.cai)
    with pytest.raises(Refused, match="由其他单位登记"):
        a.draft(institution=white, department=a.green, by=a.cai)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("whose", ["beds of one institution", "premises of two institutions"])
def test_of_two_claims_at_one_moment_one_is_refused(
    whose: str, threads: Threads, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    """Both are sent in transactions that overlap; where rows are locked the second waits for the first."""
    settings.FILES_DIR = tmp_path
    told: list[Refused] = []
    with at(TODAY):
        a = make_applied()
        first = a.draft()
        if whose.startswith("beds"):
            second, field = a.draft(OTHER), "claimed"
        else:
            claim = replace(CLAIM, claimed=10, account=OTHER_ACCOUNT)
            second, field = a.draft(claim, institution=a.institution()), "premises_number"
        first_sent, second_comes = _watched(monkeypatch)

        def one() -> None:
            with transaction.atomic():
                applying.submit(application=first, by=a.ann)
                first_sent.set()
                if connection.features.has_select_for_update:
                    assert second_comes.wait(30)

        def other() -> None:
            assert first_sent.wait(30)
            try:
                applying.submit(application=second, by=a.ann)
            except Refused as refused:
                told.append(refused)

        for thread in (threads(one), threads(other)):
            thread.join(60)
        assert [fields(refused) for refused in told] == [[field]]
        states = Application.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["submitted", "draft"]


def _watched(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """When the first is sent and not committed; when the second comes to the lock."""
    first_sent, second_comes = threading.Event(), threading.Event()
    lock = drafting.lock_claims

    def watched(*given: Any, **named: Any) -> None:
        if first_sent.is_set():
            second_comes.set()
        lock(*given, **named)

    monkeypatch.setattr(drafting, "lock_claims", watched)
    return first_sent, second_comes
