"""Telling a page that somebody looks at from a request that a script on the page makes."""

from django.http import HttpRequest

# A script that asks again and again by itself says so; it does not keep a session alive.
POLL_HEADER = "X-Poll"


def is_background(request: HttpRequest) -> bool:
    """Whether a script made this request, so that a redirect to the log-in page would be swallowed by it."""
    headers = request.headers
    return (
        "HX-Request" in headers
        or headers.get("X-Requested-With") == "XMLHttpRequest"
        or headers.get("Accept", "").startswith("application/json")
        or headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    )


def is_poll(request: HttpRequest) -> bool:
    """Whether nobody touched anything to make this request."""
    return POLL_HEADER in request.headers
