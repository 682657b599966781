"""A document's page: its tabs, targets by chapter with lights, and a draft without any."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from targets.actions import NewValue, publish_values
from targets.judging.rejudging import rejudge_indicator
from targets.models import Indicator, JudgingState, RegionalTarget, Target
from tests.pages.conftest import own_statements
from yuxi_eldercare.core.models import Region
from yuxi_eldercare.pages.chapters import chapter_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

AP, DRAFT, OY, CE, YM = (
    "action-plan-2021-2023",
    "action-plan-2021-2023-draft",
    "old-and-young-plan-2023",
    "community-eldercare-plan-draft",
    "yimen-14th-five-year-plan",
)
TABS = ("clauses", "targets", "tasks", "projects", "rules", "facts", "lists", "findings")


def url(code: str) -> str:
    return reverse("document", args=[code])


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def judged(db: None, standing_day: date) -> None:
    """Day care reported by every county for 2023: 60 %; everything of it judged."""
    indicator = Indicator.objects.get(key="daycare-coverage")
    counties = Region.objects.filter(level="county")
    publish_values(
        values=[
            NewValue(
                indicator=indicator.key,
                region=county.code,
                period_kind="year",
                period_end=date(2023, 12, 31),
                numerator=Decimal(60),
                denominator=Decimal(100),
            )
            for county in counties
        ],
        by=None,
        label="测试",
        process="test",
        judge_later=True,
    )
    for pk in RegionalTarget.objects.values_list("indicator_id", flat=True).distinct():
        rejudge_indicator(pk, as_of=standing_day, cause="value")
    JudgingState.objects.create(as_of=standing_day)


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("code", [AP, DRAFT, OY, CE, YM])
def test_every_tab_of_every_document_opens(page: Client, code: str, tab: str) -> None:
    response = page.get(url(code), {"tab": tab})
    assert response.status_code == 200
    assert response.context["tab"] == tab


@pytest.mark.parametrize(
    ("tab", "statements"),
    [
        ("clauses", 17),
        ("tasks", 17),
        ("projects", 17),
        ("rules", 12),
        ("facts", 11),
        ("lists", 12),
        ("findings", 13),
    ],
)
def test_statements_of_the_tabs_are_pinned(page: Client, tab: str, statements: int) -> None:
    assert own_statements(page, url(OY), tab=tab) == statements


@pytest.mark.usefixtures("judged")
def test_statements_of_the_targets_are_pinned(page: Client) -> None:
    assert [own_statements(page, url(code)) for code in (OY, AP)] == [21, 21]


def test_an_unknown_document_or_tab(page: Client) -> None:
    assert page.get(url("nothing")).status_code == 404
    assert page.get(url(OY), {"tab": "nonsense"}).context["tab"] == "targets"
    assert Client().get(url(OY)).status_code == 302


def test_tabs_hold_everything_the_document_states(page: Client) -> None:
    counts = {name: count for name, _, count in page.get(url(OY)).context["tabs"]}
    assert counts["projects"] == page.get(url(OY), {"tab": "projects"}).context["page"].paginator.count == 50
    assert counts["findings"] == page.get(url(OY), {"tab": "findings"}).context["page"].paginator.count
    for tab in ("tasks", "rules", "facts", "lists"):
        assert counts[tab] == len(page.get(url(OY), {"tab": tab}).context["rows"])


def shown(response: Any) -> dict[str, list[str]]:
    """Target keys by chapter, judged or stated."""
    return {
        chapter.number: [row.judged.target.key for row in chapter.rows]
        + [stated.target.key for stated in chapter.stated]
        for chapter in response.context["found"].chapters
    }


@pytest.mark.usefixtures("judged")
def test_every_target_stands_in_its_chapter(page: Client) -> None:
    chapters = shown(page.get(url(OY)))
    keys = {key for keys in chapters.values() for key in keys}
    assert keys == set(
        Target.objects.filter(document__key=OY, withdrawn_at=None).values_list("key", flat=True)
    )
    assert "oy23.t.daycare-coverage" in chapters["二（四）"]


@pytest.mark.usefixtures("judged")
def test_lights_and_reasons(page: Client) -> None:
    response = page.get(url(OY))
    (daycare,) = [
        row
        for chapter in response.context["found"].chapters
        for row in chapter.rows
        if row.judged.target.key == "oy23.t.daycare-coverage" and row.judged.milestone.due.year == 2023
    ]
    assert (daycare.light, daycare.word, daycare.actual) == ("green", "已达标", "60%")
    counts = response.context["found"].counts
    assert counts.total == sum(len(c.rows) for c in response.context["found"].chapters)
    assert "定性目标，凭证据认定" in text(response)


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"year": "2023"}, lambda row: row.judged.milestone.due.year == 2023),
        ({"light": "green"}, lambda row: row.light == "green"),
        ({"county": "530425"}, lambda row: row.judged.region.code == "530425"),
    ],
    ids=["year", "light", "county"],
)
def test_filters_of_the_targets(page: Client, given: dict[str, str], wanted: Any) -> None:
    response = page.get(url(OY), given)
    found = [row for chapter in response.context["found"].chapters for row in chapter.rows]
    assert found
    assert all(wanted(row) for row in found)


@pytest.mark.usefixtures("judged")
def test_targets_of_one_department(page: Client) -> None:
    keys = {
        key
        for keys in shown(page.get(url(OY), {"department": "yuxi-civil-affairs"})).values()
        for key in keys
    }
    named = Target.objects.filter(document__key=OY, bodies__department__key="yuxi-civil-affairs")
    assert keys == set(named.values_list("key", flat=True))


@pytest.mark.usefixtures("judged")
def test_another_day_is_judged_anew(page: Client) -> None:
    response = page.get(url(OY), {"as_of": "2023-06-30"})
    assert "按现有数据回看 2023-06-30" in text(response)
    (daycare,) = [
        row
        for chapter in response.context["found"].chapters
        for row in chapter.rows
        if row.judged.target.key == "oy23.t.daycare-coverage" and row.judged.milestone.due.year == 2023
    ]
    assert daycare.word == "尚未填报"


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("code", [DRAFT, CE])
def test_a_draft_shows_its_targets_without_lights(page: Client, code: str) -> None:
    response = page.get(url(code))
    body = response.content.decode()
    targets = Target.objects.filter(document__key=code, withdrawn_at=None).count()
    assert sum(len(keys) for keys in shown(response).values()) == targets
    assert 'class="light' not in body
    # One mark per target and one at the head of the page.
    assert body.count('class="mark draft"') == targets + 1


def test_a_draft_leads_to_its_issued_text(page: Client) -> None:
    assert url(AP) in page.get(url(DRAFT)).content.decode()
    assert "没有提供印发稿" in text(page.get(url(CE)))


def test_stated_totals_stand_beside_the_sums(page: Client) -> None:
    said = text(page.get(url(OY), {"tab": "projects"}))
    assert "总投资 163,172 万元" in said
    assert "合计 50 个，163,172 万元" in said


@pytest.mark.parametrize(
    ("number", "chapter"),
    [
        ("二（四）表·3", "二（四）"),
        ("附件3·14", "附件3"),
        ("附件2表1·2", "附件2"),
        ("三（五）培育普惠养老托育机构", "三（五）"),
        ("二（一）1", "二（一）"),
        ("文首", "文首"),
        ("二", "二"),
    ],
)
def test_chapters(number: str, chapter: str) -> None:
    assert chapter_of(number) == chapter
