"""为什么是这个灯: one judgement laid open, from the sentence that states it to the rule that fitted.

Stored, judged for a day, or frozen with a month: each is explained from what it was made of, and nothing is judged
anew but to show that its inputs alone give the same answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.judging.explain import recompute
from targets.models import Assessment, FrozenAssessment, RegionalTarget
from targets.queries.frozen import judged_then
from targets.queries.indicators import reported_figure
from targets.queries.judged import Judged, as_judged
from yuxi_eldercare.core.closing import month_name
from yuxi_eldercare.core.models import PeriodClose
from yuxi_eldercare.core.templatetags.frame import number

from . import words
from .outlook import forecast_words
from .rows import TargetRow, target_row


@dataclass(frozen=True)
class Line:
    """One labelled fact of the explanation."""

    label: str
    text: str


@dataclass(frozen=True)
class Phrase:
    """A phrase that states the target, with its place."""

    document: str
    clause: str
    phrase: str


@dataclass(frozen=True)
class Explanation:
    """Everything the page shows about one judgement. `standing` says when and from what knowledge it was judged."""

    row: TargetRow
    verdict: str
    inputs: list[Line]
    results: list[Line]
    readings: list[dict[str, Any]]
    members: list[dict[str, Any]]
    sources: list[Phrase]
    rule_version: str
    thresholds_version: int
    standing: str
    url: str
    recomputed: bool  # the inputs shown give the answer shown


def explain_assessment(assessment: Assessment) -> Explanation:
    """Shape a stored assessment, or one made for a day and not saved."""
    judged = as_judged(assessment)
    sources = judged.target.sources.select_related("clause__document")
    return _explanation(
        judged,
        assessment.inputs,
        provenance=_provenance(judged),
        sources=[Phrase(s.clause.document.title, s.clause.number, s.phrase) for s in sources],
        rule_version=assessment.rule_version,
        thresholds_version=assessment.thresholds.version,
        standing=_standing(assessment),
    )


def explain_frozen(row: FrozenAssessment, close: PeriodClose) -> Explanation:
    """Shape a frozen judgement from its own row: what was known as the month was closed."""
    judged = judged_then(row, close)
    text = _("%(month)s封存：%(when)s 所知") % {"month": month_name(close), "when": _moment(close.known_at)}
    return _explanation(
        judged,
        row.inputs,
        provenance=_reported(judged, row.grounds["reported"]),
        sources=[Phrase(**source) for source in row.grounds["sources"]],
        rule_version=row.rule_version,
        thresholds_version=row.thresholds["version"],
        standing=text,
    )


def why_url(judged: Judged) -> str:
    """The address of the explanation of a judgement; empty where it cannot be named."""
    if judged.assessment_id is not None:
        return reverse("assessment", args=[judged.assessment_id])
    if judged.milestone.pk is None or judged.as_of is None:
        return ""
    asked = f"close={judged.month}" if judged.month else f"as_of={judged.as_of}"
    return f"{reverse('explanation', args=[judged.milestone.pk, judged.region.code])}?{asked}"


def _explanation(
    judged: Judged, case: dict[str, Any], *, provenance: Iterable[Line], **given: Any
) -> Explanation:
    members = judged.regional.origin == RegionalTarget.Origin.ALL_MEMBERS
    due = judged.milestone.due
    assert due is not None, "only milestones with a due date are judged"
    return Explanation(
        row=target_row(judged),
        verdict=verdict(judged),
        inputs=[*_inputs(judged, case), *provenance],
        results=[] if members else _results(judged.answer, judged.indicator.unit),
        readings=list(case.get("readings", [])),
        members=list(case.get("members", [])) if members else [],
        url=why_url(judged),
        recomputed=recompute(case, due.isoformat()) == judged.answer,
        **given,
    )


def _standing(assessment: Assessment) -> str:
    if assessment.pk is None:
        return _("按现有数据回看 %(day)s") % {"day": assessment.as_of}
    facts = [_("判定于 %(when)s") % {"when": _moment(assessment.computed_at)}]
    if assessment.run_id is not None:
        facts.append(_("批次 #%(run)s") % {"run": assessment.run_id})
    return " · ".join(facts)


def _moment(when: datetime) -> str:
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M")


def verdict(row: Judged) -> str:
    """The rule that fitted, in one sentence (§4.3)."""
    answer, unit = row.answer, row.indicator.unit
    actual = words.with_unit(row.actual, unit, row.indicator.decimals)
    demand = words.demand(row.milestone, row.indicator)
    due = words.due_words(row.milestone)
    expected = answer.get("expected")
    path = words.with_unit(_dec(expected), unit, 2) if expected else ""
    ratio = answer.get("schedule_ratio")
    sentences = {
        "NOT_APPLICABLE": _("填报为“不适用”，不作判定。"),
        "NO_DATA": _("到数据截至日没有填报值。"),
        "MET": _("%(actual)s 满足%(due)s目标 %(demand)s。"),
        "MET_LATE": _("到期时未达标，%(met_on)s 起满足 %(demand)s。"),
        "PENDING": _("目标已到期，期末数仍在填报期内。"),
        "BREACHED": _("曾经达到 %(demand)s，现为 %(actual)s，没有保持住。"),
        "MISSED": _("%(due)s目标 %(demand)s 已到期，期末为 %(actual)s，未达到。"),
        "NOT_DUE": _("%(due)s目标 %(demand)s 尚未到期，此前不设序时进度。"),
        "REGRESSED": _("现为 %(actual)s，比基期更差。"),
        "ON_TRACK": _("现为 %(actual)s，按序时进度此时应达 %(path)s，进度正常。"),
        "BEHIND": _("现为 %(actual)s，按序时进度此时应达 %(path)s，完成序时进度的 %(ratio)s，滞后。"),
        "AT_RISK": _("现为 %(actual)s，按序时进度此时应达 %(path)s，完成序时进度的 %(ratio)s，严重滞后。"),
    }
    if row.regional.origin == RegionalTarget.Origin.ALL_MEMBERS:
        return _members_verdict(row, demand, due)
    return sentences[row.state] % {
        "actual": actual,
        "due": due,
        "demand": demand,
        "path": path or "—",
        "met_on": answer.get("met_on") or "",
        "ratio": f"{number(_dec(ratio) * 100, 1)}%" if ratio else "—",  # type: ignore[operator]
    }


def _members_verdict(row: Judged, demand: str, due: str) -> str:
    met = row.answer.get("actual") or "0"
    total = row.members_expected or 0
    text = _("%(due)s要求每个县（市、区）%(demand)s：适用的 %(total)s 个县中 %(met)s 个已达到。")
    return text % {"due": due, "demand": demand, "met": met, "total": total}


def _inputs(row: Judged, case: dict[str, Any]) -> list[Line]:
    unit = row.indicator.unit
    thresholds = row_thresholds(case)
    lines = [
        Line(_("指标方向"), str(row.indicator.get_direction_display())),
        Line(_("目标类型"), str(row.target.get_target_type_display())),
        Line(_("基期"), _baseline(case.get("baseline"), unit)),
        Line(_("目标值"), f"{words.due_words(row.milestone)} {words.demand(row.milestone, row.indicator)}"),
        Line(_("判定日"), str(case.get("as_of", ""))),
    ]
    if thresholds:
        lines.append(Line(_("阈值"), thresholds))
    return lines


def _provenance(row: Judged) -> list[Line]:
    """Who reported the judged figure and made it count, as it stands now."""
    if row.actual_date is None or row.regional.origin == RegionalTarget.Origin.ALL_MEMBERS:
        return []
    found = reported_figure(row.indicator, row.region, row.actual_date)
    if found is None:
        return _reported(row, None)
    who = found.reported_by or found.batch.created_by or found.batch.label
    said = {"reported_by": str(who), "known_from": found.known_from.isoformat(), "version": found.version}
    return _reported(row, said)


def _reported(row: Judged, said: Mapping[str, Any] | None) -> list[Line]:
    """Who reported the judged figure, or that it was made from the counties' figures."""
    if row.actual_date is None or row.regional.origin == RegionalTarget.Origin.ALL_MEMBERS:
        return []
    if said is None:
        return [Line(_("数据来源"), _("由所辖各县同期数汇总"))]
    text = _("%(who)s 填报，%(when)s 生效（第 %(version)s 版）") % {
        "who": said["reported_by"],
        "when": _moment(datetime.fromisoformat(said["known_from"])),
        "version": said["version"],
    }
    return [Line(_("数据来源"), text)]


