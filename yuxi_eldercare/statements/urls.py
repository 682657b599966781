"""The address of a county's statement."""

from django.urls import path

from . import views

urlpatterns = [
    path(
        "subsidies/statements/<str:county>/<int:year>/",
        views.subsidy_statement,
        name="subsidy-statement",
    ),
]
