"""The calendars deadlines follow: holidays and worked weekend days, and when rounds open and fall due."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.actions.refusals import Refused
from targets.forms.acting import attempt
from targets.forms.reporting import CalendarDaysForm, RoundCalendarForm
from targets.models import RoundCalendar
from targets.reporting.periods import Kind
from targets.reporting.rounds import set_calendar
from yuxi_eldercare.core.models import SpecialDay, User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import LOAD_CALENDAR, MANAGE_ROUNDS, can
from yuxi_eldercare.core.workdays import CalendarRefused, load_special_days


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
