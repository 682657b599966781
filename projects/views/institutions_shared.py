"""What the pages of the register share: who is there, who may read, refusals in words."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.models import Institution
from projects.queries.institutions import institution, may_read, units_of
from targets.actions.refusals import NotAllowed, Refused
from targets.forms.reporting import ActionForm
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import EDIT_INSTITUTION, can

View = Callable[..., HttpResponseBase]


def person(request: HttpRequest) -> User:
    """Who is logged in (behind `LoginRequiredMiddleware` there always is somebody)."""
    return request.user  # type: ignore[return-value]


def refused_page(request: HttpRequest, reason: str) -> HttpResponse:
    """A page that says why this person does not get in."""
    return render(request, "core/refused.html", {"reason": reason}, status=403)


def readers(view: View) -> View:
    """The view, refused with the reason to those who hold no role."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        decision = may_read(person(request))
        return view(request, *args, **given) if decision else refused_page(request, decision.reason)

    return opened


def keepers(view: View) -> View:
    """The view, refused with the reason to those who keep no unit's institutions."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        user = person(request)
        decision = can(user, EDIT_INSTITUTION)
        if decision and units_of(user):
            return view(request, *args, **given)
        reason = decision.reason or _("你的填报员角色没有指明单位，不能登记机构，请联系安全管理员。")
        return refused_page(request, reason)

    return opened


def found(pk: int) -> Institution:
    """An institution, or 404."""
    row = institution(pk)
    if row is None:
        raise Http404
    return row


def attempt(request: HttpRequest, form: ActionForm, act: Callable[[], str]) -> int:
    """Validate a form, act, and say so; refusals stand at their fields. Returns the status of the page."""
    if not form.is_valid():
        return 422
    try:
        messages.success(request, act())
    except Refused as refused:
        form.refuse(refused)
        return 403 if isinstance(refused, NotAllowed) else 422
    return 200