def row_thresholds(case: dict[str, Any]) -> str:
    """“绿 ≥ 0.95，黄 ≥ 0.60，起步期 0.10，收尾期 0.10”."""
    values = case.get("thresholds")
    if not values:
        return ""
    return _("绿灯 ≥ %(green)s，黄灯 ≥ %(yellow)s，起步期 %(start_up)s，收尾期 %(closing)s") % values


def _baseline(baseline: dict[str, Any] | None, unit: str) -> str:
    if not baseline:
        return _("无")
    if "below" in baseline:
        return _("%(date)s 不足 %(value)s（只知上限，不参与计算）") % {
            "date": baseline["date"],
            "value": words.with_unit(_dec(baseline["below"]), unit),
        }
    return f"{baseline['date']} {words.with_unit(_dec(baseline['value']), unit)}"


def _results(answer: dict[str, Any], unit: str) -> list[Line]:
    def amount(name: str, decimals: int = 4) -> str:
        return words.with_unit(_dec(answer.get(name)), unit, decimals)

    def share(name: str) -> str:
        value = _dec(answer.get(name))
        return "—" if value is None else f"{number(value * 100, 2)}%"

    lines = [
        Line(
            _("判定用数"),
            f"{amount('actual')}（{answer['actual_date']}）" if answer.get("actual_date") else "—",
        ),
        Line(_("序时进度应达"), amount("expected")),
        Line(_("与目标的差距（正数为仍缺）"), amount("gap")),
        Line(_("已完成的路程"), share("share_done")),
        Line(_("按时间应完成的路程"), share("expected_share")),
        Line(_("完成序时进度"), share("schedule_ratio")),
        Line(_("今后每年需变化"), amount("required_pace")),
        Line(_("按目前速度到期预计"), forecast_words(answer, unit)),
    ]
    if answer.get("reason"):
        lines.append(Line(_("说明"), str(words.REASONS[answer["reason"]])))
    return lines


def _dec(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
