"""The city cockpit, and the same picture for the screen of a meeting room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .picture import picture

# Lists show so many rows before "more"; the wall display has no "more" to open.
MOST, MOST_ON_WALL = 8, 5


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Which 约束性 targets are at risk, in which counties, since when, who leads them; then everything else."""
    return render(request, "overview.html", picture(request, most=MOST))


@require_safe
def display(request: HttpRequest) -> HttpResponse:
    """The picture on one dark full screen that refreshes itself."""
    context = picture(request, most=MOST_ON_WALL)
    return render(request, "display.html", context | {"drawn_at": timezone.now()})
