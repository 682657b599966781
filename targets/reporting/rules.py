"""Check rules as data: written, changed as a new version, withdrawn, switched on and off, by those who own them.

A rule is kept by the department that owns it; one without an owner holds everywhere and is kept by the city's
lead departments. `trying` says beforehand what a rule would do, `rule_problems` what is wrong with one.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import CheckRule, CheckRuleVersion, Indicator
from targets.progress import plain
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.roles import MANAGE_RULES, ROLES, Decision, can, memberships

from .rule_problems import rule_problems

_REASON_MOST = 2000


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a rule says: everything a version holds. `params` are those of the kind (`checks.KINDS`)."""

    title: str
    kind: str
    params: Mapping[str, Any]
    severity: str
    owner: Department | None = None
    indicators: tuple[str, ...] = ()  # codes; none: all
    hint: str = ""

    def tidy(self) -> "Definition":
        """The same with texts trimmed, numbers as plain texts and codes in order, so that equals are equal."""
        return Definition(
            title=self.title.strip(),
            kind=self.kind,
            params={name: _plain(value) for name, value in sorted(self.params.items())},
            severity=self.severity,
            owner=self.owner,
            indicators=tuple(sorted(set(self.indicators))),
            hint=self.hint.strip(),
        )


def definition_of(row: CheckRule | CheckRuleVersion) -> Definition:
    """What a rule says now, or what a version of it said."""
    if isinstance(row, CheckRuleVersion):
        codes = row.indicators
    else:
        codes = [indicator.key for indicator in row.indicators.all()]
    return Definition(
        title=row.title,
        kind=row.kind,
        params=row.params,
        severity=row.severity,
        owner=row.owner,
        indicators=tuple(codes),
        hint=row.hint,
    ).tidy()


def may_keep(user: User, owner: Department | None) -> Decision:
    """Whether the user keeps the rules of this department; those without one are kept at city level."""
    decision = can(user, MANAGE_RULES, department=owner)
    if not decision or owner is not None:
        return decision
    held = [m for m in memberships(user) if MANAGE_RULES in ROLES[m.role].permissions]
    if any(m.region.level == Region.Level.CITY for m in held):
        return decision
    return Decision(False, _("没有归口单位的规则对全市生效，由市级牵头单位维护。"))


def owners_for(user: User) -> QuerySet[Department]:
    """The departments whose rules the user keeps."""
    held = [m for m in memberships(user) if MANAGE_RULES in ROLES[m.role].permissions]
    regions = [m.region_id for m in held if m.department_id is None]
    rows = Department.objects.filter(withdrawn=False).exclude(kind=Department.Kind.GROUP)
    return rows.filter(
        Q(pk__in=[m.department_id for m in held if m.department_id is not None])
        | Q(region__in=regions)
        | Q(region__parent__in=regions)
    ).order_by("region__position", "position")


@transaction.atomic
def write_rule(*, definition: Definition, by: User) -> CheckRule:
    """Write a new rule. It is switched off until somebody tried it on past values and says so.

    Raises `NotAllowed`, or `Refused` with all that is wrong, each at its field.
    """
    _check_keeper(by, definition.owner)
    wanted = _checked(definition)
    row = CheckRule(key=f"{definition.kind.replace('_', '-')}-{secrets.token_hex(4)}")
    row.changed_by = by
    put(row, wanted)
    keep_version(row, at=timezone.now(), by=by)
    _note("create", row, by, None)
    return row


@transaction.atomic
def revise_rule(
    *, rule: CheckRule | int, definition: Definition, expected_version: int, reason: str, by: User
) -> CheckRule:
    """Change what a rule says as a new version with a reason; the old one stays readable.

    Its kind stays: another kind is another rule. Raises `NotAllowed`, or `Refused`, also when somebody
    else changed it since `expected_version`.
    """
    row = _locked(rule)
    _check_keeper(by, row.owner)
    _check_keeper(by, definition.owner)
    problems = [*_revision_problems(row, definition, expected_version, reason)]
    wanted = _checked(definition, row, problems)
    before = facts(row)
    row.version, row.changed_by = row.version + 1, by
    put(row, wanted)
    keep_version(row, at=timezone.now(), by=by, reason=reason.strip())
    _note("change", row, by, before, reason.strip())
    return row


def _revision_problems(
    row: CheckRule, definition: Definition, expected_version: int, reason: str
) -> Iterable[Problem]:
    if row.withdrawn_at is not None:
        yield Problem(None, "rule", _("这条规则已撤下，不能再修改；可以复制为新规则。"))
    elif row.version != expected_version:
        text = _("这条规则已由%(who)s改为第%(version)s版，请刷新后再改。")
        yield Problem(None, "rule", text % {"who": row.changed_by or "", "version": row.version})
    if definition.kind != row.kind:
        yield Problem(None, "kind", _("规则的种类不能改，请新建一条规则。"))
    if not reason.strip():
        yield Problem(None, "reason", _("请写明修改的理由。"))
    elif len(reason) > _REASON_MOST:
        yield Problem(None, "reason", _("文字超过%(most)s字，请缩短。") % {"most": _REASON_MOST})
    if definition.tidy() == definition_of(row):
        yield Problem(None, "rule", _("没有改动，不必保存。"))


