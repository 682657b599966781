"""What the cockpit and the wall display show of the city: read once, put into words by the presenters.

1. The board: every light of the city and its counties as slim rows (five statements).
2. The city's own rows of the years shown in full, who leads them, since when they are not green.
3. What turned since the last closed month, and what was said about the reds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from targets.presenters.dashboards.behind import behind_lines
from targets.presenters.dashboards.binding import binding_lines, binding_spots
from targets.presenters.dashboards.groups import department_lines, plan_lines
from targets.presenters.dashboards.ranks import RankedLine, county_lines, rank_rule
from targets.presenters.dashboards.reds import explained, red_below, red_lines
from targets.presenters.dashboards.sentences import binding_sentences
from targets.presenters.dashboards.shared import CALLED, year_of
from targets.presenters.dashboards.tallies import counted, due_years, shown_years
from targets.presenters.dashboards.turns import turns_of
from targets.presenters.rows import TargetRow, target_row
from targets.presenters.sentences import standing_sentence
from targets.queries.board import board
from targets.queries.day import page_day
from targets.queries.judged import Judged
from targets.queries.leads import leads_of
from targets.queries.moved import moved
from targets.queries.shown import in_full, lights_since, place_of
from targets.queries.years import chosen_year
from targets.reporting.red_lights import said_of

from .tiles import tiles


def picture(request: HttpRequest, *, most: int) -> dict[str, Any]:
    """The context of both pages; lists show at most so many rows before "more". At most twenty statements."""
    day = page_day(request, frozen=True)
    found = board(day)
    counties = set(found.counties)
    of_city = [spot for spot in found.spots if spot.region not in counties]
    choices = due_years(found, of_city)
    year = chosen_year(request.GET.get("year", ""), choices)
    years = shown_years(year)
    city = [spot for spot in of_city if found.due(spot).year in years]
    rows = sorted(in_full(found, city, day), key=Judged.sort_key)
    of_year = [row for row in rows if year_of(row) == year]
    leads = leads_of({spot.target for spot in city})
    own, below = binding_spots(found, years)
    under_reds = red_below(found, of_year)
    since = lights_since([s for s in [*city, *below] if s.light in CALLED], day.shown)
    red_spots = [s for s in city if s.light == "red" and found.due(s).year == year]
    said = said_of([*red_spots, *under_reds], request.user)  # type: ignore[arg-type]
    bound = {place_of(spot) for spot in own}
    binding = binding_lines(found, [r for r in rows if _place(r) in bound], below, since, leads, years)
    lines = county_lines(found, years)
    turns = turns_of(found, moved(found, day), most)
    behind, more_behind = behind_lines(of_year, leads, most)
    return {
        "day": day,
        "as_of": day.shown,
        "year": year,
        "years": choices,
        "shown_years": years,
        "sentences": binding_sentences(binding, year),
        "standing": standing_sentence(of_year, year, _("全市")),
        "totals": counted(found, city, years),
        "incomplete": incomplete_rows(of_year),
        "binding": binding,
        "turns": turns,
        "behind": behind,
        "more_behind": more_behind,
        "county_rows": [
            RankedLine(
                line,
                line.of(year),
                turns.of(line.region.code, "red"),
                turns.of(line.region.code, "green"),
            )
            for line in lines
        ],
        "rank_rule": rank_rule(),
        "tiles": tiles(lines, year),
        "plans": plan_lines(found, years),
        "departments": department_lines(found, city, leads, years),
        "reds": red_lines(found, explained(of_year, under_reds, said), under_reds, said, since, leads),
    }


@dataclass(frozen=True)
class Incomplete:
    """Lights of the city that stand on some of its counties only, by how many have reported."""

    grey: int
    lines: list[TargetRow]


def incomplete_rows(rows: Iterable[Judged]) -> Incomplete:
    """The rows made of counties' figures of which some are missing, the least complete first."""
    partial = [
        row for row in rows if row.members_expected and (row.members_reported or 0) < row.members_expected
    ]
    partial.sort(key=lambda row: ((row.members_reported or 0), row.target.position))
    return Incomplete(sum(row.light == "grey" for row in partial), [target_row(row) for row in partial])


def _place(row: Judged) -> tuple[int, str]:
    return row.milestone.pk, row.region.code
