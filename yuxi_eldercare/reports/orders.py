"""What is ordered: a kind of report, a closed month, and a region or a plan; and the content that comes of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from targets.models import FrozenAssessment
from targets.queries.chapters import chapter_headings, chapter_of
from targets.reporting.wording import kept
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.closing import month_name
from yuxi_eldercare.core.models import Document, PeriodClose, Plan, Region, Report
from yuxi_eldercare.core.queries.closes import close_of

from .blocks import Content
from .builders.briefing import briefing
from .builders.county import county_report
from .builders.evaluation import Grounds, Stage, evaluation
from .facts import light_history, open_findings, read_facts, unjudged

Kind = Report.Kind
EVALUATIONS: Final = frozenset({Kind.MIDTERM, Kind.FINAL})


@dataclass(frozen=True)
class Order:
    """`region` is a county's code, `plan` a plan's key, each where the kind asks for it; `issuer` signs."""

    kind: str
    month_end: date
    region: str = ""
    plan: str = ""
    issuer: str = ""

    def as_params(self) -> dict[str, str]:
        """As a job keeps it."""
        return {
            "kind": self.kind,
            "month_end": self.month_end.isoformat(),
            "region": self.region,
            "plan": self.plan,
            "issuer": self.issuer,
        }

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> "Order":
        """What `as_params` wrote."""
        return cls(**{**params, "month_end": date.fromisoformat(params["month_end"])})

    @classmethod
    def of(cls, report: Report) -> "Order":
        """The order that gave a report."""
        return cls(
            kind=report.kind,
            month_end=report.close.month_end,
            region=report.region_id if report.kind == Kind.COUNTY else "",
            plan=report.plan.key if report.plan else "",
            issuer=report.parameters.get("issuer", ""),
        )


@dataclass(frozen=True)
class Subject:
    """What an order is about: the month, the region that answers, and for an evaluation the plan's text."""

    close: PeriodClose
    region: Region
    plan: Plan | None = None
    document: Document | None = None


def subject_of(order: Order) -> Subject:
    """Find what the order names. Raises `ActionRefused` for what there is not, or what makes no sense yet."""
    if order.kind not in Kind.values:
        raise ActionRefused.because(_("请选择报告种类。"), "kind")
    close = close_of(order.month_end)
    if close is None:
        raise ActionRefused.because(
            _("这个月份还没有封存，报告只从封存的月份产生。请先封存，或选其他月份。"), "month"
        )
    if order.kind in EVALUATIONS:
        return _plan_subject(order, close)
    regions = Region.objects.filter(withdrawn=False)
    if order.kind == Kind.BRIEFING:
        city = regions.filter(level=Region.Level.CITY).order_by("position", "code").first()
        return Subject(close, _judged(close, city))
    county = regions.filter(level=Region.Level.COUNTY, code=order.region).first()
    return Subject(close, _judged(close, county))


def _judged(close: PeriodClose, region: Region | None) -> Region:
    if region is None:
        raise ActionRefused.because(_("没有这个县（市、区），请重新选择。"), "region")
    if not FrozenAssessment.objects.filter(close=close, region=region).exists():
        text = _("%(month)s的封存里没有%(region)s的目标，请选其他月份。")
        raise ActionRefused.because(text % {"month": month_name(close), "region": region.short_name}, "month")
    return region


def _plan_subject(order: Order, close: PeriodClose) -> Subject:
    document = (
        Document.objects.filter(plan__key=order.plan, status=Document.Status.ISSUED, withdrawn_at=None)
        .select_related("plan__region")
        .order_by("-effective_from", "position")
        .first()
    )
    if document is None:
        raise ActionRefused.because(_("没有这个已印发的规划，请重新选择；征求意见稿不作评估。"), "plan")
    plan = document.plan
    if not FrozenAssessment.objects.filter(
        close=close, document=document.key, region=plan.region_id
    ).exists():
        text = _("%(month)s的封存里没有《%(plan)s》的目标，请选规划生效以后的月份。")
        raise ActionRefused.because(text % {"month": month_name(close), "plan": plan.name}, "month")
    over = close.month_end > plan.end
    if order.kind == Kind.FINAL and not over:
        text = _("规划期到%(end)s结束，终期评估要用此后封存的月份，期末的目标才有结论。可以先作中期评估。")
        raise ActionRefused.because(text % {"end": plan.end.isoformat()}, "month")
    if order.kind == Kind.MIDTERM and over:
        text = _("规划期已于%(end)s结束，请作终期评估，或选以前封存的月份。")
        raise ActionRefused.because(text % {"end": plan.end.isoformat()}, "month")
    return Subject(close, plan.region, plan, document)


@kept
def build(order: Order, subject: Subject) -> Content:
    """The content an order gives: always in Chinese, whatever the reader's language, and always the same."""
    if subject.document is not None:
        return _evaluation(order, subject.close, subject.document)
    facts = read_facts(subject.close)
    region = facts.region(subject.region.code)
    if order.kind == Kind.BRIEFING:
        return briefing(facts, city=region, issuer=order.issuer)
    return county_report(facts, region=region, issuer=order.issuer)


def _evaluation(order: Order, close: PeriodClose, document: Document) -> Content:
    facts = read_facts(close, documents=[document.key])
    chapters = {chapter_of(line.sources[0]["clause"]) for line in facts.lines if line.sources}
    grounds = Grounds(
        history=light_history(close, document.key, document.plan.region_id),
        unjudged=unjudged(document.key, {line.judged.target.pk for line in facts.lines}),
        findings=open_findings(close, document.key),
        headings=dict(chapter_headings(document.key, chapters)),
    )
    stage: Stage = "final" if order.kind == Kind.FINAL else "midterm"
    return evaluation(facts, grounds, stage=stage, issuer=order.issuer)
