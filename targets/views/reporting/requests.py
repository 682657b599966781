"""Exceptions to a closed round, authorisations to enter for another unit, answers to red lights."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.actions.refusals import Refused
from targets.forms.reporting import (
    ActionForm,
    DecisionForm,
    ExceptionForm,
    ProxyForm,
    RedAnswerForm,
)
from targets.models import RedResponse, ReportingRound
from targets.reporting.exceptions import (
    grant,
    open_requests,
    own_requests,
    refuse,
    request_exception,
    to_decide,
)
from targets.reporting.owing import visible_rounds
from targets.reporting.proxies import grant_proxy, revoke_proxy, visible_proxies
from targets.reporting.red import answer_red, responses
from targets.reporting.scope import entries_by_code, own_units
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.roles import ENTER, GRANT_EXCEPTION, GRANT_PROXY, can

from .shared import attempt, number, people_with, person, tell


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def exception_list(request: HttpRequest) -> HttpResponse:
    """Requests of the user's units and those that wait for their decision; a POST asks or decides."""
    user = person(request)
    units = Department.objects.filter(pk__in=own_units(user))
    rounds = ReportingRound.objects.filter(entries__department__in=own_units(user)).distinct()
    asked = {name: request.GET.get(name) for name in ("round", "department")}
    form = ExceptionForm(units=units, rounds=rounds, initial=asked)
    decision = DecisionForm()
    decided = number(request.POST.get("exception"))
    status = 200
    if request.method == "POST" and decided:
        decision = DecisionForm(request.POST)
        status = attempt(
            request, decision, lambda: _decide(decision, decided, request.POST.get("verb"), user)
        )
    elif request.method == "POST":
        form = ExceptionForm(request.POST, units=units, rounds=rounds)
        status = attempt(request, form, lambda: _ask(form, user))
    if request.method == "POST" and status == 200:
        return redirect("exception-list")
    return render(
        request,
        "targets/reporting/exceptions.html",
        {
            "form": form,
            "decision": decision,
            "decided": decided,
            "open": list(open_requests(user)),
            "done": list(to_decide(user).filter(granted__isnull=False)[:20]),
            "own": list(own_requests(user)[:20]),
            "may_ask": units.exists(),
            "may_decide": can(user, GRANT_EXCEPTION),
        },
        status=status,
    )


def _ask(form: ActionForm, user: User) -> str:
    given = form.cleaned_data
    request_exception(round=given["round"], department=given["department"], reason=given["reason"], by=user)
    return _("申请已提交，批准后会收到消息。")


def _decide(form: DecisionForm, exception: int, verb: str | None, user: User) -> str:
    row = get_object_or_404(to_decide(user), pk=exception)
    text = form.cleaned_data["decision_text"]
    if verb == "refuse":
        refuse(exception=row, text=text, by=user)
        return _("已答复：不同意。")
    until = form.until()
    if until is None:
        raise Refused.because(_("请填写可填报至哪一天。"), "expires_at")
    grant(exception=row, until=until, text=text, by=user)
    return _("已同意，到期自动失效。")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def proxy_list(request: HttpRequest) -> HttpResponse:
    """Authorisations the user gave, holds or oversees; a POST gives or revokes one."""
    user = person(request)
    granting = can(user, GRANT_PROXY)
    agents = people_with(ENTER)
    form = ProxyForm(agents=agents)
    revoked = number(request.POST.get("revoke"))
    status = 200
    if request.method == "POST" and revoked:
        proxy = get_object_or_404(visible_proxies(user), pk=revoked)
        status = tell(request, lambda: (revoke_proxy(proxy=proxy, by=user), _("授权已撤销。"))[1])
    elif request.method == "POST":
        form = ProxyForm(request.POST, agents=agents)
        status = attempt(request, form, lambda: _authorise(form, user))
    if request.method == "POST" and status == 200:
        return redirect("proxy-list")
    return render(
        request,
        "targets/reporting/proxies.html",
        {
            "form": form,
            "granting": granting,
            "proxies": list(visible_proxies(user).order_by("revoked_at", "-valid_to")[:100]),
            "today": timezone.localdate(),
        },
        status=status,
    )


def _authorise(form: ActionForm, user: User) -> str:
    grant_proxy(**form.cleaned_data, by=user)
    return _("已授权，双方都会收到消息。")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def red_answers(request: HttpRequest) -> HttpResponse:
    """原因、措施、责任人、时限 for lights that reported values turned red; a POST answers one."""
    user = person(request)
    rounds = list(visible_rounds(user)[:12])
    chosen = number(request.GET.get("round") or request.POST.get("round"))
    round = next((row for row in rounds if row.pk == chosen), rounds[0] if rounds else None)
    answered = number(request.POST.get("response"))
    form, status = None, 200
    if request.method == "POST" and answered:
        form = bound = RedAnswerForm(request.POST, auto_id=f"r{answered}-%s")
        row = get_object_or_404(RedResponse, pk=answered, round__in=rounds)
        status = attempt(request, bound, lambda: _answer(bound, row, user))
        if status == 200:
            return redirect(f"{request.path}?round={row.round_id}")
    found = list(responses(round, user)) if round else []
    fillable = set() if round is None or round.closed_at else _fillable(round, user)
    cards = [
        (
            row,
            _answer_form(row, form, answered),
            (row.regional_target.indicator_id, row.regional_target.region_id) in fillable,
        )
        for row in found
    ]
    context = {"rounds": rounds, "round": round, "cards": cards}
    return render(request, "targets/reporting/red_answers.html", context, status=status)


def _fillable(round: ReportingRound, user: User) -> set[tuple[int, str]]:
    """Places the user may fill in a round, and whose red lights they therefore explain."""
    entries = entries_by_code(round, user).values()
    return {(entry.indicator_id, entry.region_id) for entry in entries}


def _answer_form(row: RedResponse, bound: ActionForm | None, answered: int | None) -> ActionForm:
    if bound is not None and row.pk == answered:
        return bound
    initial = {name: getattr(row, name) for name in ("cause", "measure", "responsible_person", "deadline")}
    return RedAnswerForm(initial=initial, auto_id=f"r{row.pk}-%s")


def _answer(form: ActionForm, row: RedResponse, user: User) -> str:
    answer_red(response=row, **form.cleaned_data, by=user)
    return _("已保存。轮次关闭前还可以修改。")
