"""The address of a notice's document."""

from django.urls import path

from . import views

urlpatterns = [
    path("supervision/<int:pk>/document/", views.document, name="supervision-document"),
]
