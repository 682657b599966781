"""The list of findings (数据疑点). One finding with its ruling form belongs to the roof: it names targets."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuxi_eldercare.core.models import Document, Finding
from yuxi_eldercare.core.queries.findings import (
    GONE,
    OPEN,
    RULED,
    STATUSES,
    FindingFilter,
    findings,
    kind_counts,
)

PAGE = 50


@require_safe
def finding_list(request: HttpRequest) -> HttpResponse:
    """Findings grouped by kind, with counts that follow the filter."""
    wanted = filter_from(request)
    counts = kind_counts(wanted)
    page = Paginator(findings(wanted), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "core/finding_list.html",
        {
            "wanted": wanted,
            "counts": counts,
            "total": sum(count.total for count in counts),
            "ruled": sum(count.ruled for count in counts),
            "page": page,
            "documents": Document.objects.filter(withdrawn_at=None).order_by("position"),
            "statuses": [(OPEN, _("未裁定")), (RULED, _("已裁定")), (GONE, _("起因已消失"))],
        },
    )


def filter_from(request: HttpRequest, document: str = "") -> FindingFilter:
    """The filter a query string asks for; unknown values ask for nothing special."""
    kind, status = request.GET.get("kind", ""), request.GET.get("status", "")
    return FindingFilter(
        kind=kind if kind in Finding.Kind.values else "",
        document=document or request.GET.get("document", ""),
        status=status if status in STATUSES else "",
        text=request.GET.get("text", "").strip()[:60],
    )
