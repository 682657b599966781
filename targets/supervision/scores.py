"""Points for units: what the job gives from steps, notices and red months, and what a supervisor enters by hand.

Lines are only ever added. Vertically managed bodies are not scored: they do not answer to this government.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Min
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.following.basics import REASON_MOST, reason_problems, refuse
from targets.models import (
    AssignmentPart,
    NoticeReply,
    PartMonth,
    PartReport,
    PartStep,
    ScoreLine,
    ScoreRule,
    SupervisionNotice,
)
from targets.scoring import BY_HAND, Fact, Rule, Scored, rule_on, score
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.roles import SUPERVISE, can

Cause = ScoreRule.Cause
DOCUMENT_MOST = 60
_SCORED_KINDS = {"order": Cause.NOTICE, "circular": Cause.CIRCULAR}
_BATCH = 500


def give_scores(day: date | None = None) -> int:
    """Give the points that are missing up to a day; returns how many lines were added.

    Each thing is scored once, whenever the job runs and however often.
    """
    today = day or timezone.localdate()
    units = _scored_units()
    facts = [fact for fact in facts_until(today) if fact.department in units]
    present = set(ScoreLine.objects.order_by().values_list("department_id", "rule__cause", "cause_key"))
    lines = score(facts, rules(), present)
    parts = {one.fact.part for one in lines if one.fact.part is not None}
    demo = set(AssignmentPart.objects.filter(pk__in=parts, is_demo=True).values_list("pk", flat=True))
    regions = dict(Department.objects.values_list("pk", "region_id"))
    for start in range(0, len(lines), _BATCH):
        rows = [_line(one, regions, demo) for one in lines[start : start + _BATCH]]
        with transaction.atomic():
            ScoreLine.objects.bulk_create(rows, ignore_conflicts=True)
            audit.record(
                by=None,
                process="supervise",
                action="scores.give",
                object_type="score_line",
                object_key=today.isoformat(),
                after={"lines": len(rows), "points": str(sum(row.points for row in rows))},
            )
    return len(lines)


def rules() -> list[Rule]:
    """The table of points with every version. One statement."""
    rows = ScoreRule.objects.values_list("pk", "cause", "points", "valid_from")
    return [Rule(*row) for row in rows]


def _scored_units() -> frozenset[int]:
    rows = Department.objects.exclude(kind=Department.Kind.VERTICAL)
    return frozenset(rows.values_list("pk", flat=True))


def _line(one: Scored, regions: dict[int, str], demo: set[int]) -> ScoreLine:
    fact = one.fact
    return ScoreLine(
        department_id=fact.department,
        region_id=regions[fact.department],
        rule_id=one.rule.pk,
        points=one.rule.points,
        on=fact.on,
        cause_key=fact.key,
        part_id=fact.part,
        step_id=fact.step,
        notice_id=fact.notice,
        is_demo=fact.part in demo,
    )


def facts_until(day: date) -> Iterator[Fact]:
    """Everything up to a day that points are given for. Six statements."""
    yield from _reports(day)
    yield from _steps(day)
    yield from _months(day)
    yield from _notices(day)
    yield from _replies(day)


def _reports(day: date) -> Iterator[Fact]:
    """A period's first report: in time or late. Later versions change nothing."""
    rows = (
        PartReport.objects.filter(entered_at__date__lte=day)
        .order_by("part", "period_end", "entered_at", "pk")
        .values_list("part_id", "part__department_id", "period_end", "due_on", "entered_at")
    )
    last: tuple[int, date] | None = None
    for part, unit, period_end, due_on, entered_at in rows:
        if (part, period_end) == last:
            continue
        last = (part, period_end)
        on = timezone.localdate(entered_at)
        cause = Cause.ON_TIME if on <= due_on else Cause.LATE
        yield Fact(cause, unit, on, f"report:{part}:{period_end}", part=part)


