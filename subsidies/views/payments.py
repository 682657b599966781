"""Payment lists: what there are, a new one, one with its orders, its file, and the results that come back."""

import io
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from subsidies.amounts import grouped
from subsidies.forms.payments import BatchForm, ResultFileForm, sign_table, signed_table
from subsidies.models import PaymentBatch, PaymentOrder
from subsidies.paying.batches import Made, drop_order, make_batch, reverse_payment, send_batch
from subsidies.paying.receiving import table_of
from subsidies.paying.results import read_results, write_results
from subsidies.paying.sheets import AMOUNT, ANSWERS, NUMBER, write_list
from subsidies.queries.payments import batches_in, orders_of, payable_in
from subsidies.queries.seen import regions_for
from targets.actions.refusals import NotAllowed, Refused
from targets.forms.acting import attempt, tell
from yuxi_eldercare.core.models import Region
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.presenters.downloads import FORMS, bytes_download
from yuxi_eldercare.core.roles import KEEP_BOOKS, VIEW_SUBSIDIES, can

from .shared import needs

PAGE = 50
# Orders that can still be dropped, or their payment taken back.
_UNDONE = frozenset({PaymentOrder.State.WAITING, PaymentOrder.State.PAID})


@require_safe
@needs()
def payment_list(request: HttpRequest) -> HttpResponse:
    """Payment lists of the regions this person sees."""
    user = person(request)
    rows = batches_in(regions_for(user, VIEW_SUBSIDIES))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "keeps": can(user, KEEP_BOOKS)}
    return render(request, "subsidies/payment_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(KEEP_BOOKS)
def payment_new(request: HttpRequest) -> HttpResponse:
    """What can be paid now, to tick; a POST makes a list of it."""
    user = person(request)
    regions = Region.objects.filter(
        pk__in=regions_for(user, KEEP_BOOKS),
        level__in=[Region.Level.CITY, Region.Level.COUNTY],
        withdrawn=False,
    ).order_by("level", "position")
    region = next((r for r in regions if r.pk == request.GET.get("region")), regions[0] if regions else None)
    if region is None:
        return refused_page(request, _("你的财务人员角色没有指明地区，请联系安全管理员。"))
    rows = payable_in(region.pk)
    posted = request.POST if request.method == "POST" else None
    form = BatchForm(posted, payable=[row.application.pk for row in rows])
    made: list[Made] = []

    def act() -> str:
        given = form.cleaned_data
        result = make_batch(region=region, applications=given["applications"], note=given["note"], by=user)
        made.append(result)
        return _("已编制清单%(number)s，共%(n)s笔、%(sum)s元。") % {
            "number": result.batch.number,
            "n": len(result.orders),
            "sum": grouped(sum(order.amount_fen for order in result.orders)),
        }

    status = attempt(request, form, act) if posted is not None else 200
    if made:
        for sentence in made[0].short:
            messages.warning(request, sentence)
        return redirect("subsidy-payment", made[0].batch.number)
    chosen = set(request.POST.getlist("applications"))
    context = {"regions": regions, "region": region, "rows": rows, "form": form, "chosen": chosen}
    return render(request, "subsidies/payment_new.html", context, status=status)


def _batch(request: HttpRequest, number: str) -> PaymentBatch:
    rows = batches_in(regions_for(person(request), VIEW_SUBSIDIES))
    return get_object_or_404(rows, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs()
def payment(request: HttpRequest, number: str) -> HttpResponse:
    """One list with its orders; a POST sends it (`do=send`), drops an order or takes a payment back (`reverse`)."""
    user = person(request)
    row = _batch(request, number)
    may = can(user, KEEP_BOOKS, region=row.region)
    status = 200
    if request.method == "POST":
        if not may:
            return refused_page(request, may.reason)
        status = _act(request, row)
        if status == 200:
            return redirect("subsidy-payment", number)
        row = _batch(request, number)
    orders = list(orders_of(row))
    context: dict[str, Any] = {
        "batch": row,
        "orders": orders,
        "may": may,
        "acts": may and any(order.state in _UNDONE for order in orders),
        "results": ResultFileForm(auto_id="result_%s"),
    }
    return render(request, "subsidies/payment.html", context, status=status)


def _act(request: HttpRequest, row: PaymentBatch) -> int:
    user = person(request)
    if request.POST.get("do") == "send":

        def send() -> str:
            send_batch(batch=row, by=user)
            return _("清单已送支付，可以导出给财务系统；收到结果后在本页上传。")

        return tell(request, send)
    order = row.orders.filter(number=request.POST.get("order", "")).first()
    if order is None:
        messages.error(request, _("清单里没有这笔支付单，请刷新页面后再办理。"))
        return 422
    reason = request.POST.get("reason", "")

    def undo() -> str:
        if request.POST.get("do") == "reverse":
            reverse_payment(order=order, reason=reason, by=user)
            return _("%(number)s的支付已冲销，金额可以重新列入清单。") % {"number": order.number}
        drop_order(order=order, reason=reason, by=user)
        return _("%(number)s已作废，金额可以重新列入清单。") % {"number": order.number}

    return tell(request, undo)


@require_POST
@never_cache
@needs(KEEP_BOOKS)
def payment_export(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The list as a file with whole account numbers. A POST, because taking it out is on record."""
    if form not in FORMS:
        raise Http404
    row = _batch(request, number)
    out = io.BytesIO()
    try:
        write_list(out, batch=row, form=form, by=person(request))
    except Refused as refused:
        return refused_page(request, str(refused), 403 if isinstance(refused, NotAllowed) else 409)
    return bytes_download(out.getvalue(), form, str(row.number))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(KEEP_BOOKS)
def payment_results(request: HttpRequest) -> HttpResponse:
    """A file of results: uploaded, shown row by row, then written as it was shown."""
    if carried := request.POST.get("rows"):
        return _write(request, carried)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ResultFileForm(*posted)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            table = table_of(form.cleaned_data["file"])
            context["found"] = read_results(table, by=person(request))
            context["rows"] = sign_table(table, (NUMBER, AMOUNT, *ANSWERS))
        except Refused as refused:
            form.refuse(refused)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "subsidies/payment_results.html", context, status=status)


def _write(request: HttpRequest, carried: str) -> HttpResponse:
    table = signed_table(carried)
    if table is None:
        messages.error(request, _("核对页面已过期，请重新上传文件。"))
        return redirect("subsidy-payment-results")

    def act() -> str:
        done = write_results(table, by=person(request))
        same = sum(1 for line in done.lines if line.unchanged)
        if same:
            text = _("已登记%(n)s笔结果，其中支付%(sum)s元；%(same)s笔以前登记过，没有改动。")
        else:
            text = _("已登记%(n)s笔结果，其中支付%(sum)s元。")
        return text % {"n": len(done.news), "sum": grouped(done.paid_fen), "same": same}

    written = tell(request, act) == 200
    return redirect("subsidy-payments" if written else "subsidy-payment-results")
