"""One application: its facts, arithmetic, evidence and trail, and the steps that the person may take now."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from subsidies import applying
from subsidies.applying.drafting import readiness
from subsidies.applying.machine import JUDGE
from subsidies.applying.payees import may_correct
from subsidies.applying.repeats import repeats
from subsidies.books.granting import choices
from subsidies.forms import applications as forms
from subsidies.models import Application, ApplicationStep
from subsidies.presenters.applications_page import (
    Levels,
    arithmetic,
    levels_to_choose,
    money,
    offers,
    papers,
    trail,
    unit_word,
)
from subsidies.queries.applications import in_full, read_application
from subsidies.queries.applications_people import listed, lists_people
from subsidies.queries.held import held
from targets.forms.acting import attempt
from targets.forms.reporting import ActionForm
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import APPROVE_SUBSIDY, REVEAL_PERSONAL, can

from .shared import needs

LISTED_MOST = 100
State = Application.State
Verb = ApplicationStep.Verb
# States in which nothing is decided yet: other claims are looked through anew.
_OPEN = frozenset({State.DRAFT, State.RETURNED, *JUDGE})


def found(request: HttpRequest, pk: int) -> Application:
    """An application the person may see, or 404."""
    return get_object_or_404(in_full(person(request)), pk=pk)


@require_safe
@never_cache
@needs()
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an application."""
    return page(request, found(request, pk), {})


@require_POST
@never_cache
@needs()
def application_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take a step; refused, the page comes again with what was typed and what happened meanwhile."""
    if step not in _ACTS:
        raise Http404(step)
    row = found(request, pk)
    form = _form(step, row, request.POST, suspected=step in _CHECKS and bool(repeats(row)))
    status = attempt(request, form, lambda: _do(step, row, form, person(request), request.POST))
    if status == 200:
        return redirect("subsidy-application", pk)
    return page(request, found(request, pk), {step: form}, status=status)


def page(
    request: HttpRequest, row: Application, bound: Mapping[str, ActionForm], *, status: int = 200
) -> HttpResponse:
    """The page, with the forms that were refused as they were sent."""
    user = person(request)
    read = read_application(row)
    offered = offers(row, user, read.steps)
    looked = repeats(row) if row.state in _OPEN else []
    moved = money(read.journals, held([row.pk])[row.pk]) if read.journals else None
    context = {
        "application": row,
        "unit": unit_word(row.scheme.unit),
        "may_correct": row.state == State.APPROVED and may_correct(row, user),
        "listing": lists_people(row),
        "listed": list(listed(row)[:LISTED_MOST]) if lists_people(row) else [],
        "trail": trail(read.steps),
        "papers": papers(read.files),
        "money": moved,
        "may_recover": moved is not None
        and moved.paid_fen > 0
        and bool(can(user, APPROVE_SUBSIDY, region=row.county.parent or row.county)),
        "arithmetic": arithmetic(row.computed),
        "repeats": looked,
        "readiness": readiness(row) if offered.change else None,
        "offers": [
            (offer, bound.get(offer.step) or _form(offer.step, row, suspected=bool(looked)))
            for offer in offered.now
        ],
        "not_now": offered.not_now,
        "may_change": offered.change,
        "evidence": bound.get("evidence") or forms.EvidenceForm(auto_id="evidence-%s"),
        "may_reveal": bool(can(user, REVEAL_PERSONAL, region=row.county)),
        "bound": next(iter(bound), ""),
    }
    return render(request, "subsidies/application.html", context, status=status)


def _form(step: str, row: Application, data: Any = None, *, suspected: bool = False) -> ActionForm:
    """The form of a step; `suspected`: something looks like a repeat, so that a check asks why it is none."""
    auto_id = f"{step}-%s"
    if step == Verb.APPROVE:
        return forms.ApproveForm(data, levels=_levels(row), auto_id=auto_id)
    if step in _CHECKS:
        verified = row.claimed if row.verified is None else row.verified
        initial = {"verified": verified, "answer": row.suspicion_answer}
        return _CHECKS[step](data, initial=initial, auto_id=auto_id, suspected=suspected)
    return _PLAIN[step](data, auto_id=auto_id)


def _levels(row: Application) -> Levels:
    """Budget lines of this year and, for what was carried over, of the last."""
    today = timezone.localdate()
    lines = choices(row, today.year)
    for level, older in choices(row, today.year - 1).items():
        lines.setdefault(level, []).extend(older)
    return levels_to_choose(row.computed, lines)


_CHECKS: Mapping[str, type[forms.CountyCheckForm]] = {
    Verb.COUNTY_CHECK: forms.CountyCheckForm,
    Verb.CITY_CHECK: forms.CityCheckForm,
}
_PLAIN: Mapping[str, type[ActionForm]] = {
    Verb.SUBMIT: forms.SubmitForm,
    Verb.RETURN: forms.ReasonForm,
    Verb.REFUSE: forms.ReasonForm,
    Verb.WITHDRAW: forms.WithdrawForm,
}
_ACTS: Mapping[str, tuple[Callable[..., Application], Any]] = {
    Verb.SUBMIT: (applying.submit, gettext_lazy("已提交，等待县级核查。")),
    Verb.COUNTY_CHECK: (applying.county_check, gettext_lazy("核查通过，已送市级复核。")),
    Verb.CITY_CHECK: (applying.city_check, gettext_lazy("复核通过，已送审批。")),
    Verb.APPROVE: (applying.approve, gettext_lazy("已批复，资金已从预算中安排。")),
    Verb.RETURN: (applying.return_with_reason, gettext_lazy("已退回，申请单位会收到消息。")),
    Verb.REFUSE: (applying.refuse, gettext_lazy("已决定不予补助，申请单位会收到消息。")),
    Verb.WITHDRAW: (applying.withdraw, gettext_lazy("已撤回。")),
}


def _do(step: str, row: Application, form: ActionForm, user: User, data: Mapping[str, str]) -> str:
    """Take a step with what its valid form says; answers with the sentence to show. Raises `Refused`."""
    given = dict(form.cleaned_data)
    if isinstance(form, forms.ApproveForm):
        given = {"lines": form.lines(), "note": given["note"]}
    act, said = _ACTS[step]
    act(application=row.pk, by=user, revision=seen_revision(data), **given)
    return str(said)


def seen_revision(data: Mapping[str, str]) -> int | None:
    """The revision the person had before them; none where the form does not say."""
    text = data.get("revision", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
