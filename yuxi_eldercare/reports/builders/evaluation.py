"""中期评估 and 终期评估: every target of a plan, met or not, when and by how much, and what the judgement rests on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from targets.presenters.rows import LightCounts
from targets.queries.chapters import chapter_of
from targets.queries.frozen import Identity
from yuxi_eldercare.core.models import Document

from .. import wording
from ..blocks import Column, Content, Outline
from ..facts import Facts, LightThen, Line, Unjudged
from . import common
from .target_history import first_met, trajectory
from .target_story import tell
from .workbook import history_sheet, sheets

Stage = Literal["midterm", "final"]


@dataclass(frozen=True)
class Grounds:
    """What an evaluation needs beside the frozen rows of its own month."""

    history: Mapping[Identity, list[LightThen]]
    unjudged: Sequence[Unjudged]
    findings: Sequence[tuple[str, str]]
    headings: Mapping[str, str]  # chapter number → its heading in the text


def evaluation(facts: Facts, grounds: Grounds, *, stage: Stage, issuer: str) -> Content:
    """The whole report; its facts hold the rows of one plan for its own region and for the regions below."""
    outline = Outline()
    document = facts.lines[0].judged.target.document
    own = [line for line in facts.lines if line.judged.region.code == document.plan.region_id]
    lines = _in_order(own)
    outline.heading(1, _("评估说明"))
    _method(outline, facts, lines, document, stage)
    outline.heading(1, _("总体结论"))
    _conclusion(outline, facts, lines)
    outline.heading(1, _("逐项评估"))
    _every(outline, facts, grounds, lines)
    outline.heading(1, _("未达标目标及原因"))
    common.reds(outline, facts, lines)
    outline.heading(1, _("未作数值判定的目标"))
    _unjudged(outline, grounds.unjudged)
    outline.heading(1, _("数据情况"))
    common.reporting(outline, facts, lines)
    outline.heading(1, _("尚未裁定的数据疑点"))
    _findings(outline, grounds.findings)
    outline.blocks.append(common.signature(facts, issuer))
    title = _("%(plan)s终期评估报告") if stage == "final" else _("%(plan)s中期评估报告")
    month = wording.chinese_month(facts.close.month_end)
    return Content(
        kind=stage,
        title=title % {"plan": wording.quoted(document.plan.name) + "\n"},
        edition=wording.bracketed(month),
        subject=wording.subject(document.plan.name, month),
        mark=common.mark_of(facts),
        blocks=tuple(outline.blocks),
        sheets=(*sheets(facts), history_sheet(lines)),
    )


def _in_order(lines: Iterable[Line]) -> list[Line]:
    """Target by target as the text has them, then by due date."""
    return sorted(lines, key=lambda line: (line.judged.target.position, line.judged.target.pk, line.due))


def is_due(facts: Facts, line: Line) -> bool:
    """Whether its date is over; what is due on the month's last day is settled a month later (§4.2)."""
    return line.due < facts.close.as_of


def _method(outline: Outline, facts: Facts, lines: Sequence[Line], document: Document, stage: Stage) -> None:
    plan = document.plan
    number = wording.bracketed(document.number)
    period = _("%(start)s年至%(end)s年") % {"start": plan.start.year, "end": plan.end.year}
    opening = (
        _("本报告对%(title)s%(number)s的完成情况作终期评估。规划期为%(period)s。")
        if stage == "final"
        else _("本报告对%(title)s%(number)s的执行情况作中期评估。规划期为%(period)s。")
    )
    targets = len({line.judged.target.pk for line in lines})
    outline.say(
        opening % {"title": wording.quoted(document.title), "number": number, "period": period},
        _("评估依据%(month)s封存的数据，数据截至%(day)s，封存之后的更正不计入。")
        % {
            "month": wording.chinese_month(facts.close.month_end),
            "day": wording.chinese_day(facts.close.as_of),
        },
    )
    outline.say(
        _("纳入评估的定量目标%(targets)s个，按到期年度计%(n)s项。") % {"targets": targets, "n": len(lines)},
        _(
            "到期的目标以到期日及以前最近一期数据对照目标值，不作四舍五入；到期后才达到的为逾期完成，仍未达到的为逾期未达标。"
        ),
        _("未到期的目标对照基期至目标之间按日计算的序时进度。"),
        _("要求每个县（市、区）都达到的，逐县判定，全部达到为达标。"),
    )


