"""A round's template for one unit: codes hidden, structure locked, last period shown, drop-downs for 不适用."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from targets.actions.checks import is_rate
from targets.actions.refusals import NotAllowed
from targets.models import Entry, ReportingRound
from targets.progress import plain
from targets.reporting.context import past_of
from targets.reporting.denominators import Denominators
from targets.reporting.figures import Figure
from targets.reporting.periods import previous
from targets.reporting.scope import entries_by_code
from targets.reporting.wording import kept
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, User

from . import columns
from .columns import FIRST_ROW, HEADER_ROW, HIDDEN, INPUTS, META, NAMES, NOT_APPLICABLE, PLACE, SHEET

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = {"indicator_name": 34, "region_name": 12, "period_name": 16, "unit": 10, "last": 22, "state": 10}
_INPUT_WIDTHS = {
    "value": 14,
    "numerator": 14,
    "denominator": 14,
    "na": 10,
    "na_reason": 28,
    "note": 36,
    "explanation": 36,
}
_TEXT = "@"  # as text, so that a spreadsheet keeps "12.3%" and "1,200" as they were typed


@dataclass(frozen=True)
class _Formats:
    """The looks of cells: headings, locked ones, and those to type into."""

    title: Any
    muted: Any
    head: Any
    head_input: Any
    locked: Any
    closed: Any
    typed: Any
    wrapped: Any


@kept
def write_template(*, round: ReportingRound, department: Department, by: User) -> bytes:
    """The workbook. Raises `NotAllowed` when the user fills in nothing for the unit in this round."""
    entries = list(entries_by_code(round, by, department.pk).values())
    if not entries:
        raise NotAllowed.because(_("你在这个轮次没有为该单位填报的任务，不能下载模板。"), "department")
    for entry in entries:
        entry.round = round
    entries.sort(
        key=lambda e: (e.region.position, e.region_id, e.indicator.position, e.indicator.key, e.period_end)
    )
    content = workbook(round, department, entries)
    audit.record(
        by=by,
        action="rounds.export",
        object_type="reporting_round",
        object_key=str(round.pk),
        after={"department": department.key, "rows": len(entries)},
        detail=_("下载填报模板：%(round)s") % {"round": round.name},
    )
    return content


def workbook(round: ReportingRound, department: Department, entries: Sequence[Entry]) -> bytes:
    """Write the sheets; rows leave memory as they are written."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        page, help_page, meta = (
            book.add_worksheet(SHEET),
            book.add_worksheet(_("填表说明")),
            book.add_worksheet(META),
        )
        looks = _looks(book)
        header = [columns.titles()[name] for name in NAMES]
        _write_head(page, round, department, header, looks, len(entries))
        locked = _write_rows(page, entries, looks)
        _write_help(help_page, looks)
        digest = columns.checksum(round.pk, department.key, header, locked)
        _write_meta(meta, round, department, digest, len(entries))
    return out.getvalue()


