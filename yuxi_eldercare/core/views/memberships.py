"""Pages of the security administrator: giving a role, taking it away, changing its last day."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yuxi_eldercare.core.accounts.machines import is_machine
from yuxi_eldercare.core.actions import memberships as actions
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.forms.accounts import EndForm, GrantForm, PlainForm, ReasonForm
from yuxi_eldercare.core.models import ApiClient, Membership, User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import GRANT_ROLES, MACHINE_ROLES, ROLES

from .access import needs


@require_http_methods(["GET", "HEAD", "POST"])
@needs(GRANT_ROLES)
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """A role for a person."""
    account = get_object_or_404(User, pk=pk)
    form = GrantForm(request.POST if request.method == "POST" else None)
    if is_machine(account):
        form.offer(MACHINE_ROLES)
    words = {"account": account, "title": _("授予角色"), "button": _("授予")}
    return _answer(
        request,
        form,
        words,
        lambda: actions.grant(user=account, wanted=form.wanted(), by=person(request)),
        _("已授予角色，立即生效。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(GRANT_ROLES)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role away at once."""
    membership = _membership(pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    words = {
        "account": membership.user,
        "title": _("收回角色"),
        "button": _("收回"),
        "membership": membership,
        "role": ROLES.get(membership.role),
    }
    return _answer(
        request,
        form,
        words,
        lambda: actions.revoke(membership=membership, reason=form.cleaned_data["reason"], by=person(request)),
        _("已收回角色，立即生效。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(GRANT_ROLES)
def set_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the last day of a role."""
    membership = _membership(pk)
    form = EndForm(
        request.POST if request.method == "POST" else None, initial={"valid_to": membership.valid_to}
    )
    words = {
        "account": membership.user,
        "title": _("修改截止日期"),
        "button": _("保存"),
        "membership": membership,
        "role": ROLES.get(membership.role),
    }
    return _answer(
        request,
        form,
        words,
        lambda: actions.set_end(
            membership=membership,
            valid_to=form.cleaned_data["valid_to"],
            reason=form.cleaned_data["reason"],
            by=person(request),
        ),
        _("已修改截止日期。"),
    )


def _membership(pk: int) -> Membership:
    rows = Membership.objects.select_related("user", "department", "region")
    return get_object_or_404(rows, pk=pk)


def _answer(
    request: HttpRequest, form: PlainForm, words: dict[str, object], act: Callable[[], object], done: str
) -> HttpResponse:
    """Show the form, or act and go back to the account; a refusal is shown at its field."""
    account: User = words["account"]  # type: ignore[assignment]
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except ActionRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, done)
            return redirect(_home(account))
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "home": _home(account), "machine": is_machine(account), **words}
    return render(request, "core/membership_form.html", context, status=status)


def _home(account: User) -> str:
    """The page of the person, or of the system whose service account it is."""
    client = ApiClient.objects.filter(user=account).first()
    return reverse("client", args=[client.pk]) if client else reverse("user", args=[account.pk])
