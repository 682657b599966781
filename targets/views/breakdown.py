"""目标分解: one target split by county and by year, in versions that are drafted, issued, replaced, withdrawn."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.actions.breakdown import draft_breakdown, issue_breakdown, may_issue, withdraw_breakdown
from targets.actions.breakdown_checks import Part
from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import Breakdown, Indicator, Target
from targets.presenters.breakdown import Sheet, breakdown_sheet, field_name, texts_of
from targets.queries.breakdown import counties_of, offered_dues, propose, weights, wholes, why_not_split
from targets.reporting.numbers import NumberRefused, is_blank, parse_number
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import BREAK_DOWN, can

from .reporting.shared import number

EQUAL = "equal"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def breakdown(request: HttpRequest, key: str) -> HttpResponse:
    """The sheet of a target; `?propose=` fills it with equal shares or shares of a series, unsaved."""
    user = person(request)
    rows = Target.objects.select_related("document__plan", "plan", "region", "indicator")
    target = get_object_or_404(rows.prefetch_related("milestones"), key=key)
    why = why_not_split(target, target.indicator)
    if why:
        return render(request, "core/refused.html", {"reason": why}, status=404)
    counties = counties_of(target)
    allowed = can(user, BREAK_DOWN, region=target.region)
    typed: Mapping[str, str] | None = None
    refused = None
    if request.method == "POST":
        try:
            messages.success(request, _act(request.POST, target, counties, user))
            return redirect("breakdown", key=target.key)
        except Refused as error:
            refused = error
            typed = request.POST.dict() if request.POST.get("verb") == "draft" else None
    series = weights(counties) if allowed and target.indicator.rollup == Indicator.Rollup.SUM else []
    if allowed and typed is None:
        typed = _proposed(request.GET.get("propose", ""), target, counties, series)
    errors = {p.field: p.message for p in refused.problems} if refused else {}
    sheet = breakdown_sheet(target, counties, typed=typed, errors=errors, drafts=bool(allowed))
    context = {
        "target": target,
        "indicator": target.indicator,
        "sheet": sheet,
        "allowed": allowed,
        "problems": list(dict.fromkeys(p.message for p in refused.problems)) if refused else [],
        "series": series,
        "reason": request.POST.get("reason", sheet.draft.reason if sheet.draft else ""),
        "reason_needed": any(v.breakdown.version > 1 or v.breakdown.issued_at for v in sheet.versions),
        "proposed": request.GET.get("propose", ""),
        **_issuing(sheet, target, user),
    }
    return render(request, "targets/breakdown.html", context, status=_status(refused))


def _status(refused: Refused | None) -> int:
    if refused is None:
        return 200
    return 403 if isinstance(refused, NotAllowed) else 422


def _issuing(sheet: Sheet, target: Target, user: User) -> dict[str, Any]:
    """Whether the draft may be issued by this person, and if not, the sentence beside the grey button."""
    if sheet.draft is None:
        return {"issuable": False, "not_issuable": _("先保存分解草案，再由另一名有权限的人员下达。")}
    sheet.draft.target = target
    decision = may_issue(sheet.draft, user)
    return {"issuable": bool(decision), "not_issuable": decision.reason}


def _act(data: QueryDict, target: Target, counties: list[Region], user: User) -> str:
    """Do what the button says; the sentence to show. Raises `Refused`."""
    verb = data.get("verb")
    if verb in {"issue", "withdraw"}:
        allowed = can(user, BREAK_DOWN, region=target.region)
        if not allowed:
            raise NotAllowed([Problem(None, "", allowed.reason)])
        row = target.breakdowns.filter(pk=number(data.get("breakdown")) or 0).first()
        if row is None:
            raise Refused.because(_("这一版分解已被撤回，请刷新页面。"))
        if verb == "issue":
            issued = issue_breakdown(breakdown=row, by=user)
            return _("第%(version)s版分解已下达，各县按分解数评判。") % {"version": issued.version}
        withdraw_breakdown(breakdown=row, reason=data.get("withdraw_reason", ""), by=user)
        return _("第%(version)s版分解已撤回。") % {"version": row.version}
    allowed = can(user, BREAK_DOWN, region=target.region)
    if not allowed:
        raise NotAllowed([Problem(None, "", allowed.reason)])
    parts = _parts(data, target, counties)
    draft: Breakdown = draft_breakdown(target=target, parts=parts, reason=data.get("reason", ""), by=user)
    return _("第%(version)s版分解草案已保存，尚未下达。") % {"version": draft.version}


def _parts(data: QueryDict, target: Target, counties: list[Region]) -> list[Part]:
    """What was typed. A date of the form left blank by every county is not part of the breakdown."""
    dues = set(offered_dues(target, wholes(target)))
    shown = target.breakdowns.values_list("parts__due", flat=True)
    dues |= {due for due in shown if due is not None}
    parts, problems = [], []
    for county in counties:
        for due in sorted(dues):
            name = field_name(county.code, due)
            text = data.get(name, "")
            if is_blank(text):
                continue
            try:
                value = parse_number(text, percent=target.indicator.unit == "%")
                parts.append(Part(county.code, due, value))
            except NumberRefused as refused:
                words = {"county": county.short_name, "sentence": refused}
                problems.append(Problem(None, name, _("%(county)s：%(sentence)s") % words))
    if problems:
        raise Refused(problems)
    return parts


def _proposed(
    asked: str, target: Target, counties: list[Region], series: list[tuple[Indicator, dict[str, Any]]]
) -> dict[str, str] | None:
    if asked == EQUAL:
        return texts_of(propose(target, counties, None))
    for row, shares in series:
        if row.key == asked:
            return texts_of(propose(target, counties, shares))
    return None
