"""The sentences dashboards open with: 约束性 targets at risk, and what a county is good at and lacks."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from targets.presenters.rows import LightCounts
from targets.ranking import LEAST

from .binding import BindingLine, CountyLight, YearCell
from .ranks import CountyLine
from .shared import CALLED

# A sentence names at most so many counties; the table beside it names them all.
NAMED = 4


def binding_sentences(lines: Sequence[BindingLine], year: int) -> list[str]:
    """How the 约束性 targets of a year stand: the count, then each at risk with gap, since when, counties, lead."""
    cells = [(line, cell) for line in lines for cell in line.filled() if cell.year == year]
    if not cells:
        return [_("没有%(year)s年到期的约束性指标。") % {"year": year}]
    counts = LightCounts.of(cell.row for _line, cell in cells)
    words = {"year": year, "total": counts.total, "lights": lights_words(counts)}
    if counts.green == counts.total:
        first = _("%(year)s年约束性指标%(total)s项，全市全部绿灯。") % words
    else:
        first = _("%(year)s年约束性指标%(total)s项：%(lights)s。") % words
    risky = [_at_risk(line, cell) for line, cell in cells if cell.row.light in CALLED]
    unlit = [
        _("%(name)s县级数据未报齐，暂不亮灯。") % {"name": line.name}
        for line, cell in cells
        if cell.row.light == "grey" and "PROVISIONAL" in cell.row.judged.marks
    ]
    return [first, *risky, *unlit, *_below_green(cells)]


def _below_green(cells: Sequence[tuple[BindingLine, YearCell]]) -> list[str]:
    """Targets the city meets while some county does not."""
    names = [
        _("%(name)s（%(counties)s）") % {"name": line.name, "counties": counties_words(cell)}
        for line, cell in cells
        if cell.row.light not in CALLED and cell.counties
    ]
    if not names:
        return []
    return [_("全市未亮红灯、黄灯而有县（市、区）亮灯：%(names)s。") % {"names": _("；").join(names)}]


def rank_sentence(line: CountyLine, year: int) -> str:
    """“2025年目标在9个县（市、区）中排第3位（得分72.5%），2023年第5位。”; too little judged is said so."""
    own = line.of(year)
    if own.place.rank is None:
        return _("%(year)s年市级目标已判定不足%(least)s项，不排位。") % {"year": year, "least": LEAST}
    sentence = _("%(year)s年市级目标在%(of)s个县（市、区）中排%(rank)s，得分%(share)s") % {
        "year": year,
        "of": own.place.of,
        "rank": own.words,
        "share": own.share,
    }
    others = [
        _("%(year)s年%(rank)s") % {"year": rank.year, "rank": rank.words}
        for rank in line.ranks
        if rank.year != year and rank.place.rank is not None
    ]
    return _("；").join([sentence, *others]) + _("。")


def lights_words(counts: LightCounts) -> str:
    """“绿灯1项，红灯2项”; lights that do not occur are left out."""
    words = [
        (_("绿灯%(n)s项"), counts.green),
        (_("黄灯%(n)s项"), counts.yellow),
        (_("红灯%(n)s项"), counts.red),
        (_("灰灯%(n)s项"), counts.grey),
    ]
    return _("，").join(text % {"n": n} for text, n in words if n)


def _at_risk(line: BindingLine, cell: YearCell) -> str:
    """“护理型床位占比38.7%，差16.3个百分点，自2025-12-31到期起红灯；9个县（市、区）均为红灯；市民政局负责。”"""
    light = _("红灯") if cell.row.light == "red" else _("黄灯")
    state = _("%(name)s%(actual)s，%(gap)s，%(since)s%(light)s") % {
        "name": line.name,
        "actual": cell.row.actual,
        "gap": cell.row.gap,
        "since": cell.since,
        "light": light,
    }
    lead = _("%(leads)s负责") % {"leads": line.leads} if line.leads else _("文中未载明负责单位")
    return _("；").join([state, counties_words(cell), lead]) + _("。")


def counties_words(cell: YearCell) -> str:
    """Which counties are red or yellow, by name; that the target is not judged county by county."""
    if not cell.judged_counties:
        return _("未分解到县（市、区）")
    if not cell.counties:
        return _("各县（市、区）均未亮红灯、黄灯")
    return _("；").join(_of_light(light, own, cell.judged_counties) for light, own in cell.by_light())


def _of_light(light: str, counties: Sequence[CountyLight], judged: int) -> str:
    if len(counties) == judged:
        text = _("%(n)s个县（市、区）均为红灯") if light == "red" else _("%(n)s个县（市、区）均为黄灯")
        return text % {"n": judged}
    names = _("、").join(county.name for county in counties[:NAMED])
    if len(counties) > NAMED:
        names = _("%(names)s等%(n)s个县（市、区）") % {"names": names, "n": len(counties)}
    text = _("%(names)s红灯") if light == "red" else _("%(names)s黄灯")
    return text % {"names": names}
