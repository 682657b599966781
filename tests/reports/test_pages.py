"""The pages of reports: what each reader sees, ordering and its bar, downloading with a trace, checking a file."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.pages.conftest import client_of, own_statements
from tests.targets.closing import FEBRUARY
from tests.worlds import GREEN, RED
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.files import path_of
from yuxi_eldercare.core.models import AuditEvent, Job, Report
from yuxi_eldercare.reports.orders import Order
from yuxi_eldercare.reports.producing import produce, start

from .conftest import Months

pytestmark = pytest.mark.django_db

LIST = reverse("report-list")
MONTH = FEBRUARY.isoformat()


@pytest.fixture
def reports(months: Months) -> dict[str, Report]:
    """A briefing and a report on each of two counties."""
    lin = months.world.lin
    return {
        "city": produce(order=Order("briefing", FEBRUARY), by=lin),
        "red": produce(order=Order("county", FEBRUARY, region=RED), by=lin),
        "green": produce(order=Order("county", FEBRUARY, region=GREEN), by=lin),
    }


@pytest.fixture
def lead(months: Months) -> Client:
    return client_of(months.world.lin)


@pytest.fixture
def red_reporter(months: Months) -> Client:
    return client_of(months.world.gao)


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def test_everybody_sees_the_reports_of_his_region(
    reports: dict[str, Report], lead: Client, red_reporter: Client
) -> None:
    page = text(lead.get(LIST))
    assert all(report.title in page for report in reports.values())
    page = text(red_reporter.get(LIST))
    assert reports["red"].title in page
    assert reports["city"].title not in page
    assert reports["green"].title not in page
    assert 'name="order"' not in page
    assert "产生报告请联系牵头单位" in page


def test_the_list_can_be_narrowed(reports: dict[str, Report], lead: Client) -> None:
    for given, shown in (
        ({"kind": "briefing"}, {"city"}),
        ({"region": RED}, {"red"}),
        ({"month": MONTH}, {"city", "red", "green"}),
        ({"month": "2024-01-31"}, set()),
        ({"plan": "w-plan"}, set()),
        ({"kind": "nonsense", "month": "2024-13"}, {"city", "red", "green"}),
    ):
        page = text(lead.get(LIST, given))
        assert {name for name, report in reports.items() if report.title in page} == shown, given


def test_the_list_costs_the_same_however_long_it_is(
    reports: dict[str, Report], months: Months, lead: Client
) -> None:
    few = own_statements(lead, LIST)
    for issuer in "甲乙丙丁":
        produce(order=Order("briefing", FEBRUARY, issuer=issuer), by=months.world.lin)
    assert own_statements(lead, LIST) == few <= 12


def test_ordering_shows_a_bar_and_leads_to_the_report(
    months: Months, lead: Client, django_capture_on_commit_callbacks: Any
) -> None:
    answer = lead.post(LIST, {"order": f"county:{RED}", "month": MONTH})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    page = text(lead.get(LIST))
    assert "县区报告 红河区 2024年2月" in page
    assert "<progress" in page
    bar = lead.get(LIST, headers={"HX-Request": "true"})
    assert "<progress" in text(bar)
    job = Job.objects.get(kind="report")
    dispatch.run("reports.produce", job.pk)
    done = lead.get(LIST, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == reverse("report", args=[Report.objects.get().pk])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"order": "briefing:", "month": ""}, "请选择封存的月份"),
        ({"order": "nonsense", "month": MONTH}, "请选择报告种类"),
        ({"order": "briefing:", "month": "2030-01-31"}, "还没有封存"),
        ({"order": "final:w-plan", "month": MONTH}, "可以先作中期评估"),
    ],
)
def test_a_wrong_order_is_answered_with_the_remedy(
    months: Months, lead: Client, given: dict[str, str], sentence: str
) -> None:
    answer = lead.post(LIST, given)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not Job.objects.exists()


def test_offers_are_what_the_person_may_order(months: Months, lead: Client) -> None:
    page = text(lead.get(LIST))
    for value in ("briefing:", f"county:{RED}", "midterm:w-plan", "final:w-county-plan"):
        assert f'value="{value}"' in page
    answer = client_of(months.world.gao).post(LIST, {"order": f"county:{RED}", "month": MONTH})
    assert answer.status_code == 403


def test_a_report_reads_as_it_was_kept(reports: dict[str, Report], lead: Client) -> None:
    page = text(lead.get(reverse("report", args=[reports["city"].pk])))
    assert "一、总体情况" in page
    assert "<svg" in page
    assert "护理型床位占比（约束性）" in page
    assert reports["city"].content_sha256 in page
    row = reports["city"].files.get(form="json")
    path_of(row.file.sha256).write_bytes(b"{}")
    assert "保存的内容缺失或被改动过" in text(lead.get(reverse("report", args=[reports["city"].pk])))


def test_what_is_not_his_does_not_exist_for_a_reader(
    reports: dict[str, Report], red_reporter: Client
) -> None:
    for report, status in ((reports["red"], 200), (reports["city"], 404), (reports["green"], 404)):
        assert red_reporter.get(reverse("report", args=[report.pk])).status_code == status
        assert red_reporter.get(reverse("report-file", args=[report.pk, "csv"])).status_code == status


def test_a_download_is_an_attachment_and_leaves_a_trace(
    reports: dict[str, Report], months: Months, red_reporter: Client
) -> None:
    row = reports["red"].files.get(form="docx")
    answer = red_reporter.get(reverse("report-file", args=[reports["red"].pk, "docx"]))
    assert answer.content == path_of(row.file.sha256).read_bytes()
    assert answer["Content-Type"] == row.file.media_type
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    event = AuditEvent.objects.get(action="reports.download")
    assert (event.actor, event.after, event.result) == (
        months.world.gao,
        {"form": "docx", "sha256": row.file.sha256},
        "ok",
    )
    path_of(row.file.sha256).write_bytes(b"changed")
    refused = red_reporter.get(reverse("report-file", args=[reports["red"].pk, "docx"]))
    assert (refused.status_code, "校验码不符" in text(refused)) == (409, True)
    assert AuditEvent.objects.filter(action="reports.download", result="failed").count() == 1
    assert red_reporter.get(reverse("report-file", args=[reports["red"].pk, "exe"])).status_code == 404


def test_checking_against_the_month(reports: dict[str, Report], lead: Client) -> None:
    url = reverse("report", args=[reports["red"].pk])
    page = text(lead.post(url))
    assert "报告与封存的月份一致" in page
    part = text(lead.post(url, headers={"HX-Request": "true"}))
    assert "报告与封存的月份一致" in part
    assert "<html" not in part


def test_a_file_in_hand_is_recognised(reports: dict[str, Report], lead: Client, red_reporter: Client) -> None:
    check = reverse("report-check")
    content = path_of(reports["city"].files.get(form="csv").file.sha256).read_bytes()

    def ask(client: Client, name: str, body: bytes) -> str:
        return text(client.post(check, {"file": SimpleUploadedFile(name, body)}))

    assert "选择文件" in text(lead.get(check))
    assert reports["city"].title in ask(lead, "a.csv", content)
    assert "没有与它相同的报告" in ask(lead, "a.csv", content + b"1")
    hidden = ask(red_reporter, "a.csv", content)
    assert "不在你可以查看的地区范围内" in hidden
    assert reports["city"].title not in hidden
    assert lead.post(check).status_code == 422


def test_a_failed_job_says_so(months: Months, lead: Client) -> None:
    job = start(order=Order("briefing", FEBRUARY), by=months.world.lin)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.FAILED, error="boom", finished_at=months.february.closed_at
    )
    assert "产生中断" in text(lead.get(LIST))


def test_links_lead_here_from_library_and_month(months: Months, lead: Client) -> None:
    assert LIST in text(lead.get(reverse("library")))
    assert f"{LIST}?month={MONTH}" in text(lead.get(reverse("close", args=["2024-02"])))
    assert f"{LIST}?plan=w-plan" in text(lead.get(reverse("document", args=["w-issued"])))
    assert f"{LIST}?region={RED}" in text(lead.get(reverse("county", args=[RED])))
    admin = client_of(months.world.shen)
    assert LIST not in text(admin.get(reverse("library")))
