"""Pages of subsidies about payment lists and recoveries."""

from django.urls import path

from .views import payments, recoveries

urlpatterns = [
    path("subsidies/payments/", payments.payment_list, name="subsidy-payments"),
    path("subsidies/payments/new/", payments.payment_new, name="subsidy-payment-new"),
    path("subsidies/payments/results/", payments.payment_results, name="subsidy-payment-results"),
    path("subsidies/payments/<str:number>/", payments.payment, name="subsidy-payment"),
    path(
        "subsidies/payments/<str:number>/list.<str:form>",
        payments.payment_export,
        name="subsidy-payment-export",
    ),
    path("subsidies/recoveries/", recoveries.recovery_list, name="subsidy-recoveries"),
    path("subsidies/recoveries/<int:pk>/", recoveries.recovery, name="subsidy-recovery"),
    path("subsidies/recoveries/new/<str:number>/", recoveries.recovery_new, name="subsidy-recovery-new"),
]
