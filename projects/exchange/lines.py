"""Rows of a sheet into entries of the ledger; what cannot be read is a fault with its sheet, row and column."""

import re
from calendar import monthrange
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from projects.amounts import FEN_PER_WAN
from projects.models import Project
from projects.sheets.reading import letter
from targets.reporting.numbers import NumberRefused, parse_number

from . import fields
from .mapping import Reading
from .reading import Part

_FEN_PER_YUAN: Final = 100
_MOST_FEN: Final = 10**15  # ten million 万元: more is a slip of the unit
_COUNT_MOST: Final = 2**31 - 1
_LONGEST: Final = {"explanation": 300, "reason": 300, "voucher": 60, "problems": 2_000}
_MONTH: Final = re.compile(
    r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})|(\d{2}))\s*月?份?(?:\s*[-/.]?\s*\d{1,2}\s*日?)?"
)
_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell; without a column, in the row."""

    sheet: str
    row: int
    column: str
    title: str
    name: str
    message: str


@dataclass
class Line:
    """One row: whose it is and what it states. A field without a column is absent from `values`."""

    part: Part
    reading: Reading
    row: int
    name: str = ""
    project: Project | None = None
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What the row enters."""
        return self.reading.kind

    def fault(self, name: str, message: str) -> None:
        """Note something wrong at the column that holds a field."""
        heading = self.reading.columns.columns.get(name, "")
        place = self.part.table.column(heading) if heading else None
        column = letter(place) if place is not None else ""
        if not heading and name in fields.FIELDS[self.kind]:
            text = _("%(problem)s（表里没有“%(title)s”一列的，请加上这一列再上传。）")
            message = text % {"problem": message, "title": fields.title(self.kind, name)}
        self.faults.append(Fault(self.part.name, self.row, column, heading, self.name, message))


def read_lines(parts: Iterable[tuple[Part, Reading]]) -> list[Line]:
    """The rows of all sheets, each with its project. Two statements."""
    lines, texts = [], []
    for part, reading in parts:
        places = {
            name: place
            for name, heading in reading.columns.columns.items()
            if name in fields.FIELDS[reading.kind] and (place := part.table.column(heading)) is not None
        }
        for number, cells in part.table.rows:
            given = {name: cells[place].strip() for name, place in places.items()}
            line = Line(part, reading, number, given.get("name") or given.get("project", ""))
            lines.append(line)
            texts.append(given)
    projects = _Projects({given.get(name, "") for given in texts for name in ("project", "name")})
    for line, given in zip(lines, texts, strict=True):
        line.project = projects.find(line, given)
        _READERS[line.kind](line, given)
    return lines


class _Projects:
    """Projects in force by key and by name, of those the file names."""

    def __init__(self, texts: set[str]) -> None:
        current = Project.objects.filter(
            withdrawn_at=None, document__withdrawn_at=None, document__superseded_by=None
        ).select_related("document", "region")
        wanted = sorted(texts - {""})
        self.by_key: dict[str, Project] = {}
        self.by_name: dict[str, list[Project]] = {}
        for start in range(0, len(wanted), 500):
            chunk = wanted[start : start + 500]
            self.by_key |= {row.key: row for row in current.filter(key__in=chunk)}
            for row in current.filter(name__in=chunk):
                self.by_name.setdefault(row.name, []).append(row)

    def find(self, line: Line, given: dict[str, str]) -> Project | None:
        """The project a row names, by its key, else by its whole name; a fault where it names none or two."""
        key, name = given.get("project", ""), given.get("name", "")
        place = "project" if "project" in given else "name"
        row = self.by_key.get(key)
        if row is not None:
            if name and name != row.name:
                text = _("代码 %(key)s 是“%(name)s”，与这一行的项目名称不同，请核对。")
                line.fault(place, text % {"key": key, "name": row.name})
            return row
        same = self.by_name.get(name or key, [])
        if len(same) == 1 and not (key and name):
            return same[0]
        if not (key or name):
            line.fault(place, _("请填写项目代码或项目名称。"))
        elif len(same) > 1:
            text = _("有 %(n)s 个项目都叫这个名称，请填写项目代码。")
            line.fault(place, text % {"n": len(same)})
        else:
            text = _("没有代码或名称为“%(text)s”的项目，请与台账核对。")
            line.fault(place, text % {"text": (key or name)[:40]})
        return None


