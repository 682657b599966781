"""The lines about tasks, projects and subsidies that dashboards load, of the five plans as they are shipped."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import StageChange
from projects.presenters.plans import ProjectFilter, ledger_totals, project_summary
from subsidies.models import Rule
from subsidies.queries.rules import rules_in_force
from targets.models import Assignment, JudgingState
from targets.queries.assignment_counts import assignment_counts
from tests.pages.conftest import YIMEN, own_statements
from yuxi_eldercare.core.models import Document, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]
LINES = ["assignment-summary", "project-summary", "subsidy-summary"]


def text(response: Any) -> str:
    """The page without tags, white space gone."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize(
    "given", [{}, {"county": YIMEN}, {"county": "nothing"}], ids=["city", "county", "nowhere"]
)
def test_a_line_is_a_fragment_of_few_statements(page: Client, name: str, given: dict[str, str]) -> None:
    response = page.get(reverse(name), given)
    assert response.status_code == 200
    assert b"<html" not in response.content
    most = 3 if name == "subsidy-summary" else 2  # of subsidies the rules, and the claims
    assert own_statements(page, reverse(name), **given) <= most


@pytest.mark.parametrize("county", ["", YIMEN])
def test_projects_add_up_to_the_ledger(county: str) -> None:
    ledger = ledger_totals(ProjectFilter(county=county).rows()).counted
    found = project_summary(county, date(2023, 6, 30))
    assert (found.count, found.total_fen) == (ledger.count, ledger.total_fen)
    assert sum(count for _name, count, _fen in found.categories) == found.count
    assert found.ahead + found.under_way + found.ended + found.undated == found.count


def test_projects_by_planned_years_follow_the_day_of_the_page(page: Client) -> None:
    early, late = project_summary("", date(2022, 6, 30)), project_summary("", date(2026, 6, 30))
    assert early.ahead > 0
    assert late.ahead == late.under_way == 0
    JudgingState.objects.create(as_of="2025-06-30")
    assert "按计划年度看2025年" in text(page.get(reverse("project-summary")))
    assert "按计划年度看2022年" in text(page.get(reverse("project-summary"), {"as_of": "2022-06-30"}))


def test_the_stage_reached_by_the_day_counts(page: Client, leader: User) -> None:
    one, other = ProjectFilter(county=YIMEN, document="old-and-young-plan-2023").rows()[:2]
    for project, stage, on in (
        (one, "approved", "2023-03-01"),
        (one, "started", "2023-05-01"),
        (other, "built", "2024-01-01"),
    ):
        StageChange.objects.create(project=project, stage=stage, on=on, entered_by=leader)
    found = project_summary("", date(2023, 6, 30))
    assert found.stages == [("开工", 1)]
    assert found.unreported == found.count - 1
    assert project_summary("", date(2024, 6, 30)).stages == [("开工", 1), ("完工", 1)]
    JudgingState.objects.create(as_of="2024-06-30")
    assert "已到阶段：开工1完工1尚未填报" in text(page.get(reverse("project-summary")))


def test_tasks_of_a_county_are_its_own_and_those_that_name_it() -> None:
    city, county = assignment_counts(""), assignment_counts(YIMEN)
    own = Assignment.objects.filter(document__plan__region=YIMEN, withdrawn_at=None).count()
    assert own < county.count < city.count
    drafts = Assignment.objects.filter(document__superseded_by__isnull=False, withdrawn_at=None).count()
    assert city.count == Assignment.objects.filter(withdrawn_at=None).count() - drafts
    assert 0 < city.led < city.count
    assert 0 < city.carrying < city.count


def test_rules_of_drafts_are_not_in_force(standing_day: Any) -> None:
    found = rules_in_force(standing_day)
    issued = Rule.objects.filter(document__status=Document.Status.ISSUED, withdrawn_at=None)
    assert found.count == issued.count()
    of_county = rules_in_force(standing_day, YIMEN)
    assert of_county.count == found.count, "the city's and its own"
    assert rules_in_force(standing_day, "530402").count < found.count


def test_a_rule_is_in_force_between_its_dates(standing_day: Any) -> None:
    before = rules_in_force(standing_day).count
    rule = Rule.objects.filter(document__status=Document.Status.ISSUED, withdrawn_at=None)[0]
    Rule.objects.filter(pk=rule.pk).update(valid_to="2025-06-29")
    assert rules_in_force(standing_day).count == before - 1
    Rule.objects.filter(pk=rule.pk).update(valid_to="2025-06-30", valid_from="2025-06-30")
    assert rules_in_force(standing_day).count == before
