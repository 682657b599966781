"""应报未报: who owes what in a round, how complete and how timely units report, and whom to call."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from targets.models import Entry, EntryStep, ReportingRound
from yuxi_eldercare.core.models import Department, Region, User

from .people import people_of
from .periods import period_name
from .scope import overseen
from .window import Window, round_status

State = Entry.State
OPEN = Entry.OPEN_STATES
SENT = (State.SUBMITTED, State.REVIEWED, State.PUBLISHED)


@dataclass(frozen=True)
class Owes:
    """A unit in a round, for one region: how many cells are in which state, and what is still missing."""

    department: Department
    region: Region
    window: Window
    total: int
    counts: dict[str, int]  # state → cells
    missing: list[str] = field(default_factory=list)  # names of indicators not yet sent, with their period

    @property
    def open(self) -> int:
        """Cells not yet sent: empty, being drafted, or returned."""
        return sum(self.counts[state] for state in OPEN)

    @property
    def done(self) -> bool:
        """Whether everything was sent."""
        return self.open == 0


@dataclass(frozen=True)
class UnitRate:
    """How a unit reports over some rounds. Shares are from 0 to 100; none when nothing is owed or due yet."""

    department: Department
    region: Region
    owed: int
    answered: int
    on_time: int
    late: int
    returned: int

    @property
    def completeness(self) -> float | None:
        """完整率: cells sent among cells owed."""
        return 100 * self.answered / self.owed if self.owed else None

    @property
    def timeliness(self) -> float | None:
        """及时率: cells first sent by the due date among cells owed."""
        return 100 * self.on_time / self.owed if self.owed else None


@dataclass(frozen=True)
class Call:
    """A line of the call list: the unit, its people, and what they owe."""

    department: Department
    region: Region
    people: list[User]
    missing: list[str]
    window: Window


def who_owes(round: ReportingRound, user: User) -> list[Owes]:
    """Every unit of a round that the user follows, by region and unit; at most five statements.

    Cells of indicators that were withdrawn meanwhile are owed no longer.
    """
    rows = owed_entries(user).filter(round=round)
    grouped = (
        rows.order_by("region__position", "region", "department__position", "department")
        .values("department", "region")
        .annotate(**{state: Count("pk", filter=Q(state=state)) for state in State.values})
    )
    units = list(grouped)
    departments = Department.objects.select_related("region").in_bulk({u["department"] for u in units})
    regions = Region.objects.in_bulk({u["region"] for u in units})
    windows = round_status(round, set(departments))
    missing = _missing(rows, round)
    return [
        Owes(
            departments[unit["department"]],
            regions[unit["region"]],
            windows[unit["department"]],
            sum(_counts(unit).values()),
            _counts(unit),
            missing.get((unit["department"], unit["region"]), []),
        )
        for unit in units
    ]


def _counts(unit: Mapping[str, Any]) -> dict[str, int]:
    return {state: unit[state] for state in State.values}


def owed_entries(user: User) -> QuerySet[Entry]:
    """The cells whose reporting the user follows, those of withdrawn indicators left out."""
    return Entry.objects.filter(overseen(user), indicator__withdrawn_at=None)


def _missing(rows: QuerySet[Entry], round: ReportingRound) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = {}
    open_rows = rows.filter(state__in=OPEN).order_by("indicator__position", "indicator", "period_end")
    columns = ("department_id", "region_id", "indicator__name", "period_end")
    for department, region, name, end in open_rows.values_list(*columns):
        text = name if end == round.period_end else f"{name}（{period_name(round.kind, end)}）"
        found.setdefault((department, region), []).append(text)
    return found


def unit_rates(user: User, rounds: Collection[int]) -> list[UnitRate]:
    """及时率 and 完整率 per unit and region over rounds (ids) that are due, for the units the user follows.

    A cell is on time by its first submission; a value returned and sent again is counted in `returned`.
    Three statements.
    """
    first = (
        EntryStep.objects.filter(entry=OuterRef("pk"), verb="submit")
        .order_by()
        .values("entry")
        .annotate(first=Min("at"))
        .values("first")
    )
    returned = (
        EntryStep.objects.filter(entry=OuterRef("pk"), verb="return")
        .order_by()
        .values("entry")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = (
        owed_entries(user)
        .filter(round__in=rounds, round__due_on__lt=timezone.localdate())
        .annotate(sent_on=TruncDate(Subquery(first)), times=Subquery(returned))
        .values_list("department_id", "region_id", "state", "sent_on", "round__due_on", "times")
        .order_by("region__position", "region", "department__position", "department")
    )
    counts: dict[tuple[int, str], list[int]] = {}
    for department, region, state, sent_on, due_on, times in rows:
        unit = counts.setdefault((department, region), [0] * 5)
        on_time = sent_on is not None and sent_on <= due_on
        for place, one in enumerate((1, state in SENT, on_time, sent_on is not None and not on_time)):
            unit[place] += int(one)
        unit[4] += times or 0
    departments = Department.objects.in_bulk({department for department, _region in counts})
    regions = Region.objects.in_bulk({region for _department, region in counts})
    return [
        UnitRate(departments[department], regions[region], *unit)
        for (department, region), unit in counts.items()
    ]


def call_list(round: ReportingRound, user: User) -> list[Call]:
    """Whom to call about a round: units that still owe, with their people; for the screen and for print."""
    owing = [unit for unit in who_owes(round, user) if not unit.done]
    people = people_of({unit.department.pk for unit in owing})
    return [
        Call(unit.department, unit.region, people[unit.department.pk], unit.missing, unit.window)
        for unit in owing
    ]


def visible_rounds(user: User) -> QuerySet[ReportingRound]:
    """Rounds in which the user follows a unit, newest first, with `owed`, `sent` and `published` cells."""
    own = Entry.objects.filter(overseen(user), indicator__withdrawn_at=None, round=OuterRef("pk"))
    counts = own.order_by().values("round").annotate(n=Count("pk"))
    return (
        ReportingRound.objects.annotate(
            owed=Subquery(counts.values("n")),
            sent=Subquery(counts.filter(state__in=SENT).values("n")),
            published=Subquery(counts.filter(state=State.PUBLISHED).values("n")),
        )
        .filter(owed__gt=0)
        .order_by(F("period_end").desc(), "-pk")
    )
