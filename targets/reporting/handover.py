"""移交: the lines a person is in charge of pass to a colleague; those of a merged unit to its successor."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import Entry, Handover, ReportingLine
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.notify import tell
from yuxi_eldercare.core.roles import ENTER, HAND_OVER, MANAGE_ROUNDS, can

from .trail import locked, note, snapshot, store
from .wording import kept

PROCESS_VERB = "move"
NOT_PUBLISHED = [state for state in Entry.State.values if state != Entry.State.PUBLISHED]


@transaction.atomic
def hand_over(*, department: Department, from_user: User, to_user: User, reason: str, by: User) -> Handover:
    """Pass everything open at a unit from one person to another, who must be a reporter there.

    The lines in charge change hands; cells belong to the unit, so what is open stays where it is and is
    counted. By the person, a reviewer of the unit, or its lead. Raises `Refused`, `NotAllowed`.
    """
    if by.pk != from_user.pk and not _may_order(by, department):
        text = _("只有本人、%(unit)s的审核员或牵头单位可以移交。")
        raise NotAllowed.because(text % {"unit": department.short_name})
    problems = []
    if from_user.pk == to_user.pk:
        problems.append(Problem(None, "to_user", _("移交人与接收人不能是同一人。")))
    elif not can(to_user, ENTER, department=department):
        text = _("接收人不是%(unit)s的填报员，请先由安全管理员授予角色。")
        problems.append(Problem(None, "to_user", text % {"unit": department.short_name}))
    if not reason.strip():
        problems.append(Problem(None, "reason", _("请写明移交的理由。")))
    if problems:
        raise Refused(problems)
    lines = ReportingLine.objects.filter(department=department, holder=from_user, valid_to=None)
    places = set(lines.values_list("indicator_id", "region_id"))
    moved = lines.update(holder=to_user)
    row = Handover.objects.create(
        department=department,
        from_user=from_user,
        to_user=to_user,
        reason=reason.strip(),
        lines=moved,
        open_entries=_count_open(department, places),
        by=by,
    )
    audit.record(
        by=by,
        action="handovers.make",
        object_type="handover",
        object_key=str(row.pk),
        before={"holder": from_user.username},
        after={"holder": to_user.username, "department": department.key, "lines": moved},
        detail=row.reason,
    )
    _tell(row)
    return row


@kept
def _tell(row: Handover) -> None:
    """Tell both people."""
    tell(
        [row.from_user, row.to_user],
        reason_key=f"handover:{row.pk}",
        title=_("%(unit)s的填报工作由%(from)s移交%(to)s")
        % {"unit": row.department.short_name, "from": str(row.from_user), "to": str(row.to_user)},
        text=_("%(lines)s项指标，%(open)s项未完成。") % {"lines": row.lines, "open": row.open_entries},
        department=row.department,
        by=row.by,
    )


def _may_order(by: User, department: Department) -> bool:
    return bool(can(by, HAND_OVER, department=department) or can(by, MANAGE_ROUNDS, region=department.region))


def _count_open(department: Department, places: set[tuple[int, str]]) -> int:
    rows = Entry.objects.filter(department=department, state__in=NOT_PUBLISHED, round__closed_at=None)
    return sum(tuple(place) in places for place in rows.values_list("indicator_id", "region_id"))


@transaction.atomic
def assign_lines(*, department: Department, lines: list[int], holder: User | None, by: User) -> int:
    """Put a reporter of the unit, or nobody, in charge of some lines (ids); returns how many changed."""
    if not _may_order(by, department):
        text = _("只有%(unit)s的审核员或牵头单位可以指定负责人。")
        raise NotAllowed.because(text % {"unit": department.short_name})
    if holder is not None and not can(holder, ENTER, department=department):
        text = _("负责人应为%(unit)s的填报员。")
        raise Refused.because(text % {"unit": department.short_name}, "holder")
    rows = ReportingLine.objects.filter(department=department, pk__in=lines, valid_to=None).exclude(
        holder=holder
    )
    changed = list(rows.values_list("pk", flat=True))
    ReportingLine.objects.filter(pk__in=changed).update(holder=holder)
    if changed:
        audit.record(
            by=by,
            action="lines.assign",
            object_type="department",
            object_key=department.key,
            after={"lines": changed, "holder": holder.username if holder else None},
        )
    return len(changed)


@transaction.atomic
def move_to_successor(
    *, predecessor: Department, successor: Department, reason: str, by: User, since: date | None = None
) -> int:
    """Pass the lines and unfinished cells of a merged unit to the one that took over; returns how many lines.

    Old lines end the day before; what was published keeps naming the old unit.
    """
    for unit in (predecessor, successor):
        decision = can(by, MANAGE_ROUNDS, region=unit.region)
        if not decision:
            raise NotAllowed.because(decision.reason)
    problems = []
    if predecessor.pk == successor.pk or successor.withdrawn:
        problems.append(Problem(None, "successor", _("请选择现存的承接单位。")))
    if not reason.strip():
        problems.append(Problem(None, "reason", _("请写明移交的理由。")))
    lines = list(ReportingLine.objects.select_for_update().filter(department=predecessor, valid_to=None))
    entries = Entry.objects.filter(department=predecessor, state__in=NOT_PUBLISHED, round__closed_at=None)
    ids = list(entries.values_list("pk", flat=True))
    if not lines and not ids:
        problems.append(Problem(None, "predecessor", _("该单位没有可移交的填报责任。")))
    if problems:
        raise Refused(problems)
    _move_lines(lines, successor, since or timezone.localdate())
    if ids:
        _move_entries(ids, successor, reason.strip(), by)
    audit.record(
        by=by,
        action="lines.move",
        object_type="department",
        object_key=predecessor.key,
        after={"successor": successor.key, "lines": len(lines), "entries": len(ids)},
        detail=reason.strip(),
    )
    return len(lines)


def _move_lines(lines: list[ReportingLine], successor: Department, since: date) -> None:
    for line in lines:
        line.valid_to = max(since - timedelta(days=1), line.valid_from)
    ReportingLine.objects.bulk_update(lines, ["valid_to"], batch_size=200)
    ReportingLine.objects.bulk_create(
        [
            ReportingLine(
                indicator_id=line.indicator_id,
                region_id=line.region_id,
                department=successor,
                confirmer_id=line.confirmer_id,
                frequency=line.frequency,
                valid_from=since,
                from_file=False,
            )
            for line in lines
        ]
    )


def _move_entries(ids: list[int], successor: Department, reason: str, by: User) -> None:
    rows = locked(ids)
    before = {row.pk: {**snapshot(row), "department": row.department.key} for row in rows}
    for row in rows:
        row.department = successor
        row.revision += 1
    store(rows, ["department", "revision"])
    note(PROCESS_VERB, rows, before, by=by, at=timezone.now(), reason=reason)
