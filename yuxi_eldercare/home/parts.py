"""Parts of the dashboards that load after the page: reporting, and the chapters of a plan. Fragments for htmx."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from targets.presenters.dashboards.groups import chapter_lines
from targets.presenters.dashboards.reporting import last_round, rounds_of
from targets.presenters.dashboards.tallies import due_years, shown_years
from targets.queries.board import board
from targets.queries.chapters import chapter_headings, chapters_of
from targets.queries.day import page_day
from targets.queries.years import chosen_year
from yuxi_eldercare.core.models import Document, Region


@require_safe
def reporting(request: HttpRequest) -> HttpResponse:
    """How complete the last round is, county by county; with `?county=`, the last rounds of that county."""
    code = request.GET.get("county", "")
    user = request.user
    if code:
        region = get_object_or_404(Region, code=code, level=Region.Level.COUNTY)
        context = {"region": region, "rounds": rounds_of(user, code)}  # type: ignore[arg-type]
        return render(request, "dashboards/_county_rounds.html", context)
    return render(request, "dashboards/_reporting.html", {"last": last_round(user)})  # type: ignore[arg-type]


@require_safe
def chapters(request: HttpRequest, code: str) -> HttpResponse:
    """The lights of a plan's targets, chapter by chapter."""
    document = get_object_or_404(Document, key=code, withdrawn_at=None)
    found = board(page_day(request, frozen=True))
    own = {pk for pk, target in found.targets.items() if target.document.key == code}
    numbers = chapters_of(own)
    headings = chapter_headings(code, set(numbers.values()))
    years = shown_years(chosen_year(request.GET.get("year", ""), due_years(found, found.spots)))
    context = {
        "document": document,
        "chapters": chapter_lines(found, code, numbers, headings, years),
    }
    return render(request, "dashboards/_chapters.html", context)