def _looks(book: Any) -> _Formats:
    line = {"border": 1, "border_color": "#C9D1DA", "valign": "vcenter"}
    head = {**line, "bold": True, "text_wrap": True}
    return _Formats(
        title=book.add_format({"bold": True, "font_size": 14}),
        muted=book.add_format({"font_color": "#5B6672"}),
        head=book.add_format({**head, "bg_color": "#E9EDF2"}),
        head_input=book.add_format({**head, "bg_color": "#DCEBFA"}),
        locked=book.add_format(line),
        closed=book.add_format(
            {**line, "bg_color": "#EEF0F2", "font_color": "#5B6672", "num_format": "0.######"}
        ),
        typed=book.add_format({**line, "bg_color": "#FFFDF0", "num_format": _TEXT, "locked": False}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
    )


def _write_head(
    page: Any, round: ReportingRound, department: Department, header: list[str], looks: _Formats, rows: int
) -> None:
    for name in HIDDEN:
        page.set_column(PLACE[name], PLACE[name], None, None, {"hidden": True})
    for name, width in {**_WIDTHS, **_INPUT_WIDTHS}.items():
        page.set_column(PLACE[name], PLACE[name], width)
    page.freeze_panes(FIRST_ROW, PLACE["region_name"])
    first = PLACE["indicator_name"]
    page.write_string(0, first, columns.written(f"{round.name} · {department.short_name}"), looks.title)
    hint = _("只填浅黄色的格子；不要增删或移动行列。填好后在填报页上传，先看预览，再确认写入。")
    page.write_string(1, first, hint, looks.muted)
    for name, title in zip(NAMES, header, strict=True):
        page.write_string(HEADER_ROW, PLACE[name], title, looks.head_input if name in INPUTS else looks.head)
    last = FIRST_ROW + rows - 1
    page.data_validation(
        FIRST_ROW,
        PLACE["na"],
        last,
        PLACE["na"],
        {
            "validate": "list",
            "source": [NOT_APPLICABLE],
            "error_title": _("请从列表中选择"),
            "error_message": _("确无此项的选“不适用”，其余留空。"),
        },
    )
    page.ignore_errors(
        {"number_stored_as_text": f"{columns.letter('value')}1:{columns.letter('explanation')}{last + 1}"}
    )
    page.protect("", {"format_columns": True, "format_rows": True})
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _write_rows(page: Any, entries: Sequence[Entry], looks: _Formats) -> list[list[str]]:
    past = past_of(entries)
    denominators = Denominators.among(past, entries)
    every = []
    for number, entry in enumerate(entries, FIRST_ROW):
        inputs = columns.inputs_of(entry)
        locked = columns.locked_of(entry, inputs)
        every.append(locked)
        last = past.context.in_force.get((entry.indicator.key, entry.region_id), {}).get(
            previous(entry.round.kind, entry.period_end)
        )
        shown = [
            *locked,
            columns.written(entry.indicator.unit),
            _last(last, entry),
            entry.get_state_display(),
        ]
        for place, text in enumerate(shown):
            page.write_string(number, place, text, looks.locked)
        _write_inputs(page, number, entry, inputs, denominators, looks)
    return every


def _last(figure: Figure | None, entry: Entry) -> str:
    return _("无") if figure is None else columns.written(figure.text(entry.indicator))


def _write_inputs(
    page: Any, number: int, entry: Entry, inputs: dict[str, str], denominators: Denominators, looks: _Formats
) -> None:
    typed = columns.open_inputs(entry)
    for name in INPUTS:
        if name == "value" and is_rate(entry.indicator):
            _write_rate(page, number, denominators.figure(entry), entry, looks)
            continue
        text = inputs[name]
        if name == "denominator" and entry.indicator.denominator_series_id is not None:
            found = denominators.for_entry(entry)
            text = plain(found.value) if found else _("待发布")
        look = looks.typed if name in typed else looks.closed
        if text:
            page.write_string(number, PLACE[name], text, look)
        else:
            page.write_blank(number, PLACE[name], None, look)


def _write_rate(page: Any, number: int, figure: Figure, entry: Entry, looks: _Formats) -> None:
    """A rate's value is a formula over its parts, and never read back."""
    top, bottom = (f"{columns.letter(name)}{number + 1}" for name in ("numerator", "denominator"))
    formula = f'=IFERROR(ROUND({top}/{bottom}*{entry.indicator.scale or 1},6),"")'
    value = "" if figure.value is None else float(figure.value)
    page.write_formula(number, PLACE["value"], formula, looks.closed, value)


def _write_help(page: Any, looks: _Formats) -> None:
    lines = [
        _("一、只填“data”表中浅黄色的格子，灰色的格子是锁定的。"),
        _("二、比率只填分子和分母，本期数自动算出；分母由其他单位负责的，只填分子。"),
        _("三、确实是零的填0；确无此项的在“不适用”一列选择，并写明理由；还没有数的留空，表示未填报。"),
        _("四、数字可以写成12.3、1,200，百分比指标写12.3或12.3%；不要写“约50”“-”或公式。"),
        _("五、没有改动的行不会写入；下载模板之后他人改过的行，上传时会提示，请重新下载。"),
        _("六、上传后先看预览：逐行列出错误所在的行和列，以及与现有数据的不同；有一处错误，全部不写入。"),
        _(
            "七、与上期、上年同期相比变动较大等须作说明的，把原因写在“波动说明”一列；上传预览会列出哪些行还缺说明。"
        ),
        _("八、写入后仍须在填报页提交审核。"),
    ]
    page.set_column(0, 0, 90)
    page.write_string(0, 0, _("填表说明"), looks.title)
    for number, text in enumerate(lines, 1):
        page.write_string(number, 0, text, looks.wrapped)
    page.protect()


def _write_meta(page: Any, round: ReportingRound, department: Department, digest: str, rows: int) -> None:
    facts = [columns.VERSION, str(round.pk), department.key, str(rows), digest, columns.written(round.name)]
    for number, text in enumerate(facts):
        page.write_string(number, 0, text)
    page.hide()
    page.protect()


def file_name(round: ReportingRound, department: Department) -> str:
    """What the downloaded file is called."""
    return f"{round.name}-{department.short_name}.xlsx"
