"""Monthly reports: investment completed and physical outputs since the beginning of the project."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Final

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

OUTPUTS: Final = ("beds", "childcare_places", "area_m2")
_FIELDS: Final = ("invested_fen", *OUTPUTS, "problems")


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
    day = report.month_end
    if day.day != monthrange(day.year, day.month)[1]:
        wrong.append(Problem(None, "month_end", _("请选择一个月的最后一天。")))
    wrong += day_problems(report.month_end, "month_end")
    for name in ("invested_fen", *OUTPUTS):
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
    if before is not None:
        less = _("累计%(name)s %(now)s，少于 %(month)s 的 %(then)s，请核对，或写明原因。")
        wrong += [_compared(less, name, report, before) for name in _falls(before, report)]
    if after is not None:
        more = _("累计%(name)s %(now)s，多于 %(month)s 的 %(then)s，请核对，或写明原因。")
        wrong += [_compared(more, name, report, after) for name in _falls(report, after)]
    total = report.project.total_investment_fen
    if total is not None and report.invested_fen > total:
        text = _("累计完成投资 %(now)s，多于计划总投资 %(total)s，请核对，或写明原因。")
        values = {"now": in_words(report.invested_fen), "total": in_words(total)}
        wrong.append(Problem(None, "invested_fen", text % values))
    return wrong


def _falls(first: ProjectReport, second: ProjectReport) -> list[str]:
    """The sums of which the later month has less than the earlier one."""
    return [name for name in ("invested_fen", *OUTPUTS) if getattr(second, name) < getattr(first, name)]


def _compared(text: str, name: str, report: ProjectReport, other: ProjectReport) -> Problem:
    values = {
        "name": _named(name),
        "now": _amount(name, report),
        "month": other.month_end.strftime("%Y-%m"),
        "then": _amount(name, other),
    }
    return Problem(None, name, text % values)


def _named(name: str) -> str:
    return {
        "invested_fen": _("完成投资"),
        "beds": _("建成床位"),
        "childcare_places": _("建成托位"),
        "area_m2": _("建成面积"),
    }[name]


def _amount(name: str, report: ProjectReport) -> str:
    number = getattr(report, name)
    units = {
        "beds": _("%(n)s 张"),
        "childcare_places": _("%(n)s 个"),
        "area_m2": _("%(n)s 平方米"),
    }
    return units[name] % {"n": number} if name in units else in_words(number)
