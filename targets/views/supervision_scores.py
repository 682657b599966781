"""The ranking by points per period, a unit's lines and red months, praise and criticism entered by hand."""

from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from targets.forms.acting import attempt
from targets.forms.supervision import HandForm, day_or
from targets.presenters import supervision_scores as shown
from targets.queries.supervision_scores import lines_of, reds_of, unit_points
from targets.scoring import rule_on
from targets.supervision.scores import enter_by_hand, rules
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.presenters.downloads import FORMS, table_download
from yuxi_eldercare.core.roles import SUPERVISE, can

from .supervision import refused, role_holder

PAGE: Final = 50


@require_safe
@never_cache
def scores(request: HttpRequest) -> HttpResponse:
    """The ranking of counties, of the city's departments, or of one county's units."""
    decision = role_holder(person(request))
    if not decision:
        return refused(request, decision.reason)
    period, of = _period(request), _of(request)
    county = Region.objects.filter(code=of).first() if of.isdecimal() else None
    context = {
        "period": period,
        "periods": shown.periods(period.kind, timezone.localdate()),
        "kinds": shown.kinds(),
        "of": of,
        "county": county,
        "rows": shown.ranking(unit_points(period.first, period.last), of, period),
        "columns": shown.columns(),
        "rule": shown.rule_words(of),
        "running": period.last >= timezone.localdate(),
    }
    return render(request, "targets/supervision/scores.html", context)


@require_safe
def scores_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The ranking as CSV or .xlsx."""
    decision = role_holder(person(request))
    if not decision:
        return refused(request, decision.reason)
    if form not in FORMS:
        raise Http404(form)
    period, of = _period(request), _of(request)
    rows = shown.ranking(unit_points(period.first, period.last), of, period)
    return table_download(
        form, _("考核排名"), shown.export_header(of), shown.export_rows(rows, of), about=period.name
    )


def _period(request: HttpRequest) -> shown.Period:
    day = day_or(request.GET.get("end"), timezone.localdate())
    return shown.period_of(request.GET.get("by", ""), day)


def _of(request: HttpRequest) -> str:
    """Counties, departments, or a county's code."""
    of = request.GET.get("of", "")
    return of if of == shown.DEPARTMENTS or of.isdecimal() else shown.COUNTIES


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unit(request: HttpRequest, key: str) -> HttpResponse:
    """A unit's points in a period, line by line; a supervisor enters praise and criticism."""
    user = person(request)
    decision = role_holder(user)
    if not decision:
        return refused(request, decision.reason)
    department = get_object_or_404(
        Department.objects.exclude(kind=Department.Kind.GROUP).select_related("region"), key=key
    )
    period = _period(request)
    may_enter = can(user, SUPERVISE, region=department.region)
    if request.method == "POST" and not may_enter:
        return refused(request, may_enter.reason)
    table = rules()
    today = timezone.localdate()
    points = {
        rule.cause: rule.points for cause in HandForm.causes() if (rule := rule_on(table, cause, today))
    }
    form = HandForm(request.POST if request.method == "POST" else None, points=points, initial={"on": today})
    status = 200
    if request.method == "POST":
        status = attempt(request, form, lambda: _enter(form, department, user))
        if status == 200:
            return redirect(f"{reverse('supervision-unit', args=[key])}?{period.query}")
    rows = lines_of(department, period.first, period.last)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "department": department,
        "period": period,
        "kinds": shown.kinds(),
        "periods": shown.periods(period.kind, today),
        "page": page,
        "lines": shown.lines(page.object_list),
        "total": sum(rows.order_by().values_list("points", flat=True)),
        "reds": list(reds_of(department, period.first, period.last)),
        "may_enter": may_enter,
        "form": form,
    }
    return render(request, "targets/supervision/unit.html", context, status=status)


def _enter(form: HandForm, department: Department, user: User) -> str:
    given = form.cleaned_data
    enter_by_hand(
        department=department,
        cause=given["cause"],
        on=given["on"],
        reason=given["reason"],
        document=given["document"],
        by=user,
    )
    return _("已登记。")
