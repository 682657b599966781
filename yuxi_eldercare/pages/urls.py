"""Addresses of documents, findings, projects and jobs. Tasks stand in `targets.urls`."""

from django.urls import include, path

from . import changes, clause, closes, county_city, document, findings, library, regions

urlpatterns = [
    path("library/", library.library, name="library"),
    path("library/<str:code>/clauses/<str:number>/", clause.clause, name="document-clause"),
    path("library/<str:code>/changes/", changes.changes, name="document-changes"),
    path(
        "library/<str:code>/changes/export.<str:form>", changes.changes_export, name="document-changes-export"
    ),
    path("library/<str:code>/city/", county_city.county_city, name="document-city"),
    path("documents/<str:code>/", document.document, name="document"),
    path("findings/<str:key>/", findings.finding, name="finding"),
    path("regions/", regions.region_import, name="region-import"),
    path("regions/<int:pk>/", regions.region_import_preview, name="region-import-preview"),
    path("closes/", closes.close_list, name="close-list"),
    path("closes/compare/", closes.compare, name="close-compare"),
    path("closes/<str:month>/", closes.close, name="close"),
    path("", include("yuxi_eldercare.reports.urls")),
    path("", include("yuxi_eldercare.notices.urls")),
    path("", include("yuxi_eldercare.statements.urls")),
    path("", include("yuxi_eldercare.core.urls")),
    path("", include("projects.urls")),
    path("", include("subsidies.urls")),
]
