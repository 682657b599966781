"""Check rules: looked at, written, changed as a new version, tried on past values, switched on, withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from targets.actions.refusals import Refused
from targets.forms.acting import attempt, tell
from targets.forms.check_rules import CheckRuleForm, initial_of
from targets.models import CheckRule, Indicator
from targets.presenters.reporting.rules import (
    example_of,
    kind_example,
    rule_facts,
    scope_words,
    version_lines,
)
from targets.reporting.checks import KINDS
from targets.reporting.rule_words import parameter_words
from targets.reporting.rules import (
    check_definition,
    definition_of,
    may_keep,
    owners_for,
    revise_rule,
    set_enabled,
    withdraw_rule,
    write_rule,
)
from targets.reporting.trying import DryRun, try_definition, try_on_past
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import MANAGE_RULES, can

from .shared import number

_STATES: dict[str, Q] = {
    "on": Q(enabled=True),
    "off": Q(enabled=False, withdrawn_at=None),
    "withdrawn": Q(withdrawn_at__isnull=False),
}


@dataclass(frozen=True)
class RuleRow:
    """A rule in the list; `scope` is empty where `facts` name the indicators."""

    rule: CheckRule
    facts: list[tuple[str, str]]
    scope: str


@require_safe
@never_cache
def check_rules(request: HttpRequest) -> HttpResponse:
    """All rules with owner, severity and state; `?state=` and `?owner=` narrow the list."""
    user = person(request)
    decision = can(user, MANAGE_RULES)
    if not decision:
        return _refused(request, decision.reason)
    rules = _rules()
    state, owner = request.GET.get("state", ""), request.GET.get("owner", "")
    shown = rules.filter(_STATES.get(state, Q(withdrawn_at=None)))
    if owner:
        shown = shown.filter(owner__key=owner)
    indicators = _indicators()
    rows = [
        RuleRow(
            rule,
            parameter_words(rule.kind, rule.params, indicators),
            _scope(rule, indicators),
        )
        for rule in shown.order_by("-enabled", "severity", "title")
    ]
    owners = {rule.owner.key: rule.owner.short_name for rule in rules if rule.owner is not None}
    context = {"rows": rows, "kinds": KINDS, "state": state, "owner": owner, "owners": owners}
    return render(request, "targets/reporting/check_rules.html", context)


def _scope(rule: CheckRule, indicators: dict[str, Indicator]) -> str:
    """The indicators a rule looks at; nothing for one that names the places it compares."""
    kind = KINDS.get(rule.kind)
    if kind is not None and kind.cross:
        return ""
    return scope_words([row.key for row in rule.indicators.all()], indicators)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check_rule(request: HttpRequest, key: str) -> HttpResponse:
    """One rule with its versions; `?try=1` runs it over the past, a POST switches it or withdraws it."""
    user = person(request)
    decision = can(user, MANAGE_RULES)
    if not decision:
        return _refused(request, decision.reason)
    rule = get_object_or_404(_rules(), key=key)
    status = 200
    if request.method == "POST":
        status = tell(request, lambda: _act(rule, request, user))
        if status == 200:
            return redirect("check-rule", key=key)
    indicators = _indicators()
    definition = definition_of(rule)
    versions = rule.versions.select_related("made_by", "owner__region")
    context = {
        "rule": rule,
        "facts": rule_facts(definition, indicators),
        "example": example_of(definition, indicators),
        "lines": version_lines(versions, indicators),
        "keeping": may_keep(user, rule.owner),
        "run": try_on_past(rule) if request.GET.get("try") else None,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "targets/reporting/check_rule.html", context, status=status)


def _act(rule: CheckRule, request: HttpRequest, user: User) -> str:
    verb, words = request.POST.get("verb"), {"title": rule.title}
    if verb == "withdraw":
        withdraw_rule(rule=rule, reason=request.POST.get("reason", ""), by=user)
        return _("已撤下“%(title)s”，不再使用。") % words
    enabled = verb == "enable"
    set_enabled(rule=rule, enabled=enabled, by=user)
    return (_("已启用“%(title)s”。") if enabled else _("已停用“%(title)s”。")) % words


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check_rule_new(request: HttpRequest) -> HttpResponse:
    """A new rule: first its kind, then its parameters; `?copy=` begins with those of another rule."""
    user = person(request)
    decision = can(user, MANAGE_RULES)
    if not decision:
        return _refused(request, decision.reason)
    copied = _rules().filter(key=request.GET.get("copy", "")).first()
    kind = copied.kind if copied else request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in KINDS:
        return render(request, "targets/reporting/check_rule_kinds.html", {"kinds": _kinds()})
    begin = {**KINDS[kind].numbers, "severity": CheckRule.Severity.SOFT}
    if copied:
        begin = initial_of(definition_of(copied)) | {
            "title": _("%(title)s（复制）") % {"title": copied.title}
        }
    form = _form(request, user, kind, begin)

    def save() -> str:
        written.append(write_rule(definition=form.definition(), by=user))
        return _("规则已保存，尚未启用。请看试运行的结果，再决定是否启用。")

    written: list[CheckRule] = []
    status, run = _answer(request, form, save)
    if written:
        return redirect(f"{reverse('check-rule', args=[written[0].key])}?try=1")
    context = {"form": form, "kind": kind, "run": run, "copied": copied}
    return render(request, "targets/reporting/check_rule_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check_rule_edit(request: HttpRequest, key: str) -> HttpResponse:
    """A rule changed: the next version, with the reason."""
    user = person(request)
    rule = get_object_or_404(_rules(), key=key)
    decision = may_keep(user, rule.owner)
    if not decision:
        return _refused(request, decision.reason)
    form = _form(request, user, rule.kind, initial_of(definition_of(rule)), rule)
    seen = number(request.POST.get("version")) or rule.version

    def save() -> str:
        changed = revise_rule(
            rule=rule,
            definition=form.definition(),
            expected_version=seen,
            reason=form.cleaned_data["reason"],
            by=user,
        )
        return _("已保存为第%(version)s版，以后的填报按新版检查。") % {"version": changed.version}

    status, run = _answer(request, form, save, rule)
    if request.method == "POST" and status == 200 and run is None:
        return redirect("check-rule", key=key)
    context = {"form": form, "kind": rule.kind, "run": run, "rule": rule, "seen": seen}
    return render(request, "targets/reporting/check_rule_form.html", context, status=status)


def _answer(
    request: HttpRequest, form: CheckRuleForm, save: Callable[[], str], rule: CheckRule | None = None
) -> tuple[int, DryRun | None]:
    """Try what was typed on past values, or save it; the status of the page and the trial."""
    if request.method != "POST":
        return 200, None
    if request.POST.get("verb") != "try":
        return attempt(request, form, save), None
    if not form.is_valid():
        return 422, None
    try:
        check_definition(form.definition(), rule)
    except Refused as refused:
        form.refuse(refused)
        return 422, None
    return 200, try_definition(form.definition())


def _form(
    request: HttpRequest, user: User, kind: str, begin: dict[str, Any], rule: CheckRule | None = None
) -> CheckRuleForm:
    return CheckRuleForm(
        request.POST if request.method == "POST" else None,
        initial=begin,
        kind=kind,
        indicators=list(Indicator.objects.filter(withdrawn_at=None, qualitative=False)),
        owners=list(owners_for(user)),
        everywhere=bool(may_keep(user, None)),
        revising=rule is not None,
    )


def _kinds() -> list[tuple[str, str, str]]:
    """Kinds to choose from: code, what it looks at, what a reporter would read."""
    return [(code, str(kind.sentence), kind_example(code)) for code, kind in KINDS.items()]


def _rules() -> QuerySet[CheckRule]:
    return CheckRule.objects.select_related("owner__region", "changed_by", "withdrawn_by").prefetch_related(
        "indicators"
    )


def _indicators() -> dict[str, Indicator]:
    return {row.key: row for row in Indicator.objects.all()}


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "core/refused.html", {"reason": reason}, status=403)
