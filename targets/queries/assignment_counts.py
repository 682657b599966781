"""Assigned tasks in a few figures."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from targets.models import Assignment, AssignmentBody

from .assignments import AssignmentFilter


@dataclass(frozen=True)
class AssignmentCounts:
    """How many tasks there are by kind, how many name who leads, and how many carry quantified targets."""

    kinds: list[tuple[str, int]]  # label, count
    led: int
    carrying: int

    @property
    def count(self) -> int:
        """All of them."""
        return sum(n for _label, n in self.kinds)


def assignment_counts(county: str) -> AssignmentCounts:
    """Tasks in force; of a county, those of its plan and those that name its bodies or all counties. One statement."""
    wanted = AssignmentFilter().condition()
    if county:
        named = AssignmentBody.objects.filter(
            Q(department__region=county) | Q(department__members__region=county)
        )
        wanted &= (
            Q(document__plan__region=county) | Q(all_counties=True) | Q(pk__in=named.values("assignment"))
        )
    led = AssignmentBody.objects.filter(assignment=OuterRef("pk"), role=AssignmentBody.Role.LEAD)
    carried = Assignment.targets.through.objects.filter(assignment=OuterRef("pk"))
    rows = (
        Assignment.objects.filter(wanted)
        .annotate(is_led=Exists(led), carries=Exists(carried))
        .order_by()
        .values("kind")
        .annotate(
            n=Count("pk"),
            led=Count("pk", filter=Q(is_led=True)),
            carrying=Count("pk", filter=Q(carries=True)),
        )
    )
    found = {row["kind"]: row for row in rows}
    return AssignmentCounts(
        [(str(kind.label), found[kind]["n"]) for kind in Assignment.Kind if kind in found],
        sum(row["led"] for row in found.values()),
        sum(row["carrying"] for row in found.values()),
    )
