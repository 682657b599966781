"""Putting right the account of an approved application."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from subsidies.applying.payees import correct_payee, may_correct
from subsidies.forms.payees import PayeeForm
from targets.forms.acting import attempt
from yuxi_eldercare.core.pages import person, refused_page

from .applications_page import found
from .shared import needs


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs()
def application_payee(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; a POST puts the account right."""
    user = person(request)
    row = found(request, pk)
    decision = may_correct(row, user)
    if not decision:
        return refused_page(request, decision.reason)
    form = PayeeForm(request.POST if request.method == "POST" else None, application=row)
    sent = request.POST.get("revision", "")

    def act() -> str:
        seen = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else None
        correct_payee(application=row, by=user, revision=seen, **form.cleaned_data)
        return _("收款账户已更正，财务人员可以重新列入支付清单。")

    status = attempt(request, form, act) if request.method == "POST" else 200
    if request.method == "POST" and status == 200:
        return redirect("subsidy-application", pk)
    context = {"application": row, "form": form}
    return render(request, "subsidies/application_payee.html", context, status=status)
