"""One part of a task: what is asked, what happened, and the steps that the person may take now."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from targets.actions.refusals import NotAllowed, Refused
from targets.following.basics import WORK, Kind, may_take
from targets.following.evidence import may_open, open_file
from targets.forms.acting import attempt
from targets.forms.following import Items
from targets.forms.reporting import ActionForm
from targets.models import AssignmentPart
from targets.presenters.following import lamp, month_word
from targets.presenters.following_page import offers, planned, reports_shown, trail
from targets.queries.assignments import carried_by
from targets.queries.day import page_day
from targets.queries.following_facts import standings
from targets.queries.following_part import parts_in_full, read_part
from yuxi_eldercare.core.pages import person

from .following_shared import readers
from .following_steps import FORMS, Asked, do, items_of
from .reporting.evidence import download
from .reporting.shared import number, refused_page

# Beside a report, not among the steps of the part.
_OF_REPORT = (Kind.RETURN_REPORT, Kind.COORDINATE)


@require_safe
@never_cache
@readers
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a part."""
    return _page(request, get_object_or_404(parts_in_full(), pk=pk), {})


@require_POST
@never_cache
@readers
def part_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take a step; refused, the page comes again with what was typed and what happened meanwhile."""
    if step not in FORMS:
        raise Http404(step)
    row = get_object_or_404(parts_in_full(), pk=pk)
    asked = Asked(row, person(request), number(request.POST.get("revision")), request.POST, request.FILES)
    form = FORMS[step](asked)
    items = items_of(asked) if step == Kind.PLAN else None
    if items is not None and not items.is_valid():
        form.is_valid()
        return _page(request, row, {step: form}, items=items, status=422)
    status = attempt(request, form, lambda: do(step, asked, form, items))
    if status == 200:
        return redirect("part", row.pk)
    fresh = get_object_or_404(parts_in_full(), pk=pk)
    return _page(request, fresh, {step: form}, items=items, about=asked.about, status=status)


def _page(
    request: HttpRequest,
    row: AssignmentPart,
    bound: dict[str, ActionForm],
    *,
    items: Items | None = None,
    about: int | None = None,
    status: int = 200,
) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    read = read_part(row)
    standing = standings([row], today)[row.pk]
    hands = {step.by_id for step in read.steps if step.kind in WORK}
    asked = Asked(row, user, None)
    found = offers(row, user, hands, read.waiting)
    context = {
        "part": row,
        "read": read,
        "lamp": lamp(standing, row.frequency, row.state),
        "missing": standing.missing,
        "carried": carried_by(row.assignment, page_day(request)),
        "months": [(month, month_word(month)) for month in read.months],
        "trail": trail(read.steps, read.files_by_step),
        "reports": reports_shown(row, read.reports, read.files_by_report),
        "plan": planned(read.deliverables, today),
        "offers": [
            (offer, bound.get(offer.step) or FORMS[offer.step](asked)) for offer in found if not offer.refusal
        ],
        "refused": [offer for offer in found if offer.refusal],
        "beside": _beside(row, user, hands, bound, about, asked),
        "items": items or items_of(asked, read.deliverables),
        "may_open": may_open(user, row),
        "bound": next(iter(bound), ""),
        "today": today,
    }
    return render(request, "targets/following/part.html", context, status=status)


def _beside(
    row: AssignmentPart,
    user: Any,
    hands: set[int],
    bound: dict[str, ActionForm],
    about: int | None,
    asked: Asked,
) -> dict[str, Any]:
    """The two steps about a report: whether they are offered, their forms, the report a refusal was about."""
    offered = {step: bool(may_take(step, row, user, hands)) for step in _OF_REPORT}
    forms: dict[str, Callable[..., ActionForm] | ActionForm] = {
        step: bound.get(step) or FORMS[step](asked) for step in _OF_REPORT
    }
    return {
        "may_return": offered[Kind.RETURN_REPORT] and row.state in {"working", "returned"},
        "may_answer": offered[Kind.COORDINATE] and row.state in {"working", "returned", "submitted"},
        "return_form": forms[Kind.RETURN_REPORT],
        "answer_form": forms[Kind.COORDINATE],
        "about": about if any(step in bound for step in _OF_REPORT) else None,
    }


@require_safe
def part_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An evidence file, always as an attachment, for who may see it."""
    try:
        opened = open_file(part_file=pk, by=person(request))
    except NotAllowed as refused:
        raise Http404(str(refused)) from None
    except Refused as refused:
        return refused_page(request, refused)
    return download(opened)
