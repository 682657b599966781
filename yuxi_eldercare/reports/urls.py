"""Addresses of reports."""

from django.urls import path

from . import views

urlpatterns = [
    path("reports/", views.report_list, name="report-list"),
    path("reports/check/", views.report_check, name="report-check"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/files/<str:form>/", views.report_file, name="report-file"),
]
