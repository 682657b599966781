"""Progress reports of a part: told for a period, corrected by a later version, returned, problems answered."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import Problem, Refused
from targets.models import AssignmentPart, PartReport, PartStep
from targets.queries.following_facts import facts_of, working_days
from targets.standing import Owed, owed_reports, report_due
from targets.standing.periods import period_ends
from yuxi_eldercare.core.files import Upload
from yuxi_eldercare.core.models import User

from .basics import TEXT_MOST, Kind, locked, reason_problems, refuse, take
from .evidence import attach, kept_files
from .telling import tell_body, tell_supervisors

_YEAR = timedelta(days=366)


def reportable(part: AssignmentPart, today: date) -> list[Owed]:
    """The periods a part can be reported on, latest first: those it owes or told already, and the running one."""
    facts = facts_of([part], today)[part.pk]
    days = working_days(today)
    owed = {one.period_end: one for one in owed_reports(facts.frequencies, today, days, asked_on=today)}
    for period_end in facts.reports:
        owed.setdefault(period_end, Owed(period_end, report_due(period_end, days)))
    running = next(period_ends(part.frequency, today, today + _YEAR))
    owed.setdefault(running, Owed(running, report_due(running, days)))
    return [owed[end] for end in sorted(owed, reverse=True)]


@transaction.atomic
def report(
    *,
    part: AssignmentPart | int,
    period_end: date,
    text: str,
    by: User,
    percent: int | None = None,
    problems: str = "",
    explanation: str = "",
    files: Sequence[Upload] = (),
    revision: int | None = None,
) -> PartReport:
    """Tell the progress by a period's end. Told again it is a later version; the earlier one stays readable.

    A report that comes after its day is taken and counts as late. A share of work done below that of an earlier
    period needs an `explanation`, which is kept with the text.
    """
    row = locked(part, Kind.REPORT, by, revision)
    now = timezone.now()
    periods = {one.period_end: one for one in reportable(row, timezone.localdate(now))}
    before = _fallen(row, period_end, percent)
    found = _problems(period_end, periods, text, percent, problems)
    refuse(found or _unexplained(before, percent, explanation))
    kept = kept_files(row, files, by)
    earlier = PartReport.objects.filter(part=row, period_end=period_end, superseded_at=None).first()
    if earlier is not None:
        earlier.superseded_at = now
        earlier.save(update_fields=["superseded_at"])
    told = PartReport.objects.create(
        part=row,
        period_end=period_end,
        text=_with_reason(text.strip(), before, percent, explanation.strip()),
        percent=percent,
        problems=problems.strip(),
        entered_at=now,
        entered_by=by,
        due_on=earlier.due_on if earlier else periods[period_end].due_on,
        is_demo=row.is_demo or by.is_demo,
    )
    late = earlier is None and timezone.localdate(now) > told.due_on
    data = {
        "period_end": period_end.isoformat(),
        "report": told.pk,
        "again": earlier is not None,
        "late": late,
    }
    step = take(Kind.REPORT, row, by, text=told.text, data=data, at=now)
    attach(step, kept, told)
    if told.problems:
        tell_supervisors(step, row)
    return told


def _problems(
    period_end: date, periods: dict[date, Owed], text: str, percent: int | None, problems: str
) -> list[Problem]:
    found = reason_problems(text, "text", _("请写明本期进展。"), TEXT_MOST)
    if period_end not in periods:
        names = _("、").join(str(end) for end in periods)
        words = _("这一期不用报送，可报送的报告期截至：%(names)s。") % {"names": names}
        found.append(Problem(None, "period_end", words))
    if percent is not None and not 0 <= percent <= 100:
        found.append(Problem(None, "percent", _("完成比例应在0到100之间。")))
    if len(problems) > TEXT_MOST:
        words = _("最多%(most)s字，请精简。") % {"most": TEXT_MOST}
        found.append(Problem(None, "problems", words))
    return found


def _fallen(part: AssignmentPart, period_end: date, percent: int | None) -> PartReport | None:
    """The report on the last period before this one that told a share of work done, if it told more."""
    if percent is None:
        return None
    rows = PartReport.objects.filter(
        part=part, period_end__lt=period_end, superseded_at=None, returned_at=None
    )
    last = rows.exclude(percent=None).order_by("-period_end").first()
    return last if last is not None and (last.percent or 0) > percent else None


def _unexplained(before: PartReport | None, percent: int | None, explanation: str) -> list[Problem]:
    if before is None:
        return []
    words = _("完成比例%(now)s%%，低于截至 %(end)s 一期的%(then)s%%，请核对，或写明原因。")
    values = {"now": percent, "end": before.period_end, "then": before.percent}
    return reason_problems(explanation, "explanation", words % values)


def _with_reason(text: str, before: PartReport | None, percent: int | None, explanation: str) -> str:
    if before is None:
        return text
    words = _("完成比例由%(then)s%%调整为%(now)s%%：%(why)s")
    return f"{text}\n{words % {'then': before.percent, 'now': percent, 'why': explanation}}"


@transaction.atomic
def return_report(
    *, report: PartReport | int, reason: str, by: User, revision: int | None = None
) -> PartStep:
    """Return a report with a reason; until it is told again, it is not in."""
    told = _of(report)
    row = locked(told.part_id, Kind.RETURN_REPORT, by, revision)
    told.refresh_from_db()
    if told.superseded_at is not None:
        raise Refused.because(_("这份进展已有更新的一版，请刷新页面后看新的一版。"), "report")
    if told.returned_at is not None:
        raise Refused.because(_("这份进展已经退回过。"), "report")
    refuse(reason_problems(reason, "reason", _("请写明为什么退回，承办单位会看到。")))
    told.returned_at, told.returned_by, told.return_reason = timezone.now(), by, reason.strip()
    told.save(update_fields=["returned_at", "returned_by", "return_reason"])
    data = {"period_end": told.period_end.isoformat(), "report": told.pk}
    step = take(Kind.RETURN_REPORT, row, by, text=reason.strip(), data=data)
    tell_body(step, row)
    return step


@transaction.atomic
def answer_problems(
    *, report: PartReport | int, answer: str, by: User, revision: int | None = None
) -> PartStep:
    """Answer what a report asked to be coordinated; a later answer replaces it, both stand in the trail."""
    told = _of(report)
    row = locked(told.part_id, Kind.COORDINATE, by, revision)
    if not told.problems:
        raise Refused.because(_("这份进展没有提出需协调的事项。"), "answer")
    refuse(reason_problems(answer, "answer", _("请写明答复。"), TEXT_MOST))
    told.answer = answer.strip()
    told.save(update_fields=["answer"])
    data = {"period_end": told.period_end.isoformat(), "report": told.pk}
    step = take(Kind.COORDINATE, row, by, text=told.answer, data=data)
    tell_body(step, row)
    return step


def _of(report: PartReport | int) -> PartReport:
    return PartReport.objects.get(pk=report if isinstance(report, int) else report.pk)
