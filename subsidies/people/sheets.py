"""Households and trainees from a table: read, previewed, entered all or none; the file itself is never kept.

What an upload said travels through the preview page sealed, bound to the person, the unit and the ledger, and is good
for an hour.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import InstitutionVersion
from projects.sheets.reading import CSV, XLSX, read_table
from subsidies.amounts import read_yuan
from subsidies.models import Household
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.ciphers import CannotOpen
from yuxi_eldercare.core.files import Upload
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.models.sealed import Sealed
from yuxi_eldercare.core.personal import mask_name, mask_number

from . import households, trainees
from .persons import Someone, check_keeper

ROWS_MOST: Final = 2_000
_GOOD_FOR: Final = 3600  # seconds
# What the preview page sends back has to fit into a request, with its own fields.
_PAGE_MOST: Final = settings.DATA_UPLOAD_MAX_MEMORY_SIZE * 9 // 10
_DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


@dataclass(frozen=True)
class Column:
    """A column of the table: the field it fills, its heading, whether it must be there, an example."""

    field: str
    heading: str
    needed: bool
    example: str


HOUSEHOLD_COLUMNS: Final = (
    Column("name", "姓名", True, "演示甲"),
    Column("id_number", "身份证号", True, "990101195001010016"),
    Column("phone", "联系电话", False, "0877-0000000"),
    Column("township", "乡镇（街道）", False, ""),
    Column("address", "住址", True, "幸福路1号"),
    Column("group", "家庭类别", True, "特困供养"),
    Column("need", "老人情况", True, "高龄"),
    Column("works", "改造内容", False, "卫生间扶手、防滑地面"),
    Column("cost", "改造金额（元）", False, "5000"),
    Column("accepted_on", "验收日期", False, "2024-05-20"),
)
TRAINEE_COLUMNS: Final = (
    Column("name", "姓名", True, "演示甲"),
    Column("id_number", "身份证号", True, "990101195001010016"),
    Column("phone", "联系电话", False, "0877-0000000"),
    Column("course", "培训课程", True, "养老护理员（初级）"),
    Column("trained_on", "培训日期", True, "2024-05-20"),
    Column("certificate", "证书编号", False, ""),
    Column("institution", "所在机构", False, ""),
)
Cells = Mapping[str, str]
Row = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row of the table, and in which column."""

    row: int
    title: str
    message: str


@dataclass(frozen=True)
class Line:
    """A row as the preview shows it: the person masked."""

    row: int
    name: str
    id_number: str
    others: list[str]


@dataclass(frozen=True)
class Ledger:
    """What can be imported into: its columns, how a row becomes facts, who checks and enters them."""

    name: str
    columns: Sequence[Column]
    reader: Callable[[Region], Callable[[Cells], Any]]
    check: Callable[..., list[Problem]]
    enter: Callable[..., Sequence[Any]]

    def title(self, name: str) -> str:
        """The heading of a field; empty for none of its own."""
        return next((column.heading for column in self.columns if column.field == name), "")


@dataclass
class Preview:
    """What a table would do. Without faults `sealed` holds what is to be entered."""

    rows: int
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    sealed: str = ""


