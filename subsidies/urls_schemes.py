"""Pages of subsidies about schemes and what-if cases."""

from django.urls import path

from .views import schemes

urlpatterns = [
    path("subsidies/schemes/", schemes.schemes, name="subsidy-schemes"),
    path("subsidies/schemes/<slug:key>/", schemes.scheme, name="subsidy-scheme"),
    path("subsidies/schemes/<slug:key>/new/", schemes.scheme_version, name="subsidy-scheme-version"),
    path("subsidies/what-if/", schemes.what_if, name="subsidy-what-if"),
]
