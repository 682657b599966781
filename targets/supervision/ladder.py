"""The ladder, the issuing authorities and the score rules as people change them on their page, with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem
from targets.following.basics import reason_problems, refuse
from targets.models import IssuingAuthority, LadderStep, ScoreRule
from targets.supervision_rules import Rung, ladder_faults
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.roles import MANAGE_LADDER, ROLES, Decision, can, memberships

WORD_MOST = 12
POINTS_MOST = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class StepChange:
    """What a rung is to be."""

    after_days: int
    reply_workdays: int | None
    approved_by_hand: bool
    enabled: bool


def may_manage(user: User) -> Decision:
    """Whether the user changes ladder and score rules, which hold everywhere: a supervisor of the city."""
    decision = can(user, MANAGE_LADDER)
    if not decision:
        return decision
    held = [m for m in memberships(user) if MANAGE_LADDER in ROLES[m.role].permissions]
    if any(m.region.level == Region.Level.CITY for m in held):
        return decision
    return Decision(False, _("督办阶梯和计分规则对全市生效，由市级督查员维护。"))


@transaction.atomic
def change_step(*, step: LadderStep | int, change: StepChange, reason: str, by: User) -> LadderStep:
    """Change a rung; it is no longer the file's. What was sent stays as it was sent."""
    pk = step if isinstance(step, int) else step.pk
    list(LadderStep.objects.select_for_update().order_by("pk").values_list("pk"))  # rungs are judged together
    row = LadderStep.objects.get(pk=pk)
    _allow(may_manage(by))
    before = _step_facts(row)
    row.after_days, row.reply_workdays = change.after_days, change.reply_workdays
    row.approved_by_hand, row.enabled = change.approved_by_hand, change.enabled
    refuse([*_reason_problems(reason), *_step_problems(row), *_unchanged(before, _step_facts(row))])
    row.from_file = False
    row.save()
    _note("change_step", "ladder_step", f"{row.cause} {row.kind}", before, _step_facts(row), reason, by)
    return row


def _step_problems(row: LadderStep) -> Iterable[Problem]:
    if not -90 <= row.after_days <= 365:
        yield Problem(None, "after_days", _("天数应在-90到365之间。"))
    if row.reply_workdays is not None and not 1 <= row.reply_workdays <= 90:
        yield Problem(None, "reply_workdays", _("回复期限应在1到90个工作日之间；不要求回复的留空。"))
    if not row.enabled:
        return
    others = LadderStep.objects.filter(cause=row.cause, enabled=True).exclude(pk=row.pk)
    rungs = [Rung(one.kind, one.after_days) for one in (*others, row)]
    labels = dict(LadderStep.Kind.choices)
    for low, high in ladder_faults(rungs):
        text = _("“%(high)s”应晚于“%(low)s”，请调整天数。")
        yield Problem(None, "after_days", text % {"high": labels[high], "low": labels[low]})


@transaction.atomic
def change_authority(
    *, authority: IssuingAuthority | int, department: Department, word: str, reason: str, by: User
) -> IssuingAuthority:
    """Change in whose name notices of a kind go out in a region, or the word before their number."""
    pk = authority if isinstance(authority, int) else authority.pk
    rows = IssuingAuthority.objects.select_for_update(of=("self",)).select_related("department", "region")
    row = rows.get(pk=pk)
    _allow(can(by, MANAGE_LADDER, region=row.region))
    before = _authority_facts(row)
    problems = [*_reason_problems(reason)]
    if not word.strip() or len(word.strip()) > WORD_MOST:
        problems.append(Problem(None, "word", _("请填写代字，最多%(most)s字。") % {"most": WORD_MOST}))
    if department.region_id != row.region_id or department.kind == Department.Kind.GROUP:
        text = _("发文机关应是%(region)s的单位。")
        problems.append(Problem(None, "department", text % {"region": row.region.short_name}))
    row.department, row.word = department, word.strip()
    refuse([*problems, *_unchanged(before, _authority_facts(row))])
    row.from_file = False
    row.save()
    key = f"{row.region_id} {row.kind}"
    _note("change_authority", "issuing_authority", key, before, _authority_facts(row), reason, by)
    return row


@transaction.atomic
def change_score_rule(*, cause: str, points: Decimal, valid_from: date, reason: str, by: User) -> ScoreRule:
    """Let a cause give other points from a day on, not before today; points that were given stay."""
    _allow(may_manage(by))
    rules = list(ScoreRule.objects.select_for_update().filter(cause=cause).order_by("-valid_from"))
    problems = [*_reason_problems(reason)]
    if abs(points) > POINTS_MOST or points != round(points, 2):
        problems.append(Problem(None, "points", _("分值应在-100到100之间，最多两位小数。")))
    if valid_from < timezone.localdate():
        problems.append(Problem(None, "valid_from", _("起用日期不早于今天：已计的分不改。")))
    same = next((rule for rule in rules if rule.valid_from == valid_from), None)
    now = next((rule for rule in rules if rule.valid_from <= valid_from), None)
    if now is not None and now.points == points:
        problems.append(Problem(None, "points", _("没有改动，不必保存。")))
    if same is not None and same.lines.exists():
        problems.append(Problem(None, "valid_from", _("这一天的规则已用于计分，请从明天起用。")))
    refuse(problems)
    row = same or ScoreRule(cause=cause, valid_from=valid_from)
    row.points, row.reason, row.from_file = points, reason.strip(), False
    row.save()
    before = {"points": str(now.points)} if now else None
    after = {"points": str(points), "valid_from": valid_from.isoformat()}
    _note("change_points", "score_rule", cause, before, after, reason, by)
    return row


def _allow(decision: Decision) -> None:
    if not decision:
        raise NotAllowed.because(decision.reason)


def _reason_problems(reason: str) -> list[Problem]:
    return reason_problems(reason, "reason", _("请写明修改的理由。"))


def _unchanged(before: dict[str, Any], after: dict[str, Any]) -> Iterable[Problem]:
    if before == after:
        yield Problem(None, "", _("没有改动，不必保存。"))


def _step_facts(row: LadderStep) -> dict[str, Any]:
    return {
        "after_days": row.after_days,
        "reply_workdays": row.reply_workdays,
        "approved_by_hand": row.approved_by_hand,
        "enabled": row.enabled,
    }


def _authority_facts(row: IssuingAuthority) -> dict[str, Any]:
    return {"department": row.department.key, "word": row.word}


def _note(
    verb: str,
    object_type: str,
    key: str,
    before: dict[str, Any] | None,
    after: dict[str, Any],
    reason: str,
    by: User,
) -> None:
    audit.record(
        by=by,
        action=f"supervision.{verb}",
        object_type=object_type,
        object_key=key,
        before=before,
        after=after,
        detail=reason.strip(),
    )
