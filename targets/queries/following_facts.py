"""What is known of parts on a day, read for many at once, and how they stand by it.

A past day is told from the trail: what happened afterwards is left out, so that a month written late says what
stood at its end.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from targets.models import AssignmentPart, Deliverable, PartReport, PartStep
from targets.standing import Days, Due, Facts, Standing, stand
from yuxi_eldercare.core.workdays import calendar_around

Kind = PartStep.Kind
_CHUNK = 5000


@dataclass
class RememberedDays:
    """A calendar that answers a question it was asked before from memory: many parts share their days."""

    calendar: Days
    known: dict[tuple[date, int], date] = field(default_factory=dict)

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day."""
        asked = (day, count)
        if asked not in self.known:
            self.known[asked] = self.calendar.after(day, count)
        return self.known[asked]


def working_days(on: date) -> RememberedDays:
    """The working-day calendar around a day. One statement."""
    return RememberedDays(calendar_around(on))


def standings(parts: Sequence[AssignmentPart], on: date, days: Days | None = None) -> dict[int, Standing]:
    """How each part stands on a day, by id. Three statements per few thousand parts."""
    calendar = days or working_days(on)
    return {pk: stand(facts, on, calendar) for pk, facts in facts_of(parts, on).items()}


def facts_of(parts: Sequence[AssignmentPart], on: date) -> dict[int, Facts]:
    """What was known of each part by the end of a day. Parts issued later are left out."""
    found: dict[int, Facts] = {}
    there = [part for part in parts if part.issued_on <= on or _reissued(part)]
    for start in range(0, len(there), _CHUNK):
        chunk = there[start : start + _CHUNK]
        found |= _facts(chunk, [part.pk for part in chunk], on)
    return found


def _reissued(part: AssignmentPart) -> bool:
    """Withdrawn and taken up again: its first day lies before the one on the row."""
    return timezone.localdate(part.issued_at) < part.issued_on


def _facts(parts: Sequence[AssignmentPart], keys: list[int], on: date) -> dict[int, Facts]:
    end = timezone.make_aware(datetime.combine(on, time.max))
    past = on < timezone.localdate()
    trails = _trails(keys, end, past=past)
    reports, deliverables = _dated(keys, on, end)
    found = {}
    for row in parts:
        trail = trails.get(row.pk, [])
        if past and not trail:
            continue  # nothing had happened yet
        told = _Told.replayed(trail) if past else _Told.of(row, trail)
        found[row.pk] = Facts(
            state=told.state,
            state_since=told.since,
            issued_on=told.issued_on,
            due=told.due,
            closed_late=told.closed_late,
            frequencies=tuple(told.frequencies),
            reports=reports[row.pk],
            deliverables=tuple(deliverables[row.pk]),
        )
    return found


Reports = dict[int, dict[date, bool]]
Deliverables = dict[int, list[Due]]


def _dated(keys: list[int], on: date, end: datetime) -> tuple[Reports, Deliverables]:
    """Reports in force by the end of a day, and deliverables not dropped by then; by part. One statement."""
    columns = ("part", "key", "day", "flag", "what")
    told = (
        PartReport.objects.filter(
            Q(superseded_at=None) | Q(superseded_at__gt=end), part__in=keys, entered_at__lte=end
        )
        .order_by()
        .annotate(key=F("pk"), day=F("period_end"), flag=_whether(returned_at__lte=end), what=Value("report"))
        .values_list(*columns)
    )
    planned = (
        Deliverable.objects.filter(Q(dropped_on=None) | Q(dropped_on__gt=on), part__in=keys)
        .order_by()
        .annotate(key=F("pk"), day=F("due"), flag=_whether(done_on__lte=on), what=Value("due"))
        .values_list(*columns)
    )
    reports: Reports = defaultdict(dict)
    deliverables: Deliverables = defaultdict(list)
    for part, key, day, flag, what in told.union(planned, all=True):
        if what == "report":
            reports[part][day] = bool(flag)
        else:
            deliverables[part].append(Due(key, day, bool(flag)))
    return reports, deliverables


def _whether(**condition: Any) -> Case:
    return Case(When(**condition, then=Value(True)), default=Value(False), output_field=BooleanField())


Step = tuple[str, date, dict[str, Any]]


def _trails(keys: list[int], end: datetime, *, past: bool) -> dict[int, list[Step]]:
    """Steps up to a moment by part; of the present only those that say what the row does not."""
    rows: QuerySet[PartStep] = PartStep.objects.filter(part__in=keys, at__lte=end)
    if not past:
        rows = rows.filter(kind__in=[Kind.CHANGE, Kind.CLOSE])
    found: dict[int, list[Step]] = defaultdict(list)
    for part, kind, at, data in rows.order_by("at", "pk").values_list("part", "kind", "at", "data"):
        found[part].append((kind, timezone.localdate(at), data))
    return found


@dataclass
class _Told:
    """State, days and frequencies of a part, as its row or its trail tells them."""

    state: str
    since: date
    issued_on: date
    due: date | None
    frequencies: list[tuple[date, str]]
    closed_late: bool = False

    @classmethod
    def of(cls, row: AssignmentPart, changes: list[Step]) -> "_Told":
        """As the row says it now; how often was reported before comes from the changes."""
        frequencies = [(row.issued_on, row.frequency)]
        told = [(day, data["frequency"]) for _kind, day, data in changes if "frequency" in data]
        if told:
            frequencies = [(row.issued_on, told[0][1][0])]
            frequencies += [(max(day, row.issued_on), new) for day, (_old, new) in told]
        closes = [data.get("late", False) for kind, _day, data in changes if kind == Kind.CLOSE]
        late = row.state == "closed" and closes[-1:] == [True]
        return cls(row.state, row.state_since, row.issued_on, row.due, frequencies, late)

    @classmethod
    def replayed(cls, trail: list[Step]) -> "_Told":
        """As the steps up to some day tell it, from the first one on."""
        first = trail[0][1]
        told = cls("issued", first, first, None, [])
        for kind, day, data in trail:
            if "state" in data:
                told.state, told.since = data["state"][1], day
            told.closed_late = kind == Kind.CLOSE and data.get("late", False)
            if kind == Kind.REOPEN and told.state == "issued":
                told.issued_on = day
                told.frequencies = [(day, told.frequencies[-1][1])]
            if "due" in data:
                new = data["due"][1]
                told.due = date.fromisoformat(new) if new else None
            if "frequency" in data:
                told.frequencies.append((day, data["frequency"][1]))
        return told
