"""Producing: once per content, in every form, kept under its checksums, noted in the trail, never changed."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from tests.targets.closing import FEBRUARY
from tests.worlds import GREEN, RED, make_user
from yuxi_eldercare.celery import app
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.files import path_of
from yuxi_eldercare.core.models import AuditEvent, Job, Report, ReportFile
from yuxi_eldercare.demo.removal import remove
from yuxi_eldercare.reports import pdf, producing
from yuxi_eldercare.reports.orders import Order
from yuxi_eldercare.reports.producing import produce, start

from .conftest import Months

pytestmark = pytest.mark.django_db

BRIEFING = Order("briefing", FEBRUARY)


def test_a_person_orders_a_worker_produces_everybody_sees_how_far(
    months: Months, django_capture_on_commit_callbacks: Any
) -> None:
    with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
        job = start(order=BRIEFING, by=months.world.lin)
    job.refresh_from_db()
    assert (job.state, job.error, job.label) == (Job.State.DONE, "", "月报 云溪市 2024年2月")
    assert job.total == job.done == 7
    report = Report.objects.get(pk=job.result["report"])
    assert (report.kind, report.produced_by, report.region) == (
        "briefing",
        months.world.lin,
        months.world.city,
    )
    assert report.parameters == {"issuer": "云溪市民政局"}, "signed by the person's unit"
    assert report.close_digest == months.february.digest
    assert set(report.files.values_list("form", flat=True)) == {"docx", "pdf", "xlsx", "csv", "json"}
    for row in report.files.select_related("file"):
        kept = path_of(row.file.sha256).read_bytes()
        assert (hashlib.sha256(kept).hexdigest(), len(kept)) == (row.file.sha256, row.file.size)
        assert row.file.name.startswith("云溪市“一老一小”规划目标进展月报（2024年2月）.")
    event = AuditEvent.objects.get(action="reports.produce")
    assert event.actor == months.world.lin
    assert event.after["content_sha256"] == report.content_sha256


def test_the_worker_knows_the_task() -> None:
    dispatch.import_task_modules()
    assert producing.TASK in app.tasks


def test_the_same_order_again_is_the_same_report(months: Months) -> None:
    first = produce(order=BRIEFING, by=months.world.lin)
    assert produce(order=BRIEFING, by=months.world.ling).pk == first.pk
    assert Report.objects.count() == 1
    assert AuditEvent.objects.filter(action="reports.produce").count() == 1
    other = produce(order=Order("briefing", FEBRUARY, issuer="云溪市人民政府"), by=months.world.lin)
    assert other.pk != first.pk
    assert other.content_sha256 != first.content_sha256


def test_two_productions_from_nothing_give_equal_bytes(months: Months, settings: Any, tmp_path: Path) -> None:
    sums = []
    for folder in ("one", "two"):
        settings.FILES_DIR = tmp_path / folder
        with transaction.atomic():
            report = produce(order=Order("midterm", FEBRUARY, plan="w-plan"), by=months.world.lin)
            sums.append(dict(report.files.values_list("form", "file__sha256")))
            transaction.set_rollback(True)
    assert len(sums[0]) == 5
    assert sums[0] == sums[1]


def test_an_order_under_way_is_not_doubled(months: Months) -> None:
    first = start(order=BRIEFING, by=months.world.lin)
    assert start(order=BRIEFING, by=months.world.lin).pk == first.pk
    assert start(order=Order("county", FEBRUARY, region=RED), by=months.world.lin).pk != first.pk


def test_without_a_chinese_font_there_is_no_pdf_and_the_job_says_so(
    months: Months, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(pdf, "installed", lambda fonts=None: frozenset())
    with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
        job = start(order=BRIEFING, by=months.world.lin)
    job.refresh_from_db()
    assert "没有中文字体" in job.error
    report = Report.objects.get()
    assert not report.files.filter(form="pdf").exists()
    monkeypatch.undo()
    if not pdf.installed() & {"Noto Serif CJK SC"}:
        pytest.skip("no Chinese font is installed")
    again = Order("briefing", FEBRUARY, issuer="云溪市民政局")
    assert produce(order=again, by=months.world.lin).pk == report.pk
    assert report.files.filter(form="pdf").exists(), "what was missing is added"


def test_who_may_order_what(months: Months) -> None:
    county = months.world.counties[RED]
    lead = make_user("county-lead", "lead", county)
    produce(order=Order("county", FEBRUARY, region=RED), by=lead)
    for order, user in (
        (BRIEFING, lead),
        (Order("county", FEBRUARY, region=GREEN), lead),
        (BRIEFING, months.world.gao),
        (BRIEFING, months.world.shen),
    ):
        with pytest.raises(PermissionDenied):
            start(order=order, by=user)
        with pytest.raises(PermissionDenied):
            produce(order=order, by=user)
    with pytest.raises(ActionRefused, match="还没有封存"):
        start(order=Order("briefing", date(2024, 5, 31)), by=months.world.lin)
    assert Report.objects.count() == 1


def test_what_was_ordered_in_vain_says_why(months: Months, django_capture_on_commit_callbacks: Any) -> None:
    job = start(order=BRIEFING, by=months.world.lin)
    Job.objects.filter(pk=job.pk).update(params={"order": Order("briefing", date(2030, 1, 31)).as_params()})
    producing.run(job.pk)
    job.refresh_from_db()
    assert (job.state, "还没有封存" in job.error) == (Job.State.DONE, True)


def test_the_database_refuses_to_change_or_delete_a_report(months: Months) -> None:
    report = produce(order=BRIEFING, by=months.world.lin)
    assert not report.is_demo
    row = report.files.get(form="docx")
    for change in (
        lambda: Report.objects.filter(pk=report.pk).update(title="别的"),
        lambda: ReportFile.objects.filter(pk=row.pk).update(form="pdf"),
        lambda: ReportFile.objects.filter(pk=row.pk).delete(),
        lambda: Report.objects.filter(pk=report.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="reports never change"), transaction.atomic():
            change()


def test_a_demonstration_is_marked_and_can_go(months: Months) -> None:
    shown = make_user("shown", "lead", months.world.city, is_demo=True)
    report = produce(order=BRIEFING, by=shown)
    assert report.is_demo
    assert remove(Report.objects.filter(pk=report.pk)) == 1
    assert not ReportFile.objects.exists()


def test_the_command_writes_one_form_and_keeps_all(months: Months, tmp_path: Path, capsys: Any) -> None:
    target = tmp_path / "a.xlsx"
    call_command("report", "county", month=FEBRUARY, region=RED, format="xlsx", output=target)
    row = ReportFile.objects.get(form="xlsx")
    assert hashlib.sha256(target.read_bytes()).hexdigest() == row.file.sha256
    assert row.report.produced_by is None
    said = capsys.readouterr().out
    assert row.report.content_sha256 in said
    assert AuditEvent.objects.get(action="reports.produce").actor_text == "report"
    with pytest.raises(CommandError, match="还没有封存"):
        call_command("report", "briefing", month=date(2030, 1, 31))
