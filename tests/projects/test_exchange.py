"""The ledger out as a workbook and back: live numbers, each entry once, all of a file or nothing."""

import csv
import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from projects.exchange import applying, uploads
from projects.exchange.book import FIRST_ROW, HEADER_ROW, columns
from projects.models import Project, ProjectBody, ProjectLink
from targets.actions.refusals import NotAllowed, Refused
from tests.pages.conftest import client_of
from tests.targets.excel.sheets import Sheet
from tests.targets.excel.test_round_trip import convert
from yuxi_eldercare.core.models import AuditEvent, Department, StoredFile, User

from .ledger_sheets import WAN, book, counts, faults, files, foreign, kept, send, sheet, site
from .test_following import Site

__all__ = ["files", "kept", "site"]
pytestmark = pytest.mark.django_db


class TestOut:
    """What the workbook says."""

    def test_amounts_are_numbers_exact_to_the_fen(self, kept: Site) -> None:
        kept.project.total_investment_fen = 123_456_789_012_345
        kept.project.save()
        cells = sheet().sheets["台账"]
        titles = [column.title for column in columns()]
        line = dict(zip(titles, cells[FIRST_ROW], strict=True))
        assert cells[HEADER_ROW] == titles
        assert isinstance(line["总投资（万元）"], float)
        assert Decimal(format(line["总投资（万元）"], ".15g")) * WAN == 123_456_789_012_345
        assert Decimal(format(line["计划资金（万元）"], ".15g")) == Decimal("80.000001")
        assert (line["到位（万元）"], line["支出（万元）"], line["完成投资（万元）"]) == (60, 40, 200)
        assert (line["阶段"], line["阶段日期"], line["月报截至"]) == ("开工", "2023-05-01", "2024-01")

    def test_a_column_has_room_for_what_stands_in_it(self, kept: Site) -> None:
        Project.objects.create(
            key="c.p.community-medical-service-base",
            document=kept.project.document,
            name="名" * 90,
            listing="tabled",
            region=kept.project.region,
            position=5,
        )
        xml = zipfile.ZipFile(io.BytesIO(book())).read("xl/worksheets/sheet1.xml").decode()
        widths = [float(width) for width in re.findall(r'<col [^>]*?width="([\d.]+)"', xml)]
        assert widths[0] > len("c.p.community-medical-service-base")
        assert widths[1] < 60
        assert 'paperSize="8"' in xml

    def test_sums_are_formulas_that_leave_linked_projects_out(self, kept: Site) -> None:
        county = Project.objects.create(
            key="c-1",
            document=kept.project.document,
            name="县级",
            listing="tabled",
            region=kept.project.region,
            total_investment_fen=300 * WAN,
            position=5,
        )
        ProjectLink.objects.create(project=county, to=kept.project, kind="part")
        content = book()
        cells = sheet(content).sheets["台账"]
        place = [column.title for column in columns()].index("总投资（万元）")
        assert [line[2] for line in cells[FIRST_ROW:]] == ["是", "否"]
        assert [line[place] for line in cells[FIRST_ROW:]] == [1000, 300]
        assert cells[1][place] == 1000
        formulas = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
        assert formulas[-1] == "meta"
        assert b"SUMIFS(L4:L5,$C4:$C5," in _part(content, "xl/worksheets/sheet1.xml")
        assert b'state="frozen"' in _part(content, "xl/worksheets/sheet1.xml")

    def test_nobodys_text_runs_as_a_formula(self, kept: Site) -> None:
        Project.objects.update(name='=HYPERLINK("http://x")')
        cells = sheet().sheets
        assert cells["台账"][FIRST_ROW][1].startswith("'=")
        assert cells["月报"][1][7].startswith("'=cmd")
        body = client_of(kept.hong).get(reverse("project-export", args=["csv"])).content.decode("utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(body)))
        assert lines[0]["项目名称"].startswith("'=")
        assert lines[0]["计划资金（万元）"] == "80.000001"

    def test_the_export_follows_the_filter_and_is_for_those_who_hold_a_role(self, kept: Site) -> None:
        url = reverse("project-export", args=["xlsx"])
        response = client_of(kept.hong).get(url, {"text": "没有这个"})
        content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        assert len(Sheet(content).sheets["月报"]) == 1
        stranger = User.objects.create(username="x", display_name="X")
        assert client_of(stranger).get(url).status_code == 403
        assert client_of(kept.hong).get(reverse("project-export", args=["pdf"])).status_code == 404


class TestBack:
    """What comes back from the workbook."""

    def test_an_untouched_workbook_changes_nothing(self, kept: Site) -> None:
        before = counts()
        result = send(kept, book())
        assert (result["changed"], result["fault_count"], result["rows"]) == (0, 0, 6)
        assert counts() == before

    def test_rows_are_entered_once_however_often_the_file_comes(self, kept: Site) -> None:
        made = sheet()
        made.sheets["月报"].append(["p-1", "", "2024-02", 250.123456, 12, 0, 800, "", ""])
        made.sheets["月报"].append(["", "养老服务中心", "2024年3月", 300, "", "", "", "缺电", ""])
        made.sheets["资金"].append(["p-1", "", "", "省级", "支出", "2024-03-05", 10, "", ""])
        made.sheets["资金"].append(["p-1", "", "", "省级", "到位", "2024-03-05", 30, "v", ""])
        made.sheets["资金"].append(
            ["p-1", "", "", "市级", "支出", "2023-04-01", 20, "", ""]
        )  # a third like it
        made.sheets["资金"].append(["p-1", "", "", "社会资本", "计划", "", 500, "", ""])
        made.sheets["阶段"].append(["p-1", "", "", "完工", "2024-03-10", ""])
        content = made.save()
        before = counts()
        preview = send(kept, content, write=False)
        assert (preview["changed"], preview["fault_count"], preview["applied"]) == (7, 0, False)
        assert counts() == before
        result = send(kept, content)
        assert (result["changed"], result["applied"]) == (7, True)
        kept.project.refresh_from_db()
        assert [r.invested_fen for r in kept.project.reports.order_by("month_end")] == [
            200 * WAN,
            250_123_456,
            300 * WAN,
        ]
        march = kept.project.reports.get(month_end=date(2024, 3, 31))
        # What the row left blank stays as February has it.
        assert (march.beds, march.area_m2, march.problems) == (12, 800, "缺电")
        assert kept.project.funding_entries.filter(source="city", kind="spent").count() == 3
        assert kept.project.standing.stage == "built"
        assert AuditEvent.objects.filter(action="projects.import").count() == 1
        after = counts()
        again = send(kept, content)
        assert (again["changed"], again["fault_count"]) == (0, 0)
        assert counts() == after

    def test_a_corrected_month_needs_an_explanation_of_its_own(self, kept: Site) -> None:
        made = sheet()
        made.sheets["月报"][1][3] = 210
        result = send(kept, made.save())
        assert faults(result) == [("月报", 2, "I", "本月已填报过，更正须写明原因。")]
        made.sheets["月报"][1][8] = "漏计"
        assert send(kept, made.save())["applied"]
        made = sheet()
        assert made.sheets["月报"][1][8] == "漏计"
        made.sheets["月报"][1][3] = 220  # the old explanation explains nothing new
        assert faults(send(kept, made.save()))[0][2] == "I"

    def test_one_wrong_row_and_nothing_is_entered(self, kept: Site) -> None:
        made = sheet()
        made.sheets["月报"].append(["p-1", "", "2024-02", 250, "", "", "", "", ""])
        made.sheets["资金"].append(["p-1", "", "", "中央预算内", "支出", "2024-03-05", 10, "", ""])
        made.sheets["阶段"].append(["p-1", "", "", "立项", "2023-06-01", ""])
        before = counts()
        result = send(kept, made.save())
        assert counts() == before
        assert not result["applied"]
        [money, stage] = faults(result)
        assert money[:3] == ("资金", 6, "G")
        assert "多于到位" in money[3]
        assert stage[:3] == ("阶段", 3, "D")
        assert "已到过" in stage[3]

    @pytest.mark.parametrize(
        ("name", "row", "column", "says"),
        [
            pytest.param("月报", ["p-9", "", "2024-02", 1], "A", "没有代码或名称", id="no such project"),
            pytest.param("月报", ["", "", "2024-02", 1], "A", "请填写项目代码", id="no project"),
            pytest.param("月报", ["p-1", "别的", "2024-02", 1], "A", "不同", id="another name"),
            pytest.param("月报", ["p-1", "", "二月", 1], "C", "不是月份", id="no month"),
            pytest.param("月报", ["p-1", "", "2024-13", 1], "C", "不是月份", id="no such month"),
            pytest.param("月报", ["p-1", "", "2024-02", "约50"], "D", "", id="no number"),
            pytest.param("月报", ["p-1", "", "2024-02", ""], "D", "请填写金额", id="no amount"),
            pytest.param("月报", ["p-1", "", "2024-02", 0.0000001], "D", "到分", id="below the 分"),
            pytest.param("月报", ["p-1", "", "2024-02", 1, 1.5], "E", "整数", id="half a bed"),
            pytest.param("月报", ["p-1", "", "2024-01", 200], "C", "第 2 行", id="a month twice"),
            pytest.param("月报", ["p-1", "", "2190-01", 200], "C", "晚于今天", id="a month to come"),
            pytest.param(
                "资金", ["p-1", "", "", "彩票", "到位", "2024-01-01", 1], "D", "中央预算内", id="no source"
            ),
            pytest.param(
                "资金", ["p-1", "", "", "省级", "到位", "2024-02-30", 1], "F", "不是日期", id="no day"
            ),
            pytest.param(
                "资金", ["p-1", "", "", "省级", "计划", "2024-02-03", 1], "F", "不填日期", id="a plan's day"
            ),
            pytest.param(
                "资金", ["p-1", "", "", "省级", "到位", "2024-01-01", -1], "I", "冲回", id="taken back"
            ),
            pytest.param(
                "资金", ["p-1", "", "x", "省级", "到位", "2024-01-01", 1], "C", "留空", id="no number of ours"
            ),
            pytest.param(
                "资金", ["p-1", "", "999", "省级", "到位", "2024-01-01", 1], "C", "没有这个", id="no entry"
            ),
            pytest.param("阶段", ["p-1", "", "", "装修", "2024-01-01"], "D", "谋划", id="no stage"),
            pytest.param("阶段", ["p-1", "", "", "停建", "2024-01-01"], "F", "停建的原因", id="no reason"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_cell(
        self, kept: Site, name: str, row: list[Any], column: str, says: str
    ) -> None:
        made = sheet()
        made.sheets[name].append(row)
        number = len(made.sheets[name])
        result = send(kept, made.save())
        [(where, line, at, message)] = faults(result)
        assert (where, line, at) == (name, number, column)
        assert says in message

    def test_what_was_entered_is_not_changed_by_a_sheet(self, kept: Site) -> None:
        made = sheet()
        arrived = next(line for line in made.sheets["资金"] if line[4] == "到位")
        arrived[6] = 70
        [(_sheet, _row, column, message)] = faults(send(kept, made.save()))
        assert column == "C"
        assert "不能改动" in message

    def test_only_projects_the_person_follows(self, kept: Site) -> None:
        made = sheet()
        made.sheets["月报"].append(["p-1", "", "2024-02", 250, 0, 0, 0, "", ""])
        [(_sheet, row, column, message)] = faults(send(kept, made.save(), by=kept.bai))
        assert (row, column) == (3, "A")
        assert "区民政局" in message
        with pytest.raises(NotAllowed):
            uploads.receive(
                upload=SimpleUploadedFile("a.xlsx", book()),
                keeper=Department.objects.get(key="red-mz"),
                by=kept.bai,
            )

    def test_rows_of_others_that_change_nothing_do_not_stand_in_the_way(self, kept: Site) -> None:
        other = Project.objects.create(
            key="p-2",
            document=kept.project.document,
            name="白水",
            listing="tabled",
            region=kept.bai.memberships.get().region,
        )
        unit = Department.objects.get(key="white-mz")
        ProjectBody.objects.create(project=other, department=unit, as_written="x")
        made = sheet()
        made.sheets["月报"].append(["p-2", "", "2024-02", 5, 0, 0, 0, "", ""])
        assert send(kept, made.save(), by=kept.bai)["applied"]

    def test_too_many_rows_are_asked_for_in_parts(self, kept: Site, monkeypatch: Any) -> None:
        monkeypatch.setattr(applying, "CHANGES_MOST", 1)
        made = sheet()
        made.sheets["月报"] += [["p-1", "", f"2024-0{n}", 300, 0, 0, 0, "", ""] for n in (2, 3)]
        with pytest.raises(Refused, match="分开上传"):
            send(kept, made.save())

    def test_a_file_that_is_none(self, kept: Site) -> None:
        for content, name in ((b"%PDF-1.4 %%EOF", "a.pdf"), (b"\x00\x01", "a.csv"), (foreign([]), "a.xlsx")):
            with pytest.raises(Refused):
                send(kept, content, name=name)
        assert not StoredFile.objects.exists()

    def test_an_old_workbook_is_told(self, kept: Site) -> None:
        made = sheet()
        made.sheets["meta"][0][0] = "project-ledger 0"
        with pytest.raises(Refused, match="重新导出"):
            send(kept, made.save())

    def test_through_libreoffice_and_back(self, kept: Site, soffice: str, tmp_path: Path) -> None:
        opened = convert(soffice, tmp_path, book())
        cells = Sheet(opened).sheets["台账"]
        place = [column.title for column in columns()].index("完成投资占比")
        assert cells[FIRST_ROW][place] == pytest.approx(0.2)
        assert cells[1][place - 1] == 200
        assert send(kept, opened)["changed"] == 0
        made = Sheet(opened)
        made.sheets["月报"].append(["p-1", "", "2024-02", 250.5, 12, 0, 0, "", ""])
        result = send(kept, convert(soffice, tmp_path, made.save()))
        assert (result["changed"], result["applied"]) == (1, True)
        assert kept.project.reports.get(month_end=date(2024, 2, 29)).invested_fen == 250_500_000


def _part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name)
