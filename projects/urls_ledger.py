"""Pages of the project ledger (项目台账)."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
