"""Idle and absolute limits of a session: it ends with a sentence, and what was typed is kept.

1. A page that was asked for leads to the log-in page, which says why and leads back.
2. A form that was sent is parked (`parked`) and offered again after log-in.
3. A script's request gets 401 with the sentence and the address of the log-in page; the page keeps its content.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User

from . import parked
from .background import is_background, is_poll

STARTED, SEEN = "started_at", "seen_at"
# The moment of the last request is written at most this often (seconds).
WRITE_EVERY = 60


def stamp(request: HttpRequest) -> None:
    """Note in the session that it begins now; called at log-in."""
    request.session[STARTED] = request.session[SEEN] = int(time.time())


class SessionLimits:
    """Middleware, behind authentication and in front of the check that a log-in is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """End a session over its limits; answer for pages and scripts that need one."""
        login_needed = getattr(view, "login_required", True)
        if request.user.is_authenticated:
            sentence = _over_limit(request)
            if not sentence:
                return None
            return self._end(request, sentence, login_needed=login_needed)
        if login_needed and is_background(request) and not request.path.startswith("/api/"):
            return _to_script(request, _("登录已失效，请重新登录；本页内容仍在。"))
        return None

    def _end(self, request: HttpRequest, sentence: str, *, login_needed: bool) -> HttpResponse | None:
        user: User = request.user  # type: ignore[assignment]
        audit.record(
            by=user,
            action="auth.expired",
            object_type="user",
            object_key=user.get_username(),
            detail=sentence,
        )
        request.session.flush()
        request.user = AnonymousUser()
        if not login_needed:
            return None
        if is_background(request) or request.path.startswith("/api/"):
            return _to_script(request, sentence)
        if request.method == "POST" and parked.park(request, user.pk):
            sentence += _("刚才填写的内容已保留，登录后可继续提交。")
        messages.warning(request, sentence)
        return redirect(login_address(request))


def _over_limit(request: HttpRequest) -> str:
    """Why the session is over, or nothing; notes the moment of this request."""
    now, session = int(time.time()), request.session
    if STARTED not in session:
        stamp(request)
        return ""
    idle, absolute = settings.SESSION_IDLE_LIMIT, settings.SESSION_ABSOLUTE_LIMIT
    if now - session[STARTED] > absolute.total_seconds():
        hours = int(absolute.total_seconds() // 3600)
        return _("登录已满 %(hours)s 小时，请重新登录。") % {"hours": hours}
    if now - session[SEEN] > idle.total_seconds():
        minutes = int(idle.total_seconds() // 60)
        return _("超过 %(minutes)s 分钟没有操作，请重新登录。") % {"minutes": minutes}
    if now - session[SEEN] >= WRITE_EVERY and not is_poll(request):
        session[SEEN] = now
    return ""


def login_address(request: HttpRequest) -> str:
    """The log-in page that leads back here, or to the overview after a form was sent."""
    path = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return reverse("login") + (f"?{urlencode({'next': path})}" if path else "")


def _to_script(request: HttpRequest, sentence: str) -> JsonResponse:
    body = {"detail": sentence, "errors": [], "login": reverse("login"), "action": _("重新登录（新窗口）")}
    return JsonResponse(body, status=401, json_dumps_params={"ensure_ascii": False})
