"""Pages of assignments followed to closure."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
