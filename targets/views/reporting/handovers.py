"""Who is in charge of what at a unit, and passing it on: to a colleague, or to the unit that took over."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.forms.acting import attempt
from targets.forms.reporting import ActionForm, AssignForm, HandoverForm, SuccessionForm
from targets.models import Handover, ReportingLine
from targets.reporting.handover import assign_lines, hand_over, move_to_successor
from targets.reporting.scope import reach
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import ENTER, HAND_OVER, MANAGE_ROUNDS, can

from .shared import concerned, ids, number, people_with

HANDOVERS_MOST = 30


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@concerned("handover")
def handover(request: HttpRequest) -> HttpResponse:
    """One unit's indicators with who is in charge; a POST hands over, assigns, or moves them to a successor."""
    user = person(request)
    units = _units(user)
    unit = _chosen(request, units)
    people = people_with(ENTER, units.filter(pk=unit.pk if unit else 0))
    verb = request.POST.get("verb", "")
    posted = {name: request.POST if verb == name else None for name in ("hand_over", "assign", "move")}
    first = {"from_user": user.pk, "department": unit}
    forms: dict[str, ActionForm] = {
        "hand_over": HandoverForm(posted["hand_over"], units=units, people=people, initial=first),
        "assign": AssignForm(posted["assign"], people=people),
        "move": SuccessionForm(posted["move"], units=units),
    }
    status = 200
    if request.method == "POST" and verb in forms:
        form = forms[verb]
        status = attempt(request, form, lambda: _act(request, verb, form, unit, user))
        if status == 200:
            return redirect(f"{request.path}?unit={unit.pk if unit else ''}")
    done = Handover.objects.filter(department__in=units).select_related(
        "department", "from_user", "to_user", "by"
    )
    return render(
        request,
        "targets/reporting/handover.html",
        {
            "forms": forms,
            "units": units,
            "unit": unit,
            "lines": _lines(unit),
            "may_order": bool(unit and _may_order(user, unit)),
            "may_move": can(user, MANAGE_ROUNDS),
            "done": done.order_by("-pk")[:HANDOVERS_MOST],
        },
        status=status,
    )


def _act(request: HttpRequest, verb: str, form: ActionForm, unit: Department | None, user: User) -> str:
    if verb == "hand_over":
        row = hand_over(**form.cleaned_data, by=user)
        text = _("已移交%(lines)s项指标，其中%(open)s格还没有生效。")
        return text % {"lines": row.lines, "open": row.open_entries}
    if verb == "move":
        count = move_to_successor(**form.cleaned_data, by=user)
        return _("已把%(count)s项填报责任移交承接单位。") % {"count": count}
    chosen = get_object_or_404(Department, pk=unit.pk if unit else 0)
    lines = ids(request.POST.getlist("lines"))
    count = assign_lines(department=chosen, lines=lines, holder=form.cleaned_data["holder"], by=user)
    return _("已指定%(count)s项指标的负责人。") % {"count": count}


def _units(user: User) -> QuerySet[Department]:
    """Units in which the user reports or orders a handover, and those of the regions they lead."""
    named = reach(user, ENTER).departments | reach(user, HAND_OVER).departments
    leading = {m.pk for m in Department.objects.filter(pk__in=reach(user, MANAGE_ROUNDS).departments)}
    led = ReportingLine.objects.filter(confirmer__in=leading, valid_to=None).values("department")
    regions = reach(user, MANAGE_ROUNDS).in_regions()
    reporting = Department.objects.filter(
        pk__in=ReportingLine.objects.filter(valid_to=None).values("department")
    )
    mine = reporting.filter(regions) | reporting.filter(pk__in=named) | reporting.filter(pk__in=led)
    return mine.order_by("region__position", "position")


def _chosen(request: HttpRequest, units: QuerySet[Department]) -> Department | None:
    asked = number(request.POST.get("department") or request.GET.get("unit"))
    found = units.filter(pk=asked).first() if asked else None
    return found or units.first()


def _may_order(user: User, unit: Department) -> bool:
    return bool(can(user, HAND_OVER, department=unit) or can(user, MANAGE_ROUNDS, region=unit.region))


def _lines(unit: Department | None) -> list[ReportingLine]:
    if unit is None:
        return []
    rows = ReportingLine.objects.filter(department=unit, valid_to=None, indicator__withdrawn_at=None)
    return list(
        rows.select_related("indicator", "region", "holder", "confirmer").order_by(
            "frequency", "indicator__position", "region__position"
        )
    )
