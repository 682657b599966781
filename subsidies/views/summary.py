"""Pages about subsidies: so far the line the dashboards show."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from subsidies.queries.rules import rules_in_force
from targets.queries.day import page_day


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """One line about the rules in force, for a county where one is named; a part of the dashboards."""
    county = request.GET.get("county", "")
    day = page_day(request).shown or timezone.localdate()
    found = rules_in_force(day, county)
    return render(request, "subsidies/_summary.html", {"county": county, "found": found})
