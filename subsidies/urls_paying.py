"""Pages of subsidies about payment batches and recoveries."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