def _read_report(line: Line, given: dict[str, str]) -> None:
    line.values["month_end"] = _month(line, given.get("month", ""))
    line.values["invested_fen"] = _money(line, "invested", given.get("invested", ""))
    for name in fields.COUNTS:
        if name in given:
            line.values[name] = _count(line, name, given[name])
    _texts(line, given, "problems", "explanation")


def _read_funding(line: Line, given: dict[str, str]) -> None:
    _codes(line, given)
    line.values["amount_fen"] = _money(line, "amount", given.get("amount", ""))
    planned = line.values.get("kind") == fields.PLANNED
    if not planned or given.get("on"):
        line.values["on"] = _day(line, "on", given.get("on", ""))
    if planned and given.get("on"):
        line.fault("on", _("“计划”行不填日期。"))
    _texts(line, given, "voucher", "explanation")
    _entry(line, given)


def _read_stage(line: Line, given: dict[str, str]) -> None:
    _codes(line, given)
    line.values["on"] = _day(line, "on", given.get("on", ""))
    _texts(line, given, "reason")
    _entry(line, given)


_READERS: Final = {
    fields.REPORTS: _read_report,
    fields.FUNDING: _read_funding,
    fields.STAGES: _read_stage,
}


def _codes(line: Line, given: dict[str, str]) -> None:
    for name in fields.CODED[line.kind]:
        word = given.get(name, "")
        code = line.reading.code(name, word)
        if code is None:
            labels = _("、").join(label for _code, label in fields.options(name))
            text = _("“%(word)s”不是可以填写的内容，请在以下各项中选择：%(labels)s。")
            line.fault(name, text % {"word": word[:20], "labels": labels})
        line.values[name] = code


def _entry(line: Line, given: dict[str, str]) -> None:
    text = given.get("entry", "")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 19):
        line.fault("entry", _("登记编号由系统生成，新增的行请留空。"))
    line.values["entry"] = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _texts(line: Line, given: dict[str, str], *names: str) -> None:
    for name in names:
        if name in given:
            most = _LONGEST[name]
            if len(given[name]) > most:
                line.fault(name, _("最多 %(most)s 个字，请缩短。") % {"most": most})
            line.values[name] = given[name]


def _money(line: Line, name: str, text: str) -> int | None:
    if not text:
        line.fault(name, _("请填写金额。"))
        return None
    unit = _FEN_PER_YUAN if line.reading.unit == fields.YUAN else FEN_PER_WAN
    try:
        fen = parse_number(text, percent=False) * unit
    except NumberRefused as refused:
        line.fault(name, str(refused))
        return None
    if fen != fen.to_integral_value():
        line.fault(name, _("金额最小到分，请核对小数位。"))
        return None
    if abs(fen) >= _MOST_FEN:
        line.fault(name, _("金额过大，请核对单位。"))
        return None
    return int(fen)


def _count(line: Line, name: str, text: str) -> int | None:
    """A whole number; an empty cell states nothing."""
    if not text:
        return None
    try:
        number = parse_number(text, percent=False)
    except NumberRefused as refused:
        line.fault(name, str(refused))
        return None
    if number != number.to_integral_value() or not 0 <= number <= _COUNT_MOST:
        line.fault(name, _("请填不小于 0 的整数。"))
        return None
    return int(number)


def _month(line: Line, text: str) -> date | None:
    found = _MONTH.fullmatch(text)
    year, month = (int(found[1]), int(found[2] or found[3])) if found else (0, 0)
    if not (1949 < year < 2200 and 1 <= month <= 12):
        line.fault("month", _("“%(text)s”不是月份，请写成 2026-10。") % {"text": text[:20]})
        return None
    return date(year, month, monthrange(year, month)[1])


def _day(line: Line, name: str, text: str) -> date | None:
    if found := _DAY.fullmatch(text):
        with suppress(ValueError):
            return date(int(found[1]), int(found[2]), int(found[3]))
    line.fault(name, _("“%(text)s”不是日期，请写成 2026-12-31。") % {"text": text[:20]})
    return None
