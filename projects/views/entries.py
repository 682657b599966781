"""Entries of a project's page: the forms by name, what each of them writes, and its files to look at."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.following import (
    enter_funding,
    enter_stage,
    link_projects,
    plan_funding,
    report_month,
    unlink_projects,
)
from projects.following.pictures import open_document, open_photo
from projects.following.reports import OUTPUTS
from projects.forms.projects import (
    LinkForm,
    MoneyForm,
    PlanForm,
    ReportForm,
    StageForm,
    UnlinkForm,
)
from projects.models import Project, ProjectReport
from projects.presenters.project_words import month_words
from projects.queries.ledger import linkable_projects
from targets.actions.opening import Opened
from targets.actions.refusals import Refused
from targets.forms.reporting import ActionForm
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person, refused_page

_KEEPER = {"stage": StageForm, "plan": PlanForm, "money": MoneyForm, "report": ReportForm}
# Where on the page an entry of the form ends up.
_PLACES = {"stage": "stages", "plan": "money", "money": "money", "report": "reports"}


@dataclass(frozen=True)
class Act:
    """A form that was sent: `write` enters it and answers with the sentence to show; it raises `Refused`."""

    name: str
    form: ActionForm
    place: str
    write: Callable[[User], str]


def forms_of(
    act: Act | None, cities: list[Project] | None, *, keep: bool, last: ProjectReport | None = None
) -> dict[str, ActionForm]:
    """The forms the person may fill in, by name; the one that was sent as it was sent. `cities`: for links, if any.

    A new month begins with what was built by the `last` one.
    """
    forms: dict[str, ActionForm] = {}
    if keep:
        built = {name: getattr(last, name) for name in OUTPUTS} if last else {}
        forms |= {name: form(auto_id=f"{name}-%s", initial=built) for name, form in _KEEPER.items()}
    if cities is not None:
        forms["link"] = LinkForm(cities=cities, auto_id="link-%s")
        forms["unlink"] = UnlinkForm(auto_id="unlink-%s")
    if act is not None:
        forms[act.name] = act.form
    return forms


def typed(request: HttpRequest, project: Project) -> Act | None:
    """What the page was sent; None for a form it does not have."""
    name = request.POST.get("form", "")
    data, files = request.POST, request.FILES
    if name in _KEEPER:
        form: ActionForm = _KEEPER[name](data, files, auto_id=f"{name}-%s")
        return Act(name, form, _PLACES[name], lambda by: _enter(name, form, project, by))
    if name == "link":
        linking = LinkForm(data, cities=list(linkable_projects(project)), auto_id="link-%s")
        return Act(name, linking, "links", lambda by: _link(linking, project, by))
    if name == "unlink":
        undoing = UnlinkForm(data, auto_id="unlink-%s")
        return Act(name, undoing, "links", lambda by: _unlink(undoing, project, by))
    return None


def _enter(name: str, form: ActionForm, project: Project, by: User) -> str:
    given = form.cleaned_data
    if name == "stage":
        entry = enter_stage(project=project, by=by, **given)
        return _("已登记：%(stage)s，%(on)s。") % {"stage": entry.get_stage_display(), "on": entry.on}
    if name == "plan":
        plan = plan_funding(project=project, by=by, **given)
        return _("已登记%(source)s的计划金额。") % {"source": plan.get_source_display()}
    if name == "money":
        money = enter_funding(project=project, by=by, **given)
        words = {"source": money.get_source_display(), "kind": money.get_kind_display()}
        return _("已登记%(source)s%(kind)s资金。") % words
    report = report_month(project=project, by=by, **given)
    return _("%(month)s月报已保存。") % {"month": month_words(report.month_end)}


def _link(form: ActionForm, project: Project, by: User) -> str:
    link = link_projects(project=project, by=by, **form.cleaned_data)
    return _("已与“%(name)s”对应，两边数额都列出，合计时不重复计入。") % {"name": link.to.name}


def _unlink(form: ActionForm, project: Project, by: User) -> str:
    link = project.links.filter(pk=form.cleaned_data["link"]).first()
    if link is None:
        raise Refused.because(_("这个对应关系已经取消，请刷新页面。"))
    unlink_projects(link=link, reason=form.cleaned_data["reason"], by=by)
    return _("已取消与“%(name)s”的对应。") % {"name": link.to.name}


@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A picture of progress, shown in the browser; with `?small` the small one that the page carries."""
    small = "small" in request.GET
    return _send(request, lambda by: open_photo(photo=pk, by=by, small=small), as_attachment=False)


@require_safe
def stage_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document of a stage."""
    return _send(request, lambda by: open_document(stage=pk, by=by), as_attachment=True)


def _send(
    request: HttpRequest, opening: Callable[[User], Opened], *, as_attachment: bool
) -> HttpResponseBase:
    """A stored file, never kept by caches in between. Only what was decoded as a picture is not an attachment."""
    try:
        opened = opening(person(request))
    except Refused as refused:
        return refused_page(request, str(refused))
    response = FileResponse(
        opened.stream, as_attachment=as_attachment, filename=opened.name, content_type=opened.media_type
    )
    response["Content-Length"] = str(opened.size)
    response["Cache-Control"] = "private, no-store"
    return response
