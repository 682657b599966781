"""The ledger as a workbook: a sheet of projects with formulas for the sums, and one each for months, money, stages.

Amounts are numbers in 万元, exact to the 分. What is linked to another project of the sheet says 否 under 计入合计, and
the sums leave it out, as every page does. Nobody's text runs as a formula.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from projects.models import Project
from yuxi_eldercare.core.spreadsheets import MEASURED, room

from . import fields, writing
from .rows import entry_lines, ledger_lines

META: Final = "meta"
VERSION: Final = "project-ledger 1"
HEADER_ROW: Final = 2  # 0-based; a title and the sums stand above
FIRST_ROW: Final = 3
_WAN: Final = "#,##0.00####"  # at least two decimals, and the 分 where they are needed
_A3: Final = 8  # 22 columns across
_WIDEST: Final = 50
_COUNTS_IN: Final = "C"  # the column that says whether a project is added up


@dataclass(frozen=True)
class Column:
    """A column of the sheet of projects, at least so wide; `kind` is text, number, wan or share."""

    title: str
    width: int
    kind: str = "text"


def columns() -> list[Column]:
    """The columns of the sheet of projects."""
    return [
        Column(_("项目代码"), 12),
        Column(_("项目名称"), 44),
        Column(_("计入合计"), 9),
        Column(_("序号"), 6),
        Column(_("文件"), 30),
        Column(_("所在地"), 10),
        Column(_("领域"), 8),
        Column(_("类型"), 16),
        Column(_("责任单位"), 22),
        Column(_("计划开工年"), 10, "number"),
        Column(_("计划完成年"), 10, "number"),
        Column(_("总投资（万元）"), 16, "wan"),
        Column(_("申请中央预算内（万元）"), 16, "wan"),
        Column(_("计划资金（万元）"), 16, "wan"),
        Column(_("到位（万元）"), 16, "wan"),
        Column(_("支出（万元）"), 16, "wan"),
        Column(_("完成投资（万元）"), 16, "wan"),
        Column(_("完成投资占比"), 12, "share"),
        Column(_("月报截至"), 12),
        Column(_("阶段"), 8),
        Column(_("阶段日期"), 12),
        Column(_("对应的市级项目"), 40),
    ]


def write_book(target: IO[bytes], rows: QuerySet[Project]) -> None:
    """Write the workbook of these projects."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        _Writer(book).write(rows)


