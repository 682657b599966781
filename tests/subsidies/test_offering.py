"""From the subsidies' ledgers to the reporter and on to the light: what is offered, when, and what is behind it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from subsidies.lottery.figures import Statement, choose_base, enter_figure
from subsidies.offering import offer_counts
from subsidies.people import households
from subsidies.tasks import count
from targets.judging.rejudging import rejudge_indicator
from targets.models import Assessment, Indicator, Observation, ProposedValue, ReportingLine
from targets.reporting.publishing import publish
from targets.reporting.rounds import Dates, open_round
from targets.reporting.steps import review
from tests.pages.conftest import client_of
from tests.pages.reporting import cell, cells_of, office, save, send
from tests.reporting_world import QUARTER, Reporting, at, number, walk
from tests.worlds import CITY, GREEN, RED, WHITE, make_user
from yuxi_eldercare.core.models import Finding

from .people_world import accepted, done, home, id_number

__all__ = ["office"]

HOMES, SHARE = "home-adaptation-households", "lottery-fund-share"
YEAR = date(2024, 12, 31)


@pytest.fixture
def homes(office: Reporting) -> Indicator:
    """The world's 适老化改造户数 under the key that is counted."""
    return _named(office.world.households, HOMES)


@pytest.fixture
def share(office: Reporting) -> Indicator:
    """The world's 公益金占比 likewise."""
    return _named(office.world.lottery, SHARE)


@pytest.fixture
def new_year(office: Reporting) -> Iterator[None]:
    """It is January 2025."""
    with at("2025-01-06"):
        yield


def _named(indicator: Indicator, key: str) -> Indicator:
    Indicator.objects.filter(pk=indicator.pk).update(key=key)
    indicator.refresh_from_db()
    return indicator


def offered(code: str = HOMES) -> dict[tuple[str, date], Decimal]:
    rows = ProposedValue.objects.filter(indicator__key=code, source="subsidies")
    return {(row.region_id, row.period_end): row.value for row in rows}


def test_homes_count_from_new_year_to_the_end_of_the_period(office: Reporting, homes: Indicator) -> None:
    """The days at both ends belong to it; what goes on, was withdrawn or lies outside does not."""
    days = ("2023-12-31", "2024-01-01", "2024-09-30", "2024-10-01")
    facts = [done(n, date.fromisoformat(day)) for n, day in enumerate(days)]
    rows = households.enter([*facts, home(8), done(9)], department=office.red, by=office.ann)
    households.withdraw(rows[-1], reason="错", by=office.ann)
    offer_counts()
    assert offered() == {(RED, QUARTER): 2}
    assert ProposedValue.objects.get(region=RED).rows == 2
    offer_counts([date(2023, 12, 31), date(2023, 6, 30)])
    assert offered() == {(RED, QUARTER): 2, (RED, date(2023, 12, 31)): 1}, (
        "before the ledger nothing is known"
    )


def test_an_empty_ledger_is_not_zero_and_an_open_one_is(office: Reporting, homes: Indicator) -> None:
    offer_counts()
    assert offered() == {}
    with at("2024-08-01"):
        households.enter([home(1)], department=office.red, by=office.ann)
    offer_counts()
    assert offered() == {(RED, QUARTER): 0}


def test_the_city_is_all_of_its_counties(office: Reporting, homes: Indicator) -> None:
    ReportingLine.objects.create(
        indicator=homes,
        region_id=CITY,
        department=office.city,
        frequency="quarter",
        valid_from=date(2021, 1, 1),
    )
    accepted(range(3), office.red, office.ann)
    accepted(range(10, 12), office.green, office.cai)
    offer_counts([QUARTER])
    assert (CITY, QUARTER) not in offered()
    accepted(range(20, 21), office.white, office.wu)
    offer_counts([QUARTER])
    assert offered()[CITY, QUARTER] == 6


