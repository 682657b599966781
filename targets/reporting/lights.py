"""The light a typed value would give, by the engine itself, before anything is submitted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from targets.judging.inputs import regional_targets, sheet_of
from targets.judging.values import Direct, Place, Value, stored_roll_ups, values_in_force
from targets.judging.verdicts import Verdict, judge
from targets.models import Entry, Indicator, Milestone, RegionalTarget

from .changes import CellChange
from .denominators import Denominators, with_denominator
from .figures import Figure, figure_of, rate_of


@dataclass(frozen=True)
class LightIf:
    """What one milestone of a target would show with the value: light, state, and what is still missing."""

    regional_target: RegionalTarget
    milestone: Milestone
    light: str
    state: str
    marks: tuple[str, ...]
    answer: Mapping[str, Any]
    judged_here: bool  # the typed value is the one that is judged

    @property
    def due(self) -> date | None:
        """When the milestone is due."""
        return self.milestone.due


class Demands:
    """The targets that bind some places (indicator id, region code): three statements, then judged at will.

    A target that every county must meet is left out: a county's own part of it is judged, not the sum.
    """

    def __init__(self, places: Collection[Place]) -> None:
        indicators, regions = {place[0] for place in places}, {place[1] for place in places}
        rows = [
            row
            for row in regional_targets(
                Q(indicator__in=indicators, region__in=regions) & ~Q(origin=RegionalTarget.Origin.ALL_MEMBERS)
            )
            if (row.indicator_id, row.region_id) in places
        ]
        self.places = {(row.indicator_id, row.region_id) for row in rows}
        self._sheet = sheet_of(rows, [], {}, {}) if rows else None

    def of(self, place: Place) -> list[tuple[RegionalTarget, list[Milestone]]]:
        """The targets that bind a place, each with its milestones by due date."""
        if self._sheet is None:
            return []
        return [
            (row, self._sheet.demands(row))
            for row in self._sheet.asked
            if (row.indicator_id, row.region_id) == place
        ]

    def lights(
        self, cells: Sequence[tuple[Entry, Figure]], direct: Direct, as_of: date | None = None
    ) -> dict[int, list[LightIf]]:
        """The lights that figures would give if all of them counted, by entry id; `direct` is in force.

        Judged as of today. Of several periods of one place, the latest figure is the one judged. One
        statement when a city's own figures are among them.
        """
        said = [
            (entry, figure)
            for entry, figure in cells
            if figure.says_something and (entry.indicator_id, entry.region_id) in self.places
        ]
        if not said or self._sheet is None:
            return {}
        laid: Direct = {place: dict(direct.get(place, {})) for place in self.places}
        for entry, figure in said:
            laid[entry.indicator_id, entry.region_id][entry.period_end] = Value(
                entry.period_end, figure.value, figure.numerator, figure.denominator
            )
        parents = {entry.region_id for entry, _figure in said if entry.region.level == "city"}
        indicators = {indicator for indicator, region in self.places if region in parents}
        rolled = stored_roll_ups(indicators, parents) if parents else {}
        day = as_of or max(timezone.localdate(), *(entry.period_end for entry, _figure in said))
        by_place: dict[Place, list[Verdict]] = {}
        for verdict in judge(replace(self._sheet, direct=laid, rolled=rolled), day).verdicts:
            by_place.setdefault((verdict.row.indicator_id, verdict.row.region_id), []).append(verdict)
        return {
            entry.pk: [
                _light(verdict, entry) for verdict in by_place.get((entry.indicator_id, entry.region_id), [])
            ]
            for entry, _figure in said
        }


def light_if(entry: Entry, change: CellChange | Figure | None = None) -> list[LightIf]:
    """The lights one entry's value would give, as stored or as typed; at most six statements."""
    figure = figure_of(entry) if change is None else _figure(entry, change)
    return lights_if([(entry, figure)]).get(entry.pk, [])


def lights_if(cells: Sequence[tuple[Entry, Figure]]) -> dict[int, list[LightIf]]:
    """The same for many entries, in the same number of statements."""
    places = {(entry.indicator_id, entry.region_id) for entry, figure in cells if figure.says_something}
    if not places:
        return {}
    demands = Demands(places)
    if not demands.places:
        return {}
    direct = values_in_force({place[0] for place in places}, {place[1] for place in places})
    return demands.lights(cells, direct)


def _light(verdict: Verdict, entry: Entry) -> LightIf:
    answer = verdict.answer
    return LightIf(
        verdict.row,
        verdict.milestone,
        answer["light"],
        answer["state"],
        tuple(answer["marks"]),
        answer,
        answer["actual_date"] == entry.period_end.isoformat(),
    )


def _figure(entry: Entry, change: CellChange | Figure) -> Figure:
    if isinstance(change, Figure):
        return change
    if change.answer is None:
        return figure_of(entry)
    if change.answer != "number":
        return Figure(not_applicable=change.answer == "na")
    if entry.indicator.denominator_series_id is not None:
        found = Denominators.of([entry]).for_entry(entry)
        return with_denominator(entry.indicator, change.numerator, found)
    if entry.indicator.rollup == Indicator.Rollup.RATIO and change.numerator is not None:
        value = rate_of(entry.indicator, change.numerator, change.denominator)
        return Figure(value, change.numerator, change.denominator)
    return Figure(change.value)
