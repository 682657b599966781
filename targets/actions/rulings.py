"""What rulings do: a target leaves force, an open due date or a baseline is settled, a body is said to lead.

An effect is a mapping with any of

    supersede  key of a target that no longer applies
    due        {target, milestone, due}: the date of a milestone that the text leaves open
    baseline   {target, date, value, basis}: an exact baseline, and the key of the fact, target or document
               it is taken from
    lead       {assignment, department}: which of the bodies named leads

`lead` is read from the ruling (`targets.queries.rulings`), since the bodies stay as the text writes them.
The others are written into the rows that are judged, together with what stood there before, so that a
later ruling or a reload can put the text back (`revert_rulings`) and then decide anew (`apply_rulings`).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from targets.binding import bindings
from targets.models import Assessment, Assignment, Fact, Milestone, RegionalTarget, Target
from yuxi_eldercare.core.actions.findings import RulingRefused, may_rule, rule_on_finding
from yuxi_eldercare.core.dispatch import after_commit
from yuxi_eldercare.core.models import Document, Finding, Region, Ruling, User

Effect = dict[str, Any]


@transaction.atomic
def rule(
    *, finding: Finding, decision: str, text: str, effect: Mapping[str, Any] | None = None, by: User
) -> Ruling:
    """Rule on a finding and apply what the ruling decides; what it touches is judged anew after the commit.

    The ruling in force is undone first, so a ruling without effect takes an earlier one back. Raises
    `PermissionDenied` with the reason, or `RulingRefused` naming the field.
    """
    allowed = may_rule(by, finding)
    if not allowed:
        raise PermissionDenied(allowed.reason)
    Finding.objects.select_for_update().get(pk=finding.pk)
    touched = _revert(finding.rulings.filter(replaced_at=None))
    if effect and decision != Ruling.Decision.CORRECT:
        raise RulingRefused(_("只有“按裁定处理”才能改变目标。请改选结论，或去掉处理方式。"), "decision")
    completed = _completed(effect or {})
    ruling = rule_on_finding(finding=finding, decision=decision, text=text, effect=completed, by=by)
    touched |= _apply([ruling])
    _rebind(touched)
    indicators = sorted({target.indicator_id for target in _targets(touched).values()})
    if indicators:
        after_commit("targets.rejudge_indicators", indicators, "ruling")
    return ruling


def revert_rulings() -> None:
    """Put the text back into every row that a ruling settled; call it before plan files are applied."""
    _revert(_in_force())


def apply_rulings() -> None:
    """Apply every ruling in force, to targets the files still hold; call it after plan files were applied."""
    _rebind(_apply(_in_force()))


def _in_force() -> Iterable[Ruling]:
    return Ruling.objects.filter(replaced_at=None).exclude(effect={}).order_by("ruled_at", "pk")


def _completed(effect: Mapping[str, Any]) -> Effect:
    """The effect with what it replaces. Raises `RulingRefused` for what the texts do not leave open."""
    unknown = set(effect) - set(_CHECKS)
    if unknown:
        raise RulingRefused(
            _("不能识别的处理方式：%(names)s。") % {"names": "、".join(sorted(unknown))}, "effect"
        )
    return {name: _CHECKS[name](given) for name, given in effect.items()}


def _ruled_target(key: Any, field: str) -> Target:
    """A target that a ruling may touch: in force, of an issued text, and not settled by another ruling."""
    target = (
        Target.objects.select_for_update(of=("self",))
        .select_related("document", "settled_by__finding")
        .filter(key=str(key), withdrawn_at=None)
        .first()
    )
    if target is None:
        raise RulingRefused(_("没有这个目标，请重新选择。"), field)
    if target.document.status == Document.Status.DRAFT:
        raise RulingRefused(_("征求意见稿中的目标不作考核，不需要处理。"), field)
    if target.settled_by is not None:
        raise RulingRefused(
            _("该目标已由另一条疑点的裁定处理（%(key)s），请先修改那一条。")
            % {"key": target.settled_by.finding.key},
            field,
        )
    return target


def _supersede(given: Any) -> str:
    return _ruled_target(given, "supersede").key


def _due(given: Any) -> Effect:
    target = _ruled_target(given.get("target"), "due")
    milestone = target.milestones.filter(key=given.get("milestone"), withdrawn_at=None, regional=None).first()
    if milestone is None or milestone.due is not None:
        raise RulingRefused(_("只有原文没有写明期限的目标才能裁定期限。"), "due")
    day = _day(given.get("due"), "due")
    if target.baseline_date is not None and day <= target.baseline_date:
        raise RulingRefused(_("期限应晚于基期 %(day)s。") % {"day": target.baseline_date}, "due")
    if target.milestones.filter(due=day, withdrawn_at=None, regional=None).exists():
        raise RulingRefused(_("该目标在这一天已有要求，请换一个期限。"), "due")
    return {"target": target.key, "milestone": milestone.key, "due": day.isoformat()}


def _baseline(given: Any) -> Effect:
    target = _ruled_target(given.get("target"), "baseline")
    if target.baseline_value is not None:
        raise RulingRefused(_("原文已写明基期值，不需要裁定。"), "baseline")
    day = _day(given.get("date"), "baseline_date")
    first = (
        target.milestones.filter(due__isnull=False, withdrawn_at=None, regional=None).order_by("due").first()
    )
    if first is not None and first.due is not None and day >= first.due:
        raise RulingRefused(_("基期应早于第一个期限 %(day)s。") % {"day": first.due}, "baseline_date")
    return {
        "target": target.key,
        "date": day.isoformat(),
        "value": str(_number(given.get("value"), "baseline")),
        "basis": _basis(target, str(given.get("basis") or "")),
        "before": {
            "date": target.baseline_date.isoformat() if target.baseline_date else None,
            "below": None if target.baseline_below is None else str(target.baseline_below),
        },
    }


def _basis(target: Target, key: str) -> str:
    """The key of what a baseline is taken from: a document, or a figure or target of the same indicator."""
    if Document.objects.filter(key=key).exists():
        return key
    for model in (Fact, Target):
        record = model._default_manager.filter(key=key).first()
        if record is None:
            continue
        if record.indicator_id not in (None, target.indicator_id):
            raise RulingRefused(_("所取的数据不是这个指标的，请换一个。"), "basis")
        return key
    raise RulingRefused(_("请写明基期值取自哪份文件或哪个数据。"), "basis")


def _lead(given: Any) -> Effect:
    assignment = (
        Assignment.objects.select_related("document")
        .filter(key=str(given.get("assignment")), withdrawn_at=None)
        .first()
    )
    if assignment is None:
        raise RulingRefused(_("没有这项任务，请重新选择。"), "lead")
    body = assignment.bodies.filter(department__key=str(given.get("department"))).first()
    if body is None:
        raise RulingRefused(_("牵头单位应在该任务写明的单位中选择。"), "lead")
    return {"assignment": assignment.key, "department": body.department.key}


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "supersede": _supersede,
    "due": _due,
    "baseline": _baseline,
    "lead": _lead,
}


def _day(text: Any, field: str) -> date:
    """A date, or a year, which means its 31 December."""
    words = str(text or "").strip()
    try:
        return date(int(words), 12, 31) if len(words) == 4 else date.fromisoformat(words)
    except ValueError:
        raise RulingRefused(_("日期应写成 2023-12-31，或只写年份 2023。"), field) from None


def _number(text: Any, field: str) -> Decimal:
    try:
        value = Decimal(str(text).strip())
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or round(value, 4) != value or abs(value) >= Decimal(10) ** 11:
        raise RulingRefused(_("数值应为普通数字，最多四位小数，例如 41.2。"), field)
    return value


def _apply(rulings: Iterable[Ruling]) -> set[str]:
    """Write the effects into the rows; returns the keys of the targets touched."""
    touched = set()
    for ruling in rulings:
        for key in _keys(ruling.effect):
            target = Target.objects.filter(key=key, withdrawn_at=None).first()
            if target is None:
                continue
            _write(target, ruling)
            touched.add(key)
    return touched


def _write(target: Target, ruling: Ruling) -> None:
    effect = ruling.effect
    if effect.get("supersede") == target.key:
        target.superseded_by_ruling = True
        Assessment.objects.filter(regional_target__target=target).delete()
    baseline = effect.get("baseline")
    if baseline and baseline["target"] == target.key:
        target.baseline_date = date.fromisoformat(baseline["date"])
        target.baseline_value, target.baseline_below = Decimal(baseline["value"]), None
    due = effect.get("due")
    if due and due["target"] == target.key:
        target.milestones.filter(key=due["milestone"], withdrawn_at=None).update(due=due["due"])
    target.settled_by = ruling
    target.save(update_fields=_SETTLED)


_SETTLED = [
    "superseded_by_ruling",
    "baseline_date",
    "baseline_value",
    "baseline_below",
    "settled_by",
]


def _revert(rulings: Iterable[Ruling]) -> set[str]:
    """Put back what stood in the rows before these rulings; returns the keys of the targets touched."""
    touched = set()
    for ruling in rulings:
        effect = ruling.effect
        for target in Target.objects.filter(settled_by=ruling):
            baseline = effect.get("baseline")
            if baseline and baseline["target"] == target.key:
                before = baseline["before"]
                target.baseline_date = date.fromisoformat(before["date"]) if before["date"] else None
                target.baseline_value = None
                target.baseline_below = Decimal(before["below"]) if before["below"] else None
            due = effect.get("due")
            if due and due["target"] == target.key:
                Milestone.objects.filter(target=target, key=due["milestone"]).update(due=None)
            target.superseded_by_ruling, target.settled_by = False, None
            target.save(update_fields=_SETTLED)
            touched.add(target.key)
    return touched


def _keys(effect: Effect) -> list[str]:
    """Keys of the targets that an effect writes into."""
    keys = [effect["supersede"]] if "supersede" in effect else []
    return keys + [effect[name]["target"] for name in ("due", "baseline") if name in effect]


def _targets(keys: Iterable[str]) -> dict[str, Target]:
    rows = Target.objects.filter(key__in=list(keys)).select_related("indicator", "document", "plan")
    return {row.key: row for row in rows}


def _rebind(keys: Iterable[str]) -> None:
    """Make the regional targets of these targets say what binds now: a superseded one binds nobody."""
    rows = _targets(keys)
    if not rows:
        return
    members: dict[str, list[str]] = {}
    for code, parent in Region.objects.filter(withdrawn=False).values_list("code", "parent_id"):
        members.setdefault(parent or "", []).append(code)
    for target in rows.values():
        wanted = {binding.region_code: binding for binding in bindings(target, members)}
        for row in RegionalTarget.objects.filter(target=target):
            binding = wanted.get(row.region_id)
            row.active = binding is not None
            row.has_baseline = binding.has_baseline if binding else row.has_baseline
            row.save(update_fields=["active", "has_baseline"])