class _Writer:
    """One workbook and the looks of its cells."""

    def __init__(self, book: Any) -> None:
        self.book = book
        line = {"border": 1, "border_color": "#C9D1DA", "valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({**line, "bold": True, "text_wrap": True, "bg_color": "#E8F0F9"})
        self.looks = {
            "text": book.add_format({**line, "text_wrap": True}),
            "number": book.add_format(line),
            "wan": book.add_format({**line, "num_format": _WAN}),
            "share": book.add_format({**line, "num_format": "0.0%"}),
        }
        self.sum = book.add_format({**line, "bold": True, "num_format": _WAN, "bg_color": "#F4F6F9"})

    def write(self, rows: QuerySet[Project]) -> None:
        """All sheets. With constant memory a sheet is written from top to bottom, so the sums come first."""
        names = [_("台账"), *(fields.sheet(kind).name for kind in fields.KINDS), _("填表说明"), META]
        pages = [self.book.add_worksheet(name, writing.RowSheet) for name in names]
        lines = list(ledger_lines(rows))
        self._ledger(pages[0], lines)
        ids = rows.order_by().values("pk")
        for page, kind in zip(pages[1:4], fields.KINDS, strict=True):
            self._entries(page, fields.sheet(kind), entry_lines(kind, ids))
        self._help(pages[4])
        pages[5].write_string(0, 0, VERSION)
        for number, kind in enumerate(fields.KINDS, 1):
            pages[5].write_row(number, 0, [kind, fields.sheet(kind).name])
        pages[5].hide()

    def _ledger(self, page: Any, lines: Sequence[list[Any]]) -> None:
        shown = columns()
        for place, column in enumerate(shown):
            texts = [line[place] for line in lines[:MEASURED]] if column.kind == "text" else []
            needed = max((room(text) + 1 for text in texts if text), default=0)
            page.set_column(place, place, max(column.width, min(needed, _WIDEST)))
        page.freeze_panes(FIRST_ROW, 2)
        page.set_landscape()
        page.set_paper(_A3)
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEADER_ROW)
        page.write_string(0, 0, _("项目台账"), self.title)
        first, last = FIRST_ROW + 1, FIRST_ROW + max(len(lines), 1)
        yes = _("是")
        page.write_string(1, 1, _("合计（计入合计的项目）"), self.sum)
        for place, column in enumerate(shown):
            if column.kind == "wan":
                letter = chr(ord("A") + place)
                formula = f'=SUMIFS({letter}{first}:{letter}{last},${_COUNTS_IN}{first}:${_COUNTS_IN}{last},"{yes}")'
                total = sum((line[place] or Decimal(0) for line in lines if line[2] == yes), Decimal(0))
                page.write_formula(1, place, formula, self.sum, float(total))
        for place, column in enumerate(shown):
            page.write_string(HEADER_ROW, place, column.title, self.head)
        looks = [writing.Column(self.looks[column.kind], self.looks[column.kind]) for column in shown]
        page.write_rows(FIRST_ROW, looks, _with_shares(lines))
        page.autofilter(HEADER_ROW, 0, HEADER_ROW + max(len(lines), 1), len(shown) - 1)

    def _entries(self, page: Any, sheet: fields.Sheet, lines: Iterator[list[Any]]) -> None:
        for place, name in enumerate(sheet.fields):
            page.set_column(place, place, sheet.width(name))
        page.freeze_panes(1, 2)
        for place, heading in enumerate(sheet.header):
            page.write_string(0, place, heading, self.head)
        money, plain = self.looks["wan"], writing.Column(self.looks["text"], self.looks["number"])
        looks = [writing.Column(money, money) if name in fields.MONEY else plain for name in sheet.fields]
        count = page.write_rows(1, looks, lines)
        page.autofilter(0, 0, max(count, 1), len(sheet.fields) - 1)

    def _help(self, page: Any) -> None:
        page.set_column(0, 0, 100)
        page.write_string(0, 0, _("填表说明"), self.title)
        wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        for number, text in enumerate(help_lines(), 1):
            page.write_string(number, 0, text, wrapped)


def _with_shares(lines: Sequence[list[Any]]) -> Iterator[list[Any]]:
    """The lines with what is invested of the total, as a formula; empty where one of them is not known."""
    for row, cells in enumerate(lines, FIRST_ROW + 1):
        total, invested = cells[11], cells[16]
        text = f'IF(AND(ISNUMBER(Q{row}),N(L{row})>0),Q{row}/L{row},"")'
        value = float(invested / total) if invested is not None and total else ""
        yield [*cells[:17], writing.Formula(text, value), *cells[18:]]


def help_lines() -> list[str]:
    """How the workbook is filled in."""
    return [
        _("一、“台账”表只供查看，改动不会导入；在“月报”“资金”“阶段”三张表里增加或更正行，再上传。"),
        _("二、每行写项目代码，或写项目全称；金额单位是万元，最多六位小数（到分）。"),
        _("三、月报填自开工以来的累计数；更正已报过的月份，直接改数并在“情况说明”里写明原因。"),
        _("四、已登记的资金和阶段带有登记编号，不能改动；登记有误的另加一行，资金用负数冲回并写明原因。"),
        _("五、“计划”行写一个来源的计划金额，不填日期；调整计划须写明理由。"),
        _("六、上传后先看预览；有一处错误，全部不写入。同一个文件再传一次，不会重复登记。"),
    ]