def _steps(day: date) -> Iterator[Fact]:
    """Returned reports and applications, and the first closure: in time when it was applied for in time."""
    wanted = [PartStep.Kind.SUBMIT, PartStep.Kind.RETURN, PartStep.Kind.RETURN_REPORT, PartStep.Kind.CLOSE]
    rows = (
        PartStep.objects.filter(kind__in=wanted, at__date__lte=day)
        .order_by("part", "at", "pk")
        .values_list("pk", "part_id", "part__department_id", "part__due", "kind", "at")
    )
    applied: dict[int, date] = {}
    for step, part, unit, due, kind, at in rows:
        on = timezone.localdate(at)
        if kind == PartStep.Kind.SUBMIT:
            applied[part] = on
        elif kind != PartStep.Kind.CLOSE:
            yield Fact(Cause.RETURNED, unit, on, f"step:{step}", part=part, step=step)
        elif due is not None:
            in_time = applied.get(part, on) <= due
            cause = Cause.CLOSED_ON_TIME if in_time else Cause.CLOSED_LATE
            yield Fact(cause, unit, on, f"closed:{part}", part=part, step=step)


def _months(day: date) -> Iterator[Fact]:
    rows = PartMonth.objects.filter(light="red", month_end__lte=day).order_by("pk")
    for part, unit, month_end in rows.values_list("part_id", "part__department_id", "month_end"):
        yield Fact(Cause.RED_MONTH, unit, month_end, f"month:{part}:{month_end}", part=part)


def _notices(day: date) -> Iterator[Fact]:
    rows = SupervisionNotice.objects.filter(
        kind__in=_SCORED_KINDS, number__isnull=False, issued_on__lte=day
    ).order_by("pk")
    for notice, kind, unit, part, on in rows.values_list(
        "pk", "kind", "recipient_id", "part_id", "issued_on"
    ):
        if on is not None:
            yield Fact(_SCORED_KINDS[kind], unit, on, f"notice:{notice}", part=part, notice=notice)


def _replies(day: date) -> Iterator[Fact]:
    """First answers that came after the day they were asked for."""
    late = (
        NoticeReply.objects.filter(replied_at__date__lte=day, notice__reply_due__isnull=False)
        .order_by()
        .values("notice_id", "notice__recipient_id", "notice__part_id")
        .annotate(first=Min(TruncDate("replied_at")))
        .filter(first__gt=F("notice__reply_due"))
    )
    for row in late.order_by("notice_id"):
        notice, unit = row["notice_id"], row["notice__recipient_id"]
        yield Fact(
            Cause.LATE, unit, row["first"], f"reply:{notice}", part=row["notice__part_id"], notice=notice
        )


@transaction.atomic
def enter_by_hand(
    *, department: Department, cause: str, on: date, reason: str, document: str, by: User
) -> ScoreLine:
    """Praise or criticism of a unit with its reason and the document it stands in; once per unit and document."""
    decision = can(by, SUPERVISE, region=department.region)
    if not decision:
        raise NotAllowed.because(decision.reason)
    problems = [*reason_problems(reason, "reason", _("请写明事由。"), REASON_MOST - DOCUMENT_MOST - 10)]
    problems += reason_problems(document, "document", _("请写明依据的文件名称或文号。"), DOCUMENT_MOST)
    if cause not in BY_HAND:
        problems.append(Problem(None, "cause", _("请选择表扬或批评。")))
    if department.kind == Department.Kind.VERTICAL:
        problems.append(Problem(None, "", _("垂直管理单位不参加计分。")))
    if on > timezone.localdate():
        problems.append(Problem(None, "on", _("日期不能晚于今天。")))
    refuse(problems)
    rule = rule_on(rules(), cause, on)
    if rule is None:
        raise Refused.because(_("这一天还没有相应的计分规则，请核对日期。"), "on")
    key = f"{cause}:{document.strip()}"
    if ScoreLine.objects.filter(department=department, rule__cause=cause, cause_key=key).exists():
        raise Refused.because(_("这份文件对该单位已经登记过。"), "document")
    text = _("%(reason)s（依据：%(document)s）")
    line = ScoreLine.objects.create(
        department=department,
        region_id=department.region_id,
        rule_id=rule.pk,
        points=rule.points,
        on=on,
        cause_key=key,
        text=text % {"reason": reason.strip(), "document": document.strip()},
        given_by=by,
        is_demo=by.is_demo,
    )
    audit.record(
        by=by,
        action="scores.enter",
        object_type="score_line",
        object_key=str(line.pk),
        after={"department": department.key, "cause": cause, "points": _plain(line.points), "on": str(on)},
        detail=line.text,
    )
    return line


def _plain(points: Decimal) -> str:
    return f"{points.normalize():f}"
