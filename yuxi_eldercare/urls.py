"""All addresses: pages at the root, machines under /api/v1/."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from . import home


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Answer health checks."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", home.overview, name="overview"),
    path("counties/<str:code>/", home.county, name="county"),
    path("search/", home.search, name="search"),
    path("", include("targets.urls")),
    path("", include("yuxi_eldercare.pages.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("api/v1/", include("yuxi_eldercare.api_urls")),
    path("healthz", alive, name="healthz"),
]
