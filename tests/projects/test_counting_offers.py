"""From register and ledger to the reporter: what is offered and when, the cell of the grid, the list behind it."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.counting.ledger import ledger_spans
from projects.derivation import parse_ledger_formulas
from projects.derivation.ledger import amount_in
from projects.models import Institution, InstitutionVersion, Project, ProjectLink, StageChange
from projects.offering import KIND, count_soon, offer_counts
from projects.register import Statement, close_institution, record_statements
from projects.tasks import count_task
from targets.models import Indicator, ProposedValue, ReportingLine
from tests.pages.conftest import client_of
from tests.pages.reporting import cell, cells_of, office, save, send
from tests.reporting_world import QUARTER, Reporting
from tests.worlds import CITY, GREEN, RED, WHITE, make_user
from yuxi_eldercare.core.models import Job, Region

from .test_register import FACTS

__all__ = ["office"]

END = date(2023, 12, 31)
SHARE = "nursing-bed-share"


@pytest.fixture
def share(office: Reporting) -> Indicator:
    """The world's 护理型床位占比 under the key for which a formula is declared."""
    Indicator.objects.filter(pk=office.world.beds.pk).update(key=SHARE)
    office.world.beds.refresh_from_db()
    return office.world.beds


def state(office: Reporting, since: date = date(2022, 3, 1), **fields: Any) -> int:
    """Put an institution of 红河区 into the register; returns its id."""
    own = {name: fields.pop(name) for name in ("institution", "reason") if name in fields}
    statement = Statement(since, replace(FACTS, **fields), keeper=office.red.pk, **own)
    return record_statements(statements=[statement], by=office.ann)[0].institution or 0


def offered() -> dict[tuple[str, str, date], tuple[Any, ...]]:
    rows = ProposedValue.objects.select_related("indicator")
    return {
        (row.indicator.key, row.region_id, row.period_end): (row.numerator, row.denominator, row.rows)
        for row in rows
    }


def test_the_register_is_offered_where_it_is_asked_for(office: Reporting, share: Indicator) -> None:
    state(office, name="一", beds=100, nursing_beds=40)
    state(office, date(2024, 1, 5), name="二", beds=60, nursing_beds=60)
    assert offer_counts().added == 1
    assert offered() == {(SHARE, RED, QUARTER): (100, 160, 2)}
    assert ProposedValue.objects.get().value == Decimal("62.5")


def test_where_the_register_knows_nothing_nothing_is_offered(office: Reporting, share: Indicator) -> None:
    state(office, date(2023, 1, 1), name="一")
    offer_counts([date(2022, 12, 31), END])
    assert {place[1:] for place in offered()} == {(RED, QUARTER), (RED, END)}


def test_as_of_the_end_of_2023(office: Reporting, share: Indicator) -> None:
    """Closed on the day, opened the day after, grown before, and corrected later."""
    closing = state(office, name="关停", beds=10, nursing_beds=1)
    close_institution(institution=Institution.objects.get(pk=closing), on=END, reason="停业", by=office.ann)
    state(office, date(2024, 1, 1), name="新开", beds=20, nursing_beds=2)
    grown = state(office, name="扩建", beds=40, nursing_beds=4)
    state(office, date(2023, 12, 31), institution=grown, name="扩建", beds=80, nursing_beds=8)
    offer_counts([END])
    assert offered()[SHARE, RED, END] == (8, 80, 1)
    state(office, date(2023, 12, 31), institution=grown, name="扩建", beds=80, nursing_beds=16, reason="漏登")
    offer_counts()
    assert offered()[SHARE, RED, END] == (16, 80, 1), "what was offered is kept true"


