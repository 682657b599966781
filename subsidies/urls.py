"""Pages about subsidies."""

from django.urls import path

from . import views

urlpatterns = [path("subsidies/summary/", views.summary, name="subsidy-summary")]
