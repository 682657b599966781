"""What every entry about a project has in common: who may make it, the lock, the days it may name."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Project
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.roles import EDIT_PROJECT, ROLES, Decision, can, memberships


def may_follow(project: Project, by: User) -> Decision:
    """Whether this person keeps the project's ledger: a reporter of a responsible body or of its group's member.

    Where the text names no body, the reporters of the region the project lies in keep it.
    """
    decision = can(by, EDIT_PROJECT)
    if not decision:
        return decision
    prefetch_related_objects([project], "bodies__department")
    bodies = [body.department for body in project.bodies.all()]
    if not bodies and not _reports_in(by, project.region_id):
        text = _("文中未载明责任单位，由%(region)s的填报员填写。")
        return Decision(False, text % {"region": project.region.short_name})
    if bodies and not (_works_in(bodies, by) or _works_in(_members(bodies), by)):
        names = _("、").join(dict.fromkeys(body.short_name for body in bodies))
        return Decision(False, _("只有项目的责任单位（%(names)s）可以填写。") % {"names": names})
    return decision


def may_read_ledger(user: User) -> bool:
    """Whether stages, money and reports are shown: to everybody who holds a role. The plans are open to all."""
    return bool(memberships(user))


def _works_in(units: Iterable[Department], by: User) -> bool:
    return any(can(by, EDIT_PROJECT, department=unit) for unit in units)


def _members(bodies: list[Department]) -> Iterator[Department]:
    """The members of the groups among these bodies. One statement, none without a group."""
    groups = [body for body in bodies if body.kind == Department.Kind.GROUP]
    prefetch_related_objects(groups, "members")
    for group in groups:
        yield from group.members.all()


def _reports_in(user: User, region: str) -> bool:
    held = (m for m in memberships(user) if EDIT_PROJECT in ROLES[m.role].permissions)
    return any(m.region_id == region for m in held)


def locked(project: Project, by: User) -> Project:
    """The project, locked until the transaction ends. Raises `NotAllowed`, or `Refused` for a withdrawn one."""
    row = Project.objects.select_for_update().get(pk=project.pk)
    decision = may_follow(row, by)
    if not decision:
        raise NotAllowed.because(decision.reason)
    if row.withdrawn_at is not None:
        raise Refused.because(_("这个项目已从规划文件中撤下，不再填写。"))
    return row


def day_problems(day: date, field: str) -> list[Problem]:
    """A day that has not come yet."""
    today = timezone.localdate()
    if day > today:
        return [Problem(None, field, _("日期不能晚于今天（%(today)s）。") % {"today": today})]
    return []


def note(
    project: Project, action: str, by: User, *, before: Any = None, after: Any, detail: str = ""
) -> None:
    """The audit event of an entry."""
    audit.record(
        by=by,
        action=f"projects.{action}",
        object_type="project",
        object_key=project.key,
        before=before,
        after=after,
        detail=detail,
    )
