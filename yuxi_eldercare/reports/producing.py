"""Producing a report: asked for by a person or a command, done as a job, kept with its checksums, never changed."""

from dataclasses import replace
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from targets.reporting.wording import kept
from yuxi_eldercare.core import audit, dispatch, jobs
from yuxi_eldercare.core.actions.refused import ActionRefused, require
from yuxi_eldercare.core.closing import month_name
from yuxi_eldercare.core.files import keep
from yuxi_eldercare.core.models import Job, Report, ReportFile, User
from yuxi_eldercare.core.roles import PRODUCE_REPORT, memberships

from .blocks import Content
from .orders import Order, Subject, build, subject_of
from .pdf import NoFont
from .rendering import LAYOUT_VERSION, MEDIA_TYPES, Form, file_name, render

TASK: Final = "reports.produce"
KIND: Final = "report"
_UNDER_WAY: Final = (Job.State.QUEUED, Job.State.RUNNING)


@transaction.atomic
def start(*, order: Order, by: User) -> Job:
    """Have a report produced in the background; one under way for the same order is not doubled.

    Raises `ActionRefused` for what is known to be wrong, `PermissionDenied` for whoever may not.
    """
    subject = subject_of(order)
    require(by, PRODUCE_REPORT, region=subject.region)
    signed = replace(order, issuer=order.issuer or issuer_of(by))
    label = label_of(signed, subject)
    under_way = Job.objects.filter(kind=KIND, created_by=by, label=label, state__in=_UNDER_WAY).first()
    if under_way is not None:
        return under_way
    job = jobs.create(KIND, label, by=by, order=signed.as_params())
    dispatch.after_commit(TASK, job.pk)
    return job


@kept
def label_of(order: Order, subject: Subject) -> str:
    """“月报 玉溪市 2026年10月” as lists of jobs show it."""
    text = _("%(kind)s %(subject)s %(month)s") % {
        "kind": Report.Kind(order.kind).label,
        "subject": subject.plan.name if subject.plan else subject.region.short_name,
        "month": month_name(subject.close),
    }
    return text[:120]


def issuer_of(user: User) -> str:
    """The unit a person's reports are signed with: that of the first membership that names one."""
    unit = next((row.department for row in memberships(user) if row.department_id), None)
    return unit.name if unit else ""


def run(job_id: int) -> None:
    """Do the work of a job. Run again after a crash, it finds the report there, or writes it."""
    jobs.run(job_id, _work)


def _work(progress: jobs.Progress) -> None:
    order, by = Order.from_params(progress.job.params["order"]), progress.job.created_by
    try:
        report = produce(order=order, by=by, progress=progress)
    except ActionRefused as refused:
        progress.problem = str(refused)
        return
    progress.result["report"] = report.pk


def produce(
    *, order: Order, by: User | None, process: str = "", progress: jobs.Progress | None = None
) -> Report:
    """Build, write and keep a report in every form; returns the one there is when nothing would be new.

    Steps: the content, each form, keeping. Without a Chinese font on the machine there is no PDF, and the job says so.
    """
    subject = subject_of(order)
    if by is not None:
        require(by, PRODUCE_REPORT, region=subject.region)
    if progress is not None:
        progress.start(len(Form) + 2)
    content = build(order, subject)
    _step(progress)
    made: dict[str, bytes] = {}
    for form in Form:
        try:
            made[form] = render(form, content, subject.close)
        except NoFont:
            if progress is not None:
                progress.problem = _(
                    "服务器上没有中文字体，没有产生 PDF。请系统管理员安装后重新产生，或下载 Word。"
                )
        _step(progress)
    report = _keep(order, subject, content, made, by=by, process=process)
    _step(progress)
    return report


def _step(progress: jobs.Progress | None) -> None:
    if progress is not None:
        progress.step()


@transaction.atomic
def _keep(
    order: Order, subject: Subject, content: Content, made: dict[str, bytes], *, by: User | None, process: str
) -> Report:
    report, new = Report.objects.get_or_create(
        close=subject.close,
        kind=order.kind,
        region=subject.region,
        content_sha256=content.digest(),
        defaults={
            "plan": subject.plan,
            "title": content.name + content.edition,
            "parameters": {"issuer": order.issuer},
            "close_digest": subject.close.digest,
            "layout_version": LAYOUT_VERSION,
            "is_demo": bool(content.mark) or subject.close.is_demo or bool(by and by.is_demo),
            "produced_by": by,
        },
    )
    kept = set(report.files.values_list("form", flat=True))
    added = [
        ReportFile.objects.create(
            report=report,
            form=form,
            file=keep(bytes_, name=file_name(content, form), media_type=MEDIA_TYPES[form], by=by),
        )
        for form, bytes_ in made.items()
        if form not in kept
    ]
    if new or added:
        audit.record(
            by=by,
            process=process,
            action="reports.produce",
            object_type="report",
            object_key=str(report.pk),
            after={
                "title": report.title,
                "month": subject.close.month_end.isoformat(),
                "close_digest": subject.close.digest,
                "content_sha256": report.content_sha256,
                "files": {row.form: row.file.sha256 for row in added},
            },
            detail=report.title,
        )
    return report
