"""What the ledger of parts (台账) and the pages of tasks ask: filtered parts, how they stand, how many of each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from targets.models import Assignment, AssignmentPart, PartReport
from targets.standing import Light, Standing

from .following_facts import standings

State = AssignmentPart.State


@dataclass(frozen=True)
class PartFilter:
    """What the ledger is narrowed to. `units` are ids of departments (“mine”); none: not asked."""

    state: str = ""
    light: str = ""
    department: str = ""
    region: str = ""
    document: str = ""
    text: str = ""
    units: frozenset[int] | None = None

    def condition(self) -> Q:
        """The condition on parts; the light is no column, see `ledger`. Withdrawn ones only when asked for."""
        wanted = Q(state=self.state) if self.state else ~Q(state=State.WITHDRAWN)
        for field_, value in (
            ("department__key", self.department),
            ("region", self.region),
            ("assignment__document__key", self.document),
        ):
            if value:
                wanted &= Q(**{field_: value})
        if self.text:
            wanted &= (
                Q(assignment__title__icontains=self.text)
                | Q(department__name__icontains=self.text)
                | Q(department__short_name__icontains=self.text)
            )
        if self.units is not None:
            wanted &= Q(department__in=self.units)
        return wanted


@dataclass
class Tally:
    """How many parts there are in each state and with each light."""

    states: Counter[str] = field(default_factory=Counter)
    lights: Counter[str] = field(default_factory=Counter)

    def add(self, part: AssignmentPart, standing: Standing) -> None:
        """Count one more part."""
        self.states[part.state] += 1
        self.lights[standing.light] += 1

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.states.values())

    @property
    def closed(self) -> int:
        """Those that are closed."""
        return self.states[State.CLOSED]


@dataclass(frozen=True)
class Ledger:
    """The parts of a filter in ledger order as (id), how each stands, and how many of each there are.

    `tally` counts before the light is chosen, so that the other lights can be seen to be there.
    """

    keys: list[int]
    standings: dict[int, Standing]
    tally: Tally


def ledger(wanted: PartFilter, on: date) -> Ledger:
    """Every part of a filter with its light on a day. Four statements, however many there are."""
    parts = list(AssignmentPart.objects.filter(wanted.condition()))
    found = standings(parts, on)
    tally = Tally()
    for part in parts:
        if part.pk in found:
            tally.add(part, found[part.pk])
    keys = [
        part.pk
        for part in parts
        if part.pk in found and (not wanted.light or found[part.pk].light == wanted.light)
    ]
    return Ledger(keys, found, tally)


def with_names(keys: Sequence[int]) -> list[AssignmentPart]:
    """The parts with task, text, department and region, in the order of the ids. One statement."""
    rows = AssignmentPart.objects.filter(pk__in=keys).select_related(
        "assignment__document__plan", "department", "region", "signed_by", "closed_by"
    )
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys if key in found]


def latest_reports(keys: Iterable[int]) -> dict[int, PartReport]:
    """The latest report in force of each part (id) that was not returned. One statement."""
    rows = PartReport.objects.filter(part__in=list(keys), superseded_at=None, returned_at=None)
    return {row.part_id: row for row in rows.order_by("part", "period_end")}


def parts_of(assignments: Iterable[Assignment]) -> QuerySet[AssignmentPart]:
    """The parts of assignments, withdrawn ones as well, by region and department."""
    return (
        AssignmentPart.objects.filter(assignment__in=[task.pk for task in assignments])
        .select_related("assignment", "department", "region")
        .order_by("region__position", "role", "department__position", "pk")
    )


def task_tally(parts: Iterable[AssignmentPart], known: dict[int, Standing]) -> Tally:
    """The parts of one task by state and light, those withdrawn left out. No statement."""
    tally = Tally()
    for part in parts:
        if part.pk in known and part.state != State.WITHDRAWN:
            tally.add(part, known[part.pk])
    return tally


def task_tallies(tasks: Iterable[Assignment], on: date) -> dict[int, Tally]:
    """Per assignment (id), its parts by state and light, those withdrawn left out. Four statements."""
    rows = AssignmentPart.objects.filter(assignment__in=[task.pk for task in tasks])
    parts = list(rows.exclude(state=State.WITHDRAWN))
    known = standings(parts, on) if parts else {}
    own: dict[int, list[AssignmentPart]] = {}
    for part in parts:
        own.setdefault(part.assignment_id, []).append(part)
    return {task: task_tally(group, known) for task, group in own.items()}


def tasks_with(light: str, on: date) -> set[int]:
    """Ids of assignments of which some part shows a light. Four statements."""
    if light not in set(Light):
        return set()
    parts = list(AssignmentPart.objects.exclude(state=State.WITHDRAWN))
    known = standings(parts, on)
    return {part.assignment_id for part in parts if part.pk in known and known[part.pk].light == light}


def parts_tally(county: str, on: date) -> Tally:
    """The parts of a county's bodies, or of everybody, by state and light. At most four statements."""
    rows = AssignmentPart.objects.exclude(state=State.WITHDRAWN)
    parts = list(rows.filter(Q(region=county) | Q(region__parent=county)) if county else rows)
    return task_tally(parts, standings(parts, on) if parts else {})


def units_with_parts() -> list[tuple[str, str]]:
    """(key, name) of the departments that have parts, by region and order. One statement."""
    rows = AssignmentPart.objects.order_by("region__position", "department__position", "department__key")
    named = rows.values_list("department__key", "department__short_name").distinct()
    return [(key, name) for key, name in named]
