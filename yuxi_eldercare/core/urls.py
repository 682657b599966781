"""Pages about the shared nouns: findings and jobs; logging in; one's own account; accounts, units, audit trail.

allauth's views stand under our addresses with the names by which allauth finds them.
"""

from allauth.account import views as allauth
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.socialaccount import views as single_sign_on
from allauth.usersessions import views as sessions
from django.urls import include, path

from .views import account, accounts, audit, clients, departments, findings, jobs, maps, memberships

login_pages = [
    path("login/", account.login, name="login"),
    path("login/", account.login, name="account_login"),
    path("login/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("login/inactive/", account.inactive, name="account_inactive"),
    path("login/sso/cancelled/", single_sign_on.login_cancelled, name="socialaccount_login_cancelled"),
    path("login/sso/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("logout/", account.logout, name="logout"),
    path("logout/", account.logout, name="account_logout"),
]
own_account = [
    path("account/", account.own_account, name="account"),
    path("account/resume/", account.resume, name="resume"),
    path("account/password/", account.change_password, name="account_change_password"),
    path("account/confirm/", allauth.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("account/code/", account.own_account, name="mfa_index"),
    path("account/code/on/", account.second_factor_on, name="mfa_activate_totp"),
    path("account/code/off/", account.second_factor_off, name="mfa_deactivate_totp"),
    path("account/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/recovery-codes/new/",
        account.new_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/recovery-codes/file/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("account/sessions/", sessions.list_usersessions, name="usersessions_list"),
]
administration = [
    path("users/", accounts.user_list, name="user-list"),
    path("users/new/", accounts.user_new, name="user-new"),
    path("users/<int:pk>/", accounts.user, name="user"),
    path("users/<int:pk>/edit/", accounts.user_edit, name="user-edit"),
    path("users/<int:pk>/<slug:verb>/", accounts.user_action, name="user-action"),
    path("users/<int:pk>/memberships/new/", memberships.grant, name="membership-grant"),
    path("memberships/<int:pk>/revoke/", memberships.revoke, name="membership-revoke"),
    path("memberships/<int:pk>/end/", memberships.set_end, name="membership-end"),
    path("clients/", clients.client_list, name="client-list"),
    path("clients/new/", clients.client_new, name="client-new"),
    path("clients/<int:pk>/", clients.client, name="client"),
    path("clients/<int:pk>/edit/", clients.client_edit, name="client-edit"),
    path("clients/<int:pk>/<slug:verb>/", clients.client_action, name="client-action"),
    path("departments/", departments.department_list, name="department-list"),
    path("departments/new/", departments.department_new, name="department-new"),
    path("departments/<slug:key>/", departments.department, name="department"),
    path("map-outline/", maps.map_outline, name="map-outline"),
    path("audit/", audit.audit_list, name="audit-list"),
    path("audit/export/<slug:form>/", audit.audit_export, name="audit-export"),
    path("audit/<int:pk>/", audit.audit_event, name="audit"),
]
urlpatterns = [
    path("findings/", findings.finding_list, name="finding-list"),
    path("jobs/", jobs.job_list, name="job-list"),
    *login_pages,
    *own_account,
    *administration,
]
