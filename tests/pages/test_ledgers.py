"""Library, findings, tasks, projects, jobs, search: what they show of the five plans, and at what cost."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import Project
from projects.presenters.plans import ProjectFilter, ledger_totals
from targets.models import Assignment
from targets.queries.assignments import AssignmentFilter, assignments
from tests.pages.conftest import own_statements
from yuxi_eldercare.core.models import Document, Finding, Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

AP, DRAFT, OY, CE, YM = (
    "action-plan-2021-2023",
    "action-plan-2021-2023-draft",
    "old-and-young-plan-2023",
    "community-eldercare-plan-draft",
    "yimen-14th-five-year-plan",
)
FEN = 1_000_000


def text(response: Any) -> str:
    """The page without tags, white space folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def rows(response: Any) -> int:
    return response.content.decode().count('scope="row"')


# Everybody and nobody


PAGES = ["library", "finding-list", "assignment-list", "project-list", "search"]


@pytest.mark.parametrize("name", [*PAGES, "job-list"])
def test_nobody_sees_anything_without_logging_in(name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("name", PAGES)
def test_every_active_user_may_read(page: Client, name: str) -> None:
    assert page.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_reading_pages_take_no_posts(page: Client, name: str) -> None:
    assert page.post(reverse(name)).status_code == 405


# Statement counts: the same however long the list


@pytest.mark.parametrize(
    ("name", "given", "statements"),
    [
        ("library", {}, 9),
        ("finding-list", {}, 6),
        ("finding-list", {"kind": "slip", "document": YM}, 6),
        ("assignment-list", {}, 12),
        ("assignment-list", {"document": YM}, 12),
        ("project-list", {}, 10),
        ("project-list", {"county": "530425"}, 10),
    ],
)
def test_statements_are_pinned(page: Client, name: str, given: dict[str, str], statements: int) -> None:
    assert own_statements(page, reverse(name), **given) == statements


# Library


def test_the_library_counts_what_each_document_states(page: Client) -> None:
    lines = {line.document.key: line for line in page.get(reverse("library")).context["lines"]}
    assert set(lines) == {AP, DRAFT, OY, CE, YM}
    assert lines[OY].counts["projects"] == 50
    assert lines[AP].counts["tasks"] == 18
    assert lines[DRAFT].counts["tasks"] == 19
    assert lines[YM].counts["tasks"] == 53
    assert all(line.counts["findings"] for line in lines.values())


def test_drafts_are_marked_and_lead_to_their_issued_text(page: Client) -> None:
    body = page.get(reverse("library")).content.decode()
    assert body.count('class="mark draft"') == 2
    assert body.count("印发稿：") == 1


# Findings


def test_findings_are_grouped_by_kind_with_counts(page: Client) -> None:
    response = page.get(reverse("finding-list"))
    total = Finding.objects.filter(withdrawn_at=None).count()
    assert response.context["total"] == total
    assert sum(count.total for count in response.context["counts"]) == total
    shown = [finding.kind for finding in response.context["page"].object_list]
    assert len(shown) == 50
    # Each kind stands in one block.
    assert len(re.findall(r'scope="rowgroup"', response.content.decode())) == len(dict.fromkeys(shown))
    assert shown == sorted(shown, key=list(dict.fromkeys(shown)).index)


def test_findings_can_be_narrowed_and_paged(page: Client) -> None:
    url = reverse("finding-list")
    narrowed = page.get(url, {"kind": "draft_vs_issued", "document": DRAFT, "text": "牵头单位"}).context
    assert narrowed["page"].paginator.count
    assert {finding.kind for finding in narrowed["page"].object_list} == {"draft_vs_issued"}
    assert page.get(url, {"page": "2"}).context["page"].number == 2
    assert page.get(url, {"kind": "nonsense", "status": "x"}).context["page"].paginator.count > 100
    empty = page.get(url, {"text": "没有这样的字句"})
    assert "没有符合条件的疑点" in text(empty)


# Tasks


def test_tasks_leave_the_replaced_draft_out_unless_asked_for(page: Client) -> None:
    keys = {task.document.key for task in assignments(AssignmentFilter())}
    assert keys == {AP, OY, CE, YM}
    response = page.get(reverse("assignment-list"), {"document": DRAFT})
    assert response.context["page"].paginator.count == 19
    assert "征求意见稿" in text(response)


def test_a_county_answers_for_what_all_counties_answer_for(page: Client) -> None:
    def found(department: str) -> set[str]:
        return {task.key for task in assignments(AssignmentFilter(document=AP, department=department))}

    assert found("all-county-governments") < found("hongta-government")
    assert "ap23.a.10" in found("hongta-government")
    assert "ap23.a.10" not in found("tonghai-government")
    response = page.get(reverse("assignment-list"), {"department": "hongta-government", "document": AP})
    assert rows(response) == len(found("hongta-government"))


def test_what_the_text_does_not_state_is_said_so(page: Client) -> None:
    response = page.get(reverse("assignment-list"), {"document": YM})
    assert text(response).count("文中未载明") == 2 * min(
        50, Assignment.objects.filter(document__key=YM).count()
    )


def test_tasks_by_kind_and_word(page: Client) -> None:
    url = reverse("assignment-list")
    assert page.get(url, {"document": AP, "kind": "safeguard"}).context["page"].paginator.count == 4
    found = page.get(url, {"text": "辅具"}).context["rows"]
    assert found
    assert all("辅具" in row.assignment.title for row in found)


# Projects


def totals(**given: Any) -> Any:
    return ledger_totals(ProjectFilter(**given).rows())


def test_totals_are_those_the_text_states() -> None:
    found = totals(document=OY)
    assert (found.counted.count, found.counted.total_fen, found.counted.central_fen) == (
        50,
        163172 * FEN,
        99298 * FEN,
    )
    childcare = totals(document=OY, category="托育")
    assert (childcare.counted.count, childcare.counted.total_fen) == (23, 39232 * FEN)


def test_the_county_plan_alone_adds_up_to_its_own_projects() -> None:
    found = totals(document=YM)
    assert found.counted.total_fen == 64017 * FEN
    assert found.repeated.count == 0


def test_linked_county_projects_are_shown_and_not_added_twice(page: Client) -> None:
    both = totals(county="530425")
    city = totals(county="530425", document=OY)
    # Of Yimen's own six tabled projects three are the same as or overlap the city's: 8567 + 1500 + 1100.
    assert both.repeated.total_fen == (8567 + 1500 + 1100) * FEN
    assert both.counted.total_fen == city.counted.total_fen + (64017 - 8567 - 1500 - 1100) * FEN
    response = page.get(reverse("project-list"), {"county": "530425"})
    said = text(response)
    assert "11,167 万元）与所列市级项目相同或重叠" in said
    # Both figures of the service centre stand on the page.
    assert "市级第 14 项 玉溪市易门公办养老综合服务中心项目（3,000 万元）" in said
    assert "1,500" in said


def test_totals_follow_every_filter(page: Client) -> None:
    url = reverse("project-list")
    for given in ({"category": "托育"}, {"year": "2025"}, {"type": "医养结合"}, {"text": "敬老院"}):
        context = page.get(url, given).context
        listed = list(context["wanted"].rows())
        sums = context["totals"]
        assert sums.counted.count + sums.repeated.count == len(listed)
        assert sums.counted.total_fen + sums.repeated.total_fen == sum(
            project.total_investment_fen or 0 for project in listed
        )


def test_a_year_asks_for_projects_under_way(page: Client) -> None:
    listed = ProjectFilter(year=2022, document=OY).rows()
    assert {project.start_year for project in listed} <= {2021, 2022}
    assert page.get(reverse("project-list"), {"year": "２０２２"}).status_code == 200


def test_projects_without_an_amount_are_counted_as_such() -> None:
    found = totals(document=AP)
    assert (found.counted.count, found.without_amount, found.counted.total_fen) == (3, 3, 0)
    assert Project.objects.filter(document__key=AP, total_investment_fen__isnull=False).count() == 0


# Search


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("日间照料", "社区日间照料服务设施覆盖率"),
        ("辅具", "推动养老辅具用品生产基地建设"),
        ("金湾", "玉溪市红塔区金湾国际康养中心建设项目"),
        ("市卫健委", "玉溪市卫生健康委员会"),
        ("国家税务总局", "玉溪市税务局"),
    ],
)
def test_search_finds_things_by_any_name(page: Client, word: str, found: str) -> None:
    assert found in text(page.get(reverse("search"), {"q": word}))


