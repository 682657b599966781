"""县区报告: where one county stands under its own plan and the city's, what it is good at, what it lacks."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.models import Indicator, RegionalTarget
from targets.presenters.rows import LightCounts
from yuxi_eldercare.core.models import Region

from .. import wording
from ..blocks import Content, Outline
from ..facts import Facts, Line
from . import common
from .ranking import County, counties
from .workbook import sheets

KIND = "county"
SHOWN = 5


def county_report(facts: Facts, *, region: Region, issuer: str) -> Content:
    """The whole report; its facts hold the county, the other counties and the city."""
    outline = Outline()
    lines = facts.of(region.code)
    year = common.year_in_focus(facts)
    beside = counties(facts, year)
    outline.heading(1, _("总体情况"))
    _overall(outline, facts, lines, region, beside, year)
    outline.heading(1, _("主要成效"))
    _strengths(outline, facts, lines)
    outline.heading(1, _("主要差距"))
    _gaps(outline, facts, lines)
    outline.heading(1, _("本月变化"))
    common.changes(outline, facts, lines)
    outline.heading(1, _("红灯目标及整改情况"))
    common.reds(outline, facts, lines)
    outline.heading(1, _("各县（市、区）对比"))
    _beside(outline, beside, year)
    outline.heading(1, _("目标明细"))
    _every(outline, lines)
    outline.heading(1, _("数据报送情况"))
    common.reporting(outline, facts, lines)
    outline.blocks.append(common.signature(facts, issuer))
    month = wording.chinese_month(facts.close.month_end)
    return Content(
        kind=KIND,
        title=_("%(county)s“一老一小”规划目标进展报告") % {"county": region.name},
        edition=wording.bracketed(month),
        subject=wording.subject(region.name, month),
        mark=common.mark_of(facts),
        blocks=tuple(outline.blocks),
        sheets=sheets(facts, lines),
    )


def _overall(
    outline: Outline,
    facts: Facts,
    lines: Sequence[Line],
    region: Region,
    beside: Sequence[County],
    year: int,
) -> None:
    own = [line for line in lines if line.judged.regional.origin == RegionalTarget.Origin.OWN]
    under_city = len(lines) - len(own)
    outline.say(
        _("截至%(day)s，%(county)s应完成的目标共%(n)s项（同一目标分年度到期的，按年度分别计算）。")
        % {"day": wording.chinese_day(facts.close.as_of), "county": region.name, "n": len(lines)},
        _("其中市级规划对本县的目标%(city)s项、本县规划的目标%(own)s项。")
        % {"city": under_city, "own": len(own)}
        if own
        else _("均为市级规划对本县的目标。"),
        _("亮灯情况为：%(counts)s。") % {"counts": wording.counts(LightCounts.of(lines))} if lines else "",
        common.compared(facts, lines),
    )
    here = next((county for county in beside if county.region.code == region.code), None)
    if here is not None and here.place.rank is not None:
        outline.say(
            _("按市级规划%(year)s年到期的目标比较，%(county)s在%(of)s个参加排位的县（市、区）中%(place)s。")
            % {
                "year": year,
                "county": region.short_name,
                "of": here.place.of,
                "place": here.place_words,
            }
        )
    rows = [
        [wording.period(found[0].due), *common.count_cells(LightCounts.of(found))]
        for found in common.by_due_year(lines).values()
    ]
    outline.table(_("目标按到期年度亮灯情况"), common.count_columns(_("到期年度")), rows)
    common.trend(outline, facts, region.code, region.short_name)


def _strengths(outline: Outline, facts: Facts, lines: Sequence[Line]) -> None:
    """What turned green, 约束性 that is green, and rates above the city's."""
    turned = [line for line in lines if line.turned and line.light == "green"]
    binding = [line for line in lines if line.judged.binding and line.light == "green"]
    better = _beside_city(facts, lines, better=True)[:SHOWN]
    outline.say(
        _("绿灯目标%(n)s项，占已判定目标的%(share)s。") % _green(lines) if _green(lines)["n"] else "",
        _("本月转为绿灯的有：%(names)s。") % {"names": common.named_lines(turned)} if turned else "",
        _("约束性目标中已达标或进度正常的有：%(names)s。") % {"names": common.named_lines(binding)}
        if binding
        else "",
        _("高于全市水平的有：%(names)s。") % {"names": _("；").join(better)} if better else "",
    )
    if not _green(lines)["n"] and not better:
        outline.say(_("本月没有绿灯目标。"))


