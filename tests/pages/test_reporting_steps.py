"""Steps from the entry grid: sending, taking back, correcting, explaining, entering for others, being locked."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from targets.models import CheckRule, Entry, RoundException
from targets.reporting.figures import figure_of
from targets.reporting.proxies import grant_proxy
from targets.reporting.steps import return_entries, review
from targets.reporting.window import end_of
from tests.pages.conftest import client_of
from tests.pages.reporting import as_script, cell, cells_of, grid_url, office, publish_homes, save, send
from tests.reporting_world import Reporting, at, day, fill, number, walk

__all__ = ["office"]


def test_after_the_grace_time_the_page_says_why_and_where_to_ask(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    with at("2024-10-24"):
        page = client_of(office.ann).get(grid_url(office))
        assert not page.context["data"]["mayEnter"]
        assert "2024-10-23后本单位已锁定" in page.text
        assert reverse("exception-list") in page.text
        _status, answer = save(office.ann, cell(entry, value="5"))
    told = answer["cells"][0]
    assert (told["status"], told["closed"]) == ("refused", True)
    assert "已锁定" in told["message"]


def test_a_granted_exception_opens_the_grid_again(office: Reporting) -> None:
    with at("2024-10-24"):
        RoundException.objects.create(
            round=office.round, department=office.red, reason="停电", requested_by=office.ann, granted=True,
            decided_by=office.lin, decided_at=end_of(day("2024-10-24")), expires_at=end_of(day("2024-10-25")),
        )  # fmt: skip
        page = client_of(office.ann).get(grid_url(office))
        assert page.context["data"]["mayEnter"]
        assert "已获逾期例外" in page.text


def test_a_soft_problem_waits_for_its_explanation(office: Reporting) -> None:
    CheckRule.objects.create(
        key="w-year", title="与上年同期", kind="change_on_year", severity="soft", enabled=True
    )
    publish_homes(office, "2023-09-30", 4)
    entry = office.entry(office.world.homes)
    _status, answer = save(office.ann, cell(entry, value="40"))
    problem = answer["cells"][0]["cell"]["problems"][0]
    assert (problem["rule"], problem["hard"], problem["explained"]) == ("w-year", False, False)
    status, refused = send(office.ann, "submit", entry)
    assert (status, refused["problems"][0]["entry"]) == (422, entry.pk)
    _status, answer = save(office.ann, cell(entry, explanations={"w-year": "上年口径不同"}))
    assert answer["cells"][0]["cell"]["problems"][0]["explained"]
    assert send(office.ann, "submit", entry) == (200, {"done": 1})


def test_a_hard_problem_is_saved_but_not_sent(office: Reporting) -> None:
    entry = office.entry(office.world.beds)
    _status, answer = save(office.ann, cell(entry, numerator="40", denominator="35"))
    told = answer["cells"][0]
    assert told["status"] == "saved"
    assert any(problem["hard"] for problem in told["cell"]["problems"])
    status, refused = send(office.ann, "submit", entry)
    assert status == 422
    assert refused["problems"][0]["entry"] == entry.pk


def test_submit_withdraw_and_what_is_closed_meanwhile(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    save(office.ann, cell(entry, value="5"))
    assert send(office.ann, "submit", entry)[0] == 200
    _status, answer = save(office.ann, cell(entry, value="6"))
    assert "请先撤回" in answer["cells"][0]["message"]
    assert send(office.ann, "withdraw", entry) == (200, {"done": 1})
    assert save(office.ann, cell(entry, value="6"))[1]["cells"][0]["status"] == "saved"


def test_an_empty_cell_is_not_submitted(office: Reporting) -> None:
    status, answer = send(office.ann, "submit", office.entry(office.world.homes))
    assert status == 422
    assert "尚未填报" in answer["problems"][0]["message"]


@pytest.mark.parametrize("name", ["wu", "cai"])
def test_outsiders_submit_nothing(office: Reporting, name: str) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(5), office.ann)
    status, _answer = send(getattr(office, name), "submit", entry)
    assert status == 403
    entry.refresh_from_db()
    assert entry.state == "draft"


def test_a_reviewer_does_not_submit(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(5), office.ann)
    assert send(office.bob, "submit", entry)[0] == 403


def test_a_correction_needs_a_reason_and_can_be_given_up(office: Reporting) -> None:
    entry = walk(
        office.entry(office.world.homes), number(5), reporter=office.ann, reviewer=office.bob, lead=office.lin
    )
    assert send(office.ann, "correct", entry)[0] == 422
    assert send(office.ann, "correct", entry, reason="漏报1家")[0] == 200
    told = cells_of(office, office.ann)["示范养老机构数"]
    assert (told["correcting"], told["correction"], told["inForce"]) == (True, "漏报1家", "5 家")
    save(office.ann, cell(entry, value="6"))
    assert send(office.ann, "cancel", entry)[0] == 200
    entry.refresh_from_db()
    assert (entry.state, entry.value) == ("published", Decimal(5))


@pytest.mark.parametrize("body", [{"verb": "dance"}, {"verb": "submit", "entries": []}, {"entries": ["1"]}])
def test_a_malformed_step_is_answered_with_400(office: Reporting, body: dict[str, Any]) -> None:
    whole = {"user": office.ann.pk, "entries": [office.entry(office.world.homes).pk], **body}
    assert as_script(client_of(office.ann), reverse("grid-submit"), whole)[0] == 400


def test_who_is_authorised_enters_for_another_unit_and_is_named(office: Reporting) -> None:
    grant_proxy(
        principal=office.red, agent=office.wu, region=office.red.region, reason="人员空缺",
        valid_from=day("2024-10-01"), valid_to=day("2024-10-31"), by=office.lin,
    )  # fmt: skip
    page = client_of(office.wu).get(grid_url(office))
    assert "你受权代红河区民政局填报" in page.text
    entry = office.entry(office.world.homes)
    assert save(office.wu, cell(entry, value="5"))[1]["cells"][0]["status"] == "saved"
    entry.refresh_from_db()
    assert entry.on_behalf is not None
    assert entry.edited_by == office.wu


def test_the_reason_of_a_return_stands_with_the_cell(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(5), office.ann)
    send(office.ann, "submit", entry)
    return_entries(entries=[entry], reason="与台账不一致", by=office.bob)
    told = cells_of(office, office.ann)["示范养老机构数"]
    assert told["returned"] == {"reason": "与台账不一致", "by": "Bob", "at": "2024-10-08 10:00"}


def test_the_history_of_a_cell_tells_who_when_and_what(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(5), office.ann)
    send(office.ann, "submit", entry)
    review(entries=[entry], by=office.bob)
    url = reverse("entry-history", args=[entry.pk])
    page = client_of(office.ann).get(url)
    for text in ("未填报 → 5 家", "提交审核", "审核通过", "Bob"):
        assert text in page.text
    assert client_of(office.wu).get(url).status_code == 404


def test_every_state_of_an_entry_is_told_with_why_it_is_closed(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(5), office.ann)
    send(office.ann, "submit", entry)
    told = cells_of(office, office.ann)["示范养老机构数"]
    assert not told["writable"]
    assert told["why"] == "已提交审核，如需修改请先撤回。"
    assert figure_of(Entry.objects.get(pk=entry.pk)).value == Decimal(5)
