"""Pages of subsidies about public lists and county statements."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
