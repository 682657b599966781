"""Keeping the register by hand: a new institution, a change or a correction, a move, a wrong code, the end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from projects.forms.institutions import ChangeForm, CloseForm, CodeForm, MoveForm, NewForm
from projects.models import Institution, InstitutionVersion
from projects.queries.institutions import units_of, version_on, versions_of
from projects.register import close_institution, correct_code, move_institution, record_statements
from projects.register.suspects import register_institution
from targets.forms.acting import attempt
from targets.forms.reporting import ActionForm
from targets.queries.overview import counties
from yuxi_eldercare.core.models import Region
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.roles import EDIT_INSTITUTION, can

from .institutions_shared import View, found, keepers, readers

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
@never_cache
@keepers
def institution_new(request: HttpRequest) -> HttpResponse:
    """An institution that is not in the register yet."""
    user = person(request)
    units, county = units_of(user), request.GET.get("county", "")[:6]
    form = NewForm(_posted(request), keepers=units, near=county)
    made: list[int] = []

    def act() -> str:
        change = register_institution(statement=form.statement(), by=user)
        made.append(change.institution or 0)
        return _("已登记机构。")

    status = attempt(request, form, act) if request.method == "POST" else 200
    if made:
        return redirect("institution", pk=made[0])
    of_city = any(unit.region.level == Region.Level.CITY for unit in units)
    context = {"form": form, "counties": counties() if of_city else [], "county": county}
    return render(request, "institutions/form.html", context, status=status)


@dataclass(frozen=True)
class _Step:
    """What a page does to an institution: the form, what posting it does and then says, and how it is shown."""

    form: ActionForm
    act: Callable[[], str]
    template: str
    context: dict[str, Any]


def _step(made: Callable[[HttpRequest, Institution], _Step]) -> View:
    """The view of a step: refused to who does not keep the institution; once done, back to its page."""

    @require_http_methods(_METHODS)
    @never_cache
    @readers
    @wraps(made)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        row = found(pk)
        decision = can(person(request), EDIT_INSTITUTION, department=row.keeper)
        if not decision:
            return refused_page(request, decision.reason)
        step = made(request, row)
        status = 200
        if request.method == "POST":
            status = attempt(request, step.form, step.act)
            if status == 200:
                return redirect("institution", pk=pk)
        context = {"form": step.form, "row": row, **step.context}
        return render(request, step.template, context, status=status)

    return view


@_step
def institution_edit(request: HttpRequest, row: Institution) -> _Step:
    """What has become different from a day on; `?since=` corrects what was stated from that day."""
    versions = versions_of(row)
    correcting = _corrected(request, versions)
    version = correcting or version_on(versions, timezone.localdate()) or versions[0]
    form = ChangeForm(_posted(request), institution=row, version=version, correcting=correcting is not None)

    def act() -> str:
        change = record_statements(statements=[form.statement()], by=person(request))[0]
        return _("已保存，原来的登记留着可查。") if change.changed else _("与已登记的相同，没有变化。")

    return _Step(form, act, "institutions/form.html", {"version": version, "correcting": correcting})


@_step
def institution_move(request: HttpRequest, row: Institution) -> _Step:
    """A new place from a day on."""
    version = _latest(row)
    form = MoveForm(_posted(request), institution=row, version=version)

    def act() -> str:
        given = form.cleaned_data
        move_institution(
            institution=row,
            on=given["since"],
            region=given["region"],
            address=given["address"],
            reason=given["reason"],
            revision=given["revision"],
            by=person(request),
        )
        return _("已登记搬迁。")

    return _Step(form, act, "institutions/step.html", {"version": version, "verb": "move"})


@_step
def institution_close(request: HttpRequest, row: Institution) -> _Step:
    """The day on which an institution stopped working."""
    form = CloseForm(_posted(request), initial={"revision": row.revision})

    def act() -> str:
        given = form.cleaned_data
        close_institution(
            institution=row,
            on=given["since"],
            reason=given["reason"],
            revision=given["revision"],
            by=person(request),
        )
        return _("已登记关停。")

    return _Step(form, act, "institutions/step.html", {"version": _latest(row), "verb": "close"})


@_step
def institution_code(request: HttpRequest, row: Institution) -> _Step:
    """The right credit code in the place of a wrong one."""
    initial = {"credit_code": row.credit_code, "revision": row.revision}
    form = CodeForm(_posted(request), initial=initial)

    def act() -> str:
        correct_code(institution=row, by=person(request), **form.cleaned_data)
        return _("已更正代码，原来的代码留着可查。")

    return _Step(form, act, "institutions/step.html", {"version": _latest(row), "verb": "code"})


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _latest(row: Institution) -> InstitutionVersion:
    return row.versions.select_related("region", "county").filter(superseded_at=None).latest("since")


def _corrected(request: HttpRequest, versions: list[InstitutionVersion]) -> InstitutionVersion | None:
    """The version in force that an address asks to correct, by the day it began; 404 where there is none."""
    text = request.GET.get("since", "")
    if not text:
        return None
    try:
        since = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    for version in versions:
        if version.superseded_at is None and version.since == since:
            return version
    raise Http404
