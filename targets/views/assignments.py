"""The ledger of assigned tasks (任务分工)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from targets.models import Assignment
from targets.queries.assignments import (
    AssignmentFilter,
    assigned_departments,
    assignment_rows,
    assignments,
    documents_with_assignments,
)
from targets.queries.day import page_day

PAGE = 50


@require_safe
def assignment_list(request: HttpRequest) -> HttpResponse:
    """Tasks, measures and safeguards with who leads and who is responsible, and the lights they carry."""
    kind = request.GET.get("kind", "")
    wanted = AssignmentFilter(
        document=request.GET.get("document", ""),
        department=request.GET.get("department", ""),
        kind=kind if kind in Assignment.Kind.values else "",
        text=request.GET.get("text", "").strip()[:60],
    )
    day = page_day(request, frozen=True)
    page = Paginator(assignments(wanted), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "targets/assignment_list.html",
        {
            "wanted": wanted,
            "page": page,
            "rows": assignment_rows(page.object_list, day),
            "day": day,
            "as_of": day.shown,
            "documents": documents_with_assignments(),
            "departments": assigned_departments(),
            "kinds": Assignment.Kind.choices,
        },
    )
