"""Who answers for a target: the bodies its own text names, or those that lead the tasks which carry it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F

from targets.models import Assignment, AssignmentBody, Target, TargetBody

from .rulings import settled_leads


@dataclass(frozen=True, order=True)
class Lead:
    """A department with the place it takes in the usual order; `as_written` are the words of the text."""

    position: int
    key: str
    short_name: str
    as_written: str


def leads_of(targets: Collection[int]) -> dict[int, list[Lead]]:
    """By target, in the order of the text; a target that nobody leads is left out. At most five statements.

    The text's own words for the target come first; without them the tasks' leads, or who a ruling says leads.
    """
    found = _named(targets)
    silent = [pk for pk in targets if pk not in found]
    if silent:
        found |= _of_tasks(silent)
    return found


def _named(targets: Collection[int]) -> dict[int, list[Lead]]:
    found: dict[int, list[Lead]] = defaultdict(list)
    rows = TargetBody.objects.filter(target__in=targets).select_related("department")
    for row in rows.order_by("target_id", "position"):
        _add(found[row.target_id], row)
    return dict(found)


def _of_tasks(targets: Collection[int]) -> dict[int, list[Lead]]:
    settled = settled_leads()
    found: dict[int, list[Lead]] = defaultdict(list)
    if settled:
        ruled = Assignment.objects.filter(key__in=settled, targets__in=targets, withdrawn_at=None)
        for key, target in ruled.order_by("position").values_list("key", "targets"):
            body = settled[key].department
            found[target].append(Lead(body.position, body.key, body.short_name, body.short_name))
    rows = AssignmentBody.objects.filter(
        role=AssignmentBody.Role.LEAD, assignment__targets__in=targets, assignment__withdrawn_at=None
    ).exclude(assignment__key__in=settled)
    rows = rows.annotate(led=F("assignment__targets")).select_related("department")  # the same join again
    for row in rows.order_by("assignment__position", "position"):
        _add(found[row.led], row)
    return dict(found)


def _add(leads: list[Lead], row: TargetBody | AssignmentBody) -> None:
    """Once per department, however many tasks it leads."""
    body = row.department
    if all(lead.key != body.key for lead in leads):
        leads.append(Lead(body.position, body.key, body.short_name, row.as_written))


def led_by(targets: Collection[Target]) -> list[tuple[Lead, list[Target]]]:
    """The departments that lead some of these targets, in their usual order, each with its targets."""
    leads = leads_of([target.pk for target in targets])
    found: dict[str, tuple[Lead, list[Target]]] = {}
    for target in targets:
        for lead in leads.get(target.pk, ()):
            found.setdefault(lead.key, (lead, []))[1].append(target)
    return sorted(found.values(), key=lambda pair: pair[0])
