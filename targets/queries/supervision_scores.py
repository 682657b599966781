"""What the ranking and a unit's page ask: points and red months of a period, by unit and cause."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from targets.models import AssignmentPart, PartMonth, ScoreLine
from yuxi_eldercare.core.models import Department, Region


@dataclass
class UnitPoints:
    """A unit's points of a period, with counts by cause, and the months in which parts of it were red."""

    unit: Department
    points: Decimal = Decimal(0)
    counts: dict[str, int] = field(default_factory=dict)
    red_months: int = 0

    def times(self, causes: Iterable[str]) -> int:
        """How often any of these causes gave points."""
        return sum(self.counts.get(cause, 0) for cause in causes)


def unit_points(first: date, last: date) -> list[UnitPoints]:
    """The units that had parts by the end of a period or were given points in it. Three statements."""
    sums = (
        ScoreLine.objects.filter(on__range=(first, last))
        .order_by()
        .values_list("department", "rule__cause")
        .annotate(total=Sum("points"), count=Count("pk"))
    )
    points: dict[int, Decimal] = defaultdict(Decimal)
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for unit, cause, total, count in sums:
        points[unit] += total
        counts[unit][cause] = count
    reds = red_months(first, last)
    with_parts = (
        AssignmentPart.objects.exclude(state=AssignmentPart.State.WITHDRAWN)
        .filter(issued_on__lte=last)
        .order_by()
        .values("department")
    )
    units = (
        Department.objects.filter(Q(pk__in=with_parts) | Q(pk__in=list(points)))
        .exclude(kind=Department.Kind.VERTICAL)
        .select_related("region__parent")
        .order_by("region__position", "position", "pk")
    )
    return [UnitPoints(unit, points[unit.pk], counts[unit.pk], reds.get(unit.pk, 0)) for unit in units]


def red_months(first: date, last: date) -> dict[int, int]:
    """How many months of parts were red in a period, by unit; they stay on record after catching up."""
    rows = PartMonth.objects.filter(light="red", month_end__range=(first, last)).order_by()
    return dict(rows.values_list("part__department").annotate(count=Count("pk")))


def county_of(unit: Department) -> Region | None:
    """The county a unit belongs to; none for a unit of the city."""
    region: Region | None = unit.region
    while region is not None and region.level != Region.Level.COUNTY:
        region = None if region.level == Region.Level.CITY else region.parent
    return region


def lines_of(unit: Department, first: date, last: date) -> QuerySet[ScoreLine]:
    """The lines of a unit in a period, newest first, with what they are for."""
    return (
        ScoreLine.objects.filter(department=unit, on__range=(first, last))
        .select_related("rule", "part__assignment", "step", "notice", "given_by")
        .order_by("-on", "-pk")
    )


def reds_of(unit: Department, first: date, last: date) -> QuerySet[PartMonth]:
    """The red months of a unit's parts in a period, newest first."""
    rows = PartMonth.objects.filter(part__department=unit, light="red", month_end__range=(first, last))
    return rows.select_related("part__assignment").order_by("-month_end", "part_id")
