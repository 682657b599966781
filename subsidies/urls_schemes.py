"""Pages of subsidies about schemes and what-if cases."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
