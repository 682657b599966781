"""The ledger of assigned tasks (任务分工)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from targets.models import Assignment, AssignmentPart
from targets.presenters.following import tallies_shown
from targets.presenters.words import LIGHTS
from targets.queries.assignments import (
    AssignmentFilter,
    assigned_departments,
    assignment_rows,
    assignments,
    documents_with_assignments,
)
from targets.queries.day import page_day
from targets.queries.following import task_tallies, tasks_with
from targets.reporting.scope import departments_of
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import SUPERVISE, WORK_ON_PART, can, memberships

PAGE = 50


@require_safe
def assignment_list(request: HttpRequest) -> HttpResponse:
    """Tasks, measures and safeguards with who leads and who is responsible, and the lights they carry."""
    user, today = person(request), timezone.localdate()
    reads = bool(memberships(user))
    kind, light, state = (request.GET.get(name, "") for name in ("kind", "light", "state"))
    wanted = AssignmentFilter(
        document=request.GET.get("document", ""),
        department=request.GET.get("department", ""),
        kind=kind if kind in Assignment.Kind.values else "",
        text=request.GET.get("text", "").strip()[:60],
        state=state if reads and state in AssignmentPart.State.values else "",
        units=departments_of(user, WORK_ON_PART) if reads and request.GET.get("mine") else None,
        tasks=frozenset(tasks_with(light, today)) if reads and light in LIGHTS else None,
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
            "tallies": tallies_shown(task_tallies(page.object_list, today)) if reads else {},
            "reads": reads,
            "light": light if wanted.tasks is not None else "",
            "lights": LIGHTS.items(),
            "states": AssignmentPart.State.choices,
            "works": bool(departments_of(user, WORK_ON_PART)),
            "supervises": bool(can(user, SUPERVISE)),
            "day": day,
            "as_of": day.shown,
            "documents": documents_with_assignments(),
            "departments": assigned_departments(),
            "kinds": Assignment.Kind.choices,
        },
    )
