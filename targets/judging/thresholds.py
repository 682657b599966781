"""Which thresholds are in force: a plan's latest version, or the default set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from targets.models import ThresholdSet
from targets.progress import TargetType, Thresholds, plain


@dataclass(frozen=True)
class InForce:
    """The sets in force for some plans."""

    default: ThresholdSet
    by_plan: Mapping[int, ThresholdSet]

    def of(self, plan_id: int) -> ThresholdSet:
        """The set that judges this plan's targets."""
        return self.by_plan.get(plan_id, self.default)


def thresholds_in_force(plans: Iterable[int] = ()) -> InForce:
    """The latest version per plan and the default, which is made at first use. One statement afterwards."""
    rows = _latest(plans)
    if None not in rows:
        ThresholdSet.objects.bulk_create([ThresholdSet(plan=None, version=1)], ignore_conflicts=True)
        rows = _latest(plans)
    default = rows.pop(None)
    return InForce(default, {plan: row for plan, row in rows.items() if plan is not None})


def _latest(plans: Iterable[int]) -> dict[int | None, ThresholdSet]:
    rows = ThresholdSet.objects.filter(Q(plan__isnull=True) | Q(plan__in=set(plans))).order_by("version")
    return {row.plan_id: row for row in rows}


def of_type(row: ThresholdSet, target_type: str) -> Thresholds:
    """The four shares as a target of this type is judged by them (起步期 is its own for `annual`)."""
    annual = target_type == TargetType.ANNUAL
    return Thresholds(
        green=_plain(row.green),
        yellow=_plain(row.yellow),
        start_up=_plain(row.start_up_annual if annual else row.start_up),
        closing=_plain(row.closing),
    )


def _plain(share: Decimal) -> Decimal:
    """Without the column's trailing zeros, which a page would show."""
    return Decimal(plain(share))
