"""A county's dashboard: its place, its lights by month, what stands out, what changed, its reds and its targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from targets.models import RegionalTarget
from targets.presenters.dashboards.ranks import county_lines, rank_rule, ranked_lines
from targets.presenters.dashboards.reds import red_lines
from targets.presenters.dashboards.sentences import rank_sentence
from targets.presenters.dashboards.shared import year_of
from targets.presenters.dashboards.standouts import standouts
from targets.presenters.dashboards.tallies import counted, due_years, of_year, shown_years
from targets.presenters.dashboards.targets import TargetLine, target_lines
from targets.presenters.dashboards.trend import trends
from targets.presenters.dashboards.turns import turns_of
from targets.presenters.sentences import standing_sentence
from targets.queries.board import board
from targets.queries.day import page_day
from targets.queries.frozen import trend
from targets.queries.judged import Judged
from targets.queries.leads import Lead, leads_of
from targets.queries.moved import moved
from targets.queries.shown import figures_of, in_full, lights_since
from targets.queries.years import chosen_year
from targets.reporting.red_lights import said_of

# Lists show so many rows before "more".
MOST = 6


@dataclass(frozen=True)
class Section:
    """Targets under one heading."""

    heading: str
    note: str
    lines: list[TargetLine]


@require_safe
def county(request: HttpRequest, code: str) -> HttpResponse:
    """Where one county stands: its own plan's targets and the city's that bind it. At most twenty statements."""
    day = page_day(request, frozen=True)
    found = board(day)
    own = [spot for spot in found.spots if spot.region == code]
    choices = due_years(found, own)
    year = chosen_year(request.GET.get("year", ""), choices)
    years = shown_years(year)
    lines = county_lines(found, years)
    line = next((each for each in lines if each.region.code == code), None)
    if line is None:
        raise Http404(_("没有这个县（市、区）。"))
    region = line.region
    shown = [spot for spot in own if found.due(spot).year in years]
    milestones = {spot.milestone for spot in of_year(found, own, year)}
    figures = figures_of(found, [spot for spot in found.spots if spot.milestone in milestones])
    everything = in_full(found, shown, day)
    rows = sorted((row for row in everything if year_of(row) == year), key=Judged.sort_key)
    leads = leads_of({spot.target for spot in shown})
    red_spots = [spot for spot in of_year(found, own, year) if spot.light == "red"]
    reds = red_lines(
        found,
        [row for row in rows if row.light == "red"],
        [],
        said_of(red_spots, request.user),  # type: ignore[arg-type]
        lights_since(red_spots, day.shown),
        leads,
    )
    turns = turns_of(found, moved(found, day, [code]), MOST)
    context: dict[str, Any] = {
        "region": region,
        "counties": [each.region for each in lines],
        "ranks": ranked_lines(lines, year),
        "rank_rule": rank_rule(),
        "sentences": [rank_sentence(line, year)],
        "standing": standing_sentence(rows, year, region.short_name),
        "totals": counted(found, own, years),
        "standouts": standouts(found, rows, figures, reds, turns.of(code, "green")),
        "turns": turns,
        "trends": trends([(code, region.short_name)], trend([code], due=date(year, 12, 31), until=day.shown)),
        "reds": reds,
        "sections": _sections(everything, leads, years, year),
        "year": year,
        "years": choices,
        "shown_years": years,
        "day": day,
        "as_of": day.shown,
    }
    return render(request, "county.html", context)


def _sections(
    rows: Sequence[Judged], leads: dict[int, list[Lead]], years: Sequence[int], year: int
) -> list[Section]:
    own = [row for row in rows if row.regional.origin == RegionalTarget.Origin.OWN]
    imposed = [row for row in rows if row.regional.origin != RegionalTarget.Origin.OWN]
    return [
        Section(
            _("市级规划对本县（市、区）的目标"), _("参加排位"), target_lines(imposed, leads, years, year)
        ),
        Section(_("本县（市、区）规划的目标"), _("不参加排位"), target_lines(own, leads, years, year)),
    ]
