"""Handing a finished project's capacity to the register of institutions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from projects.following.basics import may_follow, may_read_ledger
from projects.following.handover import finished_on, hand_over, why_not_yet
from projects.forms.handover import HandoverForm
from projects.models import InstitutionVersion, Project, ProjectReport
from projects.queries.handovers import growing, handover_of, last_report
from projects.queries.institutions import units_of
from projects.queries.ledger import one_project
from targets.actions.refusals import NotAllowed, Refused
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person, refused_page


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def project_handover(request: HttpRequest, key: str) -> HttpResponse:
    """What the project handed over, or the form to do it; a POST does it, once."""
    row = get_object_or_404(one_project(key))
    user = person(request)
    if not may_read_ledger(user):
        return refused_page(request, _("项目的登记情况只对有角色的账号开放，请联系安全管理员授予角色。"))
    rights = may_follow(row, user)
    if request.method == "POST" and not rights:
        return refused_page(request, rights.reason)
    report = last_report(row)
    form, status = None, 200
    if request.method == "POST":
        form = _form(row, user, request.POST)
        status = _hand_over(request, row, form)
        if status == 200:
            return redirect(request.path)
    done = handover_of(row)
    reason = "" if done else (rights.reason or why_not_yet(row))
    if form is None and not done and not reason:
        form = _form(row, user, None, initial=_initial(row, report))
    context = {
        "project": row,
        "done": done,
        "reason": reason,
        "report": report,
        "form": form,
        "keepers": units_of(user),
    }
    return render(request, "projects/handover.html", context, status=status)


def _form(row: Project, user: User, data: Any, **given: Any) -> HandoverForm:
    keepers = units_of(user)
    return HandoverForm(data, keepers=keepers, institutions=growing(keepers, row.region), **given)


def _initial(row: Project, report: ProjectReport | None) -> dict[str, Any]:
    """What the form begins with: the last monthly report's outputs, the plan's name and place."""
    finished = finished_on(row)
    return {
        "beds": report.beds if report else None,
        "childcare_places": report.childcare_places if report else None,
        "on": finished.on if finished else None,
        "name": row.name,
        "region": row.region_id,
        "kind": InstitutionVersion.Kind.CHILDCARE if row.category == Project.CHILDCARE else "",
    }


def _hand_over(request: HttpRequest, row: Project, form: HandoverForm) -> int:
    if not form.is_valid():
        return 422
    try:
        made = hand_over(project=row, facts=form.finished(), on=form.cleaned_data["on"], by=person(request))
    except Refused as refused:
        form.refuse(refused)
        return 403 if isinstance(refused, NotAllowed) else 422
    messages.success(request, _("已移交到机构名册：%(name)s。") % {"name": made.version.name})
    return 200
