"""Pages about projects and institutions."""

from django.urls import include, path

from .views import counted, plans

urlpatterns = [
    path("projects/", plans.project_list, name="project-list"),
    path("projects/summary/", plans.summary, name="project-summary"),
    path("counted/<str:indicator>/<str:region>/<str:end>/", counted.counted, name="counted"),
    path(
        "counted/<str:indicator>/<str:region>/<str:end>/export.<str:form>",
        counted.counted_export,
        name="counted-export",
    ),
    path("", include("projects.urls_ledger")),
    path("", include("projects.urls_register")),
]
