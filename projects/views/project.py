"""One project: what the plan says of it, what became of it, and the forms of those who keep its ledger."""

from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from projects.following.basics import may_follow, may_read_ledger
from projects.following.links import linkable, may_link
from projects.models import Project, ProjectReport
from projects.presenters.project_page import project_page
from projects.queries.ledger import Ledger, ledger_of, linkable_projects, links_of, one_project, stated_in
from targets.forms.acting import attempt
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import Decision

from .entries import Act, forms_of, typed


@dataclass(frozen=True)
class Rights:
    """What the person may do on the page: read the ledger, keep it, link to the city's projects."""

    read: bool
    keep: Decision
    link: Decision


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def project(request: HttpRequest, key: str) -> HttpResponse:
    """The page of a project; a POST enters what its field `form` names."""
    row = get_object_or_404(one_project(key))
    user = person(request)
    cities, linking = _linking(row, user)
    rights = Rights(may_read_ledger(user), may_follow(row, user), linking)
    act: Act | None = None
    status = 200
    if request.method == "POST":
        act = typed(request, row)
        if act is None:
            status = 422 if rights.keep or rights.link else 403
        else:
            status = attempt(request, act.form, partial(act.write, user))
            if status == 200:
                return redirect(f"{request.path}#{act.place}")
    ledger = ledger_of(row) if rights.read else None
    context = {
        "project": row,
        "page": project_page(row, stated_in(row), links_of(row), ledger, timezone.localdate()),
        "rights": rights,
        "forms": forms_of(act, cities if rights.link else None, keep=bool(rights.keep), last=_last(ledger)),
        "refused": act.form if act else None,
        "stale": request.method == "POST" and act is None,
    }
    return render(request, "projects/project.html", context, status=status)


def _last(ledger: Ledger | None) -> ProjectReport | None:
    """The latest month's report in force."""
    return next((row for row in ledger.reports if row.superseded_at is None), None) if ledger else None


def _linking(row: Project, user: User) -> tuple[list[Project], Decision]:
    """The projects of the city the person may link this one to. One statement, none for who links nothing."""
    if not linkable(row):
        return [], Decision(False, _("这是市级规划的项目。"))
    decision = may_link(row, user)
    cities = list(linkable_projects(row)) if decision else []
    if decision and not cities:
        return [], Decision(False, _("没有可以对应的市级项目。"))
    return cities, decision
