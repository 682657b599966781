"""月报: where the city's targets stand at the end of a closed month, what changed, what is missing, who answers."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from targets.presenters.rows import LightCounts
from yuxi_eldercare.core.models import Region

from .. import wording
from ..blocks import Column, Content, Outline
from ..facts import Facts, Line
from . import common
from .ranking import counties
from .workbook import sheets

KIND = "briefing"
FURTHEST = 10


def briefing(facts: Facts, *, city: Region, issuer: str) -> Content:
    """The whole report; its facts hold the city and all counties."""
    outline = Outline()
    lines = facts.of(city.code)
    outline.heading(1, _("总体情况"))
    _overall(outline, facts, lines, city)
    outline.heading(1, _("约束性目标"))
    _binding(outline, lines)
    outline.heading(1, _("本月变化"))
    common.changes(outline, facts, lines)
    outline.heading(1, _("差距较大的目标"))
    _furthest(outline, lines)
    outline.heading(1, _("红灯目标及整改情况"))
    common.reds(outline, facts, lines)
    outline.heading(1, _("各县（市、区）情况"))
    _counties(outline, facts)
    outline.heading(1, _("数据报送情况"))
    common.reporting(outline, facts, lines)
    outline.blocks.append(common.signature(facts, issuer))
    month = wording.chinese_month(facts.close.month_end)
    return Content(
        kind=KIND,
        title=_("%(city)s“一老一小”规划目标进展月报") % {"city": city.name},
        edition=wording.bracketed(month),
        subject=wording.subject(city.name, month),
        mark=common.mark_of(facts),
        blocks=tuple(outline.blocks),
        sheets=sheets(facts),
    )


def _overall(outline: Outline, facts: Facts, lines: Sequence[Line], city: Region) -> None:
    plans = list(dict.fromkeys(wording.plan_name(line) for line in lines))
    outline.say(
        _(
            "截至%(day)s，%(city)s纳入监测的%(plans)s共有市级目标%(n)s项（同一目标分年度到期的，按年度分别计算），其中%(counts)s。"
        )
        % {
            "day": wording.chinese_day(facts.close.as_of),
            "city": city.name,
            "plans": wording.listed(plans),
            "n": len(lines),
            "counts": wording.counts(LightCounts.of(lines)),
        },
        common.compared(facts, lines),
    )
    years = common.by_due_year(lines)
    rows = [[wording.period(own[0].due), *common.count_cells(LightCounts.of(own))] for own in years.values()]
    rows.append([_("合计"), *common.count_cells(LightCounts.of(lines))])
    outline.table(_("市级目标按到期年度亮灯情况"), common.count_columns(_("到期年度")), rows)
    common.trend(outline, facts, city.code, _("市级目标"))


def _binding(outline: Outline, lines: Sequence[Line]) -> None:
    binding = [line for line in lines if line.judged.binding]
    if not binding:
        outline.say(_("没有约束性目标。"))
        return
    missing = [line for line in binding if common.is_behind(line)]
    outline.say(
        _("约束性目标%(n)s项：%(counts)s。")
        % {"n": len(binding), "counts": wording.counts(LightCounts.of(binding))},
        _("需要重点关注的是：%(names)s。") % {"names": common.named_lines(missing)} if missing else "",
    )
    common.standing_table(outline, _("约束性目标"), binding)


def _furthest(outline: Outline, lines: Sequence[Line]) -> None:
    missing = common.furthest(lines)
    shown = missing[:FURTHEST]
    if not shown:
        outline.say(_("红灯、黄灯目标均没有可计算的差距。"))
        return
    outline.say(
        _("红灯、黄灯目标中有%(n)s项仍有差距。按应完成部分尚缺的比例，差距最大的是：%(names)s。")
        % {"n": len(missing), "names": common.named_lines(shown[:3])}
    )
    rows = [
        [
            str(number),
            wording.name(line),
            wording.period(line.due),
            wording.demand_short(line),
            wording.actual(line),
            wording.gap(line),
            wording.pace(line) or _("已过期限"),
            line.leads or _("未载明"),
        ]
        for number, line in enumerate(shown, 1)
    ]
    columns = common.standing_columns(leads=True)
    columns[6] = Column(title=_("所需进度"), share=24)
    outline.table(_("差距较大的目标"), columns, rows)


def _counties(outline: Outline, facts: Facts) -> None:
    year = common.year_in_focus(facts)
    found = counties(facts, year)
    if not found:
        outline.say(_("市级规划没有%(year)s年到期的县级目标。") % {"year": year})
        return
    best = [county.region.short_name for county in found if county.place.rank == 1]
    most = max(county.counts.red for county in found)
    worst = [county.region.short_name for county in found if county.counts.red == most]
    outline.say(
        _("市级规划%(year)s年到期的目标，对各县（市、区）逐县判定的亮灯情况见图表。") % {"year": year},
        _("排在第一位的是%(names)s。") % {"names": wording.listed(best)} if best else "",
        _("红灯最多的是%(names)s，%(n)s项。") % {"names": wording.listed(worst), "n": most} if most else "",
    )
    common.counties_chart(outline, found, year)
