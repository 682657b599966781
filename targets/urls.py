"""Pages about indicators, targets and assigned tasks."""

from django.urls import include, path

from .views import assignments, breakdown, indicators

urlpatterns = [
    path("indicators/", indicators.indicator_list, name="indicator-list"),
    path("indicators/<slug:code>/", indicators.indicator, name="indicator"),
    path("assignments/", assignments.assignment_list, name="assignment-list"),
    path("assessments/<int:pk>/", indicators.explanation, name="assessment"),
    path("targets/<str:key>/breakdown/", breakdown.breakdown, name="breakdown"),
    path("", include("targets.urls_reporting")),
]
