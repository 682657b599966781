"""From the loaded plans: which indicators need demonstration values, who reports them, what they aim at."""

from collections.abc import Iterable, Sequence
from datetime import date
from random import Random

from targets.judging.rolling import ROLLED
from targets.models import Indicator, Milestone, RegionalTarget, Target
from yuxi_eldercare.core.models import Region

from .values import CITY, SEED, Need

_START = date(2020, 12, 31)
Origin = RegionalTarget.Origin


def needs() -> list[Need]:
    """Every indicator with a target in force that arithmetic judges, in the order of the dictionary."""
    rows = (
        RegionalTarget.objects.filter(active=True, target__qualitative=False)
        .exclude(origin__in=[Origin.EACH, Origin.CITY_RATE, Origin.PART])
        .select_related("target", "indicator")
        .order_by("indicator__position", "indicator__key", "target__position")
    )
    demands: dict[int, list[Milestone]] = {}
    for milestone in Milestone.objects.filter(withdrawn_at=None, regional=None, value__isnull=False):
        if milestone.due is not None and milestone.due > _START:
            demands.setdefault(milestone.target_id, []).append(milestone)
    by_indicator: dict[Indicator, list[RegionalTarget]] = {}
    for row in rows:
        if row.target_id in demands:
            by_indicator.setdefault(row.indicator, []).append(row)
    counties = _counties()
    return [_need(indicator, bound, demands, counties) for indicator, bound in by_indicator.items()]


def _counties() -> tuple[str, ...]:
    rows = Region.objects.filter(parent=CITY, withdrawn=False).order_by("position")
    return tuple(rows.values_list("code", flat=True))


def _need(
    indicator: Indicator,
    bound: Sequence[RegionalTarget],
    demands: dict[int, list[Milestone]],
    counties: tuple[str, ...],
) -> Need:
    main = max(bound, key=lambda row: _rank(row, demands))
    target = main.target
    rolled = indicator.rollup in ROLLED or indicator.rollup == Indicator.Rollup.EVERY
    everywhere = rolled and any(row.region_id == CITY for row in bound)
    rate = indicator.rollup == Indicator.Rollup.RATIO
    return Need(
        indicator=indicator.key,
        unit=indicator.unit,
        kind=_kind(bound, target),
        path=_path(indicator, target, demands[target.pk]),
        regions=counties if everywhere else tuple(sorted({row.region_id for row in bound})),
        scale=indicator.scale if rate else None,
        denominator_name=indicator.denominator_name,
        integer=indicator.integer,
        yearly_flow=indicator.basis == Indicator.Basis.YEAR,
        each=main.origin == Origin.ALL_MEMBERS,
        city_reports=everywhere
        and indicator.rollup == Indicator.Rollup.SUM
        and indicator.basis == Indicator.Basis.YEAR,
    )


def _rank(row: RegionalTarget, demands: dict[int, list[Milestone]]) -> tuple[bool, bool, int, date]:
    """The target a story follows: the city's, with a baseline, with most milestones, reaching furthest."""
    dues = [milestone.due for milestone in demands[row.target_id] if milestone.due is not None]
    return row.region_id == CITY, row.target.baseline_value is not None, len(dues), max(dues)


def _kind(bound: Iterable[RegionalTarget], target: Target) -> str:
    """The main target's type; a deliverable stays one whichever target is followed."""
    if any(row.target.target_type == Target.Type.DONE for row in bound):
        return Target.Type.DONE
    return target.target_type


def _path(
    indicator: Indicator, target: Target, milestones: Iterable[Milestone]
) -> tuple[tuple[date, float], ...]:
    knots = {}
    for milestone in milestones:
        assert milestone.due is not None, "milestones without a due date were left out"
        assert milestone.value is not None, "milestones without a value were left out"
        knots[milestone.due] = float(milestone.value)
    first = knots[min(knots)]
    return ((_START, _start(indicator, target, first)), *sorted(knots.items()))


def _start(indicator: Indicator, target: Target, first: float) -> float:
    """Where the plan starts: its baseline, something below its bound, or an invented part of the way."""
    if target.baseline_value is not None:
        return float(target.baseline_value)
    random = Random(f"{SEED}:{indicator.key}:start")
    if target.baseline_below is not None:
        return float(target.baseline_below) * random.uniform(0.8, 0.95)
    if target.target_type in (Target.Type.FLOOR, Target.Type.CEILING):
        return first
    if indicator.integer:
        return 0.0
    return round(first * random.uniform(0.4, 0.75), 1)
