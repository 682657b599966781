"""Answers → rows: the latest assessment of each milestone and region, and a transition per change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from targets.models import Assessment, Transition
from targets.progress import RULE_VERSION
from yuxi_eldercare.core.models import Job

from .verdicts import Verdict

Identity = tuple[int, int]  # (regional target id, milestone id)
Stored = Mapping[Identity, Assessment]

# What an assessment says; the other columns say when and by which run.
_SAID = [
    "as_of",
    "state",
    "light",
    "marks",
    "answer",
    "inputs",
    "rule_version",
    "thresholds_id",
    "members_reported",
    "members_expected",
    "is_demo",
]
_WRITTEN = [
    "indicator",
    "region",
    *(name.removesuffix("_id") for name in _SAID),
    "computed_at",
    "run",
]


@dataclass
class Outcome:
    """What one judging transaction did."""

    judged: int = 0
    written: int = 0
    transitions: int = 0
    removed: int = 0
    problems: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Outcome") -> None:
        """Count another transaction's work in."""
        self.judged += other.judged
        self.written += other.written
        self.transitions += other.transitions
        self.removed += other.removed
        self.problems |= other.problems


def stored_assessments(indicators: Iterable[int], regions: Iterable[str]) -> dict[Identity, Assessment]:
    """What is stored for these indicators in these regions. One statement."""
    rows = Assessment.objects.filter(indicator__in=indicators, region__in=set(regions))
    return {(row.regional_target_id, row.milestone_id): row for row in rows}


def store(
    verdicts: Sequence[Verdict], stored: Stored, *, cause: str, now: datetime, run: Job | None = None
) -> Outcome:
    """Make the stored rows of the same indicators and regions equal to the verdicts.

    Rows that say the same already are left alone (unless a run stamps them); rows without a verdict are
    deleted; a transition is written where state or light differ from what was last said.
    """
    fresh = [(verdict, as_row(verdict, now, run)) for verdict in verdicts]
    changed = [
        (verdict, row)
        for verdict, row in fresh
        if run is not None or not says_the_same(stored.get(verdict.identity), row)
    ]
    judged = {verdict.identity for verdict in verdicts}
    stale = [row.pk for identity, row in stored.items() if identity not in judged]
    if stale:
        Assessment.objects.filter(pk__in=stale).delete()
    transitions = _transitions(changed, stored, cause, now, run)
    Assessment.objects.bulk_create(
        [row for _, row in changed],
        update_conflicts=True,
        unique_fields=["regional_target", "milestone"],
        update_fields=_WRITTEN,
    )
    Transition.objects.bulk_create(transitions)
    return Outcome(len(verdicts), len(changed), len(transitions), len(stale))


def as_row(verdict: Verdict, now: datetime, run: Job | None = None) -> Assessment:
    """The verdict as a row that has not been saved."""
    return Assessment(
        regional_target=verdict.row,
        milestone=verdict.milestone,
        indicator_id=verdict.row.indicator_id,
        region_id=verdict.row.region_id,
        as_of=verdict.as_of,
        state=verdict.answer["state"],
        light=verdict.answer["light"],
        marks=verdict.answer["marks"],
        answer=verdict.answer,
        inputs=verdict.inputs,
        rule_version=RULE_VERSION,
        thresholds=verdict.thresholds,
        members_reported=verdict.members_reported,
        members_expected=verdict.members_expected,
        is_demo=verdict.is_demo,
        computed_at=now,
        run=run,
    )


def says_the_same(stored: Assessment | None, row: Assessment) -> bool:
    """Whether two rows agree in everything that was judged."""
    return stored is not None and all(getattr(stored, name) == getattr(row, name) for name in _SAID)


def _transitions(
    changed: Sequence[tuple[Verdict, Assessment]],
    stored: Stored,
    cause: str,
    now: datetime,
    run: Job | None,
) -> list[Transition]:
    before = {identity: (row.state, row.light) for identity, row in stored.items()}
    unknown = [verdict.identity for verdict, _ in changed if verdict.identity not in before]
    if unknown:
        before |= _last_said(unknown)
    rows = []
    for verdict, row in changed:
        state, light = before.get(verdict.identity, ("", ""))
        if (state, light) == (row.state, row.light):
            continue
        rows.append(
            Transition(
                regional_target=verdict.row,
                milestone=verdict.milestone,
                region_id=verdict.row.region_id,
                as_of=verdict.as_of,
                at=now,
                from_state=state,
                from_light=light,
                to_state=row.state,
                to_light=row.light,
                cause=cause,
                run=run,
                is_demo=verdict.is_demo,
            )
        )
    return rows


def _last_said(identities: Sequence[Identity]) -> dict[Identity, tuple[str, str]]:
    """State and light at the last transition of milestones that have no stored assessment at the moment."""
    rows = Transition.objects.filter(
        regional_target__in={target for target, _ in identities},
        milestone__in={milestone for _, milestone in identities},
    ).order_by("pk")
    columns = ("regional_target_id", "milestone_id", "to_state", "to_light")
    return {
        (target, milestone): (state, light) for target, milestone, state, light in rows.values_list(*columns)
    }