class _Wrong(ValueError):
    """A cell that cannot be read: the field and the sentence."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def preview(ledger: Ledger, upload: Upload, *, unit: Department, by: User) -> Preview:
    """Read an upload in memory and say what it would do. Raises `NotAllowed`, and `Refused` for what is no table."""
    check_keeper(unit, by)
    rows = _rows_of(ledger, upload)
    facts, faults = _facts(ledger, rows, unit.region)
    if not faults:
        faults = _told(ledger, rows, ledger.check(facts, county=unit.region))
    found = Preview(len(rows), [_line(ledger, row) for row in rows[:20]], sorted(faults, key=lambda f: f.row))
    if not faults:
        said = {
            "ledger": ledger.name,
            "by": by.pk,
            "unit": unit.pk,
            "at": timezone.now().timestamp(),
            "rows": rows,
        }
        found.sealed = Sealed.of(json.dumps(said, ensure_ascii=False, separators=(",", ":"))).token
        if len(found.sealed) > _PAGE_MOST:
            raise Refused.because(_("表格里的文字太多，请分成几个文件上传。"), "file")
    return found


def write(ledger: Ledger, sealed: str, *, by: User) -> int:
    """Enter what a preview carried; returns how many. Raises `NotAllowed`, `Refused`; then nothing is written."""
    said = _opened(sealed)
    fresh = said and 0 <= timezone.now().timestamp() - said["at"] <= _GOOD_FOR
    if not said or not fresh or (said["ledger"], said["by"]) != (ledger.name, by.pk):
        raise Refused.because(_("预览已失效（超过一小时，或不是你上传的），请重新上传表格。"), "file")
    unit = Department.objects.select_related("region").get(pk=said["unit"])
    rows: list[Row] = [(number, cells) for number, cells in said["rows"]]
    facts, faults = _facts(ledger, rows, unit.region)
    if faults:
        raise Refused([Problem(None, "file", _sentence(fault)) for fault in faults])
    try:
        return len(ledger.enter(facts, department=unit, by=by))
    except Refused as refused:
        told = _told(ledger, rows, refused.problems)
        if not told:
            raise
        raise type(refused)([Problem(None, "file", _sentence(fault)) for fault in told]) from None


def _opened(sealed: str) -> dict[str, Any]:
    try:
        text = Sealed(sealed).open()
    except CannotOpen:
        return {}
    return dict(json.loads(text)) if text else {}


def _sentence(fault: Fault) -> str:
    return _("第%(row)s行：%(message)s") % {"row": fault.row, "message": fault.message}


def _rows_of(ledger: Ledger, upload: Upload) -> list[Row]:
    content = io.BytesIO()
    for piece in upload.chunks():
        if content.write(piece) and content.tell() > settings.FILE_MAX_BYTES:
            raise Refused.because(_("文件太大，请分开上传。"), "file")
    content.seek(0)
    is_csv = (upload.name or "").lower().endswith(".csv")
    headings = {column.heading for column in ledger.columns}
    table = read_table(content, CSV.media_type if is_csv else XLSX.media_type, headings.__contains__)
    missing = [
        column.heading for column in ledger.columns if column.needed and table.column(column.heading) is None
    ]
    if missing:
        text = _("表格缺少这些列：%(names)s。请用模板填写，标题行不要改动。")
        raise Refused.because(text % {"names": _("、").join(missing)}, "file")
    if len(table.rows) > ROWS_MOST:
        text = _("一次最多导入%(most)s行，请分开上传。")
        raise Refused.because(text % {"most": f"{ROWS_MOST:,}"}, "file")
    places = {column.field: table.column(column.heading) for column in ledger.columns}
    return [
        (number, {name: texts[place] for name, place in places.items() if place is not None})
        for number, texts in table.rows
    ]


def _facts(ledger: Ledger, rows: Sequence[Row], county: Region) -> tuple[list[Any], list[Fault]]:
    read = ledger.reader(county)
    facts, faults = [], []
    for number, cells in rows:
        try:
            facts.append(read(cells))
        except _Wrong as wrong:
            faults.append(Fault(number, ledger.title(wrong.name), str(wrong)))
    return facts, faults


def _told(ledger: Ledger, rows: Sequence[Row], problems: Sequence[Problem]) -> list[Fault]:
    """Problems by index as faults by the row of the table."""
    return [
        Fault(rows[one.index][0], ledger.title(one.field), one.message)
        for one in problems
        if one.index is not None
    ]


def _line(ledger: Ledger, row: Row) -> Line:
    number, cells = row
    open_ones = [c.field for c in ledger.columns if c.field not in {"name", "id_number", "phone", "address"}]
    return Line(
        number,
        mask_name(cells.get("name", "")),
        mask_number(cells.get("id_number", "")),
        [cells.get(name, "") for name in open_ones],
    )


def _someone(cells: Cells) -> Someone:
    return Someone(cells.get("name", ""), cells.get("id_number", ""), cells.get("phone", ""))


def _household_reader(county: Region) -> Callable[[Cells], households.Facts]:
    townships = Region.objects.filter(parent=county, level=Region.Level.TOWNSHIP, withdrawn=False)
    codes = {name: row.code for row in townships for name in (row.name, row.short_name)}

    def read(cells: Cells) -> households.Facts:
        township = cells.get("township", "")
        if township and township not in codes:
            text = _("“%(name)s”不是%(county)s的乡镇（街道），请写全称，或留空。")
            raise _Wrong("township", text % {"name": township[:20], "county": county.short_name})
        return households.Facts(
            person=_someone(cells),
            group=_choice(Household.Group, "group", cells),
            need=_choice(Household.Need, "need", cells),
            address=cells.get("address", ""),
            township=codes.get(township, ""),
            works=cells.get("works", ""),
            cost_fen=_amount("cost", cells),
            accepted_on=_day("accepted_on", cells),
        )

    return read


def _trainee_reader(county: Region) -> Callable[[Cells], trainees.Facts]:
    rows = InstitutionVersion.objects.filter(superseded_at=None, until=None, county=county)
    homes = dict(rows.order_by().values_list("name", "institution_id"))

    def read(cells: Cells) -> trainees.Facts:
        home = cells.get("institution", "")
        if home and home not in homes:
            text = _("名册里没有“%(name)s”，请写名册中的全称，或留空。")
            raise _Wrong("institution", text % {"name": home[:40]})
        return trainees.Facts(
            person=_someone(cells),
            course=cells.get("course", ""),
            trained_on=_day("trained_on", cells),
            certificate=cells.get("certificate", ""),
            institution=homes.get(home),
        )

    return read


def _choice(choices: type[TextChoices], name: str, cells: Cells) -> str:
    text = cells.get(name, "")
    for code, label in choices.choices:
        if text == str(label):
            return str(code)
    words = {"text": text[:20], "all": _("、").join(str(label) for label in choices.labels)}
    raise _Wrong(name, _("“%(text)s”不在选项内，请写其中之一：%(all)s。") % words)


def _amount(name: str, cells: Cells) -> int | None:
    text = cells.get(name, "")
    if not text:
        return None
    fen = read_yuan(text)
    if fen is None:
        raise _Wrong(name, _("“%(text)s”不是以元为单位、最多两位小数的金额。") % {"text": text[:20]})
    return fen


def _day(name: str, cells: Cells) -> date | None:
    text = cells.get(name, "").split(" ")[0]
    if not text:
        return None
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise _Wrong(name, _("“%(text)s”不是日期，请写成 2026-12-31。") % {"text": text[:20]})


HOUSEHOLDS: Final = Ledger(
    "households", HOUSEHOLD_COLUMNS, _household_reader, households.check, households.enter
)
TRAINEES: Final = Ledger("trainees", TRAINEE_COLUMNS, _trainee_reader, trainees.check, trainees.enter)
