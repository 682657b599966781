"""What pages about subsidies share: who may read them at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.roles import VIEW_SUBSIDIES, can

View = Callable[..., HttpResponseBase]


def needs(permission: str = VIEW_SUBSIDIES) -> Callable[[View], View]:
    """A view for those who may do it in some region; others get the reason. Rows are limited by the queries."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
            decision = can(person(request), permission)
            if decision:
                return view(request, *args, **given)
            return refused_page(request, decision.reason)

        return opened

    return decorate
