"""Pages about projects and institutions."""

from django.urls import include, path

from .views import plans

urlpatterns = [
    path("projects/", plans.project_list, name="project-list"),
    path("projects/summary/", plans.summary, name="project-summary"),
    path("", include("projects.urls_ledger")),
    path("", include("projects.urls_register")),
]
