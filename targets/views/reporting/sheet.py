"""The submitted sheet as a form to print, sign, stamp and scan, and the scan attached to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.actions.refusals import NotAllowed, Refused
from targets.forms.acting import tell
from targets.models import SheetSubmission
from targets.reporting.scope import departments_of, visible_entries
from targets.reporting.sheets import attach_scan, latest_sheet, still_current, verify
from yuxi_eldercare.core.files import accepted_endings
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import ENTER

from .shared import refused_page


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sheet(request: HttpRequest, round: int, department: int, region: str) -> HttpResponse:
    """A unit's latest submitted sheet of a round; a POST attaches its stamped scan."""
    user = person(request)
    try:
        found = _sheet(round, department, region, user)
    except Refused as refused:
        return refused_page(request, refused)
    status = 200
    if request.method == "POST":
        status = tell(request, lambda: _attach(request, found, user))
        if status == 200:
            return redirect("sheet", round=round, department=department, region=region)
    return render(
        request,
        "targets/reporting/sheet.html",
        {
            "sheet": found,
            "rows": found.content["rows"],
            "intact": verify(found),
            "current": still_current(found),
            "may_attach": found.department_id in departments_of(user, ENTER),
            "endings": ",".join(accepted_endings()),
        },
        status=status,
    )


def _sheet(round: int, department: int, region: str, user: User) -> SheetSubmission:
    seen = visible_entries(user).filter(round=round, department=department, region=region)
    if not seen.exists():
        raise NotAllowed.because(_("你无权查看这个单位的报表。"))
    found = latest_sheet(round, department, region)
    if found is None:
        raise Refused.because(_("还没有提交过，提交审核后才能打印报表。"))
    return found


def _attach(request: HttpRequest, found: SheetSubmission, user: User) -> str:
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused.because(_("请先选择扫描件。"), "file")
    attach_scan(sheet=found, upload=upload, by=user)
    return _("扫描件已上传。")