def _green(lines: Sequence[Line]) -> dict[str, str | int]:
    counts = LightCounts.of(lines)
    judged = counts.total - counts.grey
    share = Decimal(100 * counts.green) / judged if judged else Decimal(0)
    return {"n": counts.green, "share": wording.amount(share, "%", 1)}


def _gaps(outline: Outline, facts: Facts, lines: Sequence[Line]) -> None:
    missing = common.furthest(lines)
    worse = _beside_city(facts, lines, better=False)[:SHOWN]
    if worse:
        outline.say(_("低于全市水平的有：%(names)s。") % {"names": _("；").join(worse)})
    if not missing:
        outline.say(_("红灯、黄灯目标均没有可计算的差距。"))
        return
    outline.say(
        _("红灯、黄灯目标中有%(n)s项仍有差距。按应完成部分尚缺的比例，差距最大的依次是：")
        % {"n": len(missing)}
    )
    for number, line in enumerate(missing[:SHOWN], 1):
        lead = _("%(number)s. %(name)s。") % {"number": number, "name": wording.name(line)}
        outline.say(_gap_sentence(line), _leads_sentence(line), lead=lead)


def _gap_sentence(line: Line) -> str:
    """“2025年目标为不低于55%，现为38.7%，差16.3个百分点，今后每年需提高6.9个百分点。”"""
    parts = [
        _("%(due)s目标为%(demand)s") % {"due": wording.period(line.due), "demand": wording.demand(line)},
        _("现为%(actual)s") % {"actual": wording.actual(line)},
        wording.gap(line),
        wording.pace(line),
    ]
    return wording.clauses(parts)


def _leads_sentence(line: Line) -> str:
    return _("牵头单位：%(leads)s。") % {"leads": line.leads} if line.leads else ""


def _beside_city(facts: Facts, lines: Sequence[Line], *, better: bool) -> list[str]:
    """Rates that stand above (or below) the city's of the same period, largest difference first."""
    city = {
        (line.judged.milestone.pk, line.judged.actual_date): line.judged
        for line in facts.lines
        if line.judged.region.level == Region.Level.CITY and not line.by_members
    }
    found = []
    for line in lines:
        row = line.judged
        whole = city.get((row.milestone.pk, row.actual_date))
        if (
            whole is None
            or whole.actual is None
            or row.actual is None
            or row.indicator.rollup != Indicator.Rollup.RATIO
        ):
            continue
        ahead = row.actual - whole.actual
        if row.indicator.direction == Indicator.Direction.DOWN:
            ahead = -ahead
        if (ahead > 0) == better and round(ahead, row.indicator.decimals) != 0:
            found.append((abs(ahead), line, whole))
    found.sort(key=lambda item: -item[0])
    return [
        _("%(name)s（%(due)s目标）%(actual)s，全市%(city)s")
        % {
            "name": line.judged.target.name_as_written,
            "due": wording.period(line.due),
            "actual": wording.actual(line),
            "city": wording.amount(whole.actual, whole.indicator.unit, whole.indicator.decimals),
        }
        for _ahead, line, whole in found
    ]


def _beside(outline: Outline, beside: Sequence[County], year: int) -> None:
    if not beside:
        outline.say(_("市级规划没有%(year)s年到期的县级目标。") % {"year": year})
        return
    common.counties_chart(outline, beside, year)


def _every(outline: Outline, lines: Sequence[Line]) -> None:
    groups = (
        (_("市级规划对本县的目标"), [line for line in lines if not _is_own(line)]),
        (_("本县规划的目标"), [line for line in lines if _is_own(line)]),
    )
    for caption, own in groups:
        if own:
            common.standing_table(outline, caption, own, leads=False)


def _is_own(line: Line) -> bool:
    return line.judged.regional.origin == RegionalTarget.Origin.OWN
