"""Pages of the register of institutions (机构名册)."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
