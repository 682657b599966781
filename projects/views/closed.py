"""The project ledger as a closed month holds it: what was known when it was closed."""

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.following.basics import may_read_ledger
from projects.presenters.project_closed import LIGHTS, closed_projects
from projects.queries.frozen import frozen_projects, region_names
from yuxi_eldercare.core.closing import month_name
from yuxi_eldercare.core.models import PeriodClose
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.queries.closes import close_of, end_of_month

PAGE = 50


@require_safe
def project_close(request: HttpRequest, month: str) -> HttpResponse:
    """Every project of a closed month with its stage, light and money; `?light=` and `?project=` narrow the lines."""
    if not may_read_ledger(person(request)):
        return refused_page(request, _("项目的登记情况只对有角色的账号开放，请联系安全管理员授予角色。"))
    close = _closed(month)
    found = closed_projects(frozen_projects(close), region_names())
    light, key = request.GET.get("light", ""), request.GET.get("project", "")
    lines = [
        line
        for line in found.lines
        if (light not in LIGHTS or line.standing.light == light) and key in {"", line.key}
    ]
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    context = {
        "close": close,
        "month": month_name(close),
        "found": found,
        "light": light,
        "project": key,
        "page": page,
    }
    return render(request, "projects/closed.html", context)


def _closed(month: str) -> PeriodClose:
    try:
        found = close_of(end_of_month(date.fromisoformat(f"{month}-01")))
    except ValueError:
        found = None
    if found is None:
        raise Http404(_("这个月份没有封存。"))
    return found
