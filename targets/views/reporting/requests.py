"""Exceptions to a closed round, and authorisations to enter for another unit."""

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.actions.refusals import Refused
from targets.forms.acting import attempt, tell
from targets.forms.reporting import (
    ActionForm,
    DecisionForm,
    ExceptionForm,
    ProxyForm,
)
from targets.models import ReportingRound
from targets.reporting.exceptions import (
    grant,
    open_requests,
    own_requests,
    refuse,
    request_exception,
    to_decide,
)
from targets.reporting.proxies import grant_proxy, revoke_proxy, visible_proxies
from targets.reporting.scope import own_units
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import ENTER, GRANT_EXCEPTION, GRANT_PROXY, can

from .shared import concerned, number, people_with


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@concerned("exception-list")
def exception_list(request: HttpRequest) -> HttpResponse:
    """Requests of the user's units and those that wait for their decision; a POST asks or decides."""
    user = person(request)
    units = Department.objects.filter(pk__in=own_units(user))
    over = Q(closed_at__isnull=False) | Q(grace_until__lt=timezone.localdate())
    rounds = ReportingRound.objects.filter(over, entries__department__in=own_units(user)).distinct()
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
            "week": timezone.localdate() + timedelta(days=7),
            "open": list(open_requests(user)),
            "done": list(to_decide(user).filter(granted__isnull=False)[:20]),
            "own": list(own_requests(user)[:20]),
            "may_ask": units.exists(),
            "askable": rounds.exists(),
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
@concerned("proxy-list")
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
