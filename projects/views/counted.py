"""The list behind a counted figure: the formula in words, each row with what it adds, and sums that equal it."""

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.derivation import LedgerFormula
from projects.presenters.counted import is_township, moved_since, parts, result, table
from projects.queries.counted import Behind, behind
from targets.models import Indicator, ProposedValue
from targets.reporting.counted import SUBSIDIES
from targets.reporting.scope import may_see_place
from yuxi_eldercare.core.models import Region
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.presenters.downloads import table_download

PAGE = 100


@require_safe
def counted(request: HttpRequest, indicator: str, region: str, end: str) -> HttpResponse:
    """What a register or ledger counts for an indicator and a region as of a period's end."""
    found = _found(request, indicator, region, end)
    if isinstance(found, HttpResponse):
        return found
    context = {
        "found": found,
        "parts": parts(found),
        "result": result(found),
        "ledger": isinstance(found.formula, LedgerFormula),
        "townships": is_township(found.formula),
        "moved": moved_since(found),
        "page": Paginator(found.lines, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "projects/counted.html", context)


@require_safe
def counted_export(
    request: HttpRequest, indicator: str, region: str, end: str, form: str
) -> HttpResponseBase:
    """The whole list as CSV or .xlsx, with the sums in its last row."""
    found = _found(request, indicator, region, end)
    if isinstance(found, HttpResponse):
        return found
    header, rows = table(found)
    about = f"{found.region.short_name}-{found.indicator.name}-{end}"
    return table_download(form, _("统计依据"), header, rows, about=about)


def _found(request: HttpRequest, code: str, region: str, text: str) -> Behind | HttpResponse:
    """What is behind the figure, or the page that says why this person may not see it."""
    try:
        end = date.fromisoformat(text)
    except ValueError:
        raise Http404(text) from None
    decision = may_see_place(person(request), code, region)
    if not decision:
        return refused_page(request, decision.reason)
    indicator = get_object_or_404(Indicator, key=code)
    found = behind(indicator, get_object_or_404(Region, code=region), end)
    if end > timezone.localdate() and (found is None or found.offered is None):
        text = _("%(end)s 还没有到，没有可以查看的统计依据。请选择已经结束的时期。")
        return refused_page(request, text % {"end": end}, 404)
    if found is None:
        offered = ProposedValue.objects.filter(indicator=indicator, source=SUBSIDIES)
        if offered.exists():  # an upper app counts it, and lists the rows
            return redirect("subsidy-counted", code, region, text)
        raise Http404(code)
    return found
