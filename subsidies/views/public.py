"""The public list (公示): on the page and as a file to hang out."""

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from subsidies.presenters.public import export_rows, filter_of, header, public_rows
from subsidies.queries.public import counties_in, public_list, schemes_granted, years_of_approval
from subsidies.queries.seen import regions_for
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.presenters.downloads import table_download
from yuxi_eldercare.core.roles import VIEW_SUBSIDIES

from .shared import needs

PAGE = 50


@require_safe
@needs()
def public(request: HttpRequest) -> HttpResponse:
    """What was granted, as others may read it."""
    regions = regions_for(person(request), VIEW_SUBSIDIES)
    wanted = filter_of(request.GET)
    rows = public_list(regions, wanted)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "wanted": wanted,
        "page": page,
        "rows": list(public_rows(page.object_list)),
        "sum_fen": rows.order_by().aggregate(sum=Sum("total_fen"))["sum"] or 0,
        "years": years_of_approval(regions),
        "counties": counties_in(regions),
        "schemes": schemes_granted(regions),
    }
    return render(request, "subsidies/public.html", context)


@require_safe
@needs()
def public_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as it is narrowed, all pages."""
    regions = regions_for(person(request), VIEW_SUBSIDIES)
    rows = public_list(regions, filter_of(request.GET))
    return table_download(form, _("补助公示"), header(), export_rows(rows))
