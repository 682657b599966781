"""易门's plan beside the city's: what either asks for on each indicator, and the projects they share."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from targets.judging.rejudging import rejudge_indicator
from targets.models import JudgingState, RegionalTarget
from tests.pages.conftest import own_statements
from yuxi_eldercare.core.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

AP, OY, CE, YM = (
    "action-plan-2021-2023",
    "old-and-young-plan-2023",
    "community-eldercare-plan-draft",
    "yimen-14th-five-year-plan",
)
FEN = 1_000_000

# Read in the three texts: the county's target, how it stands to the city's targets named.
READ = {
    "ym.t.pension-insurance-rate": {"oy23.t.pension-insurance-rate": "step"},
    "ym.t.medical-insurance-rate": {"oy23.t.medical-insurance-rate": "same"},
    "ym.t.health-management-65": {"oy23.t.health-management-65": "step"},
    "ym.t.township-center-coverage": {"oy23.t.township-center-coverage": "higher"},
    "ym.t.nursing-bed-share": {"oy23.t.nursing-bed-share": "step"},
    "ym.t.private-bed-share": {"ap23.t.private-bed-share": "step"},
    "ym.t.caregiver-certified-rate": {"oy23.t.caregiver-certified-rate": "later"},
    "ym.t.new-estate-compliance": {"oy23.t.new-estate-compliance": "later"},
    "ym.t.new-estate-compliance-2022": {"oy23.t.new-estate-compliance": "higher"},
    "ym.t.daycare-coverage": {
        "ap23.t.daycare-coverage": "step",
        "ce.t.daycare-coverage": "later",
        "oy23.t.daycare-coverage": "step",
    },
    "ym.t.township-elder-school-rate": {"oy23.t.township-elder-school-rate": "higher"},
    "ym.t.monthly-visit-rate": {"oy23.t.monthly-visit-rate": "later"},
    "ym.t.street-center-coverage": {"ap23.t.street-center-coverage": "later"},
    "ym.t.demo-medical-eldercare": {"ap23.t.demo-medical-eldercare": "undated"},
    "ym.t.smart-communities": {},
    "ym.t.elder-volunteer-share": {},
}


def page_of(client: Client, **given: str) -> Any:
    return client.get(reverse("document-city", args=[YM]), given)


def rows(response: Any) -> list[Any]:
    found: list[Any] = response.context["rows"]
    return found


@pytest.mark.parametrize("key", READ)
def test_how_a_target_stands_to_the_citys(page: Client, key: str) -> None:
    (row,) = [row for row in rows(page_of(page)) if row.county and row.county.target.key == key]
    verdicts = {asked.target.key: str(asked.against.verdict) for asked in row.cities}
    assert READ[key].items() <= verdicts.items()
    if not READ[key]:
        assert (row.cities, str(row.line.verdict)) == ([], "own")


def test_what_only_the_city_asks_for(page: Client) -> None:
    absent = {row.line.indicator.key for row in rows(page_of(page, verdict="absent"))}
    assert {"rural-regional-centers", "demo-institutions-100-beds"} <= absent
    # Only the city reports these: they ask nothing of a county.
    assert "childcare-guidance-center" not in absent
    assert not {row.line.indicator.key for row in rows(page_of(page)) if row.county} & absent


def test_the_worst_stand_first_and_are_counted(page: Client) -> None:
    response = page_of(page)
    verdicts = [str(row.line.verdict) for row in rows(response)]
    counts = {value: count for value, _, count in response.context["verdicts"]}
    assert list(dict.fromkeys(verdicts)) == list(counts)
    assert counts["step"] == 5
    assert sum(counts.values()) == len(verdicts) == response.context["total"]
    assert "县晚于市 5 项" in response.context["sentences"][0]


def test_one_of_the_citys_documents_can_be_chosen(page: Client) -> None:
    found = rows(page_of(page, document=AP))
    assert found
    assert all(AP in {asked.document.key for asked in row.cities} for row in found)
    assert len(rows(page_of(page, document="nothing"))) == page_of(page).context["total"]


def test_a_draft_of_the_city_is_marked(page: Client) -> None:
    body = page_of(page, document=CE).content.decode()
    assert "征求意见稿" in body
    assert "action-plan-2021-2023-draft" not in body


def test_findings_stand_beside_their_indicator(page: Client) -> None:
    (row,) = [
        r for r in rows(page_of(page)) if r.county and r.county.target.key == "ym.t.caregiver-certified-rate"
    ]
    assert row.findings
    assert all(finding.kind == "county_vs_city" for finding in row.findings)


def test_lights_of_both_targets_for_the_county(page: Client, standing_day: Any) -> None:
    for pk in (
        RegionalTarget.objects.filter(indicator__key="daycare-coverage")
        .values_list("indicator_id", flat=True)
        .distinct()
    ):
        rejudge_indicator(pk, as_of=standing_day, cause="value")
    JudgingState.objects.create(as_of=standing_day)
    (row,) = [r for r in rows(page_of(page)) if r.county and r.county.target.key == "ym.t.daycare-coverage"]
    assert [light.word for light in row.county.lights] == ["尚未填报"]
    lights = {asked.target.key: [light.due for light in asked.lights] for asked in row.cities}
    assert lights["oy23.t.daycare-coverage"] == ["2023年", "2025年"]
    assert lights["ce.t.daycare-coverage"] == []  # a draft is not judged
    earlier = page_of(page, as_of="2023-06-30")
    assert "按现有数据回看 2023-06-30" in earlier.content.decode()


def test_shared_projects_show_both_figures_and_are_not_added_twice(page: Client) -> None:
    projects = page_of(page).context["projects"]
    assert (projects.count, projects.total_fen) == (6, 64017 * FEN)
    assert (projects.linked, projects.county_fen) == (3, (8567 + 1500 + 1100) * FEN)
    both = {(s.link.project.key, s.link.to.key): s for s in projects.links}
    centre = both["ym.p.2", "oy23.p.14"]
    assert (
        centre.link.kind,
        centre.link.project.total_investment_fen,
        centre.link.to.total_investment_fen,
    ) == (
        "same",
        1500 * FEN,
        3000 * FEN,
    )
    assert centre.findings


@pytest.mark.parametrize("code", [AP, OY, CE, "nothing"])
def test_only_a_countys_plan_has_such_a_page(page: Client, code: str) -> None:
    assert page.get(reverse("document-city", args=[code])).status_code == 404


def test_statements_are_pinned(page: Client) -> None:
    url = reverse("document-city", args=[YM])
    assert own_statements(page, url) == own_statements(page, url, verdict="same") == 40


def test_the_library_leads_there(page: Client) -> None:
    response = page.get(reverse("library"))
    body = response.content.decode()
    assert body.count(f'href="{reverse("document-city", args=[YM])}"') == 1
    # The draft and the issued text both lead to what has changed between them.
    assert body.count(f'href="{reverse("document-changes", args=[AP])}"') == 2
    lines = {line.document.key: line for line in response.context["lines"]}
    assert lines[YM].open == lines[YM].counts["findings"]
    assert Document.objects.filter(withdrawn_at=None).count() == len(lines)
