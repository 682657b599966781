"""Addresses and what is typed as pages may trust them: without NUL, which no text holds and PostgreSQL refuses."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, UnreadablePostError

_NUL = "%00"
_API = "/api/"  # says by itself what is wrong with an address


class WithoutNul:
    """Takes NUL out of a page's query and of what a form sends; an address whose path holds one leads nowhere."""

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
        """A part of the path is the key of something, and no key holds a NUL; texts that were sent lose theirs."""
        if request.path_info.startswith(_API):
            return
        if "\0" in request.path_info:
            raise Http404(request.path_info)
        if request.method == "POST":
            _clean_post(request)


def _clean_post(request: HttpRequest) -> None:
    try:
        sent = request.POST
    except UnreadablePostError:  # whoever sent it has gone; the check of the form's token says so
        return
    if any("\0" in text for _name, texts in sent.lists() for text in texts):
        kept = QueryDict(mutable=True, encoding=sent.encoding)
        for name, texts in sent.lists():
            kept.setlist(name, [text.replace("\0", "") for text in texts])
        request.POST = kept  # type: ignore[assignment]
