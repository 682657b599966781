"""The sheets of a report: what it is, every row, counties × targets, what changed, the reds. Numbers stay numbers."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import Indicator, RegionalTarget
from yuxi_eldercare.core.models import Region

from .. import wording
from ..facts import Facts, Line, counties_of
from ..layout import SHAPES
from ..sheets import FIRST_ROW, Cell, Day, Formula, Number, Sheet, SheetColumn, column_letters, number_format
from .target_history import readings

_PERCENT = "0.0%"


def sheets(facts: Facts, lines: Sequence[Line] | None = None) -> tuple[Sheet, ...]:
    """All sheets; those that would be empty are left out, except 目标. `lines` narrows all but the matrix."""
    shown = facts.lines if lines is None else lines
    rows = _target_sheet(shown)
    found = [_cover(facts, rows, shown), rows]
    if len({line.judged.region.code for line in shown}) > 1:
        found.append(_by_region(shown, rows))
    matrix = _matrix(facts)
    turned = [line for line in shown if line.turned]
    red = [line for line in shown if line.light == "red"]
    if matrix:
        found.append(matrix)
    if turned:
        found.append(_changes(turned))
    if red:
        found.append(_reds(red))
    return tuple(found)


def _columns(*given: tuple[str, int]) -> tuple[SheetColumn, ...]:
    return tuple(SheetColumn(title=title, width=width) for title, width in given)


def _target_sheet(lines: Sequence[Line]) -> Sheet:
    """One row per target, due date and region; 差距 is a formula over the two columns before it."""
    columns = _columns(
        (_("序号"), 6),
        (_("地区代码"), 10),
        (_("地区"), 10),
        (_("规划"), 28),
        (_("目标"), 32),
        (_("指标代码"), 24),
        (_("性质"), 8),
        (_("适用"), 14),
        (_("到期"), 12),
        (_("要求"), 16),
        (_("目标值"), 12),
        (_("实际"), 12),
        (_("差距"), 12),
        (_("期末"), 12),
        (_("序时应达"), 12),
        (_("完成序时进度"), 12),
        (_("今后每年需变化"), 14),
        (_("到期预计"), 12),
        (_("灯"), 10),
        (_("状态"), 12),
        (_("标记"), 18),
        (_("已报"), 7),
        (_("应报"), 7),
        (_("达到日期"), 12),
        (_("上月灯"), 10),
        (_("牵头单位"), 24),
        (_("条款"), 14),
        (_("原文"), 48),
    )
    rows = tuple(_target_cells(number, line) for number, line in enumerate(lines, 1))
    return Sheet(name=_("目标"), columns=columns, rows=rows, frozen=5)


def _target_cells(number: int, line: Line) -> tuple[Cell, ...]:
    row = line.judged
    answer, unit = row.answer, _("个县") if line.by_members else row.indicator.unit
    decimals = 0 if line.by_members else wording.decimals_of(row)
    usual = number_format(unit, decimals)
    finer = number_format(unit, max(decimals, 2))

    def figure(name: str, shown: str) -> Cell:
        return None if answer.get(name) is None else Number(value=float(answer[name]), format=shown)

    ratio = answer.get("schedule_ratio")
    source = line.sources[0] if line.sources else {}
    return (
        Number(value=number, format="0"),
        row.region.code,
        row.region.short_name,
        row.target.plan.name,
        row.target.name_as_written,
        row.indicator.key,
        str(row.target.get_nature_display()) if row.target.nature else "",
        str(RegionalTarget.Origin(row.regional.origin).label),
        Day(iso=line.due.isoformat()),
        wording.demand(line),
        *_bound_and_gap(line, usual),
        Day(iso=row.actual_date.isoformat()) if row.actual_date else None,
        figure("expected", finer),
        None if ratio is None else Number(value=float(ratio), format=_PERCENT),
        figure("required_pace", finer),
        figure("forecast", finer),
        wording.light(line.light),
        wording.state(line),
        wording.listed(wording.marks(line)),
        None if row.members_reported is None else Number(value=row.members_reported, format="0"),
        None if row.members_expected is None else Number(value=row.members_expected, format="0"),
        Day(iso=answer["met_on"]) if answer.get("met_on") else None,
        wording.light(line.before.light) if line.before else "",
        line.leads,
        source.get("clause", ""),
        source.get("phrase", ""),
    )


def _bound_and_gap(line: Line, shown: str) -> tuple[Cell, Cell, Cell]:
    """目标值, 实际, 差距: positive means still missing, whichever way is better."""
    row = line.judged
    down = row.indicator.direction == Indicator.Direction.DOWN and not line.by_members
    bound = row.milestone.value
    if row.actual is not None and row.gap is not None:
        bound = row.actual - row.gap if down else row.actual + row.gap
    if row.state == "NOT_APPLICABLE" or row.actual is None:
        return _number(bound, shown), None, None
    if row.gap is None:
        return _number(bound, shown), _number(row.actual, shown), None
    wanted, reached = column_letters(10), column_letters(11)
    formula = f"={reached}{{row}}-{wanted}{{row}}" if down else f"={wanted}{{row}}-{reached}{{row}}"
    return (
        _number(bound, shown),
        _number(row.actual, shown),
        Formula(formula=formula, value=float(row.gap), format=shown),
    )


def _number(value: Decimal | None, shown: str) -> Cell:
    return None if value is None else Number(value=float(value), format=shown)


def _cover(facts: Facts, rows: Sheet, lines: Sequence[Line]) -> Sheet:
    """What the workbook is and rests on, and how many rows stand at each light, counted by formula."""
    close = facts.close
    lights = Counter(line.light for line in lines)
    area = _area(rows, _("灯"))
    facts_said: list[tuple[str, Cell]] = [
        (_("数据月份"), wording.chinese_month(close.month_end)),
        (_("数据截至"), Day(iso=close.as_of.isoformat())),
        (_("封存时间"), timezone.localtime(close.closed_at).strftime("%Y-%m-%d %H:%M")),
        (_("判定规则版本"), close.rule_version),
        (_("封存校验码（%(algorithm)s）") % {"algorithm": close.algorithm.upper()}, close.digest),
        (_("数据性质"), _("演示数据，不是真实统计") if facts.is_demo else _("正式封存数据")),
        (_("行数"), Formula(formula=f"=ROWS({area})", value=len(rows.rows), format="0")),
    ]
    facts_said += [
        (
            wording.light(light),
            Formula(formula=f'=COUNTIF({area},"{wording.light(light)}")', value=lights[light], format="0"),
        )
        for light in wording.LIGHTS
    ]
    facts_said += [
        (_("差距"), _("目标值与实际之差，正数为仍缺，负数为超过")),
        (_("灰灯"), _("未填报、未到期、不适用或县级未报齐，不代表零")),
    ]
    return Sheet(
        name=_("说明"),
        columns=_columns((_("项目"), 26), (_("内容"), 76)),
        rows=tuple(facts_said),
        plain=True,
    )


def _area(sheet: Sheet, title: str) -> str:
    """'目标'!$S$4:$S$551: the column of a sheet as other sheets refer to it."""
    place = next(index for index, column in enumerate(sheet.columns) if column.title == title)
    letters, last = column_letters(place), FIRST_ROW + max(len(sheet.rows), 1) - 1
    return f"'{sheet.name}'!${letters}${FIRST_ROW}:${letters}${last}"


def _by_region(lines: Sequence[Line], rows: Sheet) -> Sheet:
    """Regions down, lights across, every number a formula over 目标."""
    codes, area = _area(rows, _("地区代码")), _area(rows, _("灯"))
    counted = Counter((line.judged.region.code, line.light) for line in lines)
    names = {line.judged.region.code: line.judged.region.short_name for line in lines}
    body: list[tuple[Cell, ...]] = []
    for code, name in names.items():
        lights: list[Cell] = [
            Formula(
                formula=f'=COUNTIFS({codes},A{{row}},{area},"{wording.light(light)}")',
                value=counted[code, light],
                format="0",
            )
            for light in wording.LIGHTS
        ]
        total = Formula(
            formula="=SUM(C{row}:F{row})",
            value=sum(counted[code, light] for light in wording.LIGHTS),
            format="0",
        )
        body.append((code, name, *lights, total))
    columns = _columns(
        (_("地区代码"), 12),
        (_("地区"), 12),
        *((wording.light(light), 10) for light in wording.LIGHTS),
        (_("合计"), 10),
    )
    return Sheet(name=_("各地区亮灯"), columns=columns, rows=tuple(body), frozen=2)


def _matrix(facts: Facts) -> Sheet | None:
    """Targets down, the city and its counties across: value with light."""
    counties = counties_of(facts.lines)
    if len(counties) < 2:
        return None
    cities = {line.judged.region.code: line.judged.region for line in facts.lines}
    regions = [region for region in cities.values() if region.level == Region.Level.CITY] + counties
    groups: dict[tuple[str, str, date], dict[str, Line]] = {}
    for line in facts.lines:
        key = (line.judged.target.key, wording.name(line), line.due)
        groups.setdefault(key, {})[line.judged.region.code] = line
    body: list[tuple[Cell, ...]] = []
    for (_key, name, due), by_region in groups.items():
        if len(by_region) > 1:
            cells = [_lit(by_region.get(region.code)) for region in regions]
            body.append((name, Day(iso=due.isoformat()), *cells))
    if not body:
        return None
    columns = [(_("目标"), 36), (_("到期"), 12), *((region.short_name, 13) for region in regions)]
    return Sheet(name=_("县区×指标"), columns=_columns(*columns), rows=tuple(body), frozen=2)


def _lit(line: Line | None) -> Cell:
    """The value with the light's shape in its number format, so that it stays a number."""
    if line is None:
        return None
    row = line.judged
    if row.actual is None or row.state == "NOT_APPLICABLE":
        return wording.light_and_state(line)
    unit = _("个县") if line.by_members else row.indicator.unit
    decimals = 0 if line.by_members else wording.decimals_of(row)
    return Number(
        value=float(row.actual), format=number_format(unit, decimals, SHAPES[line.light]), light=line.light
    )