def _conclusion(outline: Outline, facts: Facts, lines: Sequence[Line]) -> None:
    due = [line for line in lines if is_due(facts, line)]
    ahead = [line for line in lines if not is_due(facts, line)]
    outline.say(_due_sentence(due), _ahead_sentence(ahead))
    binding = [line for line in due if line.judged.binding]
    if binding:
        missed = [line for line in binding if line.light == "red"]
        outline.say(
            _("约束性目标已到期%(n)s项，达标%(met)s项。")
            % {"n": len(binding), "met": sum(line.light == "green" for line in binding)},
            _("未达标的是：%(names)s。") % {"names": common.named_lines(missed)} if missed else "",
        )
    years = common.by_due_year(lines)
    names = [wording.period(own[0].due) for own in years.values()]
    counts = [LightCounts.of(own) for own in years.values()]
    caption = _("目标按到期年度亮灯情况")
    outline.chart("bars", caption, _("项"), names, common.count_series(counts))
    rows = [[name, *common.count_cells(found)] for name, found in zip(names, counts, strict=True)]
    rows.append([_("合计"), *common.count_cells(LightCounts.of(lines))])
    outline.table(caption, common.count_columns(_("到期年度")), rows)
    _overview(outline, lines)


def _due_sentence(due: Sequence[Line]) -> str:
    if not due:
        return _("截至评估月份，没有目标到期。")
    states = Counter(line.judged.state for line in due)
    met, late = states["MET"], states["MET_LATE"]
    missed = sum(line.light == "red" for line in due)
    rest = len(due) - met - late - missed
    share = wording.amount(Decimal(100 * met) / len(due), "%", 1)
    return _(
        "已到期%(n)s项：按期达标%(met)s项，占%(share)s；逾期完成%(late)s项；未达标%(missed)s项；待期末数、暂定、不适用或没有数据的%(rest)s项。"
    ) % {"n": len(due), "met": met, "share": share, "late": late, "missed": missed, "rest": rest}


def _ahead_sentence(ahead: Sequence[Line]) -> str:
    if not ahead:
        return _("没有尚未到期的目标。")
    return _("尚未到期%(n)s项：%(counts)s。") % {
        "n": len(ahead),
        "counts": wording.counts(LightCounts.of(ahead)),
    }


def _overview(outline: Outline, lines: Sequence[Line]) -> None:
    """Every target in one table: met or not, when, by how much."""
    columns = common.standing_columns(leads=True)
    columns[4] = Column(title=_("到期时实际"), share=19, align="right")
    columns[7] = Column(title=_("达到时间"), share=24, align="center")
    rows = [
        [
            str(number),
            wording.name(line),
            wording.period(line.due),
            wording.demand_short(line),
            wording.actual(line) + common.marked(line),
            wording.gap(line),
            wording.light_and_state(line),
            first_met(line),
        ]
        for number, line in enumerate(lines, 1)
    ]
    outline.table(
        _("目标完成情况一览"), columns, rows, _("注：未到期目标的“到期时实际”为最近一期数；差距为正即仍缺。")
    )


def _every(outline: Outline, facts: Facts, grounds: Grounds, lines: Sequence[Line]) -> None:
    """Chapter by chapter, target by target."""
    chapters: dict[str, dict[int, list[Line]]] = {}
    for line in lines:
        number = chapter_of(line.sources[0]["clause"]) if line.sources else ""
        chapters.setdefault(number, {}).setdefault(line.judged.target.pk, []).append(line)
    for number, targets in chapters.items():
        heading = grounds.headings.get(number, "")
        outline.heading(
            2,
            _("%(heading)s（原文%(number)s）") % {"heading": heading, "number": number}
            if heading
            else number,
        )
        for own in targets.values():
            outline.heading(3, wording.name(own[0]))
            tell(outline, facts, grounds.history, own)
            if own[0].judged.binding:
                trajectory(outline, own)


def _unjudged(outline: Outline, rows: Sequence[Unjudged]) -> None:
    if not rows:
        outline.say(_("没有未作数值判定的目标。"))
        return
    outline.say(_("以下%(n)s个目标不能按数值判定，由牵头单位凭证据认定或待裁定。") % {"n": len(rows)})
    columns = [
        Column(title=_("目标"), share=10),
        Column(title=_("条款"), share=6, align="center"),
        Column(title=_("原文"), share=16),
        Column(title=_("说明"), share=8),
    ]
    outline.table(
        _("未作数值判定的目标"), columns, [[row.name, row.clause, row.phrase, row.why] for row in rows]
    )


def _findings(outline: Outline, findings: Sequence[tuple[str, str]]) -> None:
    if not findings:
        outline.say(_("没有涉及本规划的未裁定疑点。"))
        return
    outline.say(_("涉及本规划、封存时尚未裁定的数据疑点%(n)s条，可能影响口径和结论。") % {"n": len(findings)})
    columns = [
        Column(title=_("序号"), share=3, align="center"),
        Column(title=_("类别"), share=8),
        Column(title=_("疑点"), share=29),
    ]
    rows = [[str(number), kind, summary] for number, (kind, summary) in enumerate(findings, 1)]
    outline.table(_("尚未裁定的数据疑点"), columns, rows)
