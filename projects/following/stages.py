"""Stages: a project moves forward by days, and stands still only with a reason."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from projects.models import Project, StageChange
from projects.offering import count_soon
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.files import Upload
from yuxi_eldercare.core.models import User

from .basics import day_problems, locked, note
from .pictures import keep_document
from .standings import RANK, STOPPED, refresh_standings


@transaction.atomic
def enter_stage(
    *, project: Project, stage: str, on: date, by: User, reason: str = "", document: Upload | None = None
) -> StageChange:
    """Note that a project reached a stage on a day, or stopped, or went on. Raises `NotAllowed` or `Refused`.

    A stage that was passed is not entered again, and no day lies before the last entry's: dates do not run
    backwards. Stopping and going on need a reason.
    """
    row = locked(project, by)
    last = row.stages.order_by("on", "pk").last()
    problems = _problems(row, last, stage, on, reason.strip())
    if problems:
        raise Refused(problems)
    entry = StageChange.objects.create(
        project=row,
        stage=stage,
        on=on,
        reason=reason.strip(),
        document=keep_document(document, by=by) if document is not None else None,
        entered_by=by,
        is_demo=by.is_demo,
    )
    before = {"stage": last.stage, "on": str(last.on)} if last else None
    note(row, "stage", by, before=before, after={"stage": stage, "on": str(on)}, detail=reason.strip())
    refresh_standings([row.pk])
    count_soon()
    return entry


def _problems(row: Project, last: StageChange | None, stage: str, on: date, reason: str) -> list[Problem]:
    if stage not in StageChange.Stage.values:
        return [Problem(None, "stage", _("请选择项目的阶段。"))]
    problems = day_problems(on, "on")
    if last is not None and on < last.on:
        text = _("日期早于上一阶段（%(stage)s，%(on)s），请核对。")
        problems.append(Problem(None, "on", text % {"stage": last.get_stage_display(), "on": last.on}))
    if stage == STOPPED:
        if last is not None and last.stage == STOPPED:
            problems.append(Problem(None, "stage", _("项目已登记停建。")))
        if not reason:
            problems.append(Problem(None, "reason", _("请写明停建的原因。")))
        return problems
    reached = max((RANK[s] for s in row.stages.values_list("stage", flat=True) if s != STOPPED), default=0)
    resumes = last is not None and last.stage == STOPPED
    if resumes and not reason:
        problems.append(Problem(None, "reason", _("项目登记过停建，请写明复工的原因。")))
    if RANK[stage] < reached or (RANK[stage] == reached and not resumes):
        text = _("项目已到过“%(stage)s”，请选择之后的阶段。")
        problems.append(Problem(None, "stage", text % {"stage": StageChange.Stage(stage).label}))
    return problems