def _changes(turned: Sequence[Line]) -> Sheet:
    rows = tuple(
        (
            line.judged.region.short_name,
            wording.name(line),
            Day(iso=line.due.isoformat()),
            wording.light(line.before.light) if line.before else "",
            wording.light(line.light),
            wording.state(line),
            wording.actual(line),
            wording.gap(line),
        )
        for line in turned
    )
    columns = _columns(
        (_("地区"), 12),
        (_("目标"), 36),
        (_("到期"), 12),
        (_("上月"), 10),
        (_("本月"), 10),
        (_("状态"), 12),
        (_("实际"), 14),
        (_("差距"), 16),
    )
    return Sheet(name=_("变化"), columns=columns, rows=rows, frozen=2)


def _reds(red: Sequence[Line]) -> Sheet:
    rows = tuple(
        (
            line.judged.region.short_name,
            wording.name(line),
            Day(iso=line.due.isoformat()),
            wording.demand(line),
            wording.actual(line),
            wording.gap(line),
            line.leads,
            line.said.cause if line.said else "",
            line.said.measure if line.said else "",
            line.said.person if line.said else "",
            line.said.deadline if line.said else "",
        )
        for line in red
    )
    columns = _columns(
        (_("地区"), 12),
        (_("目标"), 36),
        (_("到期"), 12),
        (_("要求"), 16),
        (_("实际"), 14),
        (_("差距"), 16),
        (_("牵头单位"), 24),
        (_("原因"), 36),
        (_("措施"), 36),
        (_("责任人"), 12),
        (_("时限"), 12),
    )
    return Sheet(name=_("红灯说明"), columns=columns, rows=rows, frozen=2)


def history_sheet(lines: Sequence[Line]) -> Sheet:
    """Every reading behind the judgements of an evaluation, one row each."""
    seen: dict[int, Line] = {}
    for line in lines:
        seen.setdefault(line.judged.target.pk, line)
    rows: list[tuple[Cell, ...]] = []
    for line in seen.values():
        row = line.judged
        shown = number_format(row.indicator.unit, row.indicator.decimals)
        for day, value in readings(line):
            cell: Cell = _("不适用") if value is None else Number(value=float(value), format=shown)
            rows.append((row.target.name_as_written, row.indicator.key, Day(iso=day.isoformat()), cell))
        for member in line.case.get("members", []):
            actual = member["actual"]
            found: Cell = None if actual is None else Number(value=float(actual), format=shown)
            last = Day(iso=member["actual_date"]) if member["actual_date"] else None
            rows.append((f"{row.target.name_as_written} {member['name']}", row.indicator.key, last, found))
    columns = _columns((_("目标"), 40), (_("指标代码"), 28), (_("期末"), 12), (_("数值"), 14))
    return Sheet(name=_("历次数据"), columns=columns, rows=tuple(rows), frozen=1)
