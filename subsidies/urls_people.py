"""Pages of subsidies about households, trainees and the lottery fund."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
