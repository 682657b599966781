"""Pages of subsidies about the books: budget lines, balances, journals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
