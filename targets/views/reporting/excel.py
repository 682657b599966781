"""The round as an Excel file: the template goes out, comes back, is shown against what is there, and written."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from targets.actions.refusals import NotAllowed, Refused
from targets.excel import uploads
from targets.excel.phases import is_dead, standing
from targets.excel.template import MEDIA_TYPE, file_name, write_template
from targets.models import ReportingRound
from targets.reporting.owing import visible_rounds
from targets.reporting.scope import units_of
from yuxi_eldercare.core.models import Department, Job, StoredFile, User
from yuxi_eldercare.core.pages import person

from .shared import number, refused_page


@require_safe
@never_cache
def round_template(request: HttpRequest, round: int) -> HttpResponse:
    """Download the template of a round for one's unit (`?unit=`, else the first)."""
    user = person(request)
    row, units = _round_and_units(round, user)
    asked = request.GET.get("unit")
    unit = next((u for u in units if u.pk == number(asked)), None) if asked else next(iter(units), None)
    if unit is None:
        return _nobody(request)
    try:
        content = write_template(round=row, department=unit, by=user)
    except Refused as refused:
        return refused_page(request, refused)
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = _attachment(file_name(row, unit))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def round_upload(request: HttpRequest, round: int) -> HttpResponse:
    """Templates to download and a file to upload; a POST keeps the file and leads to its preview."""
    user = person(request)
    row, units = _round_and_units(round, user)
    if not units:
        return _nobody(request)
    problems: list[str] = []
    if request.method == "POST":
        try:
            received = uploads.receive(upload=_file(request), round=row, by=user)
        except Refused as refused:
            problems = [problem.message for problem in refused.problems]
        else:
            return redirect("round-upload-apply", round=row.pk, file=received.file.pk)
    context = {"round": row, "units": units, "problems": problems, "recent": uploads.recent(row, user)}
    status = 422 if problems else 200
    return render(request, "targets/reporting/excel_upload.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def round_upload_apply(request: HttpRequest, round: int, file: int) -> HttpResponse:
    """What an uploaded file would change; a POST writes all of it, or nothing."""
    user = person(request)
    row, units = _round_and_units(round, user)
    if not units:
        return _nobody(request)
    stored = uploads.own_file(file, user)
    if stored is None:
        raise Http404
    job = uploads.latest_job(stored, row, user)
    if job is not None:
        return _in_background(request, row, stored, job, user)
    try:
        act = uploads.write if request.method == "POST" else uploads.preview
        result = act(file=stored, round=row, by=user)
    except Refused as refused:
        result = {"refused": str(refused)}
    return _answer(request, row, stored, result)


def _in_background(
    request: HttpRequest, row: ReportingRound, stored: StoredFile, job: Job, user: User
) -> HttpResponse:
    """The page of a large upload: progress while its job runs, then the result."""
    if request.method == "POST":
        uploads.start(file=stored, round=row, by=user, write=True)
        return redirect("round-upload-apply", round=row.pk, file=stored.pk)
    if job.state == Job.State.DONE:
        return _answer(request, row, stored, job.result, whole=not _is_poll(request))
    where = standing(job)
    context = {
        "round": row,
        "file": stored,
        "job": job,
        "standing": where,
        "percent": where.percent if where else job.done,
        "dead": is_dead(job),
    }
    name = "_excel_progress" if _is_poll(request) else "excel_preview"
    return render(request, f"targets/reporting/{name}.html", context)


def _answer(
    request: HttpRequest,
    row: ReportingRound,
    stored: StoredFile,
    result: dict[str, Any],
    *,
    whole: bool = True,
) -> HttpResponse:
    if request.method == "POST" and result.get("applied"):
        text = _("已写入%(changed)s项，草稿可在填报页核对后提交审核。")
        messages.success(request, text % {"changed": result["changed"]})
        if "department" in result:
            return redirect("grid", round=row.pk, department=result["department"])
        return redirect("round-upload", round=row.pk)
    if not whole:
        response = HttpResponse()
        response.headers["HX-Refresh"] = "true"
        return response
    refused = bool(result.get("refused") or result.get("fault_count"))
    status = 422 if request.method == "POST" and refused else 200
    context = {"round": row, "file": stored, "result": result}
    return render(request, "targets/reporting/excel_preview.html", context, status=status)


def _is_poll(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]


def _round_and_units(pk: int, user: User) -> tuple[ReportingRound, list[Department]]:
    row = visible_rounds(user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row, units_of(row, user)


def _nobody(request: HttpRequest) -> HttpResponse:
    reason = _("你在这个轮次没有填报任务，不能下载或上传填报表格。")
    return refused_page(request, NotAllowed.because(reason))


def _file(request: HttpRequest) -> Any:
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused.because(_("没有收到文件，请重新选择。"), "file")
    return upload


def _attachment(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"
