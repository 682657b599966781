"""Addresses as pages may trust them: without NUL, which no text holds and PostgreSQL refuses to look for."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

_NUL = "%00"
_API = "/api/"  # says by itself what is wrong with an address


class WithoutNul:
    """Takes NUL out of a page's query; an address whose path holds one leads nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(_API):
            query = request.META.get("QUERY_STRING", "")
            while _NUL in query:  # what is left may form another
                query = query.replace(_NUL, "")
            request.META["QUERY_STRING"] = query
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: dict[str, Any]) -> None:
        """A part of the path is the key of something, and no key holds a NUL."""
        if "\0" in request.path_info and not request.path_info.startswith(_API):
            raise Http404(request.path_info)
