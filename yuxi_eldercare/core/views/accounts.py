"""Pages of the system and security administrators: the list of accounts, one account, what is done to it."""

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
from yuxi_eldercare.core.accounts import lockout
from yuxi_eldercare.core.accounts.duties import has_second_factor
from yuxi_eldercare.core.actions import accounts as actions
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.forms.accounts import DetailsForm, NewUserForm, ReasonForm
from yuxi_eldercare.core.models import ApiClient, Department, User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.queries.people import (
    STATUSES,
    UserFilter,
    accounts,
    holdings,
    last_login,
    locked_usernames,
)
from yuxi_eldercare.core.roles import (
    GRANT_ROLES,
    MANAGE_ACCOUNTS,
    RESET_SECOND_FACTOR,
    ROLES,
    VIEW_ACCOUNTS,
    can,
)

from .access import needs

PAGE = 50


@require_safe
@needs(VIEW_ACCOUNTS)
def user_list(request: HttpRequest) -> HttpResponse:
    """Accounts with their roles in force; looking at it is audited, for it shows names and telephones."""
    wanted = _filter_from(request)
    page = Paginator(accounts(wanted), PAGE).get_page(request.GET.get("page"))
    audit.record(
        by=person(request),
        action="personal.view",
        object_type="user",
        object_key="*",
        detail=wanted.words(),
    )
    return render(
        request,
        "core/user_list.html",
        {
            "wanted": wanted,
            "page": page,
            "roles": ROLES,
            "departments": Department.objects.filter(withdrawn=False, memberships__isnull=False).distinct(),
            "statuses": list(zip(STATUSES, _status_words(), strict=True)),
            "locked": set(locked_usernames()),
            "may_manage": can(person(request), MANAGE_ACCOUNTS),
        },
    )


def _status_words() -> list[str]:
    return [_("启用"), _("停用"), _("已锁定"), _("没有角色"), _("管理员未启用动态口令")]


def _filter_from(request: HttpRequest) -> UserFilter:
    role, status = request.GET.get("role", ""), request.GET.get("status", "")
    return UserFilter(
        text=request.GET.get("text", "").strip()[:60],
        role=role if role in ROLES else "",
        department=request.GET.get("department", "")[:60],
        status=status if status in STATUSES else "",
    )


@require_safe
@needs(VIEW_ACCOUNTS)
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: who, roles with their history, state of the second factor and of the lock."""
    account = get_object_or_404(User, pk=pk)
    if client := ApiClient.objects.filter(user=account).first():
        return redirect("client", pk=client.pk)
    audit.record(by=person(request), action="personal.view", object_type="user", object_key=account.username)
    return _page(request, account)


def _page(request: HttpRequest, account: User, **more: Any) -> HttpResponse:
    """The page of an account. `more` may hold a new password to show once."""
    me = person(request)
    return render(
        request,
        "core/user.html",
        {
            "account": account,
            "holdings": holdings(account),
            "last_login": last_login(account),
            "has_factor": has_second_factor(account),
            "locked_until": lockout.locked_until(account.username),
            "may_manage": can(me, MANAGE_ACCOUNTS),
            "may_grant": can(me, GRANT_ROLES),
            "may_reset_factor": can(me, RESET_SECOND_FACTOR),
            "is_me": account == me,
            **more,
        },
        status=more.get("status", 200),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_ACCOUNTS)
def user_new(request: HttpRequest) -> HttpResponse:
    """A new account; its initial password is shown once on the page that follows."""
    form = NewUserForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_user(
                username=form.cleaned_data["username"], details=form.details(), by=person(request)
            )
        except ActionRefused as refused:
            form.refuse(refused)
        else:
            return _page(request, made.user, new_password=made.password)
    return render(request, "core/user_form.html", {"form": form, "account": None}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_ACCOUNTS)
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, telephone and e-mail of an account."""
    account = get_object_or_404(User, pk=pk)
    form = DetailsForm(
        request.POST if request.method == "POST" else None,
        initial={"display_name": account.display_name, "phone": account.phone, "email": account.email},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_details(user=account, details=form.details(), by=person(request))
        except ActionRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect("user", pk=pk)
    return render(request, "core/user_form.html", {"form": form, "account": account}, status=_status(form))


@dataclass(frozen=True)
class Verb:
    """Something that is done to an account: its words, and the action behind it."""

    permission: str
    title: Any
    consequence: Any
    action: Callable[..., Any]
    done: Any
    with_reason: bool = True


VERBS = {
    "deactivate": Verb(
        MANAGE_ACCOUNTS,
        gettext_lazy("停用账号"),
        gettext_lazy("停用后不能再登录，正在进行的登录立即失效；填报和审计记录保留。"),
        actions.deactivate,
        gettext_lazy("账号已停用。"),
    ),
    "activate": Verb(
        MANAGE_ACCOUNTS,
        gettext_lazy("启用账号"),
        gettext_lazy("启用后可以重新登录，仍在有效期内的角色随之恢复。"),
        actions.activate,
        gettext_lazy("账号已启用。"),
    ),
    "reset-password": Verb(
        MANAGE_ACCOUNTS,
        gettext_lazy("重置密码"),
        gettext_lazy("生成新的初始密码，只显示一次；本人下次登录时必须修改。动态口令不受影响。"),
        actions.reset_password,
        gettext_lazy("密码已重置。"),
    ),
    "unlock": Verb(
        MANAGE_ACCOUNTS,
        gettext_lazy("解除锁定"),
        gettext_lazy("清除输错密码的记录，本人可以立即重新登录。"),
        actions.unlock,
        gettext_lazy("已解除锁定。"),
        with_reason=False,
    ),
    "reset-second-factor": Verb(
        RESET_SECOND_FACTOR,
        gettext_lazy("重置动态口令"),
        gettext_lazy("删除动态口令和备用码，本人下次登录后重新启用。请先当面或电话核实身份。"),
        actions.reset_second_factor,
        gettext_lazy("动态口令已重置。"),
    ),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def user_action(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Ask for the reason of one of `VERBS`, then do it."""
    if verb not in VERBS:
        raise Http404(verb)
    chosen = VERBS[verb]
    return needs(chosen.permission)(_do)(request, pk, chosen)


def _do(request: HttpRequest, pk: int, verb: Verb) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not verb.with_reason:
        del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        try:
            made = verb.action(user=account, by=person(request), **form.cleaned_data)
        except ActionRefused as refused:
            form.refuse(refused)
        else:
            if isinstance(made, actions.NewPassword):
                return _page(request, made.user, new_password=made.password)
            messages.success(request, verb.done)
            return redirect("user", pk=pk)
    context = {"form": form, "account": account, "verb": verb}
    return render(request, "core/user_action.html", context, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
