"""How projects stand, on their own page, in the ledger, beside the city's, and in the dashboards' line."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from projects.following import enter_funding, enter_stage, report_month
from projects.following.standings import refresh_standings
from projects.models import Project, ProjectBody, ProjectLink
from tests.pages.conftest import client_of, own_statements
from tests.pages.project_site import WAN, Site, files, make_project, picture, site
from tests.pages.test_ledgers import text
from yuxi_eldercare.core.models import AuditEvent, User

__all__ = ["files", "site"]
pytestmark = pytest.mark.django_db


class TestLinks:
    """A county's project beside the city's."""

    def link(self, site: Site, user: User | None = None, **given: Any) -> Any:
        fields = {"to": site.city.pk, "kind": "part", "amount_fen": "800", "text": "一期"}
        return site.send(user or site.lead, "link", **{**fields, **given})

    def test_both_figures_are_shown_and_counted_once(self, site: Site) -> None:
        assert self.link(site).status_code == 302
        link = ProjectLink.objects.get()
        assert (link.amount_fen, link.made_by, link.note) == (800 * WAN, site.lead, "一期")
        for url in (site.url, reverse("project", args=[site.city.key])):
            said = text(client_of(site.leader).get(url))
            assert "1,000" in said
            assert "3,000" in said
            assert "800 万元" in said
        totals = client_of(site.leader).get(reverse("project-list")).context["totals"]
        assert totals.counted.total_fen == 3_000 * WAN
        assert totals.repeated.total_fen == 1_000 * WAN

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"amount_fen": ""}, "amount_fen"),
            ({"amount_fen": "1001"}, "amount_fen"),
            ({"kind": "twin"}, "kind"),
            ({"to": ""}, "to"),
        ],
    )
    def test_what_cannot_be_linked(self, site: Site, given: dict[str, Any], field: str) -> None:
        answer = self.link(site, **given)
        assert answer.status_code == 422
        assert answer.context["forms"]["link"].errors[field]
        assert not ProjectLink.objects.exists()

    def test_the_keeper_does_not_link(self, site: Site) -> None:
        assert self.link(site, site.keeper).status_code == 403
        assert not ProjectLink.objects.exists()

    def test_a_city_project_is_not_linked_to_another(self, site: Site) -> None:
        make_project("c-2", site.world.document, site.world.city, "另一项目", 10)
        url = reverse("project", args=[site.city.key])
        assert "对应到市级项目" not in text(client_of(site.lead).get(url))
        given = {"form": "link", "to": site.project.pk, "kind": "same"}
        assert client_of(site.lead).post(url, given).status_code == 422

    def test_a_link_is_taken_away_with_a_reason_unless_the_plan_states_it(self, site: Site) -> None:
        self.link(site)
        link = ProjectLink.objects.get()
        assert site.send(site.lead, "unlink", link=link.pk).status_code == 422
        assert site.send(site.lead, "unlink", link=link.pk, reason="认错了").status_code == 302
        assert not ProjectLink.objects.exists()
        assert AuditEvent.objects.get(action="projects.unlink").detail == "认错了"
        stated = ProjectLink.objects.create(project=site.project, to=site.city, kind="same")
        answer = site.send(site.lead, "unlink", link=stated.pk, reason="认错了")
        assert "由规划文件载明" in text(answer)
        assert ProjectLink.objects.exists()


class TestStanding:
    """What the page and the list say about how the project gets on."""

    def test_the_sentence_says_what_was_compared(self, site: Site) -> None:
        enter_stage(project=site.project, stage="building", on=date(2023, 5, 1), by=site.keeper)
        report_month(
            project=site.project, month_end=date(2024, 6, 30), invested_fen=300 * WAN, by=site.keeper
        )
        page = client_of(site.leader).get(site.url).context["page"]
        assert page.judged.standing.light == "red"
        first, second, _latest = page.judged.sentences
        assert first == "计划2025年完成，该年已过，尚未登记完工。"
        assert "截至2024年6月累计完成投资 300 万元，占总投资 30%" in second

    def test_nothing_entered_is_grey_and_not_held_against_it(self, site: Site) -> None:
        page = client_of(site.leader).get(site.url).context["page"]
        assert (page.judged.standing.light, page.judged.word) == ("grey", "尚未登记")

    def test_the_list_shows_it_in_shape_and_word(self, site: Site) -> None:
        enter_stage(project=site.project, stage="built", on=date(2024, 5, 1), by=site.keeper)
        said = client_of(site.leader).get(reverse("project-list")).content.decode()
        assert '<span class="light green"><i aria-hidden="true">●</i>已完工</span>' in said

    @pytest.mark.parametrize(
        ("wan", "word"), [(1_000, "投资逾期完成"), (900, "投资未达总额")], ids=["late", "short"]
    )
    def test_a_finished_project_is_not_called_behind(self, site: Site, wan: int, word: str) -> None:
        given = {"project": site.project, "by": site.keeper}
        report_month(month_end=date(2025, 12, 31), invested_fen=800 * WAN, **given)  # type: ignore[arg-type]
        report_month(month_end=date(2026, 6, 30), invested_fen=wan * WAN, **given)  # type: ignore[arg-type]
        enter_stage(stage="built", on=date(2026, 6, 30), **given)  # type: ignore[arg-type]
        [line] = client_of(site.leader).get(reverse("project-list"), {"stage": "built"}).context["lines"]
        assert line.word == word

    @pytest.mark.parametrize(
        "name", ["document", "county", "category", "type", "year", "body", "stage", "light"]
    )
    @pytest.mark.parametrize("view", ["project-list", "project-totals", "project-gantt"])
    def test_what_there_is_none_of_is_one_sentence(self, site: Site, view: str, name: str) -> None:
        said = text(client_of(site.leader).get(reverse(view), {name: "1999"}))
        assert said.count("没有与筛选条件“1999”对应的项目") == 1
        assert "总投资 0" not in said
        assert "没有符合条件" not in said

    @pytest.mark.parametrize(
        ("given", "found"),
        [
            ({"stage": "stopped"}, {"g-1"}),
            ({"stage": "none"}, {"c-1"}),
            ({"light": "red"}, {"g-1"}),
            ({"light": "grey"}, {"c-1"}),
            ({"problems": "1"}, {"g-1"}),
            ({"body": "green-mz"}, {"g-1"}),
            ({"body": "red-mz"}, set()),
            ({"stage": "built"}, set()),
        ],
    )
    def test_filters(self, site: Site, given: dict[str, str], found: set[str]) -> None:
        report_month(
            project=site.project,
            month_end=date(2024, 6, 30),
            invested_fen=1,
            problems="缺钱",
            by=site.keeper,
        )
        enter_stage(project=site.project, stage="stopped", on=date(2024, 7, 1), reason="停", by=site.keeper)
        context = client_of(site.leader).get(reverse("project-list"), given).context
        assert {line.project.key for line in context["lines"]} == found
        assert context["totals"].listed == len(found)


def test_the_dashboards_line_counts_stages_and_lights(site: Site) -> None:
    enter_stage(project=site.project, stage="stopped", on=date(2024, 7, 1), reason="停", by=site.keeper)
    answer = client_of(site.leader).get(reverse("project-summary"))
    assert answer.context["found"].lights == [("red", "红灯", 1), ("grey", "灰灯", 1)]
    assert "停建 1" in text(answer)
    assert f'href="{reverse("project-list")}?light=red"' in answer.content.decode()
    early = client_of(site.leader).get(reverse("project-summary"), {"as_of": "2020-01-01"})
    assert early.status_code == 200


def test_statements_do_not_grow_with_the_ledger(site: Site) -> None:
    reader = client_of(site.leader)

    def grow(count: int) -> None:
        rows = Project.objects.bulk_create(
            Project(
                key=f"m-{count}-{n}",
                document=site.world.document,
                name=f"项目{n}",
                listing="tabled",
                region=site.world.city,
                total_investment_fen=WAN,
                start_year=2022,
                end_year=2024,
            )
            for n in range(count)
        )
        ProjectBody.objects.bulk_create(
            ProjectBody(project=row, department=site.unit, as_written="县民政局") for row in rows
        )
        for project in (*rows[:2], site.project):
            for n in range(count // 4):
                day = date(2023, 1, 1 + n)
                enter_funding(
                    project=project, source="city", kind="arrived", on=day, amount_fen=WAN, by=site.keeper
                )
            enter_stage(project=project, stage="started", on=date(2023, 1, 1 + count // 4), by=site.keeper)
            for month in range(1, count // 8):
                report_month(
                    project=project,
                    month_end=date(2024, month + 1, 1) - timedelta(1),
                    invested_fen=month,
                    explanation="测试",
                    by=site.keeper,
                    photos=[picture()],
                )
        site.project.stages.all().delete()
        refresh_standings()

    grow(16)
    few = own_statements(reader, reverse("project-list")), own_statements(reader, site.url)
    grow(60)
    assert (own_statements(reader, reverse("project-list")), own_statements(reader, site.url)) == few
    assert max(few) <= 15
    last = reader.get(reverse("project-list"), {"page": "2"}).context["lines"]
    assert len(last) == Project.objects.count() - 50
