"""Pages of subsidies about applications."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
