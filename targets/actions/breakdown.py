"""目标分解 (§4.5): a city target split by county and by year, drafted by one person and issued by another.

Issued, it gives each county a `RegionalTarget` of origin PART with milestones of its own ("<due>@<region>"),
on which the county is judged in place of the whole. A change is a new version with a reason.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.binding import bindings
from targets.models import Breakdown, BreakdownPart, Milestone, RegionalTarget, Target
from targets.progress import plain
from targets.queries.breakdown import (
    counties_of,
    denominators,
    next_version,
    wholes,
    why_not_split,
)
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.dispatch import after_commit
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import BREAK_DOWN, Decision, can

from .breakdown_checks import Part, asks_at_most, check_parts
from .refusals import NotAllowed, Problem, Refused

State = Breakdown.State


def may_issue(breakdown: Breakdown, by: User) -> Decision:
    """Whether this person may issue this draft: whoever drafted it may not, and practice stays practice."""
    decision = can(by, BREAK_DOWN, region=breakdown.target.region)
    if not decision:
        return decision
    if breakdown.created_by_id == by.pk:
        return Decision(False, _("不能下达自己拟定的分解，请由另一名有权限的人员下达。"))
    if breakdown.created_by.is_demo and not by.is_demo:
        return Decision(False, _("演示账号拟定的分解不能正式下达，请重新拟定。"))
    return Decision(True)


def draft_breakdown(*, target: Target, parts: Sequence[Part], reason: str, by: User) -> Breakdown:
    """Write down how a target is to be split; a draft not yet issued is written anew, in the writer's name.

    From the second version on a reason is needed. Raises `NotAllowed`, or `Refused` with all that is wrong.
    """
    with transaction.atomic():
        target = _locked(target.pk)
        _check_permission(can(by, BREAK_DOWN, region=target.region))
        draft = target.breakdowns.filter(state=State.DRAFT).first()
        version = draft.version if draft else next_version(target)
        problems = _problems(target, parts)
        if version > 1 and not reason.strip():
            problems.append(Problem(None, "reason", _("已有下达过的分解，调整须写明理由。")))
        if problems:
            raise Refused(problems)
        before = _facts(draft) if draft else None
        if draft is None:
            draft = Breakdown(target=target, version=version)
        draft.reason, draft.created_by = reason.strip(), by
        draft.save()
        draft.parts.all().delete()
        BreakdownPart.objects.bulk_create(
            BreakdownPart(breakdown=draft, region_id=part.region, due=part.due, value=part.value)
            for part in parts
        )
        _audit("draft", draft, by, before=before, after=_facts(draft), detail=draft.reason)
    return draft


def issue_breakdown(*, breakdown: Breakdown, by: User) -> Breakdown:
    """Put a draft in force in place of the version before it; the counties are judged on their parts at once.

    Checked again, since the text may have changed since it was drafted. Raises `NotAllowed` or `Refused`.
    """
    with transaction.atomic():
        target = _locked(breakdown.target_id)
        draft = _again(breakdown, target)
        if draft.state != State.DRAFT:
            raise Refused.because(_("这一版分解已经下达，请刷新页面。"))
        _check_permission(may_issue(draft, by))
        parts = [Part(part.region_id, part.due, part.value) for part in draft.parts.all()]
        problems = _problems(target, parts)
        old = target.breakdowns.filter(state=State.ISSUED).select_related("issued_by").first()
        if old is not None and by.is_demo and not (old.issued_by and old.issued_by.is_demo):
            problems.append(Problem(None, "", _("已有正式下达的分解，演示账号不能替换它。")))
        if problems:
            raise Refused(problems)
        now = timezone.now()
        if old is not None:
            _out_of_force(old, now)
        draft.state, draft.issued_by, draft.issued_at = State.ISSUED, by, now
        draft.save(update_fields=["state", "issued_by", "issued_at"])
        apply_breakdown(target, draft, now)
        _audit(
            "issue", draft, by, before=_facts(old) if old else None, after=_facts(draft), detail=draft.reason
        )
    return draft


def withdraw_breakdown(*, breakdown: Breakdown, reason: str, by: User) -> None:
    """Discard a draft, or take an issued breakdown out of force: the counties are held to what the text says.

    The reason is kept in the audit trail. Raises `NotAllowed` or `Refused`.
    """
    with transaction.atomic():
        target = _locked(breakdown.target_id)
        row = _again(breakdown, target)
        _check_permission(can(by, BREAK_DOWN, region=target.region))
        if row.state == State.REPLACED:
            raise Refused.because(_("这一版分解已不再执行，不需要撤回。"))
        if not reason.strip():
            raise Refused.because(_("请写明撤回的理由。"), "reason")
        if by.is_demo and row.issued_by is not None and not row.issued_by.is_demo:
            raise Refused.because(_("已有正式下达的分解，演示账号不能撤回它。"))
        _audit("withdraw", row, by, before=_facts(row), after=None, detail=reason.strip())
        if row.state == State.DRAFT:
            row.delete()
            return
        now = timezone.now()
        _out_of_force(row, now)
        apply_breakdown(target, None, now)


def audit_key(breakdown: Breakdown) -> str:
    """What the audit trail calls a version."""
    return f"{breakdown.target.key} v{breakdown.version}"


def _locked(pk: int) -> Target:
    """The target with everything the rules look at; two people at one target follow each other."""
    return (
        Target.objects.select_for_update(of=("self",))
        .select_related("document", "plan", "region", "indicator")
        .get(pk=pk)
    )


def _again(breakdown: Breakdown, target: Target) -> Breakdown:
    """The version as it stands now, after the lock. Raises `Refused` when it is gone."""
    row = target.breakdowns.select_related("created_by", "issued_by").filter(pk=breakdown.pk).first()
    if row is None:
        raise Refused.because(_("这一版分解已被撤回，请刷新页面。"))
    row.target = target
    return row


def _check_permission(decision: Decision) -> None:
    if not decision:
        raise NotAllowed([Problem(None, "", decision.reason)])


def _problems(target: Target, parts: Sequence[Part]) -> list[Problem]:
    why = why_not_split(target, target.indicator)
    if why:
        return [Problem(None, "target", why)]
    counties = counties_of(target)
    weights = denominators(target.indicator, counties)
    return check_parts(target, wholes(target), counties, parts, weights)


def _out_of_force(breakdown: Breakdown, now: datetime) -> None:
    breakdown.state, breakdown.replaced_at = State.REPLACED, now
    breakdown.save(update_fields=["state", "replaced_at"])


def apply_breakdown(target: Target, breakdown: Breakdown | None, now: datetime) -> None:
    """Make bindings and the counties' own milestones say what the version in force says, and judge anew."""
    rows = _bind(target)
    _write_milestones(target, rows, list(breakdown.parts.all()) if breakdown else [], now)
    after_commit("targets.rejudge_indicators", [target.indicator_id], "breakdown")