@transaction.atomic
def withdraw_rule(*, rule: CheckRule | int, reason: str, by: User) -> CheckRule:
    """Take a rule out of use for good, with a reason; it stays readable and can be copied."""
    row = _locked(rule)
    _check_keeper(by, row.owner)
    if row.withdrawn_at is not None:
        raise Refused.because(_("这条规则已经撤下。"), "rule")
    if not reason.strip():
        raise Refused.because(_("请写明撤下的理由。"), "reason")
    before = facts(row)
    row.enabled, row.withdrawn_at, row.withdrawn_by = False, timezone.now(), by
    row.withdrawn_reason, row.changed_by = reason.strip()[:_REASON_MOST], by
    row.save()
    _note("withdraw", row, by, before, row.withdrawn_reason)
    return row


@transaction.atomic
def set_enabled(*, rule: CheckRule | int, enabled: bool, by: User) -> CheckRule:
    """Switch a rule on or off."""
    row = _locked(rule)
    _check_keeper(by, row.owner)
    if enabled and row.withdrawn_at is not None:
        raise Refused.because(_("这条规则已撤下，不能启用；可以复制为新规则。"), "rule")
    if row.enabled == enabled:
        return row
    before = facts(row)
    row.enabled, row.changed_by = enabled, by
    row.save(update_fields=["enabled", "changed_by", "changed_at"])
    _note("enable" if enabled else "disable", row, by, before)
    return row


def check_definition(definition: Definition, rule: CheckRule | None = None) -> None:
    """Raises `Refused` with all that is wrong, each at its field; what is right can be tried on the past.

    `rule` is the one that would be changed, if it is not a new one.
    """
    _checked(definition, rule)


def _checked(
    definition: Definition, row: CheckRule | None = None, problems: Iterable[Problem] = ()
) -> Definition:
    """The definition, tidy. Raises `Refused` with `problems` and all that is wrong with it."""
    tidy = definition.tidy()
    indicators = list(Indicator.objects.filter(withdrawn_at=None))
    every = list(problems)
    every += rule_problems(
        {
            "title": tidy.title,
            "hint": tidy.hint,
            "kind": tidy.kind,
            "params": tidy.params,
            "severity": tidy.severity,
            "indicators": tidy.indicators,
        },
        known={indicator.key for indicator in indicators},
        rates={indicator.key for indicator in indicators if indicator.scale is not None},
    )
    same = CheckRule.objects.filter(title=tidy.title, withdrawn_at=None)
    if row is not None:
        same = same.exclude(pk=row.pk)
    if tidy.title and same.exists():
        text = _("已有名称为“%(title)s”的规则，请换一个名称。")
        every.append(Problem(None, "title", text % {"title": tidy.title}))
    if every:
        raise Refused(every)
    return tidy


def put(row: CheckRule, definition: Definition) -> None:
    """Let the row say this; the caller answers for its version."""
    row.title, row.kind, row.params = definition.title, definition.kind, dict(definition.params)
    row.severity, row.owner, row.hint = definition.severity, definition.owner, definition.hint
    row.save()
    row.indicators.set(Indicator.objects.filter(key__in=definition.indicators))


def keep_version(
    row: CheckRule, *, at: datetime, by: User | None = None, reason: str = ""
) -> CheckRuleVersion:
    """Write down what the rule says now as the version it is; without `by` it came from the file of rules."""
    said = definition_of(CheckRule.objects.select_related("owner").get(pk=row.pk))
    return CheckRuleVersion.objects.create(
        rule=row,
        number=row.version,
        title=said.title,
        kind=said.kind,
        params=dict(said.params),
        indicators=list(said.indicators),
        severity=said.severity,
        hint=said.hint,
        owner=said.owner,
        reason=reason,
        made_at=at,
        made_by=by,
    )


def facts(row: CheckRule) -> dict[str, Any]:
    """A rule for the audit trail."""
    return {
        "version": row.version,
        "title": row.title,
        "kind": row.kind,
        "params": row.params,
        "severity": row.severity,
        "hint": row.hint,
        "enabled": row.enabled,
        "withdrawn": row.withdrawn_at is not None,
        "owner": row.owner.key if row.owner else None,
        "indicators": sorted(row.indicators.values_list("key", flat=True)) if row.pk else [],
    }


def _locked(rule: CheckRule | int) -> CheckRule:
    pk = rule if isinstance(rule, int) else rule.pk
    rows = CheckRule.objects.select_for_update(of=("self",))
    return rows.select_related("owner__region", "changed_by").get(pk=pk)


def _check_keeper(by: User, owner: Department | None) -> None:
    decision = may_keep(by, owner)
    if not decision:
        raise NotAllowed.because(decision.reason)


def _plain(value: Any) -> Any:
    """A number as its plain text, whatever it was typed as; places and lists of them as they are."""
    if isinstance(value, list | tuple):
        return list(value)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return plain(number) if number.is_finite() else str(value)


def _note(verb: str, row: CheckRule, by: User, before: dict[str, Any] | None, reason: str = "") -> None:
    audit.record(
        by=by,
        action=f"check_rules.{verb}",
        object_type="check_rule",
        object_key=row.key,
        before=before,
        after=facts(row),
        detail=reason,
    )
