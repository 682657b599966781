"""The lines about subsidies that the dashboards show."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from subsidies.presenters.applications import sums_shown
from subsidies.queries.applications import ApplicationFilter, may_see, sums
from subsidies.queries.rules import rules_in_force
from targets.queries.day import page_day
from yuxi_eldercare.core.pages import person


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """The rules in force, and the claims the reader may see as they stand now, of a county where one is named."""
    county = request.GET.get("county", "")
    day = page_day(request).shown or timezone.localdate()
    user = person(request)
    context = {
        "county": county,
        "found": rules_in_force(day, county),
        "claims": sums_shown(sums(user, ApplicationFilter(county=county))) if may_see(user) else None,
    }
    return render(request, "subsidies/_summary.html", context)
