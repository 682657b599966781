"""Pages of subsidies about applications."""

from django.urls import path

from .views import applications, applications_edit, applications_page, applications_people, payees

urlpatterns = [
    path("subsidies/", applications.application_list, name="subsidy-list"),
    path("subsidies/export.<str:form>", applications.application_export, name="subsidy-export"),
    path("subsidies/desk/", applications.application_desk, name="subsidy-desk"),
    path("subsidies/mine/", applications.application_mine, name="subsidy-mine"),
    path("subsidies/applications/new/", applications_edit.application_new, name="subsidy-application-new"),
    path("subsidies/applications/<int:pk>/", applications_page.application, name="subsidy-application"),
    path(
        "subsidies/applications/<int:pk>/edit/",
        applications_edit.application_edit,
        name="subsidy-application-edit",
    ),
    path(
        "subsidies/applications/<int:pk>/files/",
        applications_edit.application_attach,
        name="subsidy-application-attach",
    ),
    path(
        "subsidies/applications/<int:pk>/reveal/<str:field>/",
        applications_edit.application_reveal,
        name="subsidy-application-reveal",
    ),
    path(
        "subsidies/applications/<int:pk>/people/",
        applications_people.application_people,
        name="subsidy-application-people",
    ),
    path(
        "subsidies/applications/<int:pk>/payee/", payees.application_payee, name="subsidy-application-payee"
    ),
    path(
        "subsidies/applications/<int:pk>/<str:step>/",
        applications_page.application_step,
        name="subsidy-application-step",
    ),
    path(
        "subsidies/application-files/<int:pk>/",
        applications_edit.application_file,
        name="subsidy-application-file",
    ),
    path(
        "subsidies/application-files/<int:pk>/remove/",
        applications_edit.application_file_remove,
        name="subsidy-application-file-remove",
    ),
]
