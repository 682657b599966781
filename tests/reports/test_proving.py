"""核对: a report that matches says so from all sides; what was changed is found and named."""

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from targets.guards import frozen_assessments
from targets.models import FrozenAssessment, Target
from tests.targets.closing import FEBRUARY
from tests.worlds import CITY, RED
from yuxi_eldercare.core.files import path_of
from yuxi_eldercare.core.models import AuditEvent, Report, ReportFile
from yuxi_eldercare.reports import proving
from yuxi_eldercare.reports.orders import Order
from yuxi_eldercare.reports.producing import produce
from yuxi_eldercare.reports.proving import prove, recognise

from .conftest import Months

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(months: Months) -> Report:
    """The mid-term evaluation of February."""
    return produce(order=Order("midterm", FEBRUARY, plan="w-plan"), by=months.world.lin)


def bytes_of(report: Report, form: str) -> bytes:
    return path_of(report.files.get(form=form).file.sha256).read_bytes()


def results(proof: proving.Proof) -> dict[str, bool]:
    return {check.title: check.holds for check in proof.checks}


def test_an_untouched_report_matches_from_all_sides(months: Months, report: Report) -> None:
    proof = prove(report=report, by=months.world.ling)
    assert proof.holds
    assert results(proof) == {"保存的文件": True, "封存的月份": True, "内容": True, "文件字节": True}
    event = AuditEvent.objects.get(action="reports.verify")
    assert (event.actor, event.result, event.after["holds"]) == (months.world.ling, "ok", True)


@pytest.mark.parametrize("form", ["docx", "json"])
def test_a_changed_file_is_found(months: Months, report: Report, form: str) -> None:
    place = path_of(report.files.get(form=form).file.sha256)
    place.write_bytes(place.read_bytes() + b" ")
    proof = prove(report=report, by=months.world.lin)
    assert not proof.holds
    assert not results(proof)["保存的文件"]
    assert results(proof)["内容"], "the frozen rows still give the same"
    assert AuditEvent.objects.get(action="reports.verify").result == "failed"


def test_a_missing_file_is_found(months: Months, report: Report) -> None:
    path_of(report.files.get(form="pdf").file.sha256).unlink()
    proof = prove(report=report, by=months.world.lin)
    assert "PDF" in next(check.words for check in proof.checks if not check.holds)


def test_a_changed_frozen_row_is_found_and_every_line_it_changes_is_named(
    months: Months, report: Report
) -> None:
    """Somebody with the database's own rights goes around the guard."""
    row = FrozenAssessment.objects.get(
        close=months.february, region=CITY, indicator=months.world.beds, due="2023-12-31"
    )
    editor = SimpleNamespace(connection=connection)
    frozen_assessments.remove(None, editor)
    FrozenAssessment.objects.filter(pk=row.pk).update(answer={**row.answer, "actual": "33", "gap": "-3"})
    frozen_assessments.install(None, editor)
    proof = prove(report=report, by=months.world.lin)
    assert not proof.holds
    assert results(proof)["封存的月份"] is False
    assert results(proof)["内容"] is False
    kept, fresh = "\n".join(a for a, _ in proof.differing), "\n".join(b for _, b in proof.differing)
    assert "20.3%" in kept
    assert "33%" in fresh


def test_words_of_the_plan_that_changed_since_are_named(months: Months, report: Report) -> None:
    """What no arithmetic judges is not frozen: the report still says what it said, and the change is shown."""
    Target.objects.create(
        key="w.t.new",
        indicator=months.world.beds,
        document=months.world.document,
        plan=months.world.plan,
        region=months.world.city,
        name_as_written="新的定性目标",
        scope="city",
        target_type="reach",
        qualitative=True,
    )
    proof = prove(report=report, by=months.world.lin)
    assert results(proof) == {"保存的文件": True, "封存的月份": True, "内容": False}
    assert any("新的定性目标" in fresh for _, fresh in proof.differing)


def test_only_readers_of_the_region_may_ask(months: Months, report: Report) -> None:
    for user in (months.world.gao, months.world.shen):
        with pytest.raises(PermissionDenied):
            prove(report=report, by=user)


@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx", "csv", "json"])
def test_a_file_is_recognised_by_its_bytes(months: Months, report: Report, form: str) -> None:
    found = recognise(bytes_of(report, form)).row
    assert found is not None
    assert (found.report, found.form) == (report, form)


def repacked(content: bytes, **replaced: str) -> bytes:
    """An Office file in which words were replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            body = source.read(entry.filename)
            for old, new in replaced.items():
                body = body.replace(old.encode(), new.encode())
            target.writestr(entry.filename, body)
    return out.getvalue()


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_a_changed_copy_is_told_from_the_original(months: Months, report: Report, form: str) -> None:
    found = recognise(repacked(bytes_of(report, form), 逾期未达标="已达标"))
    assert found.row is None
    assert found.claimed == report


def test_a_changed_pdf_is_told_from_the_original(months: Months, report: Report) -> None:
    found = recognise(bytes_of(report, "pdf") + b"\n%")
    assert (found.row, found.claimed) == (None, report)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 nothing", b"PK\x03\x04 broken", b"plain", bytes(range(256)) * 8], ids=str
)
def test_strangers_are_nobody(months: Months, report: Report, content: bytes) -> None:
    assert recognise(content[:100]) == proving.Recognised()


def test_a_zip_that_unpacks_to_too_much_is_not_read(months: Months, report: Report) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", report.content_sha256 + "0" * 5_000_000)
    assert recognise(out.getvalue()) == proving.Recognised()


def test_another_layout_is_no_fault(months: Months, report: Report, monkeypatch: Any) -> None:
    monkeypatch.setattr(proving, "render", lambda form, content, close: b"set differently")
    monkeypatch.setattr(proving, "LAYOUT_VERSION", "99")
    proof = prove(report=report, by=months.world.lin)
    assert proof.holds
    assert results(proof)["文件字节"] is False
    assert "旧版版式程序" in proof.checks[-1].words


def test_a_county_lead_reads_the_countys_own(months: Months) -> None:
    made = produce(order=Order("county", FEBRUARY, region=RED), by=months.world.lin)
    assert prove(report=made, by=months.world.gao).holds, "the county's reporter"
    assert ReportFile.objects.filter(report=made).count() == 5
