"""The Gantt chart of a page of projects: planned years as bars, what happened as marks, today as a line.

Every project is a row of a table with a drawing of its own, so that the chart wraps, prints and is read aloud as a
table is. Places are percents of the drawing's width.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from projects.models import Project, StageChange
from targets.presenters.scales import Scale

from .project_rows import LedgerRow, ledger_lines

Stage = StageChange.Stage
_BEGINS: Final = frozenset({Stage.STARTED, Stage.BUILDING})
_ENDS: Final = frozenset({Stage.BUILT, Stage.ACCEPTED, Stage.IN_USE})
_LABEL: Final = 4.8  # percent of the width that two characters take
_YEARS_MOST: Final = 12  # years that are all named


@dataclass(frozen=True)
class Mark:
    """A stage on its day. `label` is empty where it would run into the next one; `title` always says it."""

    x: float
    kind: str  # begun, done, stopped: the shape
    label: str
    title: str
    last: bool


@dataclass(frozen=True)
class Bar:
    """From `x` on, `width` wide."""

    x: float
    width: float


@dataclass(frozen=True)
class Lane:
    """One project: its line of the ledger, the planned bar, the actual one, its marks, and all of it in words."""

    row: LedgerRow
    planned: Bar | None
    actual: Bar | None
    marks: list[Mark]
    says: str
    stages: list[StageChange]


@dataclass(frozen=True)
class Gantt:
    """The chart: where years begin, where today is, and a lane for each project."""

    years: list[tuple[float, str]]
    today: float
    lanes: list[Lane]


def gantt(projects: Sequence[Project], stages: Iterable[StageChange], today: date) -> Gantt:
    """The chart of these projects, in their order. `stages` holds what was entered about them by `today`."""
    of: dict[int, list[StageChange]] = {project.pk: [] for project in projects}
    for stage in stages:
        of[stage.project_id].append(stage)
    first, last = _bounds(projects, [stage.on for own in of.values() for stage in own], today)
    scale = Scale(date(first, 1, 1).toordinal(), date(last + 1, 1, 1).toordinal())
    step = 1 if last - first < _YEARS_MOST else 2
    return Gantt(
        years=[
            (_place(scale, date(year, 1, 1)), str(year) if (year - first) % step == 0 else "")
            for year in range(first, last + 1)
        ],
        today=_place(scale, today),
        lanes=[_lane(row, of[row.project.pk], scale, today) for row in ledger_lines(projects, today)],
    )


def _bounds(projects: Iterable[Project], days: Iterable[date], today: date) -> tuple[int, int]:
    """The first and the last year that is drawn."""
    years = [today.year, *(day.year for day in days)]
    years += [y for project in projects for y in (project.start_year, project.end_year) if y is not None]
    return min(years), max(years)


def _lane(row: LedgerRow, stages: list[StageChange], scale: Scale, today: date) -> Lane:
    planned = _planned(row.project, scale)
    return Lane(
        row, planned, _actual(stages, scale, today), _marks(stages, scale), _says(row, stages), stages
    )


def _planned(project: Project, scale: Scale) -> Bar | None:
    start, end = project.start_year or project.end_year, project.end_year or project.start_year
    if start is None or end is None:
        return None
    return _bar(scale, date(start, 1, 1), date(end + 1, 1, 1))


def _actual(stages: list[StageChange], scale: Scale, today: date) -> Bar | None:
    """From the start of work to its end; still going on, to today; standing still, to the day it stopped."""
    begun = next((stage.on for stage in stages if stage.stage in _BEGINS), None)
    if begun is None:
        return None
    done = next((stage.on for stage in stages if stage.stage in _ENDS), None)
    if done is None and stages[-1].stage == Stage.STOPPED:
        done = stages[-1].on
    return _bar(scale, begun, done or today)


def _marks(stages: list[StageChange], scale: Scale) -> list[Mark]:
    """All stages; from the last one backwards those are named that find room."""
    found: list[Mark] = []
    free = 200.0
    for stage in reversed(stages):
        x = _place(scale, stage.on)
        fits = x <= free
        label = stage.get_stage_display()
        kind = "stopped" if stage.stage == Stage.STOPPED else "done" if stage.stage in _ENDS else "begun"
        title = f"{label} {stage.on.isoformat()}"
        found.append(Mark(x, kind, label if fits else "", title, last=stage is stages[-1]))
        if fits:
            free = x - _LABEL
    return found[::-1]


def _bar(scale: Scale, start: date, end: date) -> Bar:
    x, to = _place(scale, start), _place(scale, end)
    return Bar(x, round(max(to - x, 0.4), 2))


def _place(scale: Scale, day: date) -> float:
    return scale.place(day.toordinal())


def _says(row: LedgerRow, stages: list[StageChange]) -> str:
    planned = _("计划%(years)s年") % {"years": row.years} if row.years else _("文中未载明建设年度")
    words = [f"{stage.get_stage_display()} {stage.on.isoformat()}" for stage in stages]
    return _("；").join([planned, *words])