def test_search_says_when_there_is_nothing(page: Client) -> None:
    assert "没有找到" in text(page.get(reverse("search"), {"q": "火星"}))
    assert "输入指标" in text(page.get(reverse("search")))


# Jobs


def test_jobs_are_for_those_who_may(page: Client, ruler: Client) -> None:
    refused = page.get(reverse("job-list"))
    assert refused.status_code == 403
    assert "角色" in text(refused)
    assert ruler.get(reverse("job-list")).status_code == 200


def test_jobs_show_progress_times_and_errors(ruler: Client) -> None:
    now = timezone.now()
    Job.objects.create(kind="k", label="每日重新判定", state="running", total=140, done=35, started_at=now)
    Job.objects.create(
        kind="k", label="导入", state="failed", error="第 3 行缺少数值", started_at=now, finished_at=now
    )
    said = text(ruler.get(reverse("job-list")))
    for words in ("每日重新判定", "35 / 140", "失败", "第 3 行缺少数值", "进行中"):
        assert words in said
    # A fragment for htmx, asked for again while something runs.
    fragment = ruler.get(reverse("job-list"), headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<div id="jobs" hx-get=')
    assert own_statements(ruler, reverse("job-list"), state="failed") == 2


def test_money_is_exact_in_the_ledger() -> None:
    from projects.templatetags.money import wan

    assert wan(123_450_000) == "123.45"
    assert wan(None) == "—"
    assert wan(0) == "0"
    assert Decimal(163172 * FEN) / FEN == 163172
    assert Document.objects.filter(key=OY).exists()
