"""What pages of all apps share: who is asking, and the page that says why somebody does not get in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .models import User


def person(request: HttpRequest) -> User:
    """Who is logged in (behind `LoginRequiredMiddleware` there always is somebody)."""
    return request.user  # type: ignore[return-value]


def refused_page(request: HttpRequest, reason: str, status: int = 403) -> HttpResponse:
    """A page that says why this person does not get in."""
    return render(request, "core/refused.html", {"reason": reason}, status=status)