def test_the_city_is_all_of_its_counties(office: Reporting, share: Indicator) -> None:
    """Offered only once every county is in the register."""
    ReportingLine.objects.create(
        indicator=share,
        region_id=CITY,
        department=office.city,
        frequency="quarter",
        valid_from=date(2021, 1, 1),
    )
    state(office, name="一", beds=100, nursing_beds=40)
    offer_counts([END])
    assert (SHARE, CITY, END) not in offered()
    first = InstitutionVersion.objects.get()
    for county in (GREEN, WHITE):
        other = state(office, name=county, beds=10, nursing_beds=1)
        InstitutionVersion.objects.filter(institution=other).update(county=county, region=county)
    offer_counts([END])
    assert offered()[SHARE, CITY, END] == (42, 120, 3)
    assert first.county_id == RED


def test_changes_that_come_together_are_counted_once(
    office: Reporting, share: Indicator, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    started: list[Any] = []
    monkeypatch.setattr("projects.offering.dispatch.start", lambda *call: started.append(call))
    with django_capture_on_commit_callbacks(execute=True):
        state(office, name="一")
        state(office, name="二")
        count_soon()
    job = Job.objects.get(kind=KIND)
    assert started == [("projects.count", job.pk)]
    count_task(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["added"]) == ("done", 1)
    again = count_task()
    assert list(Job.objects.filter(kind=KIND).values_list("pk", flat=True)) == [again]


def test_the_command_counts_and_names_what_is_no_period_end(
    office: Reporting, share: Indicator, capsys: Any
) -> None:
    state(office, name="一")
    call_command("countregister", "--period-end", "2023-12-31")
    assert "新增 2" in capsys.readouterr().out
    for text, sentence in (("2023-12-30", "不是月末"), ("岁末", "不是日期")):
        with pytest.raises(CommandError, match=sentence):
            call_command("countregister", "--period-end", text)


def test_counting_does_not_grow_with_institutions(office: Reporting, share: Indicator) -> None:
    counts = []
    for many in (1, 20):
        for n in range(many):
            state(office, name=f"{many}-{n}")
        offer_counts()
        with CaptureQueriesContext(connection) as statements:
            offer_counts()
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 18


def test_the_grid_shows_the_figure_and_takes_it(office: Reporting, share: Indicator) -> None:
    state(office, name="一", beds=100, nursing_beds=45)
    offer_counts()
    told = cells_of(office, office.ann)["护理型床位占比"]["counted"]
    assert told["title"] == "名册统计"
    assert told["text"] == "45% (45/100)"
    assert (told["numerator"], told["denominator"], told["place"]) == (
        "45",
        "100",
        [SHARE, RED, "2024-09-30"],
    )
    assert cells_of(office, office.ann)["示范养老机构数"]["counted"] is None
    entry = office.entry(share)
    _status, answer = save(
        office.ann, cell(entry, numerator=told["numerator"], denominator=told["denominator"])
    )
    assert answer["cells"][0]["cell"]["problems"] == []
    assert send(office.ann, "submit", entry)[0] == 200
    assert entry.proposal_answers.get().answer == "confirmed"


def test_another_figure_is_explained_on_the_page(office: Reporting, share: Indicator) -> None:
    state(office, name="一", beds=100, nursing_beds=45)
    offer_counts()
    entry = office.entry(share)
    _status, answer = save(office.ann, cell(entry, numerator="50", denominator="100"))
    (problem,) = answer["cells"][0]["cell"]["problems"]
    assert (problem["rule"], problem["hard"], problem["explained"]) == ("counted", False, False)
    status, answer = send(office.ann, "submit", entry)
    assert status == 422
    assert "请采用统计数，或说明原因" in answer["problems"][0]["message"]
    save(office.ann, cell(entry, explanations={"counted": "新增床位尚未登记"}))
    assert send(office.ann, "submit", entry)[0] == 200
    kept = entry.proposal_answers.get()
    assert (kept.answer, kept.explanation) == ("overridden", "新增床位尚未登记")


def behind(office: Reporting, user: Any, form: str = "", code: str = SHARE, region: str = RED) -> Any:
    place = [code, region, QUARTER.isoformat()]
    url = reverse("counted-export", args=[*place, form]) if form else reverse("counted", args=place)
    return client_of(user).get(url)


def test_the_list_adds_up_to_the_figure(office: Reporting, share: Indicator) -> None:
    state(office, name="一", beds=100, nursing_beds=45)
    state(office, name="二", beds=20, nursing_beds=0)
    state(office, name="托育园", kind="childcare", beds=0, nursing_beds=0)
    offer_counts()
    page = behind(office, office.ann)
    found = page.context["found"]
    row = ProposedValue.objects.get()
    assert (found.numerator, found.denominator, len(found.lines)) == (
        row.numerator,
        row.denominator,
        row.rows,
    )
    assert found.numerator == sum(line.numerator for line in found.lines)
    assert "37.5%" in page.text
    assert "类型：养老机构；期末在运营" in page.text
    assert "托育园" not in page.text
    assert "登记有改动" not in page.text
    state(office, name="三", beds=10, nursing_beds=0)
    assert "登记有改动" in behind(office, office.ann).text


def test_of_townships_the_list_names_each_with_its_centres(office: Reporting, share: Indicator) -> None:
    """Offered only while it is known in which township each centre stands."""
    code = "township-center-coverage"
    Indicator.objects.filter(pk=share.pk).update(key=code)
    towns = [f"{RED}00{n}000" for n in range(3)]
    for town in towns:
        Region.objects.create(code=town, name=town, short_name=town, level="township", parent_id=RED)
    state(office, name="甲中心", kind="regional_centre", region=towns[0])
    offer_counts()
    assert offered() == {(code, RED, QUARTER): (1, 3, 1)}
    found = behind(office, office.ann, code=code).context["found"]
    assert [(line.kind, line.numerator, line.denominator) for line in found.lines] == [
        ("甲中心", 1, 1),
        ("", 0, 1),
        ("", 0, 1),
    ]
    assert (found.numerator, found.denominator) == (1, 3)
    state(office, name="乙中心", kind="regional_centre")
    offer_counts()
    assert offered() == {}
    page = behind(office, office.ann, code=code)
    assert "只登记到县，未登记到乡镇（街道）" in page.text
    assert page.context["found"].denominator == 3


def test_the_list_leaves_as_a_table_with_its_sums(office: Reporting, share: Indicator) -> None:
    state(office, name="=一", beds=100, nursing_beds=45)
    answer = behind(office, office.ann, "csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["名称", "所在地", "类型"]
    assert (rows[1][0], rows[1][-2:]) == ("'=一", ["45", "100"])
    assert (rows[-1][0], rows[-1][-2:]) == ("合计", ["45", "100"])
    assert behind(office, office.ann, "pdf").status_code == 404


@pytest.mark.parametrize("name", ["ann", "bob", "lin", "mei"])
def test_who_reports_or_follows_it_sees_the_list(office: Reporting, share: Indicator, name: str) -> None:
    assert behind(office, getattr(office, name)).status_code == 200


@pytest.mark.parametrize("name", ["wu", "cai", "shi"])
def test_nobody_else_sees_it(office: Reporting, share: Indicator, name: str) -> None:
    for form in ("", "csv"):
        answer = behind(office, getattr(office, name), form)
        assert answer.status_code == 403
        assert "由其他单位填报" in answer.text


def test_a_rolled_up_figure_is_seen_by_who_leads_there(office: Reporting, share: Indicator) -> None:
    """Nobody reports for the city: its leaders, its supervisors and the lead department of the indicator follow it."""
    state(office, name="一", beds=100, nursing_beds=45)
    world = office.world
    for user in (office.lin, office.mei, world.ling, world.du):
        page = behind(office, user, region=CITY)
        assert page.status_code == 200, user
        assert page.context["found"].numerator == 45
    county = world.counties[RED]
    local = [make_user(f"local-{role}", role, county) for role in ("leader", "supervisor", "lead")]
    for user in (office.ann, office.bob, office.gan, office.shi, *local):
        assert behind(office, user, region=CITY).status_code == 403, user


def test_what_is_still_to_come_has_no_list(office: Reporting, share: Indicator) -> None:
    state(office, name="一", beds=100, nursing_beds=45)
    ann = client_of(office.ann)
    for form in ((), ("csv",)):
        name = "counted-export" if form else "counted"
        page = ann.get(reverse(name, args=[SHARE, RED, "9999-12-31", *form]))
        assert page.status_code == 404
        assert "9999-12-31 还没有到" in page.text
    row = offer_counts().added
    assert row == 1
    ProposedValue.objects.update(period_end=date(2024, 12, 31))
    url = reverse("counted", args=[SHARE, RED, "2024-12-31"])
    assert ann.get(url).status_code == 200, "what is offered for a running period is shown"


def test_what_is_not_counted_has_no_list(office: Reporting, share: Indicator) -> None:
    assert behind(office, office.ann, code="w-homes").status_code == 404
    assert client_of(office.ann).get(reverse("counted", args=[SHARE, RED, "soon"])).status_code == 404


def test_the_list_needs_a_fixed_number_of_statements(office: Reporting, share: Indicator) -> None:
    counts = []
    ann = client_of(office.ann)
    ann.get(reverse("desk"))
    for many in (1, 30):
        for n in range(many):
            state(office, name=f"{many}-{n}")
        with CaptureQueriesContext(connection) as statements:
            page = ann.get(reverse("counted", args=[SHARE, RED, QUARTER.isoformat()]))
        counts.append(len(statements))
    assert "30-29" in page.text
    assert counts[0] == counts[1] <= 15


AMOUNTS = [
    ("建设投资额在5000万元以上", 5_000_000_000),
    ("建设投资额在1亿元以上", 10_000_000_000),
    ("1.5亿元及以上", 15_000_000_000),
    ("建设投资额较大", None),
]


@pytest.mark.parametrize(("criteria", "fen"), AMOUNTS)
def test_the_amount_is_the_one_the_target_states(criteria: str, fen: int | None) -> None:
    assert amount_in(criteria) == fen


(LARGE,) = parse_ledger_formulas(
    [
        {
            "indicator": "w-homes",
            "source": "ledger",
            "numerator": {
                "sum": "projects",
                "where": {"category": "养老", "words": ["康养"]},
                "reached": "started",
                "amount": "criteria",
            },
        }
    ]
)


def project(office: Reporting, key: str, wan: int | None, *stages: tuple[str, str], **fields: Any) -> Project:
    """A project with its stages as (day, stage)."""
    given = {"name": f"{key}康养中心", "category": "养老", "region_id": RED, **fields}
    row = Project.objects.create(
        key=key,
        document=office.world.document,
        listing="tabled",
        total_investment_fen=None if wan is None else wan * 1_000_000,
        **given,
    )
    for day, stage in stages:
        StageChange.objects.create(
            project=row, stage=stage, on=date.fromisoformat(day), reason="停工", entered_by=office.ann
        )
    return row


def test_projects_count_from_their_start_until_they_stop(office: Reporting) -> None:
    started = ("2023-05-01", "started")
    project(office, "p.a", 6000, ("2022-01-01", "approved"), started)
    project(office, "p.b", 5000, started, ("2023-12-31", "stopped"), ("2024-06-01", "building"))
    project(office, "p.small", 4999, started)
    project(office, "p.unknown", None, started)
    project(office, "p.other", 9000, started, name="托育园")
    project(office, "p.planned", 9000, ("2022-01-01", "approved"))
    again = project(office, "p.again", 6000, started)
    ProjectLink.objects.create(project=again, to=Project.objects.get(key="p.a"), kind="same")
    spans = ledger_spans(LARGE, {"w-homes": 5_000_000_000})
    assert ledger_spans(LARGE, {}) == []
    names = dict(Project.objects.values_list("pk", "key"))
    for day, standing in (("2023-04-30", set()), ("2023-12-30", {"p.a", "p.b"}), ("2023-12-31", {"p.a"})):
        on = date.fromisoformat(day)
        assert {names[one.span.project] for one in spans if one.holds(on)} == standing
    assert {names[one.span.project] for one in spans if one.holds(QUARTER)} == {"p.a", "p.b"}
