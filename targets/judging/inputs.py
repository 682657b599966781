"""Rows → judging cases: all that judging some regional targets needs, read in one set of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from targets.models import Indicator, Milestone, RegionalTarget, Target, ThresholdSet
from targets.progress import (
    Baseline,
    Case,
    Comparator,
    Direction,
    Reading,
    RollUp,
    TargetType,
    plain,
)
from targets.progress import Milestone as Demand

from .thresholds import InForce, of_type, thresholds_in_force
from .values import Direct, RolledUp, stored_roll_ups, values_in_force

Origin = RegionalTarget.Origin
_DEFAULT_COMPARATOR = {"up": Comparator.AT_LEAST, "down": Comparator.AT_MOST}


@dataclass(frozen=True, slots=True)
class Figure:
    """One reading of a region with where it came from."""

    reading: Reading
    is_demo: bool
    members_reported: int | None = None  # None: the region reported it itself
    members_expected: int | None = None


@dataclass(frozen=True)
class Sheet:
    """What judging some regional targets needs. `members` are judged only as parts of "each county"."""

    asked: Sequence[RegionalTarget]
    members: Sequence[RegionalTarget]
    milestones: dict[tuple[int, int | None], list[Milestone]]  # by target and the single region meant
    thresholds: InForce
    direct: Direct
    rolled: RolledUp

    def figures(self, row: RegionalTarget) -> list[Figure]:
        """The region's readings by date; what it reports itself takes precedence over the roll-up.

        Of a `year` indicator only readings ending a year count, except for `annual`, which takes all.
        """
        place, scale = (row.indicator_id, row.region_id), row.indicator.scale
        found = {
            period_end: Figure(
                Reading(period_end, _plain(rolled.value.reading(scale)), rolled.provisional),
                rolled.value.is_demo,
                rolled.reported,
                rolled.expected,
            )
            for period_end, rolled in self.rolled.get(place, {}).items()
        }
        for period_end, value in self.direct.get(place, {}).items():
            found[period_end] = Figure(Reading(period_end, _plain(value.reading(scale))), value.is_demo)
        every = row.indicator.basis == Indicator.Basis.POINT or row.target.target_type == Target.Type.ANNUAL
        return [
            figure
            for period_end, figure in sorted(found.items())
            if every or (period_end.month, period_end.day) == (12, 31)
        ]

    def demands(self, row: RegionalTarget) -> list[Milestone]:
        """The milestones that can be judged, by due date: the region's own part of a broken-down target, or
        else the target's. A part without milestones demands nothing: the whole is not one county's.
        """
        own = self.milestones.get((row.target_id, row.pk), [])
        if own or row.origin == Origin.PART:
            return own
        return self.milestones.get((row.target_id, None), [])

    def set_of(self, row: RegionalTarget) -> ThresholdSet:
        """The thresholds the target's plan is judged by."""
        return self.thresholds.of(row.target.plan_id)

    def case(self, row: RegionalTarget, figures: Iterable[Figure], as_of: date) -> Case:
        """The judging case of one regional target. Raises `CaseError` when its rows contradict each other."""
        indicator, target, settings = row.indicator, row.target, self.set_of(row)
        return Case(
            direction=Direction(indicator.direction),
            target_type=TargetType(target.target_type),
            milestones=tuple(_demand(milestone, row) for milestone in self.demands(row)),
            readings=tuple(figure.reading for figure in figures),
            as_of=as_of,
            baseline=_baseline(row),
            integer=indicator.integer,
            grace_days=settings.grace_days,
            stale_after_days=settings.stale_after_days,
            thresholds=of_type(settings, target.target_type),
            unit="%" if indicator.unit == "%" else "",
            binding=target.nature == Target.Nature.BINDING,
            rollup=RollUp(indicator.rollup),
        )


def regional_targets(condition: Q) -> QuerySet[RegionalTarget]:
    """Active regional targets that arithmetic can judge, with the rows a case is built from."""
    return (
        RegionalTarget.objects.filter(condition, active=True, target__qualitative=False)
        .select_related("target__document", "target__plan", "indicator", "region")
        .order_by("pk")
    )


def sheet_of(
    rows: Sequence[RegionalTarget],
    members: Sequence[RegionalTarget],
    direct: Direct,
    rolled: RolledUp,
) -> Sheet:
    """The sheet for rows whose values have been read already: milestones and thresholds, two statements."""
    milestones: dict[tuple[int, int | None], list[Milestone]] = {}
    judgeable = Milestone.objects.filter(
        target__in={row.target_id for row in [*rows, *members]},
        withdrawn_at=None,
        due__isnull=False,
        value__isnull=False,
    )
    for milestone in judgeable.order_by("due", "pk"):
        milestones.setdefault((milestone.target_id, milestone.regional_id), []).append(milestone)
    thresholds = thresholds_in_force(row.target.plan_id for row in [*rows, *members])
    return Sheet(rows, members, milestones, thresholds, direct, rolled)


def read_sheet(condition: Q) -> Sheet:
    """The sheet for all regional targets that meet the condition, with roll-ups as stored. Six statements."""
    rows = list(regional_targets(condition))
    parents = {row.target_id for row in rows if row.origin == Origin.ALL_MEMBERS}
    asked = {row.pk for row in rows}
    each = regional_targets(Q(target__in=parents, origin=Origin.EACH)) if parents else ()
    members = [row for row in each if row.pk not in asked]
    indicators = {row.indicator_id for row in rows}
    regions = {row.region_id for row in [*rows, *members]}
    return sheet_of(rows, members, values_in_force(indicators, regions), stored_roll_ups(indicators, regions))


def _demand(milestone: Milestone, row: RegionalTarget) -> Demand:
    comparator = milestone.comparator or _default_comparator(row)
    assert milestone.due is not None, "the query left milestones without a due date out"
    value = _plain(milestone.value)
    assert value is not None, "the query left milestones without a value out"
    return Demand(milestone.due, Comparator(comparator), value, _plain(milestone.value_max))


def _default_comparator(row: RegionalTarget) -> Comparator:
    if row.target.target_type == Target.Type.RANGE:
        return Comparator.RANGE
    return _DEFAULT_COMPARATOR[row.indicator.direction]


def _baseline(row: RegionalTarget) -> Baseline | None:
    """The target's own baseline where it binds this region; a county is never judged on the city's."""
    target = row.target
    if not row.has_baseline or target.baseline_date is None:
        return None
    if target.baseline_value is not None:
        return Baseline(target.baseline_date, _plain(target.baseline_value))
    if target.baseline_below is not None:
        return Baseline(target.baseline_date, None, bound=_plain(target.baseline_below))
    return None


def _plain(value: Decimal | None) -> Decimal | None:
    """The same number as every database gives it: SQLite and PostgreSQL differ in trailing zeros."""
    return None if value is None else Decimal(plain(value))
