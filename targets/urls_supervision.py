"""Pages of supervision: notices, ladder, scores."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
