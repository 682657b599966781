"""The pages of the books: balances as of a day that add up, a line with its journal, totals, files, the forms."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from subsidies.books import verifying
from subsidies.models import Balance, BudgetLine, Journal, Recovery
from subsidies.presenters.books import grouped_rows, rate, rows_of, whole_row
from subsidies.queries.book_totals import granted_by, granted_by_institution, total
from subsidies.queries.books import LineFilter, Sums, journal_of, standings, with_running_sums
from tests.pages.conftest import client_of, own_statements
from yuxi_eldercare.core.models import User

from .books_world import DAY, Books, Kind, day

LIST, TOTALS = reverse("subsidy-books"), reverse("subsidy-book-totals")
ALL = LineFilter()


class Busy(Books):
    """Three lines, two counties: budgeted on the 1st, granted on the 5th, paid on the 10th, a part back on the 20th."""

    def __init__(self) -> None:
        super().__init__()
        self.fund(self.province, 100_000, 50_000, on=day(1))
        self.fund(self.own, 30_000, 30_000, on=day(1))
        self.fund(self.county, 20_000, on=day(1))
        self.first = self.application(total_fen=70_000)
        self.post(
            Kind.COMMIT,
            {self.province.pk: 40_000, self.own.pk: 20_000, self.county.pk: 10_000},
            self.first,
            on=day(5),
        )
        self.second = self.granted(self.province, 5_000, on=day(6), county=self.white)
        self.pay = self.post(
            Kind.PAY, {self.province.pk: 40_000, self.own.pk: 20_000}, self.first, on=day(10)
        )
        recovery = Recovery.objects.create(
            application=self.first, amount_fen=9_000, reason="多付", due_on=DAY, made_by=self.lead
        )
        back = {self.province.pk: 6_000, self.own.pk: 3_000}
        self.post(Kind.RECOVER, back, self.first, on=day(20), recovery=recovery)


@pytest.fixture
def busy(db: None) -> Busy:
    return Busy()


def sums_of(busy: Busy, on: date, user: User | None = None) -> dict[str, Sums]:
    found = standings(ALL.lines(user or busy.cai), on)
    return {one.line.level: one.sums for one in found}


def test_balances_as_of_a_day_come_from_the_postings(busy: Busy) -> None:
    Balance.objects.all().delete()
    assert sums_of(busy, date(2023, 5, 31)) == dict.fromkeys(("province", "city", "county"), Sums())
    province = {on: sums_of(busy, day(on))["province"] for on in (1, 5, 10, 20)}
    assert province == {
        1: Sums(budget=100_000, available=100_000, arrived=50_000, cash=50_000),
        5: Sums(budget=100_000, available=60_000, committed=40_000, arrived=50_000, cash=50_000),
        10: Sums(100_000, 55_000, 5_000, 40_000, 50_000, 10_000, 40_000),
        20: Sums(100_000, 61_000, 5_000, 34_000, 50_000, 16_000, 34_000),
    }


def test_everyone_sees_the_purses_their_roles_reach(busy: Busy) -> None:
    assert set(sums_of(busy, day(20))) == {"province", "city", "county"}
    assert set(sums_of(busy, day(20), busy.hong)) == {"county"}
    assert sums_of(busy, day(20), busy.bai) == {}
    assert granted_by(busy.bai, ALL, day(20))[0].sums.granted == 5_000, "what its institutions got, it sees"


@pytest.mark.parametrize("way", ["level", "year", "programme", "region", "anything"])
def test_every_way_of_adding_comes_to_the_same_whole(busy: Busy, way: str) -> None:
    busy.fund(busy.line("city", busy.city, year=2022, programme="training"), 777, 7, on=day(2))
    found = standings(ALL.lines(busy.cai), day(20))
    rows = grouped_rows(found, way)
    assert sum((row.sums for row in rows), Sums()) == whole_row(found).sums
    assert whole_row(found).sums == sum((row.sums for row in rows_of(found)), Sums())


@pytest.mark.parametrize(
    ("part", "of", "shown"),
    [
        (1, 3, "33.3%"),
        (2, 3, "66.6%"),
        (3, 3, "100.0%"),
        (9_999, 10_000, "99.9%"),
        (0, 5, "0.0%"),
        (0, 0, "—"),
        (10**15, 10**15 + 1, "99.9%"),
    ],
)
def test_a_rate_is_cut_so_that_only_all_of_it_is_all(part: int, of: int, shown: str) -> None:
    assert rate(part, of) == shown


@pytest.mark.parametrize("on", [4, 5, 10, 20])
def test_totals_by_county_scheme_and_institution_agree_on_any_day(busy: Busy, on: int) -> None:
    groups = granted_by(busy.cai, ALL, day(on))
    assert total(groups) == total(granted_by_institution(busy.cai, ALL, day(on)))
    lines = whole_row(standings(ALL.lines(busy.cai), day(on))).sums
    assert (total(groups).granted, total(groups).paid) == (lines.granted, lines.paid)


def test_what_came_back_is_neither_granted_nor_paid(busy: Busy) -> None:
    whole = total(granted_by(busy.cai, ALL, day(20)))
    assert (whole.granted, whole.paid, whole.waiting, whole.recovered) == (66_000, 51_000, 15_000, 9_000)


def test_the_running_balance_of_a_line_is_its_balance_of_the_day(busy: Busy) -> None:
    """Also on the second page, where it starts in the middle."""
    busy.granted(busy.province, 11, on=day(7))  # entered last, stands in the middle
    journals = list(journal_of(busy.province, day(30)))
    whole = with_running_sums(busy.province, journals)
    assert whole[2:4] == with_running_sums(busy.province, journals[2:4])
    assert whole[0].after == sums_of(busy, day(30))["province"]
    assert whole == with_running_sums(busy.province, journals, sums_of(busy, day(30))["province"])
    page = client_of(busy.cai).get(reverse("subsidy-book", args=[busy.province.pk]), {"on": "2023-06-07"})
    [first, *_others] = with_running_sums(busy.province, journals[2:])
    assert page.context["entries"][0].moved == first
    assert [row.journal.on.day for row in whole] == [20, 10, 7, 6, 5, 1, 1]
    assert whole[3].after == sums_of(busy, day(6))["province"]
    assert whole[-1].after == Sums(budget=100_000, available=100_000)


def test_the_list_says_what_it_adds_up_to(busy: Busy) -> None:
    html = client_of(busy.cai).get(LIST, {"on": "2023-06-20"}).content.decode()
    for shown in (
        "按截至 2023-06-20 的账目",
        "2023年红河区县级养老床位建设补助（一般公共预算）",
        "预算 <strong>1,500.00</strong> 元",
        "到位 <strong>800.00</strong> 元（到位率 53.3%）",
        "支付 <strong>510.00</strong> 元（支付率 63.7%）",
        "尚未核对",
    ):
        assert shown in html
    assert (
        "1,000.00"
        in client_of(busy.cai).get(LIST, {"on": "2023-06-20", "level": "province"}).content.decode()
    )


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ({"year": "2022"}, 0), ({"level": "city"}, 1), ({"programme": "construction"}, 3), ({"region": "999902"}, 1),
        ({"year": "zz", "level": "x", "programme": "x", "on": "gestern"}, 3), ({"on": "2999-01-01"}, 3),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(busy: Busy, asked: dict[str, str], lines: int) -> None:
    response = client_of(busy.cai).get(LIST, asked)
    assert len(response.context["rows"]) == lines


def test_the_list_says_when_it_was_verified_and_what_was_found(busy: Busy) -> None:

    verifying.in_background()
    html = client_of(busy.cai).get(LIST).content.decode()
    assert "最近核对" in html
    Balance.objects.filter(line=busy.own, account="cash").update(amount_fen=5)
    verifying.in_background()
    html = client_of(busy.cai).get(LIST).content.decode()
    assert "“到位未付”余额记为0.05元" in html


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_has_the_rows_of_the_page_and_their_whole(busy: Busy, form: str) -> None:
    response = client_of(busy.cai).get(reverse("subsidy-books-export", args=[form]), {"on": "2023-06-20"})
    rows = _rows(form, response)
    assert len(rows) == 1 + 3 + 1
    assert [float(cell) for cell in rows[-1][5:7]] == [1_500, 660]
    assert rows[-1][-2:] == ["53.3%", "63.7%"]
    assert client_of(busy.cai).get(reverse("subsidy-books-export", args=["pdf"])).status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_of_totals_has_all_tables(busy: Busy, form: str) -> None:
    url = reverse("subsidy-book-totals-export", args=[form])
    rows = _rows(form, client_of(busy.cai).get(url, {"on": "2023-06-20"}))
    assert [row[0] for row in rows[1:]] == ["按地区", "按地区", "按补助", "按机构", "按机构", "合计"]
    assert [float(cell) for cell in rows[-1][-5:-1]] == [660, 510, 150, 90]


def _rows(form: str, response: Any) -> list[list[Any]]:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_page_of_totals_shows_county_and_level(busy: Busy) -> None:
    html = client_of(busy.cai).get(TOTALS, {"on": "2023-06-20"}).content.decode()
    for shown in ("批复 <strong>660.00</strong> 元", "兑付率 77.2%", "红河区", "白水县", "床位建设补助"):
        assert shown in html
    html = client_of(busy.bai).get(TOTALS, {"on": "2023-06-20"}).content.decode()
    assert "批复 <strong>50.00</strong> 元" in html
    assert "红河敬老院" not in html or "红河区</th>" not in html


def test_a_line_shows_its_journal_with_who_and_by_which_document(busy: Busy) -> None:
    html = client_of(busy.cai).get(_url(busy.province)).content.decode()
    for shown in ("逐笔账", f"{busy.first}</a> 红河敬老院", "PZ-1", "Cai", "340.00", "登记资金到位"):
        assert shown in html
    of_county = client_of(busy.hong)
    assert of_county.get(_url(busy.province)).status_code == 404
    assert of_county.get(_url(busy.county)).status_code == 200
    assert "登记资金到位" not in client_of(busy.lead).get(_url(busy.county)).content.decode()


def _url(line: BudgetLine) -> str:
    return reverse("subsidy-book", args=[line.pk])


ENTRY = {"direction": "add", "amount_fen": "1,000.5", "on": "2023-06-02", "document": "1号", "once": "a" * 32}


def test_a_treasurer_opens_a_line_and_enters_money(busy: Busy) -> None:
    client = client_of(busy.cai)
    given = {
        "year": "2024", "level": "city", "region": busy.city.pk, "programme": "training", "fund": "lottery",
    }  # fmt: skip
    response = client.post(reverse("subsidy-book-new"), given)
    line = BudgetLine.objects.get(year=2024)
    assert response["Location"] == _url(line)
    entry = ENTRY | {"on": "2024-02-01"}
    assert client.post(_url(line), entry | {"form": "budget"}).status_code == 302
    assert client.post(_url(line), entry | {"form": "budget"}).status_code == 302, "sent twice"
    arrival = entry | {"form": "arrival", "amount_fen": "600"}
    assert client.post(_url(line), arrival).status_code == 302
    back = arrival | {"direction": "back", "amount_fen": "100元", "reason": "多拨", "once": "b" * 32}
    assert client.post(_url(line), back).status_code == 302
    found = whole_row(standings(ALL.lines(busy.cai).filter(pk=line.pk), date(2024, 3, 1))).sums
    assert (found.budget, found.arrived) == (100_050, 50_000)


WRONG = {
    "no number": ({"amount_fen": "十元"}, "金额、最多两位小数", 422),
    "three decimals": ({"amount_fen": "1.005"}, "最多两位小数的金额", 422),
    "a sign": ({"amount_fen": "-5"}, "金额请填正数", 422),
    "no day": ({"on": "2023-13-01"}, "日期的写法不对", 422),
    "nothing": ({"amount_fen": ""}, "请填写", 422),
    "back without reason": ({"direction": "back"}, "须写明理由", 422),
    "too much": ({"amount_fen": "99999999"}, "到位资金不能超过预算", 422),
}


@pytest.mark.parametrize(("given", "word", "status"), WRONG.values(), ids=WRONG)
def test_a_wrong_entry_is_shown_with_what_was_typed(
    busy: Busy, given: dict[str, str], word: str, status: int
) -> None:
    before = Journal.objects.count()
    response = client_of(busy.cai).post(_url(busy.province), ENTRY | {"form": "arrival"} | given)
    html = response.content.decode()
    assert response.status_code == status
    assert word.split("、")[-1] in html
    assert 'value="1号"' in html
    assert Journal.objects.count() == before


def test_an_entry_is_reversed_on_the_page(busy: Busy) -> None:
    client = client_of(busy.cai)
    line = busy.line("city", busy.city, year=2022)
    journal = busy.post(Kind.BUDGET, {line.pk: 500}, on=day(2))
    given = {"form": "reverse", "journal": journal.pk, "on": "2023-06-03", "reason": "录错"}
    assert client.post(_url(busy.own), given).status_code == 422, "it stands on another line"
    assert client.post(_url(line), given | {"on": "2023-06-01"}).status_code == 422
    assert client.post(_url(line), given).status_code == 302
    html = client.get(_url(line)).content.decode()
    assert "冲销：预算安排" in html
    assert "已冲销" in html
    assert client.post(_url(line), given).status_code == 422


def test_a_line_of_another_purse_takes_nothing(busy: Busy) -> None:
    assert client_of(busy.hong).post(_url(busy.own), ENTRY | {"form": "budget"}).status_code == 404
    assert client_of(busy.lead).post(_url(busy.own), ENTRY | {"form": "budget"}).status_code == 403
    assert client_of(busy.cai).post(_url(busy.own), ENTRY | {"form": "x"}).status_code == 422
    given = {
        "year": "2024", "level": "county", "region": busy.white.pk, "programme": "training", "fund": "general",
    }  # fmt: skip
    response = client_of(busy.hong).post(reverse("subsidy-book-new"), given)
    assert response.status_code == 422
    assert "请选择你管理的地区" in response.content.decode()


@pytest.mark.parametrize("page", ["list", "totals", "line"])
def test_many_rows_take_no_more_statements(busy: Busy, page: str) -> None:
    url = {"list": LIST, "totals": TOTALS, "line": _url(busy.own)}[page]
    client = client_of(busy.cai)
    few = own_statements(client, url)
    for year in range(2015, 2023):
        for programme in ("operating", "training", "adaptation"):
            busy.fund(busy.line("city", busy.city, year=year, programme=programme), 1_000, on=DAY)
    for _ in range(12):
        busy.granted(busy.own, 10, county=busy.white if _ % 2 else busy.red)
    assert own_statements(client, url) == few
    with CaptureQueriesContext(connection) as all_of_it:
        client.get(url)
    assert len(all_of_it) <= 15
