"""Check rules: looked at, tried on past values, switched on and off; and the calendars deadlines follow."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.actions.refusals import Refused
from targets.forms.reporting import CalendarDaysForm, RoundCalendarForm
from targets.models import CheckRule, RoundCalendar
from targets.reporting.checks import KINDS
from targets.reporting.periods import Kind
from targets.reporting.rounds import set_calendar
from targets.reporting.rules import DryRun, set_enabled, try_on_past
from yuxi_eldercare.core.models import SpecialDay, User
from yuxi_eldercare.core.roles import LOAD_CALENDAR, MANAGE_ROUNDS, MANAGE_RULES, can
from yuxi_eldercare.core.workdays import CalendarRefused, load_special_days

from .shared import attempt, number, person, tell

SAMPLES = 50


@dataclass(frozen=True)
class Tried:
    """What a rule would have said of past values."""

    rule: CheckRule
    run: DryRun


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check_rules(request: HttpRequest) -> HttpResponse:
    """All rules with owner and severity; `?try=` runs one over the past, a POST switches one on or off."""
    user = person(request)
    decision = can(user, MANAGE_RULES)
    if not decision:
        return render(request, "core/refused.html", {"reason": decision.reason}, status=403)
    rows = CheckRule.objects.select_related("owner", "changed_by").prefetch_related("indicators")
    status = 200
    if request.method == "POST":
        rule = get_object_or_404(CheckRule, pk=number(request.POST.get("rule")) or 0)
        status = tell(request, lambda: _switch(rule, request.POST.get("verb") == "enable", user))
        if status == 200:
            return redirect("check-rules")
    asked = number(request.GET.get("try"))
    tried = None
    if asked:
        rule = get_object_or_404(CheckRule, pk=asked)
        tried = Tried(rule, try_on_past(rule, limit=SAMPLES))
    rules = list(rows.order_by("-enabled", "severity", "title"))
    context = {"rules": rules, "kinds": KINDS, "tried": tried}
    return render(request, "targets/reporting/check_rules.html", context, status=status)


def _switch(rule: CheckRule, enabled: bool, user: User) -> str:
    set_enabled(rule=rule, enabled=enabled, by=user)
    text = _("已启用“%(title)s”。") if enabled else _("已停用“%(title)s”。")
    return text % {"title": rule.title}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def special_days(request: HttpRequest) -> HttpResponse:
    """Holidays and worked weekend days, and when rounds open and fall due; a POST changes either."""
    user = person(request)
    loading, managing = can(user, LOAD_CALENDAR), can(user, MANAGE_ROUNDS)
    if not loading and not managing:
        return render(request, "core/refused.html", {"reason": loading.reason}, status=403)
    days = CalendarDaysForm(request.POST if "text" in request.POST else None)
    kind = request.POST.get("kind", "")
    calendars = {row.kind: row for row in RoundCalendar.objects.all()}
    forms = [(Kind(name), _calendar_form(name, calendars, request, kind)) for name in _kinds()]
    status = 200
    if request.method == "POST" and "text" in request.POST:
        status = attempt(request, days, lambda: _load(days, user))
    elif request.method == "POST":
        form = {name.value: form for name, form in forms}.get(kind)
        if form is not None:
            status = attempt(request, form, lambda: _set(form, kind, user))
    if request.method == "POST" and status == 200:
        return redirect("special-days")
    year = timezone.localdate().year
    return render(
        request,
        "targets/reporting/special_days.html",
        {
            "days_form": days,
            "forms": forms,
            "loading": loading,
            "managing": managing,
            "days": SpecialDay.objects.filter(day__year__gte=year - 1)
            .select_related("loaded_by")
            .order_by("day"),
        },
        status=status,
    )


def _kinds() -> list[str]:
    return [Kind.MONTH, Kind.QUARTER, Kind.HALF, Kind.YEAR]


def _calendar_form(
    name: str, calendars: dict[str, RoundCalendar], request: HttpRequest, posted: str
) -> RoundCalendarForm:
    if posted == name:
        return RoundCalendarForm(request.POST, auto_id=f"{name}-%s")
    row = calendars.get(name) or RoundCalendar(kind=name)
    initial: dict[str, Any] = {
        field: getattr(row, field)
        for field in ("opens_after_days", "due_after_workdays", "grace_workdays", "enabled")
    }
    for field in ("remind_before_days", "remind_after_days"):
        initial[field] = ",".join(str(number) for number in getattr(row, field))
    return RoundCalendarForm(initial=initial, auto_id=f"{name}-%s")


def _load(form: CalendarDaysForm, user: User) -> str:
    try:
        count = load_special_days(text=form.cleaned_data["text"], by=user)
    except CalendarRefused as refused:
        raise Refused.because(str(refused), "text") from None
    return _("已载入，%(count)s天有变化。") % {"count": count}


def _set(form: RoundCalendarForm, kind: str, user: User) -> str:
    set_calendar(kind=kind, by=user, **form.cleaned_data)
    return _("已保存，之后开放的轮次按新的日期。")
