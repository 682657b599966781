"""How projects get on, all of them together: totals in several ways, the Gantt chart with the investment curve."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from projects.presenters.breakdowns import BASES, PLACE, breakdowns_page, columns
from projects.presenters.curve import progress_of_all
from projects.presenters.gantt import gantt
from projects.presenters.project_words import month_words
from projects.queries.breakdowns import counted
from projects.queries.curves import drawn, stages_of
from projects.queries.owed import reports_waiting
from projects.standing import month_due
from yuxi_eldercare.core.pages import person

from .plans import narrowed

PAGE = 60
DESK_MOST = 8


@require_safe
def project_totals(request: HttpRequest) -> HttpResponse:
    """Count, investment and money of the asked projects by county, category, type, start year and body."""
    context = narrowed(request)
    basis = request.GET.get("by", PLACE)
    basis = basis if basis in BASES else PLACE
    context["columns"] = columns(ledger=context["ledger"])
    context["found"] = breakdowns_page(context["wanted"], context["choices"], basis)
    return render(request, "projects/totals.html", context)


@require_safe
@never_cache
def project_desk(request: HttpRequest) -> HttpResponse:
    """The projects whose monthly report the person owes, as a part of their desk; nothing where none is owed."""
    rows = reports_waiting(person(request)).select_related("region", "standing")
    context = {
        "rows": list(rows[:DESK_MOST]),
        "count": rows.count(),
        "month": month_words(month_due(timezone.localdate())),
    }
    return render(request, "projects/_desk.html", context)


@require_safe
def project_gantt(request: HttpRequest) -> HttpResponse:
    """The asked projects along time, a page of them at once; with `?curve=1` the investment curve of all of them."""
    context = narrowed(request)
    rows = context["wanted"].projects()
    pages = Paginator(rows.order_by("document__position", "position").values_list("pk", flat=True), PAGE)
    page = pages.get_page(request.GET.get("page"))
    today = timezone.localdate()
    listed = drawn(list(page.object_list))
    ledger = context["ledger"]
    with_curve = ledger and bool(request.GET.get("curve"))
    context |= {
        "page": page,
        "today": today,
        "chart": gantt(listed, stages_of(listed, today) if ledger else [], today),
        "with_curve": with_curve,
        "curve": progress_of_all(counted(rows), today) if with_curve else None,
    }
    return render(request, "projects/gantt.html", context)
