"""What the reporting pages share: who is there, refusals in words, ids from forms."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from targets.actions.refusals import NotAllowed, Refused
from targets.models import Entry
from yuxi_eldercare.core.models import User


def person(request: HttpRequest) -> User:
    """Who is logged in (behind `LoginRequiredMiddleware` there always is somebody)."""
    return request.user  # type: ignore[return-value]


def refused_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A page that says why; 403 when it is about permission, 404 when there is nothing to show."""
    status = 403 if isinstance(refused, NotAllowed) else 404
    return render(request, "core/refused.html", {"reason": str(refused)}, status=status)


def tell(request: HttpRequest, act: Callable[[], str]) -> int:
    """Run an action that answers with the sentence to show; its refusals become messages. Returns a status."""
    try:
        messages.success(request, act())
    except Refused as refused:
        for sentence in dict.fromkeys(problem.message for problem in refused.problems):
            messages.error(request, sentence)
        return 403 if isinstance(refused, NotAllowed) else 422
    return 200


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
