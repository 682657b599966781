"""Totals, the Gantt chart and the investment curve: every way of adding comes to the same whole."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.following.standings import refresh_standings
from projects.models import (
    FundingEntry,
    FundingPlan,
    Project,
    ProjectBody,
    ProjectReport,
    Source,
    StageChange,
)
from projects.presenters.breakdowns import BASES, Breakdowns, Table, breakdowns_page
from projects.presenters.curve import planned_by, progress_of, progress_of_all
from projects.presenters.gantt import gantt
from projects.presenters.plans import ProjectFilter, project_choices
from projects.queries.breakdowns import counted
from projects.queries.curves import course_of, course_of_one, drawn, stages_of
from projects.queries.ledger import ledger_of
from tests.pages.conftest import client_of, own_statements
from yuxi_eldercare.core.models import Department, Document, User

from .test_ledgers import OY, YM, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]
WAN = 1_000_000
SUMS = ("count", "total_fen", "central_fen", "planned_fen", "arrived_fen", "spent_fen", "invested_fen")


def page_of(wanted: ProjectFilter, basis: str = "place") -> Breakdowns:
    return breakdowns_page(wanted, project_choices(), basis)


def table(found: Breakdowns, key: str) -> Table:
    return next(table for table in found.tables if table.key == key)


def lines(found: Breakdowns, key: str) -> dict[str, tuple[int, int]]:
    """Label → count and total in 万元."""
    return {line.label: (line.totals.count, line.totals.total_fen // WAN) for line in table(found, key).lines}


@pytest.fixture
def entered(db: None, lead: User) -> None:
    """Money, reports and stages of every project, at random, exact to the 分."""
    chance = random.Random(20261122)
    for project in Project.objects.order_by("pk"):
        for source in chance.sample(Source.values, 2):
            planned = chance.randrange(1, 9_000_000_000)
            FundingPlan.objects.create(project=project, source=source, planned_fen=planned, entered_by=lead)
            for kind, most in (("arrived", planned), ("spent", planned // 2)):
                day = date(2022, 1, 1) + timedelta(chance.randrange(1500))
                amount = chance.randrange(1, most + 2)
                FundingEntry.objects.create(
                    project=project, source=source, kind=kind, on=day, amount_fen=amount, entered_by=lead
                )
        fen = 0
        for year, month in ((2023, 6), (2024, 3), (2025, 9)):
            end = (date(year, month, 1) + timedelta(32)).replace(day=1) - timedelta(1)
            fen += chance.randrange(1, 900_000_000)
            ProjectReport.objects.create(project=project, month_end=end, invested_fen=fen, entered_by=lead)
        for stage, day in (("approved", date(2022, 3, 1)), ("started", date(2023, 4, 1))):
            StageChange.objects.create(project=project, stage=stage, on=day, entered_by=lead)
    refresh_standings()


class TestTotals:
    """Parts and wholes."""

    def test_the_documents_own_totals(self) -> None:
        found = page_of(ProjectFilter(document=OY))
        whole = (found.whole.count, found.whole.total_fen // WAN, found.whole.central_fen // WAN)
        assert whole == (50, 163172, 99298)
        assert lines(found, "category") == {"养老": (27, 123940), "托育": (23, 39232)}
        central = {line.label: line.totals.central_fen // WAN for line in table(found, "category").lines}
        assert central == {"养老": 78927, "托育": 20371}
        assert [(check.stated.label, check.agrees) for check in found.checks] == [
            ("合计", True),
            ("养老项目小计", True),
            ("托育项目小计", True),
        ]

    def test_a_stated_total_that_the_rows_do_not_come_to_is_said(self, page: Client) -> None:
        Project.objects.filter(key="oy23.p.01").update(total_investment_fen=9_999 * WAN)
        found = page_of(ProjectFilter(document=OY))
        assert [check.agrees for check in found.checks] == [False, False, True]
        said = text(page.get(reverse("project-totals"), {"document": OY}))
        assert "不一致 50 个，163,171 万元" in said

    def test_by_hand(self) -> None:
        found = page_of(ProjectFilter(document=OY))
        rows = list(Project.objects.filter(document__key=OY).select_related("region"))
        for key, name in (
            ("county", lambda p: p.region.short_name),
            ("type", lambda p: p.type),
            ("start", lambda p: str(p.start_year)),
        ):
            plainly: dict[str, tuple[int, int]] = {}
            for row in rows:
                count, total = plainly.get(name(row), (0, 0))
                plainly[name(row)] = (count + 1, total + (row.total_investment_fen or 0) // WAN)
            assert lines(found, key) == plainly

    def test_a_city_departments_project_is_counted_where_the_table_says(self, page: Client) -> None:
        bureau = ProjectBody.objects.filter(department__region="530400").select_related("project__region")
        city = [body.project for body in bureau]
        assert len(city) == 2
        by_place, by_body = page_of(ProjectFilter(document=OY)), page_of(ProjectFilter(document=OY), "body")
        own = sum(project.total_investment_fen or 0 for project in city) // WAN
        assert lines(by_body, "county")["玉溪市（市级）"] == (2, own)
        for project in city:
            here = project.region.short_name
            moved = [p for p in city if p.region_id == project.region_id]
            count, total = lines(by_place, "county")[here]
            amount = sum(p.total_investment_fen or 0 for p in moved) // WAN
            assert lines(by_body, "county")[here] == (count - len(moved), total - amount)
        said = text(page.get(reverse("project-totals"), {"by": "body"}))
        assert "市级部门负责的项目计入市级，不论建在哪个县" in said
        assert "建在某县的市级部门项目计入该县" in text(page.get(reverse("project-totals")))

    def test_county_projects_stand_beside_and_are_not_added(self, page: Client) -> None:
        found = page_of(ProjectFilter(county="530425"))
        city = page_of(ProjectFilter(county="530425", document=OY))
        assert found.beside.total_fen == (8567 + 1500 + 1100) * WAN
        assert found.whole.total_fen == city.whole.total_fen + (64017 - 8567 - 1500 - 1100) * WAN
        said = text(page.get(reverse("project-totals"), {"county": "530425"}))
        assert "同一项目 玉溪市易门公办养老综合服务中心项目（3,000 万元）" in said
        assert "部分重叠" in said

    def test_a_project_of_two_bodies_is_one_line_of_its_own(self) -> None:
        project = Project.objects.get(key="oy23.p.01")
        other = Department.objects.filter(region="530425").first()
        assert other is not None
        ProjectBody.objects.create(project=project, department=other, as_written="x", position=1)
        found = page_of(ProjectFilter(document=OY), "body")
        joint = [line for line in table(found, "body").lines if "、" in line.label]
        assert [(line.totals.count, line.totals.total_fen // WAN) for line in joint] == [(1, 10000)]
        assert lines(found, "county")["几个地区共同"] == (1, 10000)

    def test_random_filters_the_parts_equal_the_whole(self, entered: None) -> None:
        chance = random.Random(7)
        choices = project_choices()
        nothing = Document(key="")
        for _ in range(40):
            wanted = ProjectFilter(
                document=chance.choice([nothing, *choices.documents]).key,
                county=chance.choice(["", "", *(region.code for region in choices.counties)]),
                category=chance.choice(["", "", *choices.categories]),
                type=chance.choice(["", "", "", *choices.types]),
                year=chance.choice([None, None, *choices.years]),
                text=chance.choice(["", "", "养老", "中心"]),
            )
            found = page_of(wanted, chance.choice(BASES))
            rows = list(wanted.projects().select_related("standing"))
            among = {row.pk for row in rows}
            apart = {row.pk for row in rows if set(row.links.values_list("to", flat=True)) & among}
            own = [row for row in rows if row.pk not in apart]
            plainly = {
                "count": len(own),
                "total_fen": sum(row.total_investment_fen or 0 for row in own),
                "central_fen": sum(row.central_budget_fen or 0 for row in own),
                **{name: sum(getattr(row.standing, name) for row in own) for name in SUMS[3:]},
            }
            assert {name: getattr(found.whole, name) for name in SUMS} == plainly
            assert found.beside.count == len(apart)
            for one in found.tables:
                for name in SUMS:
                    assert sum(getattr(line.totals, name) for line in one.lines) == plainly[name], one.key

    def test_the_page_costs_the_same_with_many_projects(self, page: Client, lead: User) -> None:
        url = reverse("project-totals")
        few = own_statements(page, url)
        _many(300)
        assert own_statements(page, url) == few <= 15

    def test_money_is_for_those_who_hold_a_role(self, page: Client, entered: None) -> None:
        assert "累计完成投资" in text(page.get(reverse("project-totals")))
        stranger = client_of(User.objects.create(username="nobody", display_name="N"))
        said = text(stranger.get(reverse("project-totals")))
        assert "总投资" in said
        assert "完成投资" not in said


class TestGantt:
    """Bars, marks, today."""

    def test_where_things_lie(self, lead: User) -> None:
        project = Project.objects.get(key="oy23.p.01")  # 2022 to 2025
        for stage, day in (
            ("approved", date(2022, 1, 1)),
            ("started", date(2023, 1, 1)),
            ("built", date(2024, 1, 1)),
            ("accepted", date(2024, 1, 5)),
        ):
            StageChange.objects.create(project=project, stage=stage, on=day, entered_by=lead)
        rows = drawn([project.pk])
        chart = gantt(rows, stages_of(rows, date(2026, 1, 1)), date(2026, 1, 1))
        [lane] = chart.lanes
        # 1826 days from 2022-01-01 to 2027-01-01.
        assert [label for _x, label in chart.years] == ["2022", "2023", "2024", "2025", "2026"]
        assert lane.planned is not None
        assert lane.actual is not None
        assert (lane.planned.x, lane.planned.width) == (0, round(1461 / 1826 * 100, 2))
        assert (lane.actual.x, lane.actual.width) == (19.99, round(39.98 - 19.99, 2))
        assert chart.today == round(1461 / 1826 * 100, 2)
        assert [(mark.kind, mark.label) for mark in lane.marks] == [
            ("begun", "立项"),
            ("begun", "开工"),
            ("done", ""),  # four days before the next: only its title says it
            ("done", "验收"),
        ]
        assert lane.marks[2].title == "完工 2024-01-01"

    def test_a_stopped_project_ends_where_it_stopped_and_a_running_one_today(self, lead: User) -> None:
        one, two = Project.objects.filter(document__key=OY).order_by("position")[:2]
        for project in (one, two):
            StageChange.objects.create(
                project=project, stage="building", on=date(2023, 1, 1), entered_by=lead
            )
        StageChange.objects.create(
            project=one, stage="stopped", on=date(2023, 7, 1), reason="缺地", entered_by=lead
        )
        rows = drawn([one.pk, two.pk])
        chart = gantt(rows, stages_of(rows, date(2025, 6, 1)), date(2025, 6, 1))
        stopped, running = (lane.actual for lane in chart.lanes)
        assert stopped is not None
        assert running is not None
        assert running.x + running.width == pytest.approx(chart.today, abs=0.02)
        assert stopped.width < running.width

    def test_the_page(self, page: Client, entered: None) -> None:
        response = page.get(reverse("project-gantt"), {"document": OY})
        body = response.content.decode()
        assert body.count('<td class="lane">') == 50
        assert 'style="' not in body.split('<section class="card">')[1].split("</section>")[0]
        said = text(response)
        assert "开工 2023-04-01" in said
        assert "50 个项目" in said
        assert "polyline" not in body
        curve = page.get(reverse("project-gantt"), {"document": OY, "curve": "1"})
        assert curve.content.decode().count("<polyline") == 3
        assert "计划 163,172" in text(curve)

    def test_pages_of_sixty_at_the_same_cost(self, page: Client, entered: None) -> None:
        url = reverse("project-gantt")
        few = own_statements(page, url)
        _many(300)
        assert own_statements(page, url) == few <= 15
        assert page.get(url).content.decode().count('<td class="lane">') == 60

    def test_without_a_role_only_the_plan(self, entered: None) -> None:
        stranger = client_of(User.objects.create(username="nobody", display_name="N"))
        said = text(stranger.get(reverse("project-gantt"), {"document": OY}))
        assert "2022" in said
        assert "2023-04-01" not in said
        assert "投资曲线" not in said


class TestCurve:
    """Planned evenly, invested by reports, spent by entries."""

    def test_of_one_project(self, lead: User) -> None:
        project = Project.objects.get(key="oy23.p.01")  # 10,000 万元, 2022 to 2025
        for day, wan in ((date(2024, 1, 31), 1_000), (date(2024, 6, 30), 2_500)):
            ProjectReport.objects.create(
                project=project, month_end=day, invested_fen=wan * WAN, entered_by=lead
            )
        for day, wan in ((date(2024, 1, 5), 300), (date(2024, 1, 20), 200), (date(2024, 5, 2), -100)):
            FundingEntry.objects.create(
                project=project,
                source="city",
                kind="spent",
                on=day,
                amount_fen=wan * WAN,
                explanation="x",
                entered_by=lead,
            )
        curve = progress_of(project, ledger_of(project), date(2024, 7, 1))
        assert curve is not None
        table = {line.day: (line.invested_fen, line.spent_fen) for line in curve.table}
        assert table[date(2024, 1, 31)] == (1_000 * WAN, 500 * WAN)
        assert table[date(2024, 5, 31)] == (None, 400 * WAN)
        assert table[date(2024, 6, 30)] == (2_500 * WAN, None)
        assert curve.table[0].planned_fen == 0
        assert curve.table[-1].planned_fen == 10_000 * WAN
        assert [run.label for run in curve.runs] == ["计划 10,000", "完成投资 2,500", "支出 400"]

    def test_one_project_from_its_rows_is_as_the_database_adds_it(self, entered: None) -> None:
        day = date(2024, 3, 10)
        said = set()
        rows = Project.objects.filter(document__key__in=[OY, YM]).order_by("pk")
        for project in (*rows[:25], *rows.filter(start_year=None)[:5]):
            ledger = ledger_of(project)
            course = course_of_one(project, ledger.reports, ledger.entries, day)
            assert course == course_of(Project.objects.filter(pk=project.pk), day)
            said |= {name for name in ("plans", "unplanned", "invested", "spent") if getattr(course, name)}
        assert said == {"plans", "unplanned", "invested", "spent"}

    def test_of_many_it_is_the_sum_and_linked_ones_are_left_out(self, entered: None) -> None:
        rows = ProjectFilter(county="530425").projects()
        day = date(2026, 1, 1)
        curve = progress_of_all(counted(rows), day)
        assert curve is not None
        own = list(counted(rows).select_related("standing"))
        assert len(own) < rows.count()
        invested = [line.invested_fen for line in curve.table if line.invested_fen is not None]
        assert invested[-1] == sum(project.standing.invested_fen for project in own)
        spent = [line.spent_fen for line in curve.table if line.spent_fen is not None]
        assert spent[-1] == sum(
            entry.amount_fen
            for entry in FundingEntry.objects.filter(project__in=own, kind="spent", on__lte=day)
        )
        planned = [p for p in own if p.start_year and p.end_year and p.total_investment_fen]
        assert curve.unplanned == len(own) - len(planned)
        assert curve.table[-1].planned_fen == sum(p.total_investment_fen for p in planned)  # type: ignore[misc]

    def test_a_corrected_report_counts_once(self, lead: User) -> None:
        project = Project.objects.get(key="oy23.p.01")
        day = date(2024, 1, 31)
        old = ProjectReport.objects.create(
            project=project, month_end=day, invested_fen=9, entered_by=lead, superseded_at="2024-02-01T00:00Z"
        )
        ProjectReport.objects.create(project=project, month_end=day, invested_fen=5, entered_by=lead)
        curve = progress_of(project, ledger_of(project), date(2024, 7, 1))
        assert curve is not None
        assert [line.invested_fen for line in curve.table if line.day == old.month_end] == [5]

    def test_the_planned_line_runs_by_days(self) -> None:
        plans = [(2023, 2025, 1_000 * WAN)]
        assert planned_by(plans, date(2022, 12, 31)) == 0
        assert Decimal(planned_by(plans, date(2024, 6, 30))) == round(Decimal(1_000 * WAN) * 547 / 1096)
        assert (
            planned_by([*plans, (2024, 2024, 366)], date(2024, 6, 30))
            == round(1_000 * WAN * 547 / 1096) + 182
        )
        assert planned_by(plans, date(2030, 1, 1)) == 1_000 * WAN

    def test_nothing_to_draw_is_said(self, page: Client) -> None:
        bare = Project.objects.filter(start_year=None).first()
        assert bare is not None
        assert progress_of(bare, ledger_of(bare), date(2024, 7, 1)) is None


def _many(count: int) -> None:
    """More projects of one document, spread over counties, types and years."""
    document = Document.objects.get(key=YM)
    regions = ["530402", "530403", "530425"]
    rows = [
        Project(
            key=f"many-{number}",
            document=document,
            name=f"第{number}个",
            listing="tabled",
            category="养老",
            type=f"类型{number % 7}",
            region_id=regions[number % 3],
            start_year=2021 + number % 4,
            end_year=2025,
            total_investment_fen=number,
            position=1000 + number,
        )
        for number in range(count)
    ]
    bodies = list(Department.objects.filter(region="530425")[:3])
    for row in Project.objects.bulk_create(rows):
        ProjectBody.objects.create(project=row, department=bodies[row.pk % 3], as_written="x")


def test_without_a_match_a_sentence_stands_for_the_tables(client: Any, lead: User) -> None:
    client.force_login(lead)
    shown = text(client.get(reverse("project-totals"), {"text": "没有这个"}))
    assert "没有符合条件的项目" in shown
    assert "按计划开工年" not in shown
    assert "没有符合条件的项目" not in text(client.get(reverse("project-totals")))


def test_nobody_else(client: Any) -> None:
    for name in ("project-totals", "project-gantt"):
        assert client.get(reverse(name)).status_code == 302
