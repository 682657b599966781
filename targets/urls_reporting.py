"""Addresses of the month's reporting."""

from django.urls import path

from .views.reporting import (
    desk,
    evidence,
    excel,
    grid,
    handovers,
    requests,
    review,
    rounds,
    rules,
    saving,
    sheet,
)

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/notices/", desk.notices_read, name="notices-read"),
    path("rounds/", rounds.round_list, name="round-list"),
    path("rounds/<int:round>/", rounds.round_page, name="round"),
    path("rounds/<int:round>/calls/", rounds.round_calls, name="round-calls"),
    path("rounds/<int:round>/template/", excel.round_template, name="round-template"),
    path("rounds/<int:round>/upload/", excel.round_upload, name="round-upload"),
    path("rounds/<int:round>/upload/<int:file>/", excel.round_upload_apply, name="round-upload-apply"),
    path("rounds/<int:round>/units/<int:department>/", grid.grid, name="grid"),
    path("rounds/<int:round>/units/<int:department>/sheet/<str:region>/", sheet.sheet, name="sheet"),
    path("entries/save/", saving.grid_cell, name="grid-cell"),
    path("entries/submit/", saving.grid_submit, name="grid-submit"),
    path("entries/<int:pk>/history/", grid.entry_history, name="entry-history"),
    path("entries/<int:pk>/files/", grid.entry_files, name="entry-files"),
    path("entries/<int:pk>/evidence/", evidence.evidence_add, name="evidence-add"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/remove/", evidence.evidence_remove, name="evidence-remove"),
    path("sheets/<int:pk>/scan/", evidence.scan, name="scan"),
    path("review/", review.review_page, name="review"),
    path("review/act/", review.review_act, name="review-act"),
    path("confirm/", review.confirm, name="confirm"),
    path("exceptions/", requests.exception_list, name="exception-list"),
    path("proxies/", requests.proxy_list, name="proxy-list"),
    path("red-lights/", requests.red_answers, name="red-answers"),
    path("handover/", handovers.handover, name="handover"),
    path("check-rules/", rules.check_rules, name="check-rules"),
    path("calendar/", rules.special_days, name="special-days"),
]
