"""How reports speak: numbers, demands, gaps and judgements in the Chinese of official documents."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.models import Indicator
from targets.presenters import words
from targets.presenters.rows import LightCounts
from targets.queries.judged import Judged
from yuxi_eldercare.core.templatetags.frame import number

from .facts import Line
from .layout import SHAPES

LIGHTS = ("green", "yellow", "red", "grey")
_MORE = 2  # places added where rounding would hide that a target is just missed


def amount(value: Decimal | None, unit: str, decimals: int | None = None) -> str:
    """“41.2%”, “20家”; — for none."""
    return "—" if value is None else f"{number(value, decimals)}{unit}"


def points(value: Decimal, unit: str, decimals: int) -> str:
    """A difference: “13.8个百分点”, “3家”."""
    named = _("个百分点") if unit == "%" else unit
    return f"{number(abs(value), decimals)}{named}"


def decimals_of(row: Judged) -> int:
    """Places to show; more where the usual ones would show the target as met although it is not."""
    usual = row.indicator.decimals
    hidden = row.gap is not None and row.gap > 0 and round(row.gap, usual) == 0
    return usual + _MORE if hidden else usual


def actual(line: Line) -> str:
    """The judged figure; for "all counties" how many meet it."""
    row = line.judged
    if row.state == "NOT_APPLICABLE":
        return str(words.STATES["NOT_APPLICABLE"])
    if row.actual is None:
        return "—"
    if line.by_members:
        text = _("%(met)s/%(all)s个县达到")
        return text % {"met": number(row.actual), "all": number(members_demanded(row))}
    return amount(row.actual, row.indicator.unit, decimals_of(row))


def members_demanded(row: Judged) -> Decimal | None:
    """How many counties an "all counties" target is about: those it applies to."""
    return None if row.actual is None or row.gap is None else row.actual + row.gap


def demand(line: Line) -> str:
    """“不低于30%”, “不少于20家”, “1—2家”; before it 每县 where every county has to."""
    row, unit = line.judged, line.judged.indicator.unit
    milestone = row.milestone
    if milestone.value is None:
        return words.demand(milestone, row.indicator)
    if milestone.value_max is not None:
        text = f"{number(milestone.value)}—{number(milestone.value_max)}{unit}"
    else:
        rate = unit in {"%", "‰"}
        at_least = _("不低于%(value)s") if rate else _("不少于%(value)s")
        if unit == "%" and milestone.value == 100:
            at_least = _("达到%(value)s")
        at_most = _("不高于%(value)s") if rate else _("不多于%(value)s")
        wording = {">=": at_least, "<=": at_most, "=": "%(value)s"}
        text = wording.get(milestone.comparator, at_least) % {"value": amount(milestone.value, unit)}
    return _("每县%(demand)s") % {"demand": text} if line.by_members else text


def demand_short(line: Line) -> str:
    """The same for a cell of a table: “≥30%”, “1—2家”, “每县≥1家”."""
    text = words.demand(line.judged.milestone, line.judged.indicator).replace(" ", "")
    return _("每县%(demand)s") % {"demand": text} if line.by_members else text


def gap(line: Line) -> str:
    """“差13.8个百分点”, “超1.2个百分点”, “持平”, “差2个县”; — where nothing is measured."""
    row = line.judged
    if row.gap is None:
        return "—"
    if line.by_members:
        return _("差%(n)s个县") % {"n": number(row.gap)} if row.gap > 0 else _("全部达到")
    if row.gap <= 0 and row.milestone.value_max is not None and "ABOVE_RANGE" not in row.marks:
        return _("区间内")
    if row.gap == 0:
        return _("持平")
    size = points(row.gap, row.indicator.unit, decimals_of(row))
    return (_("差%(size)s") if row.gap > 0 else _("超%(size)s")) % {"size": size}


def state(line: Line) -> str:
    """The word beside the light."""
    return words.state_word(line.judged.state, line.light)


def light(color: str) -> str:
    """“■红灯”: shape and word, so that it reads without colour."""
    return f"{SHAPES[color]}{words.LIGHTS[color]}"


def light_and_state(line: Line) -> str:
    """“■逾期未达标”."""
    return f"{SHAPES[line.light]}{state(line)}"


def marks(line: Line) -> list[str]:
    """Marks beside the state, 约束性 left out: it stands beside the name."""
    return [str(words.MARKS[mark]) for mark in line.judged.marks if mark != "BINDING"]


def coverage(row: Judged) -> str:
    """“8/9个县已报”; empty where all have reported or none has to."""
    if row.members_expected is None or row.members_reported == row.members_expected:
        return ""
    return _("%(reported)s/%(expected)s个县已报") % {
        "reported": row.members_reported,
        "expected": row.members_expected,
    }


def period(day: date | None) -> str:
    """The period that ends on a day: 2023年, 2023年6月."""
    return words.period(day)


def at_end(day: date | None) -> str:
    """“2023年末”, “2023年6月末”."""
    return "—" if day is None else _("%(period)s末") % {"period": words.period(day)}


def chinese_day(day: date) -> str:
    """2026年10月31日."""
    return _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day}


def chinese_month(day: date) -> str:
    """2026年10月, also of a December."""
    return _("%(year)s年%(month)s月") % {"year": day.year, "month": day.month}


def name(line: Line) -> str:
    """The target as the text names it, marked 约束性."""
    row = line.judged
    return (
        _("%(name)s（约束性）") % {"name": row.target.name_as_written}
        if row.binding
        else row.target.name_as_written
    )


def plan_name(line: Line) -> str:
    """The plan in 《》, once."""
    return quoted(line.judged.target.plan.name)


def quoted(title: str) -> str:
    """A title in 《》."""
    return title if title.startswith("《") else f"《{title}》"


def counts(found: LightCounts) -> str:
    """“绿灯20项、黄灯8项、红灯15项、灰灯4项”; lights that do not occur are left out."""
    spoken = (
        (_("绿灯%(n)s项"), found.green),
        (_("黄灯%(n)s项"), found.yellow),
        (_("红灯%(n)s项"), found.red),
        (_("灰灯%(n)s项"), found.grey),
    )
    return listed(text % {"n": n} for text, n in spoken if n)


def bracketed(words: str) -> str:
    """“（2026年10月）”, or nothing."""
    return _("（%(words)s）") % {"words": words} if words else ""


def clauses(parts: Iterable[str]) -> str:
    """One sentence of clauses, those left out that are empty; nothing when all are."""
    text = _("，").join(part for part in parts if part)
    return _("%(words)s。") % {"words": text} if text else ""


def subject(name: str, month: str) -> str:
    """“玉溪市2026年10月”."""
    return _("%(name)s%(month)s") % {"name": name, "month": month}


def listed(parts: Iterable[str]) -> str:
    """Words joined with 、."""
    return _("、").join(part for part in parts if part)


def pace(line: Line) -> str:
    """“今后每年需提高6.9个百分点”; empty where nothing is missing or the due date is over."""
    row = line.judged
    needed = row.answer.get("required_pace")
    if needed is None or row.gap is None or row.gap <= 0:
        return ""
    size = points(Decimal(needed), row.indicator.unit, max(1, row.indicator.decimals))
    rate, down = row.indicator.unit in {"%", "‰"}, row.indicator.direction == Indicator.Direction.DOWN
    if down:
        text = _("今后每年需降低%(size)s") if rate else _("今后每年需减少%(size)s")
    else:
        text = _("今后每年需提高%(size)s") if rate else _("今后每年需增加%(size)s")
    return text % {"size": size}


def forecast(line: Line) -> str:
    """“按目前速度到期预计47.2%”; empty without a forecast."""
    value, day = line.judged.answer.get("forecast"), line.judged.as_of
    if value is None or (day is not None and line.due <= day):
        return ""
    size = amount(Decimal(value), line.judged.indicator.unit, max(1, line.judged.indicator.decimals))
    return _("按目前速度到期预计%(size)s") % {"size": size}
