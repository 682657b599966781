"""Taking the cells of a demonstration round along: filled, submitted, reviewed, published, in bulk."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from targets.models import Entry, RedResponse, ReportingRound
from targets.reporting.changes import CellChange, EntryChange
from targets.reporting.entries import save_entries
from targets.reporting.publishing import publish
from targets.reporting.red import answer_red
from targets.reporting.steps import review, submit
from yuxi_eldercare.core.models import User

from .drift import figure_for, last_values

Share = float


@dataclass(frozen=True)
class Progress:
    """How far a bureau is: which shares of its cells are filled, and of all cells submitted, reviewed, published."""

    filled: Share = 0
    submitted: Share = 0
    reviewed: Share = 0
    published: Share = 0


DONE = Progress(1, 1, 1, 1)


@dataclass(frozen=True)
class Staff:
    """Who enters and who reviews for some bureaus."""

    reporter: User
    reviewer: User
    bureaus: tuple[str, ...]  # keys


@dataclass
class Walk:
    """A round and its people; `leads` confirm, by the key of the department an entry goes to."""

    round: ReportingRound
    staff: Sequence[Staff]
    leads: Mapping[str, User]
    factors: Mapping[tuple[str, str], float] = field(default_factory=dict)  # (bureau, indicator) → stands out
    explanation: str = ""

    def __post_init__(self) -> None:
        self.cells: dict[str, list[Entry]] = {}
        rows = Entry.objects.filter(round=self.round).select_related(
            "indicator__denominator_series", "department", "confirmer"
        )
        for row in rows.order_by("indicator__position", "indicator__key", "region"):
            self.cells.setdefault(row.department.key, []).append(row)

    def take(self, progress: Mapping[str, Progress]) -> None:
        """Bring each bureau (by key) as far as it is to be."""
        published: list[Entry] = []
        for people in self.staff:
            ready = self._fill(self._first(people, progress, "filled"), people.reporter)

            def those(step: str, people: Staff = people, ready: set[int] = ready) -> list[Entry]:
                return [entry for entry in self._first(people, progress, step) if entry.pk in ready]

            if submitted := those("submitted"):
                submit(entries=submitted, by=people.reporter)
            if reviewed := those("reviewed"):
                review(entries=reviewed, by=people.reviewer)
            published += those("published")
        self._publish(published)

    def _first(self, people: Staff, progress: Mapping[str, Progress], step: str) -> list[Entry]:
        found = []
        for bureau in people.bureaus:
            cells = self.cells.get(bureau, [])
            found += cells[: round(len(cells) * getattr(progress.get(bureau, Progress()), step))]
        return found

    def _fill(self, entries: Sequence[Entry], by: User) -> set[int]:
        """Fill cells; returns the ids of those that can be submitted, some with an explanation."""
        lasts = last_values(entries)
        changes = []
        for entry in entries:
            factor = self.factors.get((entry.department.key, entry.indicator.key), 1.0)
            change = figure_for(entry, lasts.get((entry.indicator_id, entry.region_id)), factor)
            if change is not None:
                changes.append(EntryChange(entry.pk, change))
        if not changes:
            return set()
        saved = save_entries(changes=changes, by=by, channel="grid")
        blocked = {one.entry.pk: one for one in saved if any(problem.blocks for problem in one.problems)}
        soft = [
            one.entry
            for one in blocked.values()
            if all(problem.severity == "soft" for problem in one.problems)
            and (one.entry.department.key, one.entry.indicator.key) in self.factors
        ]
        if soft:
            told = CellChange(explanation=self.explanation)
            save_entries(changes=[EntryChange(entry.pk, told) for entry in soft], by=by, channel="grid")
        return {one.entry.pk for one in saved} - set(blocked) | {entry.pk for entry in soft}

    def _publish(self, entries: Iterable[Entry]) -> None:
        by_lead: dict[str, list[Entry]] = {}
        for entry in entries:
            by_lead.setdefault(entry.confirmer.key if entry.confirmer else "", []).append(entry)
        for key, rows in by_lead.items():
            if key in self.leads:
                publish(entries=rows, by=self.leads[key])

    def answer_red(self, *, cause: str, measure: str, deadline: date, bureaus: Collection[str]) -> None:
        """Give cause and measure for the red lights of these bureaus."""
        reporters = {key: people.reporter for people in self.staff for key in people.bureaus}
        places = {
            (entry.indicator_id, entry.region_id): key for key in bureaus for entry in self.cells.get(key, [])
        }
        responses = RedResponse.objects.filter(round=self.round, answered_at=None)
        for response in responses.select_related("regional_target"):
            bound = response.regional_target
            bureau = places.get((bound.indicator_id, bound.region_id))
            if bureau is not None:
                answer_red(
                    response=response,
                    cause=cause,
                    measure=measure,
                    responsible_person="演示·分管副局长",
                    deadline=deadline,
                    by=reporters[bureau],
                )
