"""One task: what the text says, its bodies, their parts with lights, and breaking it down."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.actions.refusals import NotAllowed, Refused
from targets.following import Issued, Order, issue, issue_document
from targets.forms.acting import attempt
from targets.forms.following import IssueDocumentForm, IssueForm
from targets.models import Assignment
from targets.presenters.following import rows, tally_shown
from targets.queries.assignments import assignment_rows, documents_with_assignments
from targets.queries.day import page_day
from targets.queries.following import latest_reports, parts_of, task_tally
from targets.queries.following_bodies import Bodies, Body, bodies_of, issuable, planned_dues
from targets.queries.following_facts import standings
from yuxi_eldercare.core.models import Document, Region, User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import SUPERVISE, Decision, can, memberships

from .reporting.shared import number, refused_page


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def task(request: HttpRequest, key: str) -> HttpResponse:
    """The page of a task; a POST breaks it down to the chosen bodies."""
    user, today = person(request), timezone.localdate()
    found = get_object_or_404(
        Assignment.objects.select_related("document__plan__region").prefetch_related(
            "sources__clause", "bodies__department", "targets__indicator"
        ),
        key=key,
        withdrawn_at=None,
    )
    may_issue = can(user, SUPERVISE, region=found.document.plan.region)
    regions = _regions(found)
    ready = next(iter(issuable(Q(pk=found.pk))), None)
    bodies = bodies_of([ready])[found.pk] if ready else Bodies([], [])
    planned = planned_dues([found])[found.pk]
    form = IssueForm(regions=regions, initial={"due": planned if planned >= today else None})
    status = 200
    if request.method == "POST":
        if not may_issue:
            return refused_page(request, NotAllowed.because(may_issue.reason))
        form = IssueForm(request.POST, regions=regions)
        status = attempt(request, form, lambda: _issue(request, found, form, bodies, user))
        if status == 200:
            return redirect("assignment", found.key)
    reads = bool(memberships(user))
    parts = list(parts_of([found])) if reads else []
    known = standings(parts, today) if parts else {}
    day = page_day(request)
    choices = _choices(request, bodies, {part.department_id for part in parts})
    context = {
        "task": found,
        "row": assignment_rows([found], day)[0],
        "rows": rows(parts, known, latest_reports([part.pk for part in parts]), today),
        "tally": tally_shown(task_tally(parts, known)),
        "reads": reads,
        "may_issue": may_issue,
        "why_not": _why_not(ready, may_issue),
        "bodies": bodies,
        "choices": choices,
        "all_taken": bool(choices) and all(choice.taken for choice in choices),
        "planned": planned,
        "planned_over": planned < today,
        "form": form,
        "as_of": day.shown,
    }
    return render(request, "targets/following/task.html", context, status=status)


def _regions(task: Assignment) -> list[str]:
    region = task.document.plan.region_id
    return [region, *Region.objects.filter(parent=region, withdrawn=False).values_list("code", flat=True)]


def _why_not(ready: Assignment | None, may_issue: Decision) -> str:
    if not may_issue:
        return may_issue.reason
    return "" if ready else _("征求意见稿和已被替代的文件不分解下达，请打开印发的文件。")


@dataclass(frozen=True)
class Choice:
    """A body that can get its part: whether it has one, is ticked, and what is asked of it in particular."""

    body: Body
    taken: bool
    chosen: bool
    wanted: str


def _choices(request: HttpRequest, bodies: Bodies, taken: set[int]) -> list[Choice]:
    """The bodies of the text; all are ticked until somebody sent the form."""
    ticked = {number(text) for text in request.POST.getlist("body")}
    texts = _wanted_texts(request)
    return [
        Choice(
            body,
            body.department.pk in taken,
            request.method != "POST" or body.department.pk in ticked,
            texts.get(body.department.pk, ""),
        )
        for body in bodies.found
    ]


def _wanted_texts(request: HttpRequest) -> dict[int, str]:
    """The particular wording typed for bodies, by department id."""
    found = {}
    for name, text in request.POST.items():
        key = number(name.removeprefix("wanted-")) if name.startswith("wanted-") else None
        if key is not None and isinstance(text, str) and text.strip():
            found[key] = text
    return found


def _issue(request: HttpRequest, found: Assignment, form: IssueForm, bodies: Bodies, user: User) -> str:
    given = form.cleaned_data
    chosen = {number(text) for text in request.POST.getlist("body")}
    named = [body.department.pk for body in bodies.found]
    if not chosen.issubset(named):
        raise Refused.because(_("选择的单位里有的不是这项任务的承办单位，请刷新页面后重新选择。"), "bodies")
    order = Order(
        frequency=given["frequency"],
        due=given["due"],
        wanted=_wanted_texts(request),
        only=[pk for pk in named if pk in chosen],
        also=list(given["also"]),
    )
    return _said(issue(assignment=found, order=order, by=user))


def _said(done: Issued) -> str:
    if not done.created:
        return _("这些单位都已下达过，没有新的承办事项。")
    text = _("已下达%(count)s个承办事项，各单位会收到消息。") % {"count": len(done.created)}
    if done.present:
        text += _("%(count)s个此前已下达。") % {"count": done.present}
    if done.empty_groups:
        names = _("、").join(done.empty_groups)
        text += _("“%(names)s”没有成员名单，未下达，可另行选择单位。") % {"names": names}
    return text


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def issue_page(request: HttpRequest) -> HttpResponse:
    """Break down a whole document: which tasks go to how many bodies; a POST does it."""
    user = person(request)
    decision = can(user, SUPERVISE)
    if not decision:
        return refused_page(request, NotAllowed.because(decision.reason))
    documents = list(documents_with_assignments().filter(status=Document.Status.ISSUED, superseded_by=None))
    asked = request.POST.get("document") or request.GET.get("document", "")
    document = next((row for row in documents if row.key == asked), None)
    form, status = IssueDocumentForm(initial={"frequency": "quarter"}), 200
    if request.method == "POST":
        form = IssueDocumentForm(request.POST)
        if document is None:
            form.is_valid()
            form.add_error(None, _("请选择文件。"))
            status = 422
        else:
            status = attempt(request, form, lambda: _said(_issue_document(document, form, user)))
        if status == 200 and document is not None:
            return redirect(f"{reverse('assignment-list')}?document={document.key}")
    context: dict[str, Any] = {"documents": documents, "document": document, "form": form}
    if document is not None:
        tasks = list(issuable(Q(document=document)))
        bodies, planned = bodies_of(tasks), planned_dues(tasks)
        context["tasks"] = [(task, bodies[task.pk], planned[task.pk]) for task in tasks]
        context["count"] = sum(len(found.found) for found in bodies.values())
        context["today"] = timezone.localdate()
    return render(request, "targets/following/issue.html", context, status=status)


def _issue_document(document: Document, form: IssueDocumentForm, user: User) -> Issued:
    return issue_document(document=document, order=Order(**form.cleaned_data), by=user)
