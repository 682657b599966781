"""Pages about subsidies."""

from django.urls import include, path

from .views import summary

urlpatterns = [
    path("subsidies/summary/", summary.summary, name="subsidy-summary"),
    path("", include("subsidies.urls_schemes")),
    path("", include("subsidies.urls_applications")),
    path("", include("subsidies.urls_books")),
    path("", include("subsidies.urls_paying")),
    path("", include("subsidies.urls_people")),
    path("", include("subsidies.urls_reports")),
]
