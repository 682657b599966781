"""Pages of subsidies for the public."""

from django.urls import path

from .views import public

urlpatterns = [
    path("subsidies/public/", public.public, name="subsidy-public"),
    path("subsidies/public/export.<str:form>", public.public_export, name="subsidy-public-export"),
]
