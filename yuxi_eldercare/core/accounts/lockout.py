"""The answer to somebody whose account is locked after too many failures, and the lock's state and removal."""

from datetime import datetime
from typing import Any

from allauth.account.internal.templatekit import get_entrance_context_data
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

LOCKED = 429


def refusal(request: HttpRequest, original: HttpResponse | None, credentials: dict[str, Any]) -> HttpResponse:
    """The log-in page (or the API's refusal) with the sentence; what was typed as user name stays."""
    name = (credentials or {}).get("username") or ""
    detail = sentence(locked_until(name))
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"detail": detail, "errors": []}, status=LOCKED, json_dumps_params={"ensure_ascii": False}
        )
    context = {"locked": detail, "typed_username": name, **get_entrance_context_data(request)}
    return render(request, "registration/login.html", context, status=LOCKED)


def sentence(until: datetime | None) -> str:
    """What the locked person reads."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    text = _("连续 %(limit)s 次输错密码，账号已锁定 %(minutes)s 分钟") % {
        "limit": settings.AXES_FAILURE_LIMIT,
        "minutes": minutes,
    }
    if until is not None:
        text += _("，%(time)s 后可再试") % {"time": timezone.localtime(until).strftime("%H:%M")}
    return text + _("。如需立即解锁，请联系系统管理员。")


def locked_until(username: str) -> datetime | None:
    """When the lock of an account ends; None when it is not locked. One statement."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    found = AccessAttempt.objects.filter(username=username, attempt_time__gte=since).aggregate(
        failures=Sum("failures_since_start"), last=Max("attempt_time")
    )
    if (found["failures"] or 0) < settings.AXES_FAILURE_LIMIT:
        return None
    ends: datetime = found["last"] + settings.AXES_COOLOFF_TIME
    return ends


def unlock(username: str) -> int:
    """Forget the failures of an account; returns how many records there were."""
    return int(reset(username=username))
