"""Who answers for a target: the bodies its own text names, or those that lead the tasks which carry it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q

from targets.models import Assignment, AssignmentBody, Target, TargetBody

from .rulings import settled_leads


@dataclass(frozen=True, order=True)
class Lead:
    """A department with the place it takes in the usual order; `as_written` are the words of the text."""

    position: int
    key: str
    short_name: str
    as_written: str


_DEPARTMENT = ("position", "key", "short_name")


def leads_of(targets: Collection[int]) -> dict[int, list[Lead]]:
    """By target, in the order of the text; a target that nobody leads is left out. At most four statements.

    The text's own words for the target come first; without them the tasks' leads, or who a ruling says leads.
    """
    found = _named(targets)
    silent = [pk for pk in targets if pk not in found]
    if silent:
        found |= _of_tasks(silent)
    return found


def _named(targets: Collection[int]) -> dict[int, list[Lead]]:
    found: dict[int, list[Lead]] = defaultdict(list)
    rows = TargetBody.objects.filter(target__in=targets).order_by("target_id", "position")
    columns = ("target_id", *(f"department__{name}" for name in _DEPARTMENT), "as_written")
    for target, *body in rows.values_list(*columns):
        _add(found[target], Lead(*body))
    return dict(found)


def _of_tasks(targets: Collection[int]) -> dict[int, list[Lead]]:
    settled = settled_leads()
    found: dict[int, list[Lead]] = defaultdict(list)
    tasks = Assignment.objects.filter(targets__in=targets, withdrawn_at=None).annotate(
        led=F("targets"),  # the same join again
        leads=FilteredRelation("bodies", condition=Q(bodies__role=AssignmentBody.Role.LEAD)),
    )
    columns = ("key", "led", *(f"leads__department__{name}" for name in _DEPARTMENT), "leads__as_written")
    for key, target, *body in tasks.order_by("position", "pk", "leads__position").values_list(*columns):
        if key in settled:
            ruled = settled[key].department
            _add(found[target], Lead(ruled.position, ruled.key, ruled.short_name, ruled.short_name))
        elif body[-1] is not None:
            _add(found[target], Lead(*body))
    return dict(found)


def _add(leads: list[Lead], lead: Lead) -> None:
    """Once per department, however many tasks it leads."""
    if all(other.key != lead.key for other in leads):
        leads.append(lead)


def led_by(targets: Collection[Target]) -> list[tuple[Lead, list[Target]]]:
    """The departments that lead some of these targets, in their usual order, each with its targets."""
    leads = leads_of([target.pk for target in targets])
    found: dict[str, tuple[Lead, list[Target]]] = {}
    for target in targets:
        for lead in leads.get(target.pk, ()):
            found.setdefault(lead.key, (lead, []))[1].append(target)
    return sorted(found.values(), key=lambda pair: pair[0])
