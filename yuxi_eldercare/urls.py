"""All addresses: pages at the root, machines under /api/v1/."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from .home import cockpit, compare, county, parts, search


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Answer health checks."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", cockpit.overview, name="overview"),
    path("display/", cockpit.display, name="overview-display"),
    path("overview/reporting/", parts.reporting, name="overview-reporting"),
    path("overview/plans/<str:code>/chapters/", parts.chapters, name="overview-chapters"),
    path("counties/compare/", compare.compare, name="county-compare"),
    path("counties/<str:code>/", county.county, name="county"),
    path("search/", search.search, name="search"),
    path("", include("targets.urls")),
    path("", include("yuxi_eldercare.pages.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("api/v1/", include("yuxi_eldercare.api_urls")),
    path("healthz", alive, name="healthz"),
]
