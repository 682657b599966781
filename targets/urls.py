"""Pages about indicators, targets and assigned tasks."""

from django.urls import include, path

from .views import assignments, breakdown, explanations, indicators, matrix, summaries

urlpatterns = [
    path("indicators/", indicators.indicator_list, name="indicator-list"),
    path("indicators/<slug:code>/", indicators.indicator, name="indicator"),
    path("matrix/", matrix.matrix, name="indicator-matrix"),
    path("matrix/export/<slug:form>/", matrix.matrix_export, name="indicator-matrix-export"),
    path("matrix/departments/", matrix.departments, name="indicator-departments"),
    path(
        "matrix/departments/export/<slug:form>/",
        matrix.departments_export,
        name="indicator-departments-export",
    ),
    path("map/", indicators.indicator_map, name="indicator-map"),
    path("assignments/", assignments.assignment_list, name="assignment-list"),
    path("assignments/summary/", summaries.assignments, name="assignment-summary"),
    path("assessments/<int:pk>/", explanations.stored, name="assessment"),
    path("assessments/<int:milestone>/<str:region>/", explanations.on_day, name="explanation"),
    path("targets/<str:key>/breakdown/", breakdown.breakdown, name="breakdown"),
    path("", include("targets.urls_reporting")),
    path("", include("targets.urls_following")),
    path("", include("targets.urls_supervision")),
]
