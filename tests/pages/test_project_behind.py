"""A monthly report that is missing: marked and found in the ledger, and on the desk of who keeps the project."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from projects.following import enter_stage, report_month
from projects.models import Project, ProjectBody
from projects.queries.owed import reports_waiting
from projects.standing import month_due
from tests.pages.conftest import client_of, own_statements
from tests.pages.project_site import WAN, Site, files, make_project, site
from tests.pages.test_ledgers import text
from tests.reporting_world import at
from yuxi_eldercare.core.models import Department, User

__all__ = ["files", "site"]
pytestmark = pytest.mark.django_db
TODAY = "2025-03-20"  # the report on February is due


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2025, 3, 10), date(2025, 1, 31)),
        (date(2025, 3, 11), date(2025, 2, 28)),
        (date(2025, 1, 5), date(2024, 11, 30)),
    ],
)
def test_a_month_is_due_by_the_tenth_of_the_next(day: date, due: date) -> None:
    assert month_due(day) == due


def begun(site: Site, stage: str = "started", on: str = "2024-05-01", **given: Any) -> None:
    enter_stage(
        project=site.project, stage=stage, on=date.fromisoformat(on), by=site.keeper, reason="因故", **given
    )


def told(site: Site, month_end: str) -> None:
    report_month(
        project=site.project, month_end=date.fromisoformat(month_end), invested_fen=100 * WAN, by=site.keeper
    )


def keys(user: User) -> list[str]:
    return [row.key for row in reports_waiting(user)]


def test_the_ledger_marks_and_finds_it(site: Site) -> None:
    with at(TODAY):
        begun(site)
        told(site, "2025-01-31")
        ledger = client_of(site.leader)
        page = ledger.get(reverse("project-list"), {"behind": "1"})
        assert [line.project.key for line in page.context["lines"]] == ["g-1"]
        assert "2025年2月的月报尚未填写" in page.content.decode()
        told(site, "2025-02-28")
        assert not ledger.get(reverse("project-list"), {"behind": "1"}).context["lines"]
        assert "的月报尚未填写" not in ledger.get(reverse("project-list")).content.decode()


@pytest.mark.parametrize(
    ("steps", "behind"),
    [
        ([], False),
        ([("approved", "2024-05-01")], False),
        ([("started", "2024-05-01")], True),
        ([("started", "2025-03-02")], False),
        ([("started", "2024-05-01"), ("stopped", "2024-06-01")], False),
        ([("started", "2024-05-01"), ("built", "2024-12-01")], False),
    ],
)
def test_only_what_is_under_way_owes_a_report(site: Site, steps: list[tuple[str, str]], behind: bool) -> None:
    with at(TODAY):
        for stage, on in steps:
            begun(site, stage, on)
        assert keys(site.keeper) == (["g-1"] if behind else [])
        page = client_of(site.leader).get(reverse("project-list"))
        marks = {line.project.key: bool(line.behind) for line in page.context["lines"]}
        assert marks == {"g-1": behind, "c-1": False}, "the mark and the question agree"


def test_it_waits_for_who_keeps_the_project(site: Site) -> None:
    with at(TODAY):
        begun(site)
        assert [keys(user) for user in (site.keeper, site.stranger, site.leader, site.lead)] == [
            ["g-1"], [], [], []
        ]  # fmt: skip
        keeper = client_of(site.keeper)
        part = text(keeper.get(reverse("project-desk")))
        assert "青山县敬老院" in part
        assert "2025年2月" in part
        assert "待办 1" in text(keeper.get(reverse("desk")))
        assert not text(client_of(site.stranger).get(reverse("project-desk"))).strip()
        Project.objects.filter(pk=site.project.pk).update(withdrawn_at="2025-01-01T00:00:00Z")
        assert keys(site.keeper) == []


def test_members_of_a_group_and_of_the_county_keep_it_too(site: Site) -> None:
    with at(TODAY):
        begun(site)
        ProjectBody.objects.filter(project=site.project).delete()
        assert keys(site.keeper) == ["g-1"], "the text names no body"
        assert keys(site.stranger) == []
        group = Department.objects.create(
            key="all", name="各县区", short_name="各县区", kind="group", region=site.world.city
        )
        group.members.set(Department.objects.filter(memberships__user=site.stranger))
        ProjectBody.objects.create(project=site.project, department=group, as_written="各县区")
        assert (keys(site.keeper), keys(site.stranger)) == ([], ["g-1"])


def test_many_cost_no_more_statements(site: Site) -> None:
    with at(TODAY):
        begun(site)
        keeper = client_of(site.keeper)
        url = reverse("project-desk")
        few = own_statements(keeper, url)
        for n in range(12):
            row = make_project(f"m-{n}", site.project.document, site.project.region, f"项目{n}", 10)
            ProjectBody.objects.create(project=row, department=site.unit, as_written="县民政局")
            enter_stage(project=row, stage="started", on=date(2024, 5, 1), by=site.keeper)
        assert own_statements(keeper, url) == few <= 6
        assert "还有 13 个项目没有填" in text(keeper.get(url))
