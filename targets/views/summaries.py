"""One line about the assigned tasks: a part of the dashboards."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from targets.queries.assignment_counts import assignment_counts


@require_safe
def assignments(request: HttpRequest) -> HttpResponse:
    """Tasks in force, of a county where one is named. A fragment for htmx."""
    county = request.GET.get("county", "")
    return render(
        request, "targets/_assignment_summary.html", {"county": county, "found": assignment_counts(county)}
    )
