"""Pages of assignments followed to closure."""

from django.urls import path

from .views import following_ledger, following_parts, following_tasks

urlpatterns = [
    path("assignments/issue/", following_tasks.issue_page, name="assignment-issue"),
    path("assignments/<str:key>/", following_tasks.task, name="assignment"),
    path("parts/", following_ledger.ledger_page, name="part-list"),
    path("parts/export/<slug:form>/", following_ledger.ledger_export, name="part-export"),
    path("parts/sign/", following_ledger.sign_chosen, name="part-sign"),
    path("parts/<int:pk>/", following_parts.part, name="part"),
    path("parts/<int:pk>/<slug:step>/", following_parts.part_step, name="part-step"),
    path("part-files/<int:pk>/", following_parts.part_file, name="part-file"),
]
