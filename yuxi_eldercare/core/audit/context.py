"""Where the request being answered comes from: kept in a context variable, so that actions need not carry it."""

import hashlib
import ipaddress
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_request: ContextVar[HttpRequest | None] = ContextVar("audited_request", default=None)


@dataclass(frozen=True)
class Origin:
    """Address of the caller, and a short digest of the session that tells sessions apart without naming them."""

    ip: str | None = None
    session: str = ""


class AuditContext:
    """Middleware: while a request is answered, `origin` speaks of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def origin() -> Origin:
    """Where the current request comes from; empty in a command or a background task."""
    request = _request.get()
    if request is None:
        return Origin()
    key = getattr(getattr(request, "session", None), "session_key", None)
    return Origin(client_ip(request), hashlib.sha256(key.encode()).hexdigest()[:16] if key else "")


def client_ip(request: Any) -> str | None:
    """The caller's address; behind `PROXIES` proxies it is the entry that the outermost of them wrote.

    What stands further left in X-Forwarded-For was sent by the caller and is not believed.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        header = request.META.get("HTTP_X_FORWARDED_FOR", "")
        forwarded = [part.strip() for part in header.split(",") if part.strip()]
        if len(forwarded) >= settings.PROXIES:
            text = forwarded[-settings.PROXIES]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None
