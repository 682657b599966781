"""One line about the assigned tasks: a part of the dashboards."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from targets.presenters.following import tally_shown
from targets.queries.assignment_counts import assignment_counts
from targets.queries.following import parts_tally


@require_safe
def assignments(request: HttpRequest) -> HttpResponse:
    """Tasks in force, of a county where one is named. A fragment for htmx."""
    county = request.GET.get("county", "")
    context = {
        "county": county,
        "found": assignment_counts(county),
        "tally": tally_shown(parts_tally(county, timezone.localdate())),
    }
    return render(request, "targets/_assignment_summary.html", context)
