"""Pages of supervision: notices, ladder, scores."""

from django.urls import path

from .views import supervision, supervision_rules, supervision_scores

urlpatterns = [
    path("supervision/", supervision.notice_list, name="supervision-list"),
    path("supervision/export/<slug:form>/", supervision.notice_export, name="supervision-export"),
    path("supervision/<int:pk>/", supervision.notice, name="supervision-notice"),
    path("supervision/replies/<int:pk>/file/", supervision.reply_file, name="supervision-reply-file"),
    path("supervision/ladder/", supervision_rules.ladder, name="supervision-ladder"),
    path("supervision/ladder/steps/<int:pk>/", supervision_rules.step, name="supervision-step"),
    path(
        "supervision/ladder/authorities/<int:pk>/", supervision_rules.authority, name="supervision-authority"
    ),
    path("supervision/ladder/points/<slug:cause>/", supervision_rules.points, name="supervision-points"),
    path("supervision/scores/", supervision_scores.scores, name="supervision-scores"),
    path(
        "supervision/scores/export/<slug:form>/",
        supervision_scores.scores_export,
        name="supervision-scores-export",
    ),
    path("supervision/scores/<slug:key>/", supervision_scores.unit, name="supervision-unit"),
]
