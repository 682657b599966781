"""What the reporting pages share: who is there, refusals in words, ids from forms."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from targets.actions.refusals import NotAllowed, Refused
from targets.forms.reporting import ActionForm
from targets.models import Entry
from targets.reporting.doors import may_open
from targets.reporting.people import roles_with
from yuxi_eldercare.core.models import Department, Membership, User

View = Callable[..., HttpResponse]


def person(request: HttpRequest) -> User:
    """Who is logged in (behind `LoginRequiredMiddleware` there always is somebody)."""
    return request.user  # type: ignore[return-value]


def refused_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A page that says why; 403 when it is about permission, 404 when there is nothing to show."""
    status = 403 if isinstance(refused, NotAllowed) else 404
    return render(request, "core/refused.html", {"reason": str(refused)}, status=status)


def concerned(page: str) -> Callable[[View], View]:
    """The view of a page that is refused, with the reason, to those whom it does not concern."""

    def around(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
            decision = may_open(person(request), page)
            if not decision:
                return refused_page(request, NotAllowed.because(decision.reason))
            return view(request, *args, **given)

        return opened

    return around


def tell(request: HttpRequest, act: Callable[[], str]) -> int:
    """Run an action that answers with the sentence to show; its refusals become messages. Returns a status."""
    try:
        messages.success(request, act())
    except Refused as refused:
        for sentence in dict.fromkeys(problem.message for problem in refused.problems):
            messages.error(request, sentence)
        return 403 if isinstance(refused, NotAllowed) else 422
    return 200


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


def people_with(permission: str, units: QuerySet[Department] | None = None) -> QuerySet[User]:
    """Active people with a permission by a membership in force, all or those of some units."""
    held = Membership.objects.in_force(timezone.localdate()).filter(role__in=roles_with(permission))
    if units is not None:
        held = held.filter(department__in=units)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("display_name")


def ids(texts: Iterable[str]) -> list[int]:
    """Ids from a form; what is no number is left out."""
    return [int(text) for text in dict.fromkeys(texts) if text.isdecimal() and len(text) < 19]


def number(text: str | None) -> int | None:
    """An id from an address; none when it is not one."""
    found = ids([text or ""])
    return found[0] if found else None


def names_of(entries: Iterable[Entry], field: str) -> dict[int, str]:
    """Names of the people in a column of these entries, by id. One statement, none when nobody is named."""
    wanted = {pk for entry in entries if (pk := getattr(entry, f"{field}_id")) is not None}
    if not wanted:
        return {}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)}
