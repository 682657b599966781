"""Who may see a page: the permission is asked before the view runs, and its reason is shown."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from yuxi_eldercare.core.pages import person, refused_page
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
            return refused_page(request, decisions[0].reason)

        return checked

    return decorate
