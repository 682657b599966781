"""后台任务: what is running, how far it is, how long it took, and what went wrong."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yuxi_eldercare.core.models import Job
from yuxi_eldercare.core.roles import VIEW_JOBS, can

PAGE = 50


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """Jobs, newest first; without the permission the page says what is needed."""
    decision = can(request.user, VIEW_JOBS)  # type: ignore[arg-type]
    if not decision:
        return render(request, "core/refused.html", {"reason": decision.reason}, status=403)
    state = request.GET.get("state", "")
    rows = Job.objects.select_related("created_by")
    if state in Job.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    running = any(job.state in {Job.State.QUEUED, Job.State.RUNNING} for job in page.object_list)
    template = "core/_job_table.html" if request.htmx else "core/job_list.html"  # type: ignore[attr-defined]
    context = {"page": page, "states": Job.State.choices, "state": state, "running": running}
    return render(request, template, context)
