"""Money that is to come back: the list, a new recovery for an application, one with what came."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from subsidies.forms.payments import ReasonForm, ReceiptForm, RecoveryForm
from subsidies.models import Application, Recovery
from subsidies.paying.recoveries import drop_recovery, order_recovery, receive_recovery, reverse_receipt
from subsidies.queries.held import held
from subsidies.queries.payments import open_fen, recoveries_in
from subsidies.queries.seen import regions_for
from targets.forms.acting import attempt, tell
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.roles import APPROVE_SUBSIDY, KEEP_BOOKS, VIEW_SUBSIDIES, can

from .shared import needs


@require_safe
@needs()
def recovery_list(request: HttpRequest) -> HttpResponse:
    """Recoveries of the regions this person sees, open ones first."""
    rows = recoveries_in(regions_for(person(request), VIEW_SUBSIDIES))
    context = {"rows": list(rows[:500]), "today": timezone.localdate()}
    return render(request, "subsidies/recovery_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(APPROVE_SUBSIDY)
def recovery_new(request: HttpRequest, number: str) -> HttpResponse:
    """Decide that something paid for an application is to come back."""
    user = person(request)
    rows = Application.objects.filter(county__in=regions_for(user, VIEW_SUBSIDIES))
    row = get_object_or_404(rows.select_related("county__parent", "scheme"), number=number)
    paid = sum(held([row.pk])[row.pk].paid.values())
    wanted = open_fen(row)
    form = RecoveryForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        given = form.cleaned_data
        order_recovery(
            application=row,
            amount_fen=given["amount"],
            reason=given["reason"],
            due_on=given["due_on"],
            by=user,
        )
        return _("已登记追回，请财务人员在退款到账后登记。")

    status = attempt(request, form, act) if request.method == "POST" else 200
    if request.method == "POST" and status == 200:
        return redirect("subsidy-recoveries")
    context = {
        "application": row,
        "paid_fen": paid,
        "wanted_fen": wanted,
        "most_fen": max(paid - wanted, 0),
        "form": form,
    }
    return render(request, "subsidies/recovery_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs()
def recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """One recovery; a POST enters what came back (`do=receive`), undoes that (`reverse`) or gives it up (`drop`)."""
    user = person(request)
    row = get_object_or_404(recoveries_in(regions_for(user, VIEW_SUBSIDIES)), pk=pk)
    do = request.POST.get("do", "")
    receipt = ReceiptForm(request.POST if do == "receive" else None, initial={"on": timezone.localdate()})
    giving_up = ReasonForm(request.POST if do == "drop" else None, auto_id="drop_%s")
    keeps = can(user, KEEP_BOOKS, region=row.application.county)
    decides = can(user, APPROVE_SUBSIDY, region=row.application.county.parent)
    status = 200
    if request.method == "POST":
        if not (keeps or decides):
            return refused_page(request, keeps.reason)
        status = _act(request, row, receipt, giving_up)
        if status == 200:
            return redirect("subsidy-recovery", pk)
    context = {
        "recovery": row,
        "left_fen": row.amount_fen - row.received_fen,
        "journals": row.journals.order_by("on", "pk")
        .select_related("by", "reverses", "reversed_by")
        .prefetch_related("postings"),
        "receipt": receipt,
        "giving_up": giving_up,
        "keeps": keeps,
        "may_receive": keeps and row.state == Recovery.State.OPEN,
        "may_drop": decides and row.state == Recovery.State.OPEN,
    }
    return render(request, "subsidies/recovery.html", context, status=status)


def _act(request: HttpRequest, row: Recovery, receipt: ReceiptForm, giving_up: ReasonForm) -> int:
    user = person(request)
    if receipt.is_bound:

        def receive() -> str:
            given = receipt.cleaned_data
            receive_recovery(
                recovery=row, amount_fen=given["amount"], on=given["on"], voucher=given["voucher"], by=user
            )
            return _("已登记退款，金额已按原支付来源退回各级预算。")

        return attempt(request, receipt, receive)
    if giving_up.is_bound:

        def drop() -> str:
            drop_recovery(recovery=row, reason=giving_up.cleaned_data["reason"], by=user)
            return _("已取消追回。")

        return attempt(request, giving_up, drop)
    asked = request.POST.get("journal", "")
    journal = row.journals.filter(pk=asked).first() if asked.isascii() and asked.isdecimal() else None
    if journal is None:
        messages.error(request, _("没有这笔退款，请刷新页面后再办理。"))
        return 422

    def reverse() -> str:
        reverse_receipt(journal=journal, reason=request.POST.get("reason", ""), by=user)
        return _("已冲销这笔退款，金额仍应退回。")

    return tell(request, reverse)
