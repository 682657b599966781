"""Pages about indicators: the list, one indicator in one region, and 为什么是这个灯."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from targets.models import Assessment, Indicator
from targets.presenters.explanation import explain_assessment
from targets.presenters.outlook import outlook_sentences
from targets.presenters.rows import target_row
from targets.presenters.trajectory import trajectory
from targets.queries.day import page_day
from targets.queries.indicators import county_values, drafts_of, facts_of, indicator_lines, series, targets_of
from targets.queries.judged import Judged, judged
from targets.queries.overview import counties
from yuxi_eldercare.core.models import Region

CITY = "530400"
PAGE = 100


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """The dictionary with the city's latest value and lights, filtered by theme and text."""
    day = page_day(request)
    lines = indicator_lines(
        theme=request.GET.get("theme", ""), text=request.GET.get("text", "").strip(), day=day.ask
    )
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "targets/indicator_list.html",
        {
            "page": page,
            "day": day,
            "as_of": day.shown,
            "themes": Indicator.objects.order_by("theme").values_list("theme", flat=True).distinct(),
        },
    )


@require_safe
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator in one region (default: the city): trajectory, targets, counties, sources."""
    row = get_object_or_404(Indicator, key=code)
    region = get_object_or_404(Region, code=request.GET.get("region") or CITY)
    day = page_day(request)
    rows = sorted(
        judged(indicators=[row.pk], regions=[region.code], day=day.ask),
        key=lambda r: (r.milestone.due, Judged.sort_key(r)),
    )
    values = [v for v in series(row, region) if day.ask is None or v.period_end <= day.ask]
    context: dict[str, Any] = {
        "indicator": row,
        "region": region,
        "day": day,
        "as_of": day.shown,
        "regions": [Region.objects.get(code=CITY), *counties()],
        "rows": [target_row(r) for r in rows],
        "values": values,
        "chart": trajectory(row, rows, values),
        "county_rows": county_values(row, day.ask),
        "provisional": any(value.provisional for value in values),
        "outlook": outlook_sentences(rows),
        "targets": targets_of(row),
        "drafts": drafts_of(row),
        "facts": facts_of(row),
    }
    return render(request, "targets/indicator.html", context)


@require_safe
def explanation(request: HttpRequest, pk: int) -> HttpResponse:
    """为什么是这个灯: every input of one assessment and what each rule made of it (page, or htmx fragment)."""
    row = get_object_or_404(
        Assessment.objects.select_related(
            "regional_target__target__document__plan", "milestone", "indicator", "region", "thresholds", "run"
        ),
        pk=pk,
    )
    template = "targets/_explanation.html" if request.htmx else "targets/explanation.html"  # type: ignore[attr-defined]
    return render(request, template, {"explanation": explain_assessment(row)})
