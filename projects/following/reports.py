"""Monthly reports: investment completed and physical outputs since the beginning of the project."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.amounts import in_words
from projects.models import Project, ProjectReport
from projects.offering import count_soon
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.files import Upload
from yuxi_eldercare.core.models import User

from .basics import day_problems, locked, note
from .pictures import add_photos
from .standings import refresh_standings

_FIELDS = ("invested_fen", "beds", "childcare_places", "area_m2", "problems")


@transaction.atomic
def report_month(
    *,
    project: Project,
    month_end: date,
    invested_fen: int,
    by: User,
    beds: int = 0,
    childcare_places: int = 0,
    area_m2: int = 0,
    problems: str = "",
    explanation: str = "",
    photos: Sequence[Upload] = (),
) -> ProjectReport:
    """State what a project had come to by a month's end; stated again, it is a new version with an explanation.

    Amounts and outputs are sums since the beginning: less than an earlier month, or more than a later one or than
    the planned total, passes with an explanation only. Raises `NotAllowed` or `Refused`.
    """
    row = locked(project, by)
    report = ProjectReport(
        project=row,
        month_end=month_end,
        invested_fen=invested_fen,
        beds=beds,
        childcare_places=childcare_places,
        area_m2=area_m2,
        problems=problems.strip(),
        explanation=explanation.strip(),
        entered_by=by,
        is_demo=by.is_demo,
    )
    others = list(row.reports.filter(superseded_at=None).order_by("month_end"))
    current = next((r for r in others if r.month_end == month_end), None)
    if current is not None and facts(current) == facts(report):
        if photos:
            _show(row, current, photos, by)
        return current
    wrong = [*_impossible(report), *([] if report.explanation else _unlikely(report, others, current))]
    if wrong:
        raise Refused(wrong)
    if current is not None:
        current.superseded_at = timezone.now()
        current.save(update_fields=["superseded_at"])
    report.save()
    note(
        row,
        "report",
        by,
        before=facts(current) if current else None,
        after=facts(report),
        detail=report.explanation,
    )
    if photos:
        _show(row, report, photos, by)
    refresh_standings([row.pk])
    count_soon()
    return report


def _show(project: Project, report: ProjectReport, photos: Sequence[Upload], by: User) -> None:
    added = add_photos(report, photos, by=by)
    names = [photo.file.name for photo in added]
    note(project, "photos", by, after={"month_end": str(report.month_end), "photos": names})


def facts(report: ProjectReport) -> dict[str, str]:
    """What a report says, for comparing and for the trail."""
    return {"month_end": str(report.month_end), **{name: str(getattr(report, name)) for name in _FIELDS}}


def _impossible(report: ProjectReport) -> list[Problem]:
    wrong = []
    if (report.month_end + timedelta(days=1)).day != 1:
        wrong.append(Problem(None, "month_end", _("请选择一个月的最后一天。")))
    wrong += day_problems(report.month_end, "month_end")
    for name in ("invested_fen", "beds", "childcare_places", "area_m2"):
        if getattr(report, name) < 0:
            wrong.append(Problem(None, name, _("不能为负数。")))
    return wrong


def _unlikely(
    report: ProjectReport, others: list[ProjectReport], current: ProjectReport | None
) -> list[Problem]:
    """What needs an explanation."""
    wrong = []
    if current is not None:
        wrong.append(Problem(None, "explanation", _("本月已填报过，更正须写明原因。")))
    before = next((r for r in reversed(others) if r.month_end < report.month_end), None)
    after = next((r for r in others if r.month_end > report.month_end), None)
    if before is not None and report.invested_fen < before.invested_fen:
        text = _("累计完成投资 %(now)s，少于 %(month)s 的 %(then)s，请核对，或写明原因。")
        wrong.append(_compared(text, report, before))
    if after is not None and report.invested_fen > after.invested_fen:
        text = _("累计完成投资 %(now)s，多于 %(month)s 的 %(then)s，请核对，或写明原因。")
        wrong.append(_compared(text, report, after))
    total = report.project.total_investment_fen
    if total is not None and report.invested_fen > total:
        text = _("累计完成投资 %(now)s，多于计划总投资 %(total)s，请核对，或写明原因。")
        values = {"now": in_words(report.invested_fen), "total": in_words(total)}
        wrong.append(Problem(None, "invested_fen", text % values))
    return wrong


def _compared(text: str, report: ProjectReport, other: ProjectReport) -> Problem:
    values = {
        "now": in_words(report.invested_fen),
        "month": other.month_end.strftime("%Y-%m"),
        "then": in_words(other.invested_fen),
    }
    return Problem(None, "invested_fen", text % values)
