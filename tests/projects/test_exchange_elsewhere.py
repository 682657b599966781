"""Sheets of other systems, read by a kept mapping, and the pages on which a sheet is uploaded, explained, entered."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from projects.exchange import fields
from projects.exchange.mapping import SUBJECT, Reading, guess, save_mapping
from projects.exchange.reading import read_parts
from projects.models import ColumnMapping
from projects.sheets.kept import fitting, kept_mappings
from projects.sheets.mapping import Columns
from targets.actions.refusals import NotAllowed, Refused
from tests.pages.conftest import client_of
from yuxi_eldercare.core.models import AuditEvent, Department, User

from .ledger_sheets import faults, files, foreign, kept, send, sheet, site
from .test_following import Site

__all__ = ["files", "kept", "site"]
pytestmark = pytest.mark.django_db

HEADER = ["工程名称", "统计月份", "自开工累计完成投资(元)", "困难", "形象"]


class TestElsewhere:
    """Another system's export, read by a kept mapping."""

    ROWS = (
        ["某平台导出"],
        HEADER,
        ["养老服务中心", "202402", "2,505,000.55", "缺电", "主体施工"],
    )

    def reading(self) -> Reading:
        chosen = {"name": "工程名称", "month": "统计月份", "invested": HEADER[2], "problems": "困难"}
        return Reading(fields.REPORTS, Columns(chosen, {}, {"unit": fields.YUAN}))

    def save(self, site: Site, **fixed: str) -> ColumnMapping:
        [part] = read_parts(io.BytesIO(foreign(self.ROWS)), "")
        reading = self.reading()
        unit = Department.objects.get(key="red-mz")
        return save_mapping(keeper=unit, name="平台", table=part.table, reading=reading, by=site.hong)

    def test_a_kept_mapping_reads_it_and_the_next_one(self, kept: Site) -> None:
        mapping = self.save(kept)
        result = send(kept, foreign(self.ROWS), mapping=mapping)
        assert (result["changed"], result["applied"]) == (1, True)
        report = kept.project.reports.get(month_end=date(2024, 2, 29))
        assert (report.invested_fen, report.problems, report.beds) == (250_500_055, "缺电", 10)
        assert send(kept, foreign(self.ROWS), mapping=mapping)["changed"] == 0
        later = [*self.ROWS, ["养老服务中心", "2024-03-31", 3_000_000, "", "x"]]
        [part] = read_parts(io.BytesIO(foreign(later)), "")
        assert fitting(part.table, kept_mappings(SUBJECT, [mapping.keeper])) == mapping
        assert send(kept, foreign(later), mapping=mapping)["changed"] == 1

    def test_what_the_sheet_has_no_column_for_is_said(self, kept: Site) -> None:
        mapping = self.save(kept)
        rows = [*self.ROWS[:2], ["养老服务中心", "2024-01", 1_000_000, "", "x"]]
        [(_sheet, row, column, message)] = faults(send(kept, foreign(rows), mapping=mapping))
        assert (row, column) == (3, "")
        assert "更正须写明原因" in message
        assert "没有“情况说明”一列" in message

    def test_what_the_headings_usually_mean(self, kept: Site) -> None:
        [part] = read_parts(io.BytesIO(foreign(self.ROWS)), "")
        assert guess(part.table) == Reading(
            fields.REPORTS, Columns({"name": "工程名称", "month": "统计月份", "invested": HEADER[2]})
        )

    def test_words_stand_for_codes(self, kept: Site) -> None:
        rows = [["项目名称", "进度", "完成日期"], ["养老服务中心", "封顶", "2024-03-05"]]
        [part] = read_parts(io.BytesIO(foreign(rows)), "")
        columns_ = {"name": "项目名称", "stage": "进度", "on": "完成日期"}
        unit = Department.objects.get(key="red-mz")
        reading = Reading(fields.STAGES, Columns(columns_))
        with pytest.raises(Refused, match="封顶"):
            save_mapping(keeper=unit, name="进度", table=part.table, reading=reading, by=kept.hong)
        reading = Reading(fields.STAGES, Columns(columns_, {"stage": {"封顶": "building"}}))
        mapping = save_mapping(keeper=unit, name="进度", table=part.table, reading=reading, by=kept.hong)
        assert send(kept, foreign(rows), mapping=mapping)["applied"]
        last = kept.project.stages.order_by("on").last()
        assert last is not None
        assert (last.stage, last.on) == ("building", date(2024, 3, 5))

    def test_a_mapping_is_kept_by_the_unit(self, kept: Site) -> None:
        mapping = self.save(kept)
        events = AuditEvent.objects.count()
        assert self.save(kept).pk == mapping.pk
        assert AuditEvent.objects.count() == events
        [part] = read_parts(io.BytesIO(foreign(self.ROWS)), "")
        unit = Department.objects.get(key="red-mz")
        with pytest.raises(NotAllowed):
            save_mapping(keeper=unit, name="x", table=part.table, reading=self.reading(), by=kept.bai)
        with pytest.raises(Refused, match="项目代码或项目名称"):
            save_mapping(
                keeper=unit,
                name="x",
                table=part.table,
                reading=Reading(fields.REPORTS, Columns({"month": "统计月份", "invested": HEADER[2]})),
                by=kept.hong,
            )


