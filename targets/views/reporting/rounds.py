"""Rounds: the list, who owes what in one, reminders, the call list, opening and closing."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from targets.actions.refusals import NotAllowed, Refused
from targets.forms.acting import tell
from targets.forms.reporting import RoundForm
from targets.models import ReportingRound
from targets.reporting.owing import Owes, call_list, unit_rates, visible_rounds, who_owes
from targets.reporting.red import responses
from targets.reporting.reminders import remind
from targets.reporting.rounds import Dates, close_round, open_round
from targets.reporting.scope import own_units
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import MANAGE_ROUNDS, can

from .shared import ids

ROUNDS_MOST = 40
RATED_ROUNDS = 12


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def round_list(request: HttpRequest) -> HttpResponse:
    """Rounds the person follows, how far each is, how its units report; a POST opens one."""
    user = person(request)
    form = RoundForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            opened = open_round(**_asked(form), by=user)
        except Refused as refused:
            form.refuse(refused)
            status = 403 if isinstance(refused, NotAllowed) else 422
        else:
            messages.success(request, _("已开放“%(name)s”。") % {"name": opened.name})
            return redirect("round", round=opened.pk)
    if form.is_bound and form.errors and status == 200:
        status = 422
    rounds = list(visible_rounds(user)[:ROUNDS_MOST])
    rates = unit_rates(user, [row.pk for row in rounds[:RATED_ROUNDS]])
    return render(
        request,
        "targets/reporting/round_list.html",
        {
            "rounds": rounds,
            "rates": sorted(rates, key=lambda rate: (rate.completeness or 0, rate.timeliness or 0)),
            "rated": min(len(rounds), RATED_ROUNDS),
            "form": form,
            "today": timezone.localdate(),
            "may_open": can(user, MANAGE_ROUNDS),
        },
        status=status,
    )


def _asked(form: RoundForm) -> dict[str, Any]:
    given = form.cleaned_data
    dates = [given["opens_on"], given["due_on"], given["grace_until"]]
    return {
        "kind": given["kind"],
        "period_end": given["period_end"],
        "periods": form.periods(),
        "name": given["name"],
        "dates": Dates(*dates) if all(dates) else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def round_page(request: HttpRequest, round: int) -> HttpResponse:
    """Who owes what in a round, by county and unit; a POST reminds units or closes the round."""
    user = person(request)
    row = _round(round, user)
    status = 200
    if request.method == "POST":
        status = tell(request, lambda: _act(request, row, user))
        if status == 200:
            return redirect("round", round=row.pk)
        row.refresh_from_db()
    owes = who_owes(row, user)
    return render(
        request,
        "targets/reporting/round.html",
        {
            "round": row,
            "groups": _by_region(owes),
            "grouped": len({unit.region.code for unit in owes}) < len(owes),
            "sums": _sums(owes),
            "own": own_units(user),
            "may_manage": can(user, MANAGE_ROUNDS),
            "red": list(responses(row, user)),
        },
        status=status,
    )


def _act(request: HttpRequest, row: ReportingRound, user: User) -> str:
    if request.POST.get("verb") == "close":
        close_round(round=row, by=user)
        return _("轮次已关闭。")
    chosen = ids(request.POST.getlist("departments"))
    if request.POST.get("verb") == "remind_all":
        chosen = [unit.department.pk for unit in who_owes(row, user) if not unit.done]
    if not chosen:
        raise Refused.because(_("没有选择要催办的单位。"))
    told = remind(round=row, departments=chosen, by=user)
    if not told:
        return _("这些单位今天已经催办过，或没有可以通知的填报员。")
    return _("已催办，%(count)s人收到通知。") % {"count": told}


@require_safe
@never_cache
def round_calls(request: HttpRequest, round: int) -> HttpResponse:
    """The printable list of whom to call; it shows names and telephones, so looking at it is audited."""
    user = person(request)
    row = _round(round, user)
    decision = can(user, MANAGE_ROUNDS)
    if not decision:
        return render(request, "core/refused.html", {"reason": decision.reason}, status=403)
    calls = call_list(row, user)
    audit.record(
        by=user,
        action="personal.view",
        object_type="reporting_round",
        object_key=str(row.pk),
        detail=_("催报名单：%(round)s") % {"round": row.name},
    )
    return render(request, "targets/reporting/round_calls.html", {"round": row, "calls": calls})


def _round(pk: int, user: User) -> ReportingRound:
    found = visible_rounds(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _by_region(owes: list[Owes]) -> list[tuple[Region, list[Owes], int, int]]:
    """(region, its units, cells owed, cells not sent), in the order of the units."""
    groups = [(key, list(units)) for key, units in groupby(owes, key=lambda unit: unit.region)]
    return [
        (region, units, sum(unit.total for unit in units), sum(unit.open for unit in units))
        for region, units in groups
    ]


def _sums(owes: list[Owes]) -> dict[str, int]:
    """The whole round in numbers: units and cells, sent and not."""
    total = sum(unit.total for unit in owes)
    missing = sum(unit.open for unit in owes)
    return {
        "units": len(owes),
        "done": sum(unit.done for unit in owes),
        "open_units": sum(not unit.done for unit in owes),
        "total": total,
        "sent": total - missing,
        "missing": missing,
        "published": sum(unit.counts["published"] for unit in owes),
        "percent": 100 * (total - missing) // total if total else 0,
    }
