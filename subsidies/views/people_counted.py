"""The list behind a figure that the subsidies' ledgers count: masked households, or the lottery fund's figures."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.offering import members_by_region
from subsidies.counting import households, lottery
from subsidies.offering import CODES
from subsidies.presenters.households import export_header, export_rows
from subsidies.presenters.lottery import headings, percent_text, rows
from targets.models import Indicator, ProposedValue
from targets.presenters import words
from targets.reporting.scope import may_see_place
from yuxi_eldercare.core.models import Region
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.presenters.downloads import table_download

PAGE: Final = 100


@require_safe
def counted(request: HttpRequest, indicator: str, region: str, end: str) -> HttpResponse:
    """What a ledger of subsidies counts for an indicator and a region as of a period's end."""
    found = _asked(request, indicator, region, end)
    if isinstance(found, HttpResponse):
        return found
    told = _homes(found, request) if indicator == households.INDICATOR else _share(found)
    return render(request, "subsidies/household_counted.html", {**found, **told})


@require_safe
def counted_export(
    request: HttpRequest, indicator: str, region: str, end: str, form: str
) -> HttpResponseBase:
    """The households behind a figure as a file, masked."""
    found = _asked(request, indicator, region, end)
    if isinstance(found, HttpResponse):
        return found
    if indicator != households.INDICATOR:
        raise Http404(indicator)
    listed = households.counted_households(_counties(found["region"]), found["end"])
    table = export_rows(listed.select_related("county", "township", "department", "application").iterator())
    about = f"{found['region'].short_name}-{found['indicator'].name}-{end}"
    return table_download(form, _("统计依据"), export_header(), table, about=about)


def _asked(request: HttpRequest, code: str, region: str, text: str) -> dict[str, Any] | HttpResponse:
    """The place, or the page that says why this person may not see it."""
    if code not in CODES:
        raise Http404(code)
    try:
        end = date.fromisoformat(text)
    except ValueError:
        raise Http404(text) from None
    decision = may_see_place(person(request), code, region)
    if not decision:
        return refused_page(request, decision.reason)
    return {
        "indicator": get_object_or_404(Indicator, key=code),
        "region": get_object_or_404(Region, code=region),
        "end": end,
    }


def _counties(region: Region) -> list[str]:
    return members_by_region().get(region.code, [])


def _homes(found: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    counties, end = _counties(found["region"]), found["end"]
    number = households.counted(households.ledgers(), counties, end)
    listed = households.counted_households(counties, end)
    return {
        "homes": True,
        "first": date(end.year, 1, 1),
        "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "result": words.with_unit(None if number is None else Decimal(number), found["indicator"].unit),
        "moved": _moved(found, None if number is None else Decimal(number)),
    }


def _share(found: dict[str, Any]) -> dict[str, Any]:
    choice, end = lottery.chosen(), found["end"]
    figures = lottery.figures()
    figure = figures.get((end.year, choice.base)) if choice else None
    percent = lottery.share_of(figure).percent if figure else None
    return {
        "homes": False,
        "headings": headings(),
        "rows": [row for row in rows(figures, choice) if row[0] == end.year],
        "choice": choice,
        "result": percent_text(percent),
        "moved": _moved(found, percent),
    }


def _moved(found: dict[str, Any], now: Decimal | None) -> bool:
    """Whether what is offered in the grid was counted before rows changed."""
    offered = ProposedValue.objects.filter(
        indicator=found["indicator"], region=found["region"], period_end=found["end"]
    ).first()
    return offered is not None and offered.value != now
