"""The desk's finer points: proxies, requests that wait, piles by round; and what a finished page shows next."""

from typing import Any

from django.urls import reverse

from targets.models import ProxyAuthorization
from targets.reporting.exceptions import request_exception
from targets.reporting.periods import shifted
from targets.reporting.rounds import Dates, open_round
from targets.reporting.steps import return_entries, review, submit
from tests.pages.conftest import client_of
from tests.pages.reporting import as_script, office
from tests.reporting_world import DATES, QUARTER, Reporting, at, day, fill, number
from tests.worlds import GREEN, RED

__all__ = ["office"]


def desk(user: Any) -> Any:
    return client_of(user).get(reverse("desk"))


def test_what_one_enters_for_another_unit_is_marked_and_counted(office: Reporting) -> None:
    ProxyAuthorization.objects.create(
        principal=office.green, agent=office.ann, region_id=GREEN, reason="x", granted_by=office.lin,
        valid_from=day("2024-10-01"), valid_to=day("2024-12-31"),
    )  # fmt: skip
    page = desk(office.ann)
    own, other = page.context["owed"]
    assert (own.pile.department, own.by_proxy) == (office.red, False)
    assert (other.pile.department, other.by_proxy) == (office.green, True)
    assert "代报" in page.text
    waiting = own.pile.count + other.pile.count
    assert f"待填报 {waiting} 项" in page.text
    assert f"待办 <b>{waiting}</b>" in page.text


def test_a_request_that_waits_is_not_offered_again_and_what_can_be_written_comes_first(
    office: Reporting,
) -> None:
    with at("2024-10-24"):
        request_exception(round=office.round, department=office.red, reason="停电", by=office.ann)
        open_round(
            kind="quarter",
            period_end=QUARTER,
            periods=[shifted("quarter", QUARTER, -1)],
            name="补报",
            dates=Dates(day("2024-10-20"), day("2024-11-10"), day("2024-11-12")),
        )
        page = desk(office.ann)
        ready, locked = page.context["owed"]
        assert (ready.pile.round.name, locked.asked) == ("补报", True)
        assert "已申请，待批准" in page.text
        assert f"?round={office.round.pk}&amp;department=" not in page.text
        form = client_of(office.ann).get(reverse("exception-list"))
    assert office.round.name in form.text
    assert "补报" not in form.text, "it can still be reported to"


def test_there_is_nothing_to_ask_for_while_the_round_is_open(office: Reporting) -> None:
    page = client_of(office.ann).get(reverse("exception-list"))
    assert "现在不需要申请" in page.text
    assert "提交申请" not in page.text


def test_a_decision_begins_with_a_week(office: Reporting) -> None:
    with at("2024-10-24"):
        request_exception(round=office.round, department=office.red, reason="停电", by=office.ann)
        assert 'value="2024-10-31"' in client_of(office.mei).get(reverse("exception-list")).text


def test_the_lead_sees_one_pile_per_round(office: Reporting) -> None:
    for code, reporter, reviewer in ((RED, office.ann, office.bob), (GREEN, office.cai, office.deng)):
        entry = office.entry(office.world.homes, code)
        fill(entry, number(3), reporter)
        submit(entries=[entry], by=reporter)
        review(entries=[entry], by=reviewer)
    page = desk(office.mei)
    (pile,) = page.context["to_confirm"]
    assert (pile.count, sorted(pile.units)) == (2, ["红河区民政局 1", "青山县民政局 1"])
    assert page.text.count("去确认") == 1


def test_when_a_pile_is_done_the_next_one_is_shown(office: Reporting) -> None:
    older = shifted("quarter", QUARTER, -1)
    extra = open_round(kind="quarter", period_end=QUARTER, periods=[older], name="补报", dates=DATES)
    first = office.entry(office.world.homes)
    second = extra.entries.get(indicator=office.world.homes, region=RED)
    for entry in (first, second):
        fill(entry, number(3), office.ann)
    submit(entries=[first, second], by=office.ann)
    body = {"page": "review", "round": office.round.pk, "department": office.red.pk}
    page = client_of(office.bob).post(
        reverse("review-act"), {**body, "verb": "review", "entries": [first.pk]}, follow=True
    )
    assert "1项审核通过" in page.text
    assert [row.entry.pk for row in page.context["rows"]] == [second.pk]
    assert page.context["place"].round == extra.pk


def test_after_a_return_the_reviewer_sees_what_was_changed_since(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(5), office.ann)
    submit(entries=[entry], by=office.ann)
    return_entries(entries=[entry], reason="与台账不一致", by=office.bob)
    fill(entry, number(6), office.ann)
    submit(entries=[entry], by=office.ann)
    page = client_of(office.bob).get(reverse("review"))
    assert "与台账不一致" in page.text
    assert "数值由5 家改为6 家" in page.text
    assert "首次提交" not in page.text


def test_sending_says_so_on_the_page_that_comes_next(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(5), office.ann)
    client = client_of(office.ann)
    body = {"user": office.ann.pk, "verb": "submit", "entries": [entry.pk]}
    assert as_script(client, reverse("grid-submit"), body)[0] == 200
    page = client.get(reverse("grid", args=[office.round.pk, office.red.pk]))
    assert "已提交1格，等待审核。" in page.text
