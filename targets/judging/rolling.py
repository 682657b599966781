"""Rolling up: a parent's value of a period end made from its members' values of that same period end (§4.5).

Nothing is carried forward and nothing missing counts as zero. What the parent reports directly takes
precedence as its reading (`inputs`); where it differs, `differences` raises a Finding.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from targets.models import Indicator, RolledUpValue, Target
from targets.progress import RollUp
from targets.rollup import MemberValue, roll_up_values

from .territory import Territory
from .values import Direct, Place, Rolled, RolledUp, Value, as_rolled, exact_ratio

ROLLED = frozenset({Indicator.Rollup.SUM, Indicator.Rollup.RATIO, Indicator.Rollup.MAX, Indicator.Rollup.MIN})
_SIX_PLACES = Decimal("0.000001")
_FIELDS = [
    "value",
    "numerator",
    "denominator",
    "not_applicable",
    "members_reported",
    "members_expected",
    "is_demo",
    "accepted_reason",
    "accepted_by",
]


def refresh(indicators: Sequence[Indicator], territory: Territory, direct: Direct) -> RolledUp:
    """Bring the stored roll-ups of the territory's parents in line with their members' values; returns them.

    At most four statements; none writes when nothing changed. An acceptance stays with its period end.
    """
    parents = [code for code in sorted(territory.judged) if territory.members.get(code)]
    asked = [indicator for indicator in indicators if indicator.rollup in ROLLED]
    if not parents or not asked:
        return {}
    spoken_of = _spoken_of(asked, parents)
    wanted = {
        (indicator.pk, parent): roll_up(indicator, territory.members[parent], direct)
        for indicator in asked
        for parent in parents
        if (indicator.pk, parent) in spoken_of
    }
    return _store(asked, parents, wanted)


def _spoken_of(indicators: Iterable[Indicator], parents: Iterable[str]) -> set[Place]:
    """Where a document speaks of the indicator for the parent: a county's own measure is no city figure."""
    rows = Target.objects.filter(indicator__in=indicators, region__in=parents, withdrawn_at=None)
    return set(rows.values_list("indicator_id", "region_id").order_by().distinct())


def roll_up(indicator: Indicator, members: Sequence[str], direct: Direct) -> dict[date, Rolled]:
    """The parent's value of every period end for which a member reported."""
    by_period: dict[date, dict[str, Value]] = {}
    for member in members:
        for period_end, value in direct.get((indicator.pk, member), {}).items():
            by_period.setdefault(period_end, {})[member] = value
    return {
        period_end: _combine(indicator, period_end, [reports.get(member) for member in members])
        for period_end, reports in sorted(by_period.items())
    }


def _combine(indicator: Indicator, period_end: date, reports: list[Value | None]) -> Rolled:
    scale = indicator.scale or 1
    total = roll_up_values(RollUp(indicator.rollup), scale, [_member(report) for report in reports])
    value, numerator, denominator = total.value, total.numerator, total.denominator
    if value is None:
        numerator = denominator = None
    elif denominator:
        value = exact_ratio(numerator or Decimal(0), denominator, scale).quantize(_SIX_PLACES)
    else:
        numerator = None
    is_demo = any(report is not None and report.is_demo for report in reports)
    return Rolled(Value(period_end, value, numerator, denominator, is_demo), total.reported, total.expected)


def _member(report: Value | None) -> MemberValue:
    if report is None:
        return MemberValue()
    return MemberValue(report.value, report.numerator, report.denominator, report.value is None)


def _store(
    indicators: Sequence[Indicator], parents: list[str], wanted: dict[Place, dict[date, Rolled]]
) -> RolledUp:
    present = {
        (row.indicator_id, row.region_id, row.period_end): row
        for row in RolledUpValue.objects.filter(indicator__in=indicators, region__in=parents)
    }
    result: RolledUp = {}
    changed = []
    for (indicator, parent), by_period in wanted.items():
        for period_end, rolled in by_period.items():
            row = present.pop((indicator, parent, period_end), None)
            fresh = _row(indicator, parent, rolled, row)
            if row is None or any(getattr(row, name) != getattr(fresh, name) for name in _FIELDS):
                changed.append(fresh)
            result.setdefault((indicator, parent), {})[period_end] = as_rolled(fresh)
    if present:
        RolledUpValue.objects.filter(pk__in=[row.pk for row in present.values()]).delete()
    RolledUpValue.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["indicator", "region", "period_end"],
        update_fields=_FIELDS,
        batch_size=500,
    )
    return result


def _row(indicator: int, parent: str, rolled: Rolled, before: RolledUpValue | None) -> RolledUpValue:
    return RolledUpValue(
        indicator_id=indicator,
        region_id=parent,
        period_end=rolled.value.period_end,
        value=rolled.value.value,
        numerator=rolled.value.numerator,
        denominator=rolled.value.denominator,
        not_applicable=rolled.value.value is None,
        members_reported=rolled.reported,
        members_expected=rolled.expected,
        accepted_reason=before.accepted_reason if before else "",
        accepted_by_id=before.accepted_by_id if before else None,
        is_demo=rolled.value.is_demo,
    )