def _bind(target: Target) -> dict[str, RegionalTarget]:
    """The regional targets as they bind now, by region; what binds no longer becomes inactive."""
    members: dict[str, list[str]] = {}
    for code, parent in Region.objects.filter(withdrawn=False).values_list("code", "parent_id"):
        members.setdefault(parent or "", []).append(code)
    present = {row.region_id: row for row in RegionalTarget.objects.filter(target=target)}
    bound = {}
    for binding in bindings(target, members):
        row = present.pop(binding.region_code, None)
        row = row or RegionalTarget(
            target=target, region_id=binding.region_code, indicator_id=target.indicator_id
        )
        for name, value in binding.values().items():
            setattr(row, name, value)
        row.save()
        bound[binding.region_code] = row
    RegionalTarget.objects.filter(pk__in=[row.pk for row in present.values()]).update(active=False)
    return bound


def _write_milestones(
    target: Target, rows: dict[str, RegionalTarget], parts: Iterable[BreakdownPart], now: datetime
) -> None:
    """The counties' own milestones; one that stays keeps its row, and with it the history of its light."""
    present = {row.key: row for row in Milestone.objects.filter(target=target, regional__isnull=False)}
    demanded = wholes(target)
    for part in parts:
        key = f"{part.due.isoformat()}@{part.region_id}"
        row = present.pop(key, None) or Milestone(target=target, key=key)
        # Between two dates of the text the next one says which way the demand goes.
        following = demanded[min(due for due in demanded if due >= part.due)]
        row.regional, row.due, row.value = rows[part.region_id], part.due, part.value
        row.comparator = "<=" if asks_at_most(following, target.indicator) else ">="
        row.withdrawn_at = None
        row.save()
    gone = [row.pk for row in present.values() if row.withdrawn_at is None]
    Milestone.objects.filter(pk__in=gone).update(withdrawn_at=now)


def _audit(verb: str, row: Breakdown, by: User, **said: Any) -> None:
    audit.record(
        by=by, action=f"breakdown.{verb}", object_type="breakdown", object_key=audit_key(row), **said
    )


def _facts(row: Breakdown) -> dict[str, Any]:
    return {
        "version": row.version,
        "state": str(row.state),
        "parts": {f"{part.due.isoformat()}@{part.region_id}": plain(part.value) for part in row.parts.all()},
    }
