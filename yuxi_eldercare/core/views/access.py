"""Who may see a page: the permission is asked before the view runs, and its reason is shown."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import can

View = Callable[..., HttpResponse]


def needs(*permissions: str) -> Callable[[View], View]:
    """A view for those who may do one of these; others see the reason and get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            decisions = [can(person(request), permission) for permission in permissions]
            if any(decisions):
                return view(request, *args, **kwargs)
            return render(request, "core/refused.html", {"reason": decisions[0].reason}, status=403)

        return checked

    return decorate


def person(request: HttpRequest) -> User:
    """Who is logged in (behind `LoginRequiredMiddleware` there always is somebody)."""
    return request.user  # type: ignore[return-value]
