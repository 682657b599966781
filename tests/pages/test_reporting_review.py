"""Review, return, confirmation: what is shown, who may, what a refusal keeps."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from targets.models import CheckRule, Entry, Observation
from targets.reporting.publishing import start_correction
from targets.reporting.steps import review, submit
from tests.pages.conftest import client_of
from tests.pages.reporting import office
from tests.reporting_world import Reporting, fill, number, states, walk
from tests.worlds import GREEN, RED, make_user, publish
from tests.worlds import value as figure_value

__all__ = ["office"]


def act(user: Any, verb: str, *entries: Entry, page: str = "review", reason: str = "") -> Any:
    """Press a button of the review or confirmation page."""
    body = {
        "verb": verb,
        "page": page,
        "reason": reason,
        "round": entries[0].round_id if entries else "",
        "entries": [entry.pk for entry in entries],
    }
    return client_of(user).post(reverse("review-act"), body, follow=True)


@pytest.fixture
def sent(office: Reporting) -> list[Entry]:
    """Two cells of 红河区 that were submitted."""
    entries = [office.entry(office.world.homes), office.entry(office.world.beds)]
    fill(entries[0], number(5), office.ann)
    fill(entries[1], number(parts=(19, 35)), office.ann)
    submit(entries=entries, by=office.ann)
    return entries


def test_the_reviewer_sees_what_changed(office: Reporting, sent: list[Entry]) -> None:
    publish(figure_value(office.world.homes, RED, "2024-06-30", 4))
    page = client_of(office.bob).get(reverse("review"))
    assert "2 项待审核" in page.text
    for text in ("4 家", "5 家", "+1 家（+25%）", "首次提交", "Ann"):
        assert text in page.text


def test_a_correction_shows_what_differs_from_the_approved_version(office: Reporting) -> None:
    entry = walk(
        office.entry(office.world.homes), number(5), reporter=office.ann, reviewer=office.bob, lead=office.lin
    )
    start_correction(entry=entry, reason="漏报1家", by=office.ann)
    fill(entry, number(6), office.ann)
    submit(entries=[entry], by=office.ann)
    page = client_of(office.bob).get(reverse("review"))
    assert "数值由5 家改为6 家" in page.text
    assert "漏报1家" in page.text
    review(entries=[entry], by=office.bob)
    assert "5 家 → 6 家" in client_of(office.lin).get(reverse("confirm")).text


def test_the_reviewer_passes_what_was_ticked(office: Reporting, sent: list[Entry]) -> None:
    page = act(office.bob, "review", sent[0])
    assert "1项审核通过" in page.text
    assert states(sent) == ["submitted", "reviewed"] or states(sent) == ["reviewed", "submitted"]


def test_a_return_without_a_reason_keeps_what_was_ticked(office: Reporting, sent: list[Entry]) -> None:
    page = act(office.bob, "return", sent[0])
    assert page.status_code == 422
    assert "退回须写明理由" in page.text
    assert f'value="{sent[0].pk}" aria-label="示范养老机构数" data-clean checked' in page.text
    assert set(states(sent)) == {"submitted"}


def test_a_return_carries_its_reason_to_the_desk_of_the_reporter(
    office: Reporting, sent: list[Entry]
) -> None:
    assert act(office.bob, "return", sent[0], reason="与台账不一致").status_code == 200
    page = client_of(office.ann).get(reverse("desk"))
    assert "退回的，以及为什么" in page.text
    assert "与台账不一致" in page.text


def test_nothing_ticked_is_told(office: Reporting, sent: list[Entry]) -> None:
    page = act(office.bob, "review")
    assert page.status_code == 422
    assert "没有选择要处理的数据" in page.text


def test_an_unknown_button_is_refused(office: Reporting, sent: list[Entry]) -> None:
    assert act(office.bob, "dance", sent[0]).status_code == 422


def test_clean_rows_pass_together_and_the_others_are_left_with_why(
    office: Reporting, sent: list[Entry]
) -> None:
    CheckRule.objects.create(
        key="w-year", title="与上年同期", kind="change_on_year", severity="soft", enabled=True
    )
    publish(figure_value(office.world.homes, RED, "2023-09-30", 1))
    page = act(office.bob, "clean", *sent)
    assert "1项审核通过" in page.text
    assert "留下1项须逐项查看" in page.text
    assert office.entry(office.world.beds).state == "reviewed"
    assert office.entry(office.world.homes).state == "submitted"


def test_who_entered_a_cell_cannot_tick_it(office: Reporting) -> None:
    both = make_user("eve", "reporter", office.red.region, office.red)
    both.memberships.create(
        role="reviewer", region=office.red.region, department=office.red, valid_from="2020-01-01"
    )
    entry = office.entry(office.world.homes)
    fill(entry, number(5), both)
    submit(entries=[entry], by=office.ann)
    page = client_of(both).get(reverse("review"), {"round": office.round.pk, "department": office.red.pk})
    assert "这一项你填报过，须由他人处理" in page.text
    assert f'value="{entry.pk}"' not in page.text
    refused = act(both, "review", entry)
    assert refused.status_code == 403
    assert "不能审核自己填报的数据" in refused.text


@pytest.mark.parametrize("name", ["ann", "wu", "lin", "su"])
def test_review_is_for_reviewers(office: Reporting, sent: list[Entry], name: str) -> None:
    user = getattr(office, name)
    page = client_of(user).get(reverse("review"))
    assert page.status_code == 403
    assert "此操作需要“审核员”角色" in page.text
    assert act(user, "review", sent[0]).status_code == 403
    assert set(states(sent)) == {"submitted"}


def test_a_reviewer_of_another_unit_sees_and_passes_nothing(office: Reporting, sent: list[Entry]) -> None:
    page = client_of(office.deng).get(
        reverse("review"), {"round": office.round.pk, "department": office.red.pk}
    )
    assert "没有等待审核的数据" in page.text
    assert act(office.deng, "review", sent[0]).status_code == 403
    assert act(office.deng, "return", sent[0], reason="x").status_code == 403


def test_the_lead_confirms_and_the_value_counts(office: Reporting, sent: list[Entry]) -> None:
    review(entries=sent, by=office.bob)
    page = client_of(office.lin).get(reverse("confirm"))
    assert "2 项待确认" in page.text
    assert "1/3" in page.text
    assert "还缺 青山县、白水县" in page.text
    assert act(office.lin, "publish", sent[0], page="confirm").status_code == 200
    assert Observation.objects.get(indicator=office.world.homes, region=RED).value == Decimal(5)
    assert office.entry(office.world.beds).state == "reviewed"


def test_the_lead_returns_with_a_reason(office: Reporting, sent: list[Entry]) -> None:
    review(entries=sent, by=office.bob)
    assert act(office.lin, "return", sent[0], page="confirm").status_code == 422
    assert act(office.lin, "return", sent[0], page="confirm", reason="口径不符").status_code == 200
    assert office.entry(office.world.homes).return_reason == "口径不符"


@pytest.mark.parametrize("name", ["ann", "bob", "wu", "hui"])
def test_confirmation_is_for_the_lead(office: Reporting, sent: list[Entry], name: str) -> None:
    review(entries=sent, by=office.bob)
    user = getattr(office, name)
    assert client_of(user).get(reverse("confirm")).status_code == 403
    assert act(user, "publish", sent[0], page="confirm").status_code == 403
    assert set(states(sent)) == {"reviewed"}


@pytest.mark.parametrize("name", ["gan", "shi"])
def test_another_lead_confirms_nothing_here(office: Reporting, sent: list[Entry], name: str) -> None:
    review(entries=sent, by=office.bob)
    user = getattr(office, name)
    page = client_of(user).get(reverse("confirm"), {"round": office.round.pk})
    assert "没有等待确认的数据" in page.text
    assert act(user, "publish", sent[0], page="confirm").status_code == 403


def test_a_county_lead_confirms_its_own_plans_indicator(office: Reporting) -> None:
    entry = office.entry(office.world.smart, GREEN)
    fill(entry, number(2), office.cai)
    submit(entries=[entry], by=office.cai)
    review(entries=[entry], by=office.deng)
    assert act(office.gan, "publish", entry, page="confirm").status_code == 200
    assert Observation.objects.filter(indicator=office.world.smart, region=GREEN).exists()


def test_a_place_that_is_no_number_shows_the_first_pile(office: Reporting, sent: list[Entry]) -> None:
    page = client_of(office.bob).get(reverse("review"), {"round": "x", "department": "9" * 30})
    assert "2 项待审核" in page.text
