"""The matrix and the table of departments as rows of a spreadsheet: what the page shows, with live numbers."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from yuxi_eldercare.core.templatetags.frame import SHAPES

from .department_matrix import DepartmentGrid
from .matrix import Cell, Grid, Head, Lamp
from .rows import LightCounts

Table = tuple[list[str], Iterator[list[Any]]]


def matrix_table(shown: Grid) -> Table:
    """Three columns for each column of the page: state, figure, and what stands beside it."""
    header = _row_titles(shown)
    for head in shown.columns:
        name = head.name if not head.line else _column_title(head)
        header += [_("%(name)s 状态") % {"name": name}, _("%(name)s 现状") % {"name": name}]
        header.append(_("%(name)s 说明") % {"name": name})
    header += _tally_titles()
    return header, _matrix_rows(shown)


def _row_titles(shown: Grid) -> list[str]:
    if shown.swapped:
        return [_("县（市、区）")]
    return [_("指标"), _("到期"), _("要求"), _("单位"), _("性质")]


def _column_title(head: Head) -> str:
    text = _("%(indicator)s（%(due)s，%(unit)s）")
    return text % {"indicator": head.name, "due": head.due, "unit": head.unit}


def _tally_titles() -> list[str]:
    return [_("红灯数"), _("黄灯数"), _("绿灯数"), _("灰灯数")]


def _matrix_rows(shown: Grid) -> Iterator[list[Any]]:
    for head, cells in shown.rows:
        row = _row_head(head)
        for cell in cells:
            row += _three(cell)
        yield [*row, *_numbers(head.tally)]
    foot: list[Any] = [_("合计"), *[""] * (len(_row_titles(shown)) - 1)]
    for head in shown.columns:
        foot += [_sentence(head.tally), "", ""]
    yield [*foot, *_numbers(shown.total)]


def _row_head(head: Head) -> list[Any]:
    if not head.line:
        return [head.name]
    return [head.name, head.due, head.demand, head.unit, _("约束性") if head.binding else ""]


def _three(cell: Cell | None) -> list[Any]:
    if cell is None:
        return ["", None, ""]
    states = _("；另").join([_lamp(cell.lamp), *map(_lamp, cell.others)])
    beside = " · ".join(filter(None, [cell.period, *(note for note in cell.notes if note != cell.period)]))
    return [states, cell.figure if cell.figure is not None else cell.value, beside]


def _lamp(lamp: Lamp) -> str:
    return f"{lamp.shape} {lamp.word}"


def _numbers(tally: LightCounts) -> list[int]:
    return [tally.red, tally.yellow, tally.green, tally.grey]


def _sentence(tally: LightCounts) -> str:
    return _("红 %(red)s，黄 %(yellow)s，绿 %(green)s，灰 %(grey)s") % {
        "red": tally.red,
        "yellow": tally.yellow,
        "green": tally.green,
        "grey": tally.grey,
    }


def department_table(shown: DepartmentGrid) -> Table:
    """Five columns for each plan: the worst light, and the number of each."""
    header = [_("牵头单位")]
    for document, _tally in shown.documents:
        name = document.plan.name
        header += [_("%(name)s 最差") % {"name": name}]
        header += [f"{name} {title}" for title in _tally_titles()]
    return [*header, *_tally_titles()], _department_rows(shown)


def _department_rows(shown: DepartmentGrid) -> Iterator[list[Any]]:
    for name, cells, tally in shown.rows:
        row: list[Any] = [name]
        for cell in cells:
            row += (
                [f"{SHAPES[cell.light]} {cell.word}", *_numbers(cell.counts)] if cell else [""] + [None] * 4
            )
        yield [*row, *_numbers(tally)]
    foot: list[Any] = [_("合计（每项目标计一次）")]
    for _document, tally in shown.documents:
        foot += ["", *_numbers(tally)]
    yield [*foot, *_numbers(shown.total)]
