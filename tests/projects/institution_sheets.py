"""Sheets of institutions as other systems export them, and the few steps every import takes."""

import io
import re
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from projects.models import ColumnMapping, InstitutionVersion
from projects.sheets.mapping import guess, save_mapping
from projects.sheets.reading import XLSX, read_table
from tests.projects.test_register import CODE, OTHER_CODE, Keepers
from yuxi_eldercare.core.models import Department

DAY = "2023-09-30"
HEADER = [
    "机构名称",
    "统一社会信用代码",
    "县（市、区）",
    "机构类型",
    "运营模式",
    "床位数（张）",
    "护理型床位数",
    "护理员数",
    "持证护理员数",
    "成立日期",
]
HOME = ["红河老年公寓", CODE, "红河区", "老年公寓", "公建民营", "120", "60", "20", "15", "2019-05-01"]
OTHER = ["城东敬老院", OTHER_CODE, "红河区", "敬老院", "公办", "80", "20", "10", "", "2020/3/1"]
Rows = list[list[Any]]


def sheet(rows: Rows, name: str = "导出.xlsx") -> SimpleUploadedFile:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return SimpleUploadedFile(name, out.getvalue())


def as_csv(rows: Rows, encoding: str, separator: str = ",") -> SimpleUploadedFile:
    text = "\r\n".join(separator.join(map(str, row)) for row in rows)
    return SimpleUploadedFile("导出.csv", text.encode(encoding))


def upload(client: Client, file: SimpleUploadedFile, as_of: str = DAY) -> Any:
    unit = Department.objects.get(key="red-mz")
    given = {"keeper": unit.pk, "as_of": as_of, "file": file}
    return client.post(reverse("institution-import"), given)


def kept(keepers: Keepers, **more: Any) -> ColumnMapping:
    """The mapping of `HEADER` as guessed."""
    mapping = guess(read_table(sheet([HEADER, HOME]), XLSX.media_type))
    fields = {"keeper": keepers.unit, "name": "民政导出", "mapping": mapping, "by": keepers.hong, **more}
    return save_mapping(**fields)


def preview(client: Client, rows: Rows, as_of: str = DAY) -> tuple[str, Any]:
    """Upload a sheet that fits a kept mapping; the address of its preview and what it shows."""
    answer = upload(client, sheet(rows), as_of)
    assert answer.status_code == 302, text(answer)
    return answer["Location"], client.get(answer["Location"]).context["result"]


def load(client: Client, rows: Rows, as_of: str = DAY, **post: str) -> Any:
    """Upload and confirm."""
    url, _result = preview(client, rows, as_of)
    return client.post(url, post)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def now(name: str) -> InstitutionVersion:
    """What the register says today of the institution with this name."""
    return InstitutionVersion.objects.get(superseded_at=None, until=None, name=name)
