"""The pages of reports: the list with the order form, a report as it reads, its files, and whether it matches."""

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.models import Job, Report, ReportFile
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.queries.closes import closes
from yuxi_eldercare.core.roles import PRODUCE_REPORT, VIEW_REPORT, can
from yuxi_eldercare.core.views.access import needs

from . import listing, producing, proving
from .orders import Kind, Order
from .rendering import Form
from .shapes import preview

PAGE: Final = 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_REPORT)
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports of the reader's regions. Posting the form has one produced, in the background."""
    if request.method == "POST":
        return _order(request)
    if request.htmx:  # type: ignore[attr-defined]
        return _progress(request)
    return render(request, "reports/list.html", _list(request))


def _list(request: HttpRequest, **given: Any) -> dict[str, Any]:
    user = person(request)
    wanted = listing.ReportFilter(
        **{name: request.GET.get(name, "") for name in ("month", "kind", "region", "plan")}
    )
    months = closes()
    found = Paginator(listing.readable(user, wanted), PAGE)
    return {
        "page": found.get_page(request.GET.get("page")),
        "filter": wanted,
        "months": months,
        "kinds": Kind.choices,
        "offers": listing.offers(user) if months else [],
        "jobs": listing.own_jobs(user),
        "may_produce": can(user, PRODUCE_REPORT),
        "chosen": request.GET.get("order", ""),
        **given,
    }


def _order(request: HttpRequest) -> HttpResponse:
    user = person(request)
    chosen, month = request.POST.get("order", ""), request.POST.get("month", "")
    try:
        producing.start(order=_order_from(chosen, month), by=user)
    except ActionRefused as refused:
        given = {"error": str(refused), "chosen": chosen, "chosen_month": month}
        return render(request, "reports/list.html", _list(request, **given), status=422)
    return redirect("report-list")


def _order_from(chosen: str, month: str) -> Order:
    """“county:530402” and a month's last day as an order."""
    kind, _colon, key = chosen.partition(":")
    try:
        month_end = date.fromisoformat(month)
    except ValueError:
        raise ActionRefused.because(_("请选择封存的月份。"), "month") from None
    about = {"region": key} if kind == Kind.COUNTY else {"plan": key} if kind != Kind.BRIEFING else {}
    return Order(kind=kind, month_end=month_end, **about)


def _progress(request: HttpRequest) -> HttpResponse:
    """The bars of the reader's jobs; once the last one is done, on to its report."""
    user = person(request)
    jobs = listing.own_jobs(user)
    if not jobs:
        done = Job.objects.filter(kind=producing.KIND, created_by=user, state=Job.State.DONE).first()
        answer = HttpResponse()
        made = done.result.get("report") if done else None
        answer["HX-Redirect"] = reverse("report", args=[made]) if made else reverse("report-list")
        return answer
    return render(request, "reports/_jobs.html", {"jobs": jobs})


def _readable(request: HttpRequest, pk: int) -> Report:
    """The report, for who may read it; for others it does not exist."""
    rows = Report.objects.select_related("close__audit", "region", "plan", "produced_by")
    report = get_object_or_404(rows, pk=pk)
    if not can(person(request), VIEW_REPORT, region=report.region):
        raise Http404
    return report


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_REPORT)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A report as it reads, with its files and checksums. Posting checks it against its month."""
    row = _readable(request, pk)
    proof = proving.prove(report=row, by=person(request)) if request.method == "POST" else None
    if request.method == "POST" and request.htmx:  # type: ignore[attr-defined]
        return render(request, "reports/_proof.html", {"proof": proof})
    content = proving.kept_content(row)
    context = {
        "report": row,
        "files": row.files.exclude(form=Form.JSON).select_related("file"),
        "content": content,
        "blocks": preview(content) if content else [],
        "proof": proof,
    }
    return render(request, "reports/report.html", context)


@require_safe
@needs(VIEW_REPORT)
def report_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """One form of a report as an attachment; a file whose checksum is another one is not handed out."""
    row = get_object_or_404(
        ReportFile.objects.select_related("file"), report=_readable(request, pk), form=form
    )
    return _attachment(request, row)


@transaction.atomic
def _attachment(request: HttpRequest, row: ReportFile) -> HttpResponse:
    content = proving.intact_bytes(row.file)
    audit.record(
        by=person(request),
        action="reports.download",
        object_type="report",
        object_key=str(row.report_id),
        after={"form": row.form, "sha256": row.file.sha256},
        result=audit.OK if content is not None else audit.FAILED,
        detail=row.file.name,
    )
    if content is None:
        reason = _("保存的文件缺失或校验码不符，没有下载。请从备份恢复，或在报告页面重新产生。")
        return render(request, "core/refused.html", {"reason": reason}, status=409)
    answer = HttpResponse(content, content_type=row.file.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, row.file.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_REPORT)
def report_check(request: HttpRequest) -> HttpResponse:
    """Which report an uploaded file is, and whether it was changed. The file is read and not kept."""
    if request.method != "POST":
        return render(request, "reports/check.html")
    upload = request.FILES.get("file")
    if upload is None or not upload.size:
        return _check_page(request, 422, error=_("请选择要核对的文件。"))
    if upload.size > settings.FILE_MAX_BYTES:
        most = settings.FILE_MAX_BYTES // (1024 * 1024)
        return _check_page(
            request, 422, error=_("文件超过%(most)s MB，不是本系统产生的报告。") % {"most": most}
        )
    found = proving.recognise(upload.read())
    row = found.row.report if found.row else found.claimed
    hidden = row is not None and not can(person(request), VIEW_REPORT, region=row.region)
    return _check_page(request, 200, found=found, report=row, hidden=hidden, name=upload.name)


def _check_page(request: HttpRequest, status: int, **given: Any) -> HttpResponse:
    return render(request, "reports/check.html", given, status=status)
