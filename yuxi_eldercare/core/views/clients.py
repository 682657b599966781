"""Pages about other systems: the list, one of them, a new one, a new secret, the end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.actions import clients as actions
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.forms.accounts import ReasonForm
from yuxi_eldercare.core.forms.clients import ClientForm, NewClientForm, initial
from yuxi_eldercare.core.models import ApiClient
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.queries.clients import STATES, ClientFilter, clients, state_of
from yuxi_eldercare.core.queries.people import holdings
from yuxi_eldercare.core.roles import GRANT_ROLES, MANAGE_CLIENTS, VIEW_ACCOUNTS, can

from .access import needs

PAGE = 50


@require_safe
@needs(VIEW_ACCOUNTS)
def client_list(request: HttpRequest) -> HttpResponse:
    """Clients with purpose, owner, bindings and last use; audited, for it shows names and telephones."""
    state = request.GET.get("state", "")
    wanted = ClientFilter(request.GET.get("text", "").strip()[:60], state if state in STATES else "")
    page = Paginator(clients(wanted), PAGE).get_page(request.GET.get("page"))
    audit.record(
        by=person(request),
        action="personal.view",
        object_type="client",
        object_key="*",
        detail=wanted.words(),
    )
    return render(
        request,
        "core/client_list.html",
        {
            "wanted": wanted,
            "page": page,
            "lines": [(row, state_of(row)) for row in page.object_list],
            "states": list(zip(STATES, _state_words(), strict=True)),
            "may_manage": can(person(request), MANAGE_CLIENTS),
        },
    )


def _state_words() -> list[str]:
    return [_("可调用"), _("尚未绑定单位"), _("尚未生效"), _("已到期"), _("已停用")]


@require_safe
@needs(VIEW_ACCOUNTS)
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """One client: what it is for, who answers for it, what it is bound to."""
    found = _client(pk)
    audit.record(by=person(request), action="personal.view", object_type="client", object_key=found.code)
    return _page(request, found)


def _client(pk: int) -> ApiClient:
    rows = ApiClient.objects.select_related(
        "owner_department", "user", "application", "created_by", "secret_by", "revoked_by"
    )
    return get_object_or_404(rows, pk=pk)


def _page(request: HttpRequest, found: ApiClient, **more: Any) -> HttpResponse:
    """The page of a client. `more` may hold a new secret to show once."""
    me = person(request)
    return render(
        request,
        "core/client.html",
        {
            "client": found,
            "account": found.user,
            "state": state_of(found),
            "holdings": holdings(found.user),
            "may_manage": can(me, MANAGE_CLIENTS) and found.revoked_at is None,
            "may_grant": can(me, GRANT_ROLES) and found.revoked_at is None,
            **more,
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_CLIENTS)
def client_new(request: HttpRequest) -> HttpResponse:
    """A new client; its secret is shown once on the page that follows."""
    form = NewClientForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_client(
                code=form.cleaned_data["code"], details=form.details(), by=person(request)
            )
        except ActionRefused as refused:
            form.refuse(refused)
        else:
            return _page(request, made.client, new_secret=made.secret)
    return render(request, "core/client_form.html", {"form": form, "client": None}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_CLIENTS)
def client_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is recorded about a client."""
    found = _client(pk)
    form = ClientForm(request.POST if request.method == "POST" else None, initial=initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_client(client=found, details=form.details(), by=person(request))
        except ActionRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect("client", pk=pk)
    return render(request, "core/client_form.html", {"form": form, "client": found}, status=_status(form))


@dataclass(frozen=True)
class Verb:
    """Something that is done to a client: its words, and the action behind it."""

    title: Any
    consequence: Any
    action: Callable[..., Any]
    done: Any


VERBS = {
    "rotate": Verb(
        gettext_lazy("更换密钥"),
        gettext_lazy("生成新的密钥，只显示一次；旧密钥和已发出的访问令牌立即失效。"),
        actions.rotate_secret,
        gettext_lazy("密钥已更换。"),
    ),
    "revoke": Verb(
        gettext_lazy("停用接入"),
        gettext_lazy("立即停用且不能恢复；已推送的数据和审计记录保留。"),
        actions.revoke_client,
        gettext_lazy("接入系统已停用。"),
    ),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_CLIENTS)
def client_action(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Ask for the reason of one of `VERBS`, then do it."""
    if verb not in VERBS:
        raise Http404(verb)
    found, chosen = _client(pk), VERBS[verb]
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = chosen.action(client=found, by=person(request), **form.cleaned_data)
        except ActionRefused as refused:
            form.refuse(refused)
        else:
            if isinstance(made, actions.NewSecret):
                return _page(request, _client(pk), new_secret=made.secret)
            messages.success(request, chosen.done)
            return redirect("client", pk=pk)
    context = {"form": form, "client": found, "verb": chosen}
    return render(request, "core/client_action.html", context, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
