"""A county's statement: what was granted, from which level, what was paid and came back, institution by institution."""

from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.amounts import grouped
from subsidies.models import Level
from subsidies.queries.book_totals import Granted
from yuxi_eldercare.reports import wording
from yuxi_eldercare.reports.blocks import Column, Content, Outline, Signature

from .facts import Facts

KIND = "subsidies"


def statement(facts: Facts, *, issuer: str) -> Content:
    """The whole statement; equal facts give equal contents."""
    outline = Outline()
    outline.heading(1, _("总体情况"))
    _overall(outline, facts)
    outline.heading(1, _("按补助项目"))
    _by_scheme(outline, facts)
    outline.heading(1, _("按资金来源"))
    _by_level(outline, facts)
    outline.heading(1, _("按机构"))
    _by_institution(outline, facts)
    outline.heading(1, _("追回情况"))
    _recoveries(outline, facts)
    proof = _("数据截至%(day)s，由系统按账目逐笔汇总。") % {"day": wording.chinese_day(facts.on)}
    outline.blocks.append(Signature(unit=issuer, date=wording.chinese_day(facts.on), proof=(proof,)))
    values = {"county": facts.county.name, "year": facts.year}
    return Content(
        kind=KIND,
        title=_("%(county)s\n%(year)s年养老托育补助资金情况") % values,
        edition=wording.bracketed(_("截至%(day)s") % {"day": wording.chinese_day(facts.on)}),
        subject=_("%(county)s%(year)s年补助资金") % values,
        mark=_("演示数据：由系统生成，只作示例，不是真实统计") if facts.is_demo else "",
        blocks=tuple(outline.blocks),
        sheets=(),
    )


def _overall(outline: Outline, facts: Facts) -> None:
    sums = facts.whole
    values = {
        "day": wording.chinese_day(facts.on),
        "year": facts.year,
        "granted": grouped(sums.granted),
        "paid": grouped(sums.paid),
        "waiting": grouped(sums.waiting),
        "rate": rate(sums),
        "recovered": grouped(sums.recovered),
    }
    if not facts.groups:
        outline.say(_("截至%(day)s，没有从%(year)s年预算中批复补助。") % values)
        return
    outline.say(
        _("截至%(day)s，从%(year)s年预算中批复补助%(granted)s元，") % values,
        _("已支付%(paid)s元，兑付率%(rate)s，待支付%(waiting)s元。") % values,
        _("已追回%(recovered)s元，批复和支付金额均已扣除。") % values if sums.recovered else "",
    )


def rate(sums: Granted) -> str:
    """兑付率 = paid / granted, to one decimal, cut off so that 100 % means all of it; — where nothing is granted."""
    if sums.granted <= 0:
        return "—"
    tenths = sums.paid * 1000 // sums.granted
    return f"{tenths // 10}.{tenths % 10}%"


def _money(first: str, share: int) -> list[Column]:
    return [
        Column(title=first, share=share),
        Column(title=_("批复（元）"), share=8, align="right"),
        Column(title=_("已支付（元）"), share=8, align="right"),
        Column(title=_("兑付率"), share=5, align="right"),
        Column(title=_("追回（元）"), share=7, align="right"),
    ]


def _cells(sums: Granted) -> list[str]:
    return [grouped(sums.granted), grouped(sums.paid), rate(sums), grouped(sums.recovered)]


def _by_scheme(outline: Outline, facts: Facts) -> None:
    rows = []
    for (scheme, name), sums in facts.by(lambda group: (group.scheme, group.scheme_name)).items():
        counted = facts.counted.get(scheme)
        if counted is not None:
            text = _("%(name)s\n%(n)s笔，%(units)s%(unit)s")
            name = text % {
                "name": name,
                "n": counted.applications,
                "units": counted.units,
                "unit": counted.unit,
            }
        rows.append([name, *_cells(sums)])
    if not rows:
        outline.say(_("没有。"))
        return
    rows.append([_("合计"), *_cells(facts.whole)])
    outline.table(_("补助项目"), _money(_("补助项目"), 12), rows)


def _by_level(outline: Outline, facts: Facts) -> None:
    sums = facts.by(lambda group: group.level)
    rows = [[str(label), *_cells(sums[level])] for level, label in Level.choices if level in sums]
    if not rows:
        outline.say(_("没有。"))
        return
    rows.append([_("合计"), *_cells(facts.whole)])
    outline.table(_("资金来源"), _money(_("级次"), 5), rows)


def _by_institution(outline: Outline, facts: Facts) -> None:
    rows = [[row.name or _("居民家庭和个人"), *_cells(row.sums)] for row in facts.institutions]
    if not rows:
        outline.say(_("没有。"))
        return
    outline.table(_("受补助机构"), _money(_("机构"), 12), rows)


def _recoveries(outline: Outline, facts: Facts) -> None:
    if not facts.recoveries:
        outline.say(_("没有需要追回的补助。"))
        return
    columns = [
        Column(title=_("机构"), share=4),
        Column(title=_("应追回（元）"), share=3, align="right"),
        Column(title=_("已退回（元）"), share=3, align="right"),
        Column(title=_("理由"), share=5),
        Column(title=_("状态"), share=2),
    ]
    rows = [
        [
            row.application.name,
            grouped(row.amount_fen),
            grouped(row.received_fen),
            row.reason,
            row.get_state_display(),
        ]
        for row in facts.recoveries
    ]
    outline.table(_("追回"), columns, rows)


def created_at() -> str:
    """The moment a document's properties name."""
    return timezone.localtime().isoformat(timespec="seconds")