class TestPages:
    """Upload, choose, look, enter."""

    def post(self, client: Client, content: bytes, name: str = "a.xlsx") -> Any:
        unit = Department.objects.get(key="red-mz")
        given = {"keeper": unit.pk, "file": SimpleUploadedFile(name, content)}
        return client.post(reverse("project-import"), given)

    def test_the_workbook_goes_straight_to_its_preview(self, kept: Site) -> None:
        client = client_of(kept.hong)
        made = sheet()
        made.sheets["月报"].append(["p-1", "", "2024-02", 250, 10, 0, 0, "", ""])
        response = self.post(client, made.save())
        preview = client.get(response["Location"])
        assert "要写入 <strong>1</strong> 行" in preview.content.decode()
        assert "2024-02 月报" in preview.content.decode()
        assert kept.project.reports.count() == 1
        assert client.post(response["Location"])["Location"] == reverse("project-list")
        assert kept.project.reports.count() == 2
        assert "与台账完全一致" in client.get(response["Location"]).content.decode()
        assert client_of(kept.bai).get(response["Location"]).status_code == 404

    def test_faults_stand_on_the_page(self, kept: Site) -> None:
        client = client_of(kept.hong)
        made = sheet()
        made.sheets["月报"].append(["p-1", "", "二月", 250])
        place = self.post(client, made.save())["Location"]
        assert "不是月份" in client.get(place).content.decode()
        refused = client.post(place)
        assert refused.status_code == 422
        assert "没有写入任何数据" in refused.content.decode()

    def test_another_systems_sheet_is_explained_once(self, kept: Site) -> None:
        client = client_of(kept.hong)
        content = foreign(TestElsewhere.ROWS)
        place = self.post(client, content)["Location"]
        shown = client.get(place).content.decode()
        assert "自开工累计完成投资(元)" in shown
        columns_ = {"column-0": "name", "column-1": "month", "column-2": "invested", "column-3": "problems"}
        given = {"rows": "reports", "rows-shown": "reports", "unit": "yuan", "name": "平台", **columns_}
        refused = client.post(place, {**given, "column-3": "month"})
        assert refused.status_code == 422
        assert "不止一列" in refused.content.decode()
        changed = client.post(place, {**given, "rows": "stages"})
        assert changed.status_code == 200
        assert 'value="stage"' in changed.content.decode()
        assert not ColumnMapping.objects.exists()
        preview = client.post(place, given)["Location"]
        assert client.post(preview).status_code == 302
        assert kept.project.reports.get(month_end=date(2024, 2, 29)).invested_fen == 250_500_055
        again = self.post(client, content)["Location"]
        assert again.endswith(f"mapping={ColumnMapping.objects.get().pk}")

    def test_who_keeps_nothing_gets_no_form(self, kept: Site) -> None:
        stranger = User.objects.create(username="x", display_name="X")
        assert client_of(stranger).get(reverse("project-import")).status_code == 403
        assert self.post(client_of(kept.hong), b"no").status_code == 422
