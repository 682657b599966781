"""The ledger's workbook and another system's sheet in a person's hands."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.exchange import uploads
from projects.exchange.book import write_book
from projects.following import plan_funding
from projects.models import FundingEntry, FundingPlan, Project, ProjectReport, StageChange
from tests.targets.excel.sheets import Sheet
from yuxi_eldercare.core.models import AuditEvent, Department, User

from .test_following import Site, site

__all__ = ["site"]
WAN = 1_000_000
Row = Sequence[Any]


@pytest.fixture
def files(tmp_path: Path, settings: Any) -> None:
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def kept(site: Site, files: None) -> Site:
    """A project with a stage, money and a month, among which amounts to the 分."""
    site.stage("started", "2023-05-01")
    plan_funding(project=site.project, source="city", planned_fen=80 * WAN + 1, by=site.hong)
    site.money("arrived", "2023-03-01", 60, voucher="玉财〔2023〕1号")
    site.money("spent", "2023-04-01", 20)
    site.money("spent", "2023-04-01", 20)
    site.month("2024-01-31", 200, beds=10, problems="=cmd|' /C calc'!A0")
    return site


def book(rows: Any = None) -> bytes:
    out = io.BytesIO()
    write_book(out, Project.objects.order_by("pk") if rows is None else rows)
    return out.getvalue()


def sheet(content: bytes | None = None) -> Sheet:
    return Sheet(content or book())


def send(
    site: Site, content: bytes, *, write: bool = True, by: User | None = None, **given: Any
) -> dict[str, Any]:
    """Upload and enter."""
    person = by or site.hong
    unit = Department.objects.get(memberships__user=person)
    name = given.pop("name", "台账.xlsx")
    stored = uploads.receive(upload=SimpleUploadedFile(name, content), keeper=unit, by=person)
    return uploads.result(file=stored, mapping=given.get("mapping"), by=person, write=write)


def foreign(rows: Sequence[Row], name: str = "Sheet1") -> bytes:
    """A sheet of another system."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as made:
        page = made.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


def faults(result: dict[str, Any]) -> list[tuple[str, int, str, str]]:
    return [(f["sheet"], f["row"], f["column"], f["message"]) for f in result["faults"]]


def counts() -> tuple[int, ...]:
    models = (StageChange, FundingPlan, FundingEntry, ProjectReport, AuditEvent)
    return tuple(model.objects.count() for model in models)