def test_a_change_is_counted_once_it_has_committed(
    office: Reporting, homes: Indicator, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    started: list[Any] = []
    monkeypatch.setattr("subsidies.offering.dispatch.start", lambda *call: started.append(call))
    with django_capture_on_commit_callbacks(execute=True):
        accepted(range(3), office.red, office.ann)
        accepted(range(5, 7), office.red, office.ann)
    assert started == [("subsidies.count",)]
    assert count() == 1
    assert offered() == {(RED, QUARTER): 5}
    assert count() == 0


def test_the_command_counts_the_end_of_a_year(office: Reporting, homes: Indicator, capsys: Any) -> None:
    accepted(range(3), office.red, office.ann)
    call_command("countsubsidies", "--year", "2024")
    assert "新增 2" in capsys.readouterr().out
    assert offered()[RED, YEAR] == 3


def test_the_share_of_the_chosen_base_at_the_end_of_its_year(
    office: Reporting, share: Indicator, new_year: None
) -> None:
    cai = make_user("cai2", "treasurer", office.world.city)
    enter_figure(Statement(2024, "returned", 300, 200, "决算"), by=cai)
    enter_figure(Statement(2024, "retained", 100, 54, "决算"), by=cai)
    offer_counts([YEAR])
    assert offered(SHARE) == {}, "nobody has chosen"
    choose_base(base="returned", reason="方案", by=office.lin)
    offer_counts([YEAR])
    assert offered(SHARE) == {(CITY, YEAR): Decimal("66.666666")}, "of the quarter nothing is known"
    choose_base(base="retained", reason="函", by=office.lin)
    offer_counts()
    assert offered(SHARE) == {(CITY, YEAR): Decimal(54)}
    choose_base(base="municipal", reason="会议", by=office.lin)
    offer_counts()
    assert offered(SHARE) == {}, "of this base there are no figures"


@pytest.mark.parametrize(("last", "state", "light"), [(20, "MET", "green"), (19, "MISSED", "red")])
def test_from_accepted_homes_to_the_light_of_the_year(
    office: Reporting, homes: Indicator, new_year: None, last: int, state: str, light: str
) -> None:
    """200 in the city: offered in the grid, taken, reviewed, published by county, judged as met; 199 are not."""
    numbers = {RED: 120, GREEN: 60, WHITE: last}
    staff = {
        RED: (office.red, office.ann, office.bob),
        GREEN: (office.green, office.cai, office.deng),
        WHITE: (office.white, office.wu, make_user("wen", "reviewer", office.white.region, office.white)),
    }
    start = 0
    for code, many in numbers.items():
        unit, reporter, _reviewer = staff[code]
        accepted(range(start, start + many), unit, reporter, date(2024, 12, 31))
        start += many
    office.round = open_round(
        kind="quarter", period_end=YEAR, dates=Dates(date(2025, 1, 1), date(2025, 1, 20), date(2025, 1, 25))
    )
    offer_counts()
    assert {region: value for (region, end), value in offered().items() if end == YEAR} == numbers
    shown = cells_of(office, office.ann)[homes.name]["counted"]
    assert (shown["title"], shown["value"]) == ("补助台账统计", "120")
    for code, (_unit, reporter, reviewer) in staff.items():
        entry = office.entry(homes, code, YEAR)
        status, answer = save(reporter, cell(entry, value=str(numbers[code])))
        assert status == 200, answer
        status, answer = send(reporter, "submit", entry)
        assert status == 200, answer
        review(entries=[entry], by=reviewer)
        publish(entries=[entry], by=office.mei)
        assert entry.proposal_answers.get().answer == "confirmed"
    assert Observation.objects.filter(indicator=homes, period_end=YEAR, superseded_at=None).count() == 3
    rejudge_indicator(homes.pk, cause="value")  # what follows a publication once it has committed
    judged = Assessment.objects.get(indicator=homes, region=CITY, milestone__due=YEAR)
    assert (judged.state, judged.light) == (state, light)
    assert Decimal(judged.answer["actual"]) == 180 + last
    page = client_of(office.lin).get(reverse("subsidy-households"), {"year": 2024}).content.decode()
    if state == "MET":
        assert "云溪市2024年已验收200户，达到目标200户" in page
        assert "已达标" in page
    else:
        assert "云溪市2024年已验收199户，目标200户，还差1户" in page
        assert "逾期未达标" in page


@pytest.mark.parametrize(
    ("eldercare", "value", "state", "light"),
    [(5_500_000_000, "55", "MET", "green"), (5_499_999_999, "54.999999", "MISSED", "red")],
    ids=["55 exactly", "a 分 less"],
)
def test_from_the_chosen_base_to_the_light_of_the_floor(
    office: Reporting, share: Indicator, eldercare: int, value: str, state: str, light: str
) -> None:
    """Figures entered, a base chosen, the share taken in the grid, reviewed, published, judged without rounding."""
    end = date(2025, 12, 31)
    with at("2026-01-06"):
        cai = make_user("cai2", "treasurer", office.world.city)
        enter_figure(Statement(2025, "returned", 10_000_000_000, eldercare, "决算"), by=cai)
        enter_figure(Statement(2025, "municipal", 100, 99, "决算"), by=cai)
        choose_base(base="returned", reason="方案四（十二）", by=office.lin)
        dates = Dates(date(2026, 1, 1), date(2026, 1, 20), date(2026, 1, 25))
        office.round = open_round(kind="quarter", period_end=end, dates=dates)
        offer_counts()
        shown = cells_of(office, office.han, "city")[share.name]["counted"]
        assert (shown["title"], shown["value"]) == ("补助台账统计", value)
        entry = office.entry(share, CITY, end)
        if state == "MISSED":
            save(office.han, cell(entry, value="55"))
            assert send(office.han, "submit", entry)[0] != 200, (
                "what is short is not rounded up without a word"
            )
        assert save(office.han, cell(entry, value=shown["value"]))[0] == 200
        assert send(office.han, "submit", entry)[0] == 200
        review(entries=[entry], by=office.hui)
        publish(entries=[entry], by=office.mei)
        assert entry.proposal_answers.get().answer == "confirmed"
        rejudge_indicator(share.pk, cause="value")
        judged = Assessment.objects.get(indicator=share, region=CITY, milestone__due=end)
        assert (judged.state, judged.light, judged.answer["actual"]) == (state, light, value)
        page = client_of(office.lin).get(reverse("subsidy-lottery")).content.decode()
    assert ("达到不低于55%的要求" if state == "MET" else "低于55%，还差0.01元") in page
    assert ("已达标" if state == "MET" else "逾期未达标") in page
    assert f"{value}%" in page


def test_what_is_reported_otherwise_becomes_a_finding(office: Reporting, homes: Indicator) -> None:
    accepted(range(3), office.red, office.ann)
    offer_counts()
    entry = office.entry(homes)
    status, _answer = save(office.ann, cell(entry, value="4"))
    assert status == 200
    assert send(office.ann, "submit", entry)[0] != 200, "another figure needs an explanation"
    save(office.ann, cell(entry, value="3"))
    send(office.ann, "submit", entry)
    review(entries=[entry], by=office.bob)
    publish(entries=[entry], by=office.lin)
    accepted(range(5, 6), office.red, office.ann)
    offer_counts()
    finding = Finding.objects.get(key__startswith="data.counted-differs", withdrawn_at=None)
    assert "补助台账统计为4 户" in finding.summary
    assert "填报为3 户" in finding.summary


def test_the_list_behind_a_figure_is_masked(office: Reporting, homes: Indicator) -> None:
    accepted(range(2), office.red, office.ann)
    offer_counts()
    client = client_of(office.ann)
    answer = client.get(reverse("counted", args=[HOMES, RED, "2024-09-30"]), follow=True)
    text = answer.content.decode()
    assert (answer.redirect_chain and "补助台账统计" in text and "演**" in text) or "演*" in text
    assert id_number(0) not in text
    assert "演示0" not in text
    assert "2 户" in text
    export = client.get(reverse("subsidy-counted-export", args=[HOMES, RED, "2024-09-30", "csv"]))
    assert id_number(0) not in export.content.decode()
    assert "演*" in export.content.decode()
    households.enter([done(7)], department=office.red, by=office.ann)
    assert (
        "登记有改动"
        in client.get(reverse("subsidy-counted", args=[HOMES, RED, "2024-09-30"])).content.decode()
    )
    stranger = client_of(office.wu).get(reverse("subsidy-counted", args=[HOMES, RED, "2024-09-30"]))
    assert stranger.status_code == 403
    for args in ([HOMES, RED, "x"], ["nursing-bed-share", RED, "2024-09-30"]):
        assert client.get(reverse("subsidy-counted", args=args)).status_code == 404


def test_the_figures_behind_the_share(office: Reporting, share: Indicator, new_year: None) -> None:
    cai = make_user("cai2", "treasurer", office.world.city)
    choose_base(base="returned", reason="方案四（十二）", by=office.lin)
    enter_figure(Statement(2024, "returned", 300, 200, "决算"), by=cai)
    offer_counts([YEAR])
    answer = client_of(office.han).get(reverse("subsidy-counted", args=[SHARE, CITY, "2024-12-31"]))
    text = answer.content.decode()
    assert "66.666666%" in text
    assert "方案四（十二）" in text


def test_a_walk_by_hand_stays_as_it_was(office: Reporting, homes: Indicator) -> None:
    """Without a ledger nothing is offered and nothing is asked for."""
    entry = office.entry(homes)
    walk(entry, number(5), reporter=office.ann, reviewer=office.bob, lead=office.lin)
    offer_counts()
    assert not ProposedValue.objects.exists()
    assert not Finding.objects.filter(key__contains="counted").exists()
