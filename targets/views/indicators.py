"""Pages about indicators: the list, one indicator in one region, and the map of any indicator."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from targets.models import Indicator
from targets.presenters import words
from targets.presenters.distribution import distribution, focus, value_words
from targets.presenters.history import light_changes, month_lines, revision_lines
from targets.presenters.maps import BY_LIGHT, BY_VALUE, map_picture
from targets.presenters.outlook import outlook_sentences, standing_words
from targets.presenters.rows import target_row
from targets.presenters.trajectory import trajectory
from targets.queries.board import shown_regions
from targets.queries.day import page_day
from targets.queries.indicators import (
    changes_of_lights,
    facts_of,
    indicator_lines,
    mappable_indicators,
    monthly_lights,
    reporting_line,
    targets_of,
)
from targets.queries.judged import Judged
from targets.queries.leads import led_by
from targets.queries.series import CountyValue, county_values, revisions, series
from yuxi_eldercare.core.models import Region
from yuxi_eldercare.core.queries.maps import outline_in_force

PAGE = 100


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """The dictionary with the city's latest value and lights, filtered by theme and text."""
    day = page_day(request, frozen=True)
    lines = indicator_lines(
        theme=request.GET.get("theme", ""), text=request.GET.get("text", "").strip(), day=day
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
    """One indicator in one region (default: the city): trajectory, counties, history, sources, who answers for it."""
    row = get_object_or_404(Indicator, key=code)
    regions = shown_regions()
    if not regions:
        raise Http404(_("还没有载入地区，请先载入规划文件。"))
    region = _region(request, regions)
    day = page_day(request, frozen=True)
    city, codes = regions[0].code, list({region.code, *(each.code for each in regions)})
    judged, readings = day.judged(indicators=[row.pk], regions=codes), series(row, codes, day)
    rows = sorted(
        (line for line in judged if line.region.code == region.code),
        key=lambda r: (r.milestone.due or date.max, Judged.sort_key(r)),
    )
    values, whole = readings.get(region.code, []), readings.get(city, [])
    counties = county_values(regions, readings, judged)
    due = focus([*rows, *_judged_of(counties)], _year(request), day.shown)
    targets, drafts = targets_of(row)
    corrected = [c.code for c in regions] if region.code == city else [region.code]
    context: dict[str, Any] = {
        "indicator": row,
        "region": region,
        "day": day,
        "as_of": day.shown,
        "regions": regions,
        "rows": [target_row(r) for r in rows],
        "values": values,
        "chart": trajectory(row, rows, values, day.shown),
        "sentence": standing_words(
            rows,
            value_words(values[-1] if values else None, row),
            words.period(values[-1].period_end) if values else "",
            region.short_name,
        ),
        "outlook": outlook_sentences(rows, day.shown),
        "counties": counties,
        "due": due,
        "dues": sorted({line.milestone.due for line in _judged_of(counties) if line.milestone.due}),
        "distribution": distribution(row, counties, whole[-1] if whole else None, due),
        "map": map_picture(row, counties, due, _by(request, counties), outline_in_force())
        if counties
        else None,
        "changes": light_changes(changes_of_lights(row, region, day), row),
        "months": month_lines(monthly_lights(row, region, day), rows),
        "revisions": revision_lines(revisions(row, corrected, day), row),
        "targets": targets,
        "drafts": drafts,
        "facts": facts_of(row),
        "leads": led_by(targets),
        "line": reporting_line(row, region),
        "city_rolled": region.code == city and row.rollup != Indicator.Rollup.NONE,
    }
    return render(request, "targets/indicator.html", context)


@require_safe
def indicator_map(request: HttpRequest) -> HttpResponse:
    """The counties on the map for the indicator asked for (default: the first), by light or by value."""
    choices = mappable_indicators()
    row = next((each for each in choices if each.key == request.GET.get("indicator")), None)
    row = row or (choices[0] if choices else None)
    day = page_day(request, frozen=True)
    context: dict[str, Any] = {"choices": choices, "indicator": row, "day": day, "as_of": day.shown}
    if row is not None:
        regions = shown_regions()
        codes = [region.code for region in regions]
        readings = series(row, codes, day)
        whole = readings.get(codes[0])
        counties = county_values(regions, readings, day.judged(indicators=[row.pk], regions=codes))
        due = focus(_judged_of(counties), _year(request), day.shown)
        context |= {
            "due": due,
            "dues": sorted({line.milestone.due for line in _judged_of(counties) if line.milestone.due}),
            "map": map_picture(row, counties, due, _by(request, counties), outline_in_force()),
            "distribution": distribution(row, counties, whole[-1] if whole else None, due),
        }
    return render(request, "targets/indicator_map.html", context)


def _judged_of(counties: Sequence[CountyValue]) -> list[Judged]:
    return [line for county in counties for line in county.judged]


def _region(request: HttpRequest, regions: Sequence[Region]) -> Region:
    """The region asked for; without one, the first, which is the city."""
    code = request.GET.get("region", "") or regions[0].code
    found = next((region for region in regions if region.code == code), None)
    return found or get_object_or_404(Region, code=code)


def _year(request: HttpRequest) -> int | None:
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None


def _by(request: HttpRequest, counties: Sequence[CountyValue]) -> str:
    """By light or by value, as asked; by value where no county is judged."""
    asked = request.GET.get("map", "")
    if asked in {BY_LIGHT, BY_VALUE}:
        return asked
    return BY_LIGHT if _judged_of(counties) else BY_VALUE
