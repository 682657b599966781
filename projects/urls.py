"""Pages about projects."""

from django.urls import path

from . import views

urlpatterns = [
    path("projects/", views.project_list, name="project-list"),
    path("projects/summary/", views.summary, name="project-summary"),
]
