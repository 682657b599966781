"""Check rules as data: changing them, switching them on and off, and trying them on past values first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import CheckRule, Indicator, Observation
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.roles import MANAGE_RULES, can

from .checks import KINDS, PARTS, Cell, Rule, check_cells, codes_of
from .context import Past, rules_of


@dataclass(frozen=True)
class Sample:
    """A past value a rule would have stopped."""

    indicator: str
    region: str
    period_end: str
    figure: str
    message: str


@dataclass
class DryRun:
    """What a rule would have said of the values in force: how many it looked at, how many it would stop."""

    checked: int = 0
    hits: int = 0
    by_indicator: dict[str, int] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)


@transaction.atomic
def save_rule(
    *,
    key: str,
    title: str,
    kind: str,
    params: Mapping[str, Any],
    severity: str,
    by: User,
    owner: Department | None = None,
    indicators: Collection[str] = (),
) -> CheckRule:
    """Write a rule (by its key) as data. A new rule is switched off until somebody tried it and says so.

    `params` are those of the kind (`checks.KINDS`). Raises `NotAllowed`, or `Refused` with all that is wrong.
    """
    _check_manager(by)
    wanted = {"title": title.strip(), "kind": kind, "params": dict(params), "severity": severity}
    chosen = list(Indicator.objects.filter(key__in=indicators))
    problems = rule_problems(wanted, known=set(Indicator.objects.values_list("key", flat=True)))
    problems += [
        Problem(None, "indicators", _("没有代码为“%(code)s”的指标。") % {"code": code})
        for code in sorted(set(indicators) - {row.key for row in chosen})
    ]
    if problems:
        raise Refused(problems)
    row = CheckRule.objects.select_for_update().filter(key=key).first()
    before = facts(row) if row else None
    row = row or CheckRule(key=key, enabled=False)
    for name, value in wanted.items():
        setattr(row, name, value)
    row.owner, row.changed_by = owner, by
    row.save()
    row.indicators.set(chosen)
    _note("save", row, by, before)
    return row


@transaction.atomic
def set_enabled(*, rule: CheckRule, enabled: bool, by: User) -> CheckRule:
    """Switch a rule on or off."""
    _check_manager(by)
    row = CheckRule.objects.select_for_update().get(pk=rule.pk)
    if row.enabled == enabled:
        return row
    before = facts(row)
    row.enabled, row.changed_by = enabled, by
    row.save(update_fields=["enabled", "changed_by", "changed_at"])
    _note("enable" if enabled else "disable", row, by, before)
    return row


def rule_problems(wanted: Mapping[str, Any], *, known: Collection[str]) -> list[Problem]:
    """What is wrong with a rule's title, kind, severity or params; `known` are the indicator codes."""
    problems = []
    if not str(wanted["title"]).strip():
        problems.append(Problem(None, "title", _("请写规则名称。")))
    if wanted["severity"] not in CheckRule.Severity.values:
        problems.append(Problem(None, "severity", _("严重程度应为 hard 或 soft。")))
    kind = KINDS.get(str(wanted["kind"]))
    if kind is None:
        text = _("没有“%(kind)s”这类规则，可用的有：%(known)s。")
        words = {"kind": wanted["kind"], "known": "、".join(KINDS)}
        return [*problems, Problem(None, "kind", text % words)]
    params = dict(wanted["params"])
    names = {*kind.numbers, *kind.places, *kind.lists}
    problems += [
        Problem(None, "params", _("没有参数“%(name)s”。") % {"name": name})
        for name in sorted(set(params) - names)
    ]
    for name in kind.numbers:
        if name in params and not _is_number(params[name]):
            problems.append(Problem(None, "params", _("参数“%(name)s”应为不小于0的数。") % {"name": name}))
    for name in (*kind.places, *kind.lists):
        problems += _place_problems(name, params.get(name), name in kind.lists, known)
    return problems


def _place_problems(name: str, value: Any, is_list: bool, known: Collection[str]) -> list[Problem]:
    texts = value if is_list and isinstance(value, list) else [value]
    problems = []
    for text in texts or [None]:
        code, _dot, part = str(text or "").partition(".")
        if code not in known or (part or "value") not in PARTS:
            sentence = _("参数“%(name)s”应写作“指标代码”或“指标代码.numerator”，“%(text)s”不是。")
            problems.append(Problem(None, "params", sentence % {"name": name, "text": text}))
    return problems


def _is_number(value: Any) -> bool:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0


def try_on_past(rule: CheckRule, *, limit: int = 50) -> DryRun:
    """What a rule, switched on or not, would have said of every value in force. Four statements.

    The samples are the latest hits.
    """
    found = rules_of(CheckRule.objects.filter(pk=rule.pk))
    if not found:
        return DryRun()
    return dry_run(found[0], limit=limit)


def dry_run(rule: Rule, *, limit: int = 50) -> DryRun:
    """The same for a rule that was not written yet."""
    codes = codes_of(rule) if KINDS[rule.kind].cross else rule.indicators
    past = Past(Q(indicator__key__in=codes) if codes else Q())
    indicators = {row.key: row for row in Indicator.objects.filter(key__in=past.context.names)}
    kinds = _kinds(codes)
    result = DryRun()
    cells = [
        Cell(indicators[code], region, end, kinds.get((code, region, end), "year"), figure)
        for (code, region), figures in past.context.in_force.items()
        for end, figure in figures.items()
        if rule.looks_at(code)
    ]
    result.checked = len(cells)
    by_place = {cell.place: cell for cell in cells}
    for place, problems in sorted(
        check_cells(cells, [rule], past.context).items(), key=lambda item: item[0][2], reverse=True
    ):
        cell = by_place[place]
        name = cell.indicator.name
        result.hits += 1
        result.by_indicator[name] = result.by_indicator.get(name, 0) + 1
        if len(result.samples) < limit:
            shown = cell.figure.text(cell.indicator)
            result.samples.append(
                Sample(name, cell.region, cell.period_end.isoformat(), shown, problems[0].message)
            )
    return result


def _kinds(codes: Collection[str]) -> dict[tuple[str, str, Any], str]:
    rows = Observation.objects.filter(superseded_at=None)
    if codes:
        rows = rows.filter(indicator__key__in=codes)
    return {
        (code, region, end): kind
        for code, region, end, kind in rows.order_by().values_list(
            "indicator__key", "region_id", "period_end", "period_kind"
        )
    }


def facts(row: CheckRule) -> dict[str, Any]:
    """A rule for the audit trail."""
    return {
        "title": row.title,
        "kind": row.kind,
        "params": row.params,
        "severity": row.severity,
        "enabled": row.enabled,
        "owner": row.owner.key if row.owner else None,
        "indicators": sorted(row.indicators.values_list("key", flat=True)) if row.pk else [],
    }


def _check_manager(by: User) -> None:
    decision = can(by, MANAGE_RULES)
    if not decision:
        raise NotAllowed.because(decision.reason)


def _note(verb: str, row: CheckRule, by: User, before: dict[str, Any] | None) -> None:
    audit.record(
        by=by,
        action=f"check_rules.{verb}",
        object_type="check_rule",
        object_key=row.key,
        before=before,
        after={**facts(row), "at": timezone.now().isoformat()},
    )
