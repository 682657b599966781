"""Choosing the households or people a county's claim is for."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from subsidies import applying
from subsidies.applying.rights import acts_on, may_take, state_problem
from subsidies.models import ApplicationStep, Household, Trainee
from subsidies.queries.applications_people import SHOWN_MOST, day_of, listable, lists_people
from targets.actions.refusals import NotAllowed, Refused
from yuxi_eldercare.core.pages import person, refused_page

from .applications_page import found, seen_revision
from .shared import needs

Verb = ApplicationStep.Verb
_KEY: Final = re.compile(r"[0-9]{1,18}")  # more digits than a key can have are nobody's


@dataclass(frozen=True)
class Choice:
    """Somebody who can be listed, and whether they are chosen."""

    row: Household | Trainee
    day: date | None
    chosen: bool


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs()
def application_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is listed in a draft or returned claim; refused, the choice stays as it was made."""
    row = found(request, pk)
    if not lists_people(row):
        raise Http404
    user = person(request)
    decision = may_take(Verb.CHANGE, row, user, acts_on(row, user))
    refusal = decision.reason or state_problem(Verb.CHANGE, row)
    if refusal:
        return refused_page(request, refusal)
    chosen = {int(text) for text in request.POST.getlist("people") if _KEY.fullmatch(text)}
    refused, status = list[str](), 200
    if request.method == "POST":
        wanted = None if request.POST.get("all") else chosen
        try:
            applying.list_people(application=pk, people=wanted, by=user, revision=seen_revision(request.POST))
        except Refused as error:
            refused = [problem.message for problem in error.problems]
            status = 403 if isinstance(error, NotAllowed) else 422
        else:
            return redirect("subsidy-application", pk)
    rows = listable(row)
    ticked = chosen if request.method == "POST" else None
    people = [
        Choice(one, day_of(one), one.application_id == row.pk if ticked is None else one.pk in ticked)
        for one in rows[:SHOWN_MOST]
    ]
    context = {"application": row, "people": people, "total": rows.count(), "refused": refused}
    return render(request, "subsidies/application_people.html", context, status=status)
