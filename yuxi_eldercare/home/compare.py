"""Two to nine counties side by side: places, counts, lights by month, and every indicator that binds them."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from targets.models import RegionalTarget
from targets.presenters.dashboards.ranks import county_lines, rank_rule, ranked_lines
from targets.presenters.dashboards.tallies import due_years, shown_years
from targets.presenters.dashboards.trend import trends
from targets.presenters.matrix import grid
from targets.queries.board import Board, Made, Spot, board
from targets.queries.day import page_day
from targets.queries.frozen import trend
from targets.queries.matrix import Line, Order, lines_of
from targets.queries.years import chosen_year

# A comparison needs two; with fewer chosen, all are shown.
LEAST = 2


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """The chosen counties (`?c=530402&c=530425`), all where fewer than two are; `?differ=1` hides equal lights."""
    day = page_day(request, frozen=True)
    found = board(day)
    choices = due_years(found, found.spots)
    year = chosen_year(request.GET.get("year", ""), choices)
    counties = county_lines(found, shown_years(year))
    asked = set(request.GET.getlist("c"))
    chosen = [line for line in counties if line.region.code in asked]
    if len(chosen) < LEAST:
        chosen = counties
    codes = [line.region.code for line in chosen]
    differ = request.GET.get("differ") == "1"
    lines = lines_of(found, _compared(found, year, set(codes)))
    shown = [line for line in lines if not differ or _differs(line, codes)]
    regions = [
        region for region in found.regions if region.code not in found.counties or region.code in codes
    ]
    return render(
        request,
        "county_compare.html",
        {
            "counties": counties,
            "ranks": ranked_lines(chosen, year),
            "codes": codes,
            "grid": grid(
                found,
                shown,
                shown,
                regions,
                (Order(), Order()),
                _details(found, shown),
                day=day,
                swapped=False,
            ),
            "lines": len(lines),
            "differ": differ,
            "trends": trends(
                [(line.region.code, line.region.short_name) for line in chosen],
                trend(codes, due=date(year, 12, 31), until=day.shown),
            ),
            "rank_rule": rank_rule(),
            "year": year,
            "years": choices,
            "day": day,
            "as_of": day.shown,
        },
    )


def _compared(found: Board, year: int, codes: set[str]) -> list[Spot]:
    """The city's targets of a year in the chosen counties, and the city's own figure beside them."""
    spots = [spot for spot in found.spots if found.due(spot).year == year]
    below = [s for s in spots if s.region in codes and s.origin != RegionalTarget.Origin.OWN]
    milestones = {spot.milestone for spot in below}
    counties = set(found.counties)
    return [s for s in spots if s.milestone in milestones and s.region not in counties] + below


def _details(found: Board, lines: Sequence[Line]) -> Made:
    return found.details([spot for line in lines for own in line.spots.values() for spot in own])


def _differs(line: Line, codes: list[str]) -> bool:
    """Whether the chosen counties stand at different lights."""
    lights = {tuple(spot.light for spot in line.spots.get(code, [])) for code in codes}
    return len(lights) > 1
