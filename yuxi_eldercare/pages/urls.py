"""Addresses of documents, findings, projects and jobs. Tasks stand in `targets.urls`."""

from django.urls import include, path

from . import document, findings, library

urlpatterns = [
    path("library/", library.library, name="library"),
    path("documents/<str:code>/", document.document, name="document"),
    path("findings/<str:key>/", findings.finding, name="finding"),
    path("", include("yuxi_eldercare.core.urls")),
    path("", include("projects.urls")),
]
