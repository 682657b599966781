"""Pages of the project ledger (项目台账)."""

from django.urls import URLPattern, path

from .views import closed, entries, exchange, handover, progress, project

urlpatterns: list[URLPattern] = [
    path("projects/photos/<int:pk>/", entries.photo, name="project-photo"),
    path("projects/stages/<int:pk>/document/", entries.stage_document, name="project-stage-document"),
    path("projects/totals/", progress.project_totals, name="project-totals"),
    path("projects/gantt/", progress.project_gantt, name="project-gantt"),
    path("projects/closed/<str:month>/", closed.project_close, name="project-close"),
    path("projects/export.<str:form>", exchange.project_export, name="project-export"),
    path("projects/import/", exchange.project_import, name="project-import"),
    path(
        "projects/import/<int:file>/columns/", exchange.project_import_columns, name="project-import-columns"
    ),
    path("projects/import/<int:file>/", exchange.project_import_preview, name="project-import-preview"),
    path("projects/desk/", progress.project_desk, name="project-desk"),
    path("projects/<str:key>/handover/", handover.project_handover, name="project-handover"),
    # Last: a key can be any word.
    path("projects/<str:key>/", project.project, name="project"),
]
