"""Parts that several reports have: counts, trends, changes, reds with what is done about them, reporting, proof."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import RegionalTarget
from targets.presenters.dashboards.behind import missing_part
from targets.presenters.dashboards.ranks import rank_rule
from targets.presenters.rows import LightCounts
from targets.progress import Mark
from yuxi_eldercare.core.models import PeriodClose, Region

from .. import wording
from ..blocks import Column, Outline, Series, Signature
from ..facts import Facts, Line
from .ranking import County

# Items of the list made before closing that readers outside the office are told; the others stand above in figures.
_TOLD = {"unreported", "returned", "waiting", "exceptions", "findings", "problems"}
NAMED = 5  # a sentence names at most so many; the table beside it names all


def light_names() -> dict[str, str]:
    """The lights in their order, with what a column of them is called."""
    return {light: wording.light(light) for light in wording.LIGHTS}


def count_columns(first: str) -> list[Column]:
    """A label, the four lights and their sum."""
    return [
        Column(title=first, share=5),
        *(Column(title=title, share=3, align="right") for title in light_names().values()),
        Column(title=_("合计"), share=3, align="right"),
    ]


def count_cells(counts: LightCounts) -> list[str]:
    """The numbers below `count_columns`, the label left out."""
    return [*(str(getattr(counts, light)) for light in wording.LIGHTS), str(counts.total)]


def count_series(counts: Sequence[LightCounts]) -> list[Series]:
    """The same as the series of a chart."""
    return [
        Series(
            name=title.lstrip("●▲■○"),
            look=light,
            values=tuple(float(getattr(found, light)) for found in counts),
        )
        for light, title in light_names().items()
    ]


def by_due_year(lines: Iterable[Line]) -> dict[int, list[Line]]:
    """Lines by the year they are due in, earliest first."""
    found: dict[int, list[Line]] = {}
    for line in sorted(lines, key=lambda line: line.due):
        found.setdefault(line.due.year, []).append(line)
    return found


def year_in_focus(facts: Facts) -> int:
    """The due year counties are compared for: the next that lies ahead (or this one), else the last there was."""
    years = sorted(
        {
            line.due.year
            for line in facts.lines
            if line.judged.region.level == Region.Level.COUNTY
            and line.judged.regional.origin != RegionalTarget.Origin.OWN
        }
    )
    this = facts.close.month_end.year
    return next((year for year in years if year >= this), years[-1] if years else this)


def trend(outline: Outline, facts: Facts, region: str, place: str) -> None:
    """Lights by closed month as a chart with its table; one month alone is no trend."""
    months = facts.trend.get(region, [])
    if len(months) < 2:
        return
    counts = [LightCounts(*(by_light.get(light, 0) for light in wording.LIGHTS)) for _day, by_light in months]
    names = [wording.chinese_month(day) for day, _by_light in months]
    caption = _("%(place)s近%(n)s个月亮灯情况") % {"place": place, "n": len(months)}
    short = [_("%(month)s月") % {"month": day.month} for day, _by_light in months]
    outline.chart("bars", caption, _("项"), short, count_series(counts))
    rows = [[name, *count_cells(found)] for name, found in zip(names, counts, strict=True)]
    outline.table(caption, count_columns(_("月份")), rows)


def compared(facts: Facts, lines: Sequence[Line]) -> str:
    """How many lights turned since the month before, in one sentence."""
    if facts.previous is None:
        return _("本月是首个封存的月份，没有上月可比。")
    month = wording.chinese_month(facts.previous.month_end)
    turned = Counter(line.light for line in lines if line.turned)
    if not turned:
        return _("与%(month)s相比，灯色没有变化。") % {"month": month}
    spoken = (
        ("green", _("转为绿灯%(n)s项")),
        ("yellow", _("转为黄灯%(n)s项")),
        ("red", _("转为红灯%(n)s项")),
        ("grey", _("转为灰灯%(n)s项")),
    )
    parts = wording.listed(text % {"n": turned[light]} for light, text in spoken if turned[light])
    return _("与%(month)s相比，%(n)s项目标灯色有变化：%(parts)s。") % {
        "month": month,
        "n": turned.total(),
        "parts": parts,
    }


def changes(outline: Outline, facts: Facts, lines: Sequence[Line]) -> None:
    """What turned since the month before, the bad news first."""
    turned = [line for line in lines if line.turned]
    outline.say(compared(facts, lines))
    if not turned:
        return
    order = {"red": 0, "yellow": 1, "green": 2, "grey": 3}
    turned.sort(key=lambda line: order[line.light])
    for light in ("red", "green"):
        named = [line for line in turned if line.light == light]
        if named:
            text = _("转为红灯的有：%(names)s。") if light == "red" else _("转为绿灯的有：%(names)s。")
            outline.say(text % {"names": named_lines(named)})
    rows = [
        [
            wording.name(line),
            wording.period(line.due),
            wording.light(line.before.light) if line.before else "—",
            wording.light_and_state(line),
            wording.actual(line),
            wording.gap(line),
        ]
        for line in turned
    ]
    columns = [
        Column(title=_("目标"), share=10),
        Column(title=_("到期"), share=4, align="center"),
        Column(title=_("上月"), share=4, align="center"),
        Column(title=_("本月"), share=6),
        Column(title=_("实际"), share=5, align="right"),
        Column(title=_("差距"), share=6, align="right"),
    ]
    outline.table(_("灯色有变化的目标"), columns, rows)


def place_and_name(line: Line) -> str:
    """“红塔区：护理型床位占比（约束性）”."""
    return _("%(place)s：%(name)s") % {"place": line.judged.region.short_name, "name": wording.name(line)}


def named_lines(lines: Sequence[Line]) -> str:
    """“护理型床位占比（2025年，约束性，差13.8个百分点）；…等12项”."""
    parts = []
    for line in lines[:NAMED]:
        known = [
            wording.period(line.due),
            _("约束性") if line.judged.binding else "",
            wording.gap(line) if line.judged.gap and line.judged.gap > 0 else "",
        ]
        details = _("，").join(part for part in known if part)
        parts.append(
            _("%(name)s（%(details)s）") % {"name": line.judged.target.name_as_written, "details": details}
        )
    text = _("；").join(parts)
    return _("%(names)s等%(n)s项") % {"names": text, "n": len(lines)} if len(lines) > NAMED else text


def standing_table(
    outline: Outline, caption: str, lines: Sequence[Line], *, leads: bool = True, note: str = ""
) -> None:
    """Targets with demand, figure, gap and light; those that cannot be measured say so."""
    rows = [
        [
            str(number),
            wording.name(line),
            wording.period(line.due),
            wording.demand_short(line),
            wording.actual(line) + marked(line),
            wording.gap(line),
            wording.light_and_state(line),
            *([line.leads or _("未载明")] if leads else []),
        ]
        for number, line in enumerate(lines, 1)
    ]
    outline.table(caption, standing_columns(leads=leads), rows, note)


def standing_columns(*, leads: bool) -> list[Column]:
    """The columns of `standing_table`."""
    return [
        Column(title=_("序号"), share=9, align="center"),
        Column(title=_("目标"), share=32 if leads else 52),
        Column(title=_("到期"), share=16, align="center"),
        Column(title=_("要求"), share=18, align="right"),
        Column(title=_("实际"), share=19, align="right"),
        Column(title=_("差距"), share=29, align="right"),
        Column(title=_("灯和状态"), share=25),
        *([Column(title=_("牵头单位"), share=20)] if leads else []),
    ]


def marked(line: Line) -> str:
    """“（暂定，8/9个县已报）”, or nothing."""
    found = [mark for mark in (*wording.marks(line), wording.coverage(line.judged)) if mark]
    return wording.bracketed(_("，").join(found))


def reds(outline: Outline, facts: Facts, lines: Sequence[Line]) -> None:
    """The reds, and what was said about each: cause, measure, person, date; or that nobody has said it yet."""
    red = [line for line in lines if line.light == "red"]
    if not red:
        outline.say(_("本月没有红灯目标。"))
        return
    answered = [(line, said) for line in red for said in _answers(facts, line)]
    silent = [line for line in red if not any(line is other for other, _said in answered)]
    binding = sum(line.judged.binding for line in red)
    outline.say(
        _("红灯目标共%(n)s项，其中约束性%(binding)s项。") % {"n": len(red), "binding": binding},
        _("已说明原因和措施的%(said)s项，尚未说明的%(silent)s项。")
        % {"said": len(red) - len(silent), "silent": len(silent)}
        if answered
        else _("责任单位尚未说明原因和措施。"),
    )
    standing_table(outline, _("红灯目标"), red)
    rows = [
        [
            place_and_name(speaker) if speaker is not line else wording.name(line),
            speaker.said.cause,
            speaker.said.measure,
            speaker.said.person,
            speaker.said.deadline,
        ]
        for line, speaker in answered
        if speaker.said is not None
    ]
    columns = [
        Column(title=_("目标"), share=9),
        Column(title=_("原因"), share=9),
        Column(title=_("措施"), share=9),
        Column(title=_("责任人"), share=5, align="center"),
        Column(title=_("时限"), share=6, align="center"),
    ]
    outline.table(_("红灯目标整改情况"), columns, rows)
    if silent and answered:
        outline.say(_("尚未说明原因和措施的有：%(names)s。") % {"names": named_lines(silent)})


def _answers(facts: Facts, line: Line) -> list[Line]:
    """Who answered for a red light: its own region, or the red counties its figure is made of."""
    found = [line] if line.said else []
    return found + [other for other in facts.below(line) if other.light == "red" and other.said]


def reporting(outline: Outline, facts: Facts, lines: Sequence[Line]) -> None:
    """What the figures rest on: provisional ones, missing ones, and what was missing as the month was closed."""
    provisional = [line for line in lines if Mark.PROVISIONAL in line.judged.marks]
    missing = [line for line in lines if line.judged.state == "NO_DATA"]
    stale = [line for line in lines if Mark.STALE in line.judged.marks]
    complete = len(lines) - len(provisional) - len(missing)
    outline.say(
        _(
            "%(all)s项目标中，数据齐全的%(n)s项，由部分县（市、区）汇总的暂定数%(provisional)s项，没有数据的%(missing)s项。"
        )
        % {"all": len(lines), "n": complete, "provisional": len(provisional), "missing": len(missing)},
        _("数据过期的%(n)s项。") % {"n": len(stale)} if stale else "",
        _("没有数据的有：%(names)s。") % {"names": named_lines(missing)} if missing else "",
    )
    rows = [
        [
            wording.name(line),
            wording.period(line.due),
            wording.actual(line),
            wording.coverage(line.judged) or _("所属数据为暂定"),
        ]
        for line in provisional
    ]
    columns = [
        Column(title=_("目标"), share=14),
        Column(title=_("到期"), share=4, align="center"),
        Column(title=_("暂定数"), share=6, align="right"),
        Column(title=_("报送情况"), share=8),
    ]
    outline.table(_("暂定数"), columns, rows, _("注：暂定数待各县（市、区）报齐后更新，比率暂不亮灯。"))
    gaps = [item["words"] for item in facts.close.checklist if item["gap"] and item["key"] in _TOLD]
    if gaps:
        outline.say(_("封存时还有以下事项未了结："), *gaps)
    if facts.close.acknowledged:
        outline.say(_("封存说明：%(words)s") % {"words": facts.close.acknowledged})


def counties_chart(outline: Outline, found: Sequence[County], year: int) -> None:
    """Counties beside each other as a chart with its table, and the rule of ranking below."""
    caption = _("各县（市、区）%(year)s年到期目标亮灯情况") % {"year": year}
    names = [county.region.short_name for county in found]
    outline.chart("bars", caption, _("项"), names, count_series([county.counts for county in found]))
    rows = [[county.region.short_name, *count_cells(county.counts), county.place_words] for county in found]
    columns = [*count_columns(_("县（市、区）")), Column(title=_("位次"), share=5, align="center")]
    outline.table(caption, columns, rows, _("注：%(rule)s") % {"rule": rank_rule()})


def is_behind(line: Line) -> bool:
    """Red or yellow, and not met meanwhile."""
    return line.light in {"red", "yellow"} and line.judged.state != "MET_LATE"


def furthest(lines: Iterable[Line]) -> list[Line]:
    """Those behind, by the part that is missing of what is due by now, not by the bare number."""
    missing = [
        (part, line) for line in lines if is_behind(line) and (part := missing_part(line.judged)) is not None
    ]
    missing.sort(key=lambda pair: (-pair[0], pair[1].judged.target.position, pair[1].due))
    return [line for _part, line in missing]


def mark_of(facts: Facts) -> str:
    """What stands in the header of every page."""
    return _("演示数据：由系统生成，只作示例，不是真实统计") if facts.is_demo else ""


def signature(facts: Facts, issuer: str) -> Signature:
    """The issuing unit, the day of the close, and what the report can be checked against."""
    close = facts.close
    closed = timezone.localtime(close.closed_at)
    lines = [
        _("数据月份：%(month)s，数据截至%(day)s，%(closed)s封存。")
        % {
            "month": wording.chinese_month(close.month_end),
            "day": wording.chinese_day(close.as_of),
            "closed": _moment(close),
        },
        _("判定规则版本：%(version)s。封存后更正的数据见以后月份，不改变本报告。")
        % {"version": close.rule_version},
        _("封存校验码（%(algorithm)s）：%(digest)s")
        % {"algorithm": close.algorithm.upper(), "digest": close.digest},
    ]
    return Signature(unit=issuer, date=wording.chinese_day(closed.date()), proof=tuple(lines))


def _moment(close: PeriodClose) -> str:
    local = timezone.localtime(close.closed_at)
    day: date = local.date()
    return f"{wording.chinese_day(day)}{local:%H:%M}"
