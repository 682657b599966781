"""Who is told of a step: the body's people of what was asked or decided, the region's supervisors of what came in."""

from collections.abc import Collection

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import AssignmentPart, PartStep
from targets.reporting.people import people_of, roles_with
from targets.reporting.wording import kept
from yuxi_eldercare.core.models import Department, Membership, Region, User
from yuxi_eldercare.core.notify import tell
from yuxi_eldercare.core.roles import SUPERVISE, WORK_ON_PART


def supervisors_of(region: Region) -> list[User]:
    """The active people who supervise a region, by name. One statement."""
    held = Membership.objects.in_force(timezone.localdate()).filter(
        Q(region=region) | Q(region=region.parent_id),
        role__in=roles_with(SUPERVISE),
        user__is_active=True,
        user__api_client=None,
    )
    return list(User.objects.filter(pk__in=held.values("user")).order_by("display_name", "username"))


@kept
def tell_body(step: PartStep, part: AssignmentPart) -> None:
    """Tell the people of the body what was decided about its part."""
    _tell(people_of([part.department_id], WORK_ON_PART)[part.department_id], step, part)


@kept
def tell_supervisors(step: PartStep, part: AssignmentPart) -> None:
    """Tell the region's supervisors what the body sent."""
    _tell(supervisors_of(part.region), step, part)


def _tell(people: Collection[User], step: PartStep, part: AssignmentPart) -> None:
    tell(
        [person for person in people if person.pk != step.by_id],
        reason_key=f"part-step:{step.pk}",
        title=_("%(step)s：%(title)s（%(unit)s）")
        % {
            "step": step.get_kind_display(),
            "title": part.assignment.title[:80],
            "unit": part.department.short_name,
        },
        text=step.text,
        link=reverse("part", args=[part.pk]),
        department=part.department,
        by=step.by,
    )


@kept
def tell_issued(parts: Collection[AssignmentPart], by: User) -> None:
    """Tell each body once how many parts it has to sign for."""
    units: dict[int, list[AssignmentPart]] = {}
    for part in parts:
        units.setdefault(part.department_id, []).append(part)
    people = people_of(set(units), WORK_ON_PART)
    for pk, own in units.items():
        department: Department = own[0].department
        tell(
            people[pk],
            reason_key=f"parts-issued:{own[0].pk}",
            title=_("%(unit)s有%(count)s项任务待签收") % {"unit": department.short_name, "count": len(own)},
            text=_("、").join(part.assignment.title for part in own[:5]),
            link=reverse("part-list") + f"?mine=1&state={AssignmentPart.State.ISSUED}",
            department=department,
            by=by,
        )
