"""Pages of the register of institutions (机构名册)."""

from django.urls import path

from .views import institutions, institutions_edit, institutions_import

urlpatterns = [
    path("institutions/", institutions.institution_list, name="institution-list"),
    path("institutions/export.<str:form>", institutions.institution_export, name="institution-export"),
    path("institutions/duplicates/", institutions.institution_duplicates, name="institution-duplicates"),
    path("institutions/new/", institutions_edit.institution_new, name="institution-new"),
    path("institutions/import/", institutions_import.institution_import, name="institution-import"),
    path(
        "institutions/import/<int:file>/columns/",
        institutions_import.institution_import_columns,
        name="institution-import-columns",
    ),
    path(
        "institutions/import/<int:file>/",
        institutions_import.institution_import_preview,
        name="institution-import-preview",
    ),
    path("institutions/<int:pk>/", institutions.institution, name="institution"),
    path("institutions/<int:pk>/change/", institutions_edit.institution_edit, name="institution-edit"),
    path("institutions/<int:pk>/move/", institutions_edit.institution_move, name="institution-move"),
    path("institutions/<int:pk>/code/", institutions_edit.institution_code, name="institution-code"),
    path("institutions/<int:pk>/close/", institutions_edit.institution_close, name="institution-close"),
]
