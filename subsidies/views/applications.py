"""补助台账: the applications a person sees, filtered, paged and exported; and what waits for the person."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from subsidies.applying.rights import may_apply
from subsidies.models import Application
from subsidies.presenters.applications import export_header, export_rows, filter_of, sums_shown
from subsidies.queries.applications import choices, drafts, ledger, sums, waiting
from subsidies.queries.applications_places import places_of
from subsidies.queries.payments import lists_to_finish, money_to_come, to_list
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.presenters.downloads import table_download
from yuxi_eldercare.core.roles import KEEP_BOOKS, can

from .shared import needs

PAGE = 50
SHOWN_MOST = 100
State = Application.State


@require_safe
@never_cache
@needs()
def application_list(request: HttpRequest) -> HttpResponse:
    """The ledger, fifty applications a page, with sums of what the filter leaves."""
    user = person(request)
    wanted = filter_of(request.GET)
    shown = sums_shown(sums(user, wanted))
    chosen = [one.count for one in shown.states if not wanted.state or one.state == wanted.state]
    paginator = Paginator(ledger(user, wanted), PAGE)
    paginator.count = sum(chosen)
    context = {
        "wanted": wanted,
        "page": paginator.get_page(request.GET.get("page")),
        "sums": shown,
        "choices": choices(user),
        "states": State.choices,
        "may_apply": may_apply(user),
    }
    return render(request, "subsidies/application_list.html", context)


@require_safe
@needs()
def application_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Exactly the applications the ledger shows under the same filter, all pages."""
    rows = ledger(person(request), filter_of(request.GET))
    return table_download(form, _("补助台账"), export_header(), export_rows(rows.iterator(2_000)))


@require_safe
@never_cache
def application_desk(request: HttpRequest) -> HttpResponse:
    """What waits for the person, as a part of their desk: claims, and payments for a treasurer."""
    user = person(request)
    rows = waiting(user).select_related("scheme", "county").order_by("applied_on", "pk")
    context: dict[str, Any] = {"rows": list(rows[:SHOWN_MOST])}
    if can(user, KEEP_BOOKS):
        context |= {
            "to_list": to_list(user).count(),
            "lists": list(lists_to_finish(user)[:SHOWN_MOST]),
            "to_come": list(money_to_come(user)[:SHOWN_MOST]),
        }
    return render(request, "subsidies/_application_desk.html", context)


@require_safe
@never_cache
@needs()
def application_mine(request: HttpRequest) -> HttpResponse:
    """我的审批: what waits for the person, by step, the longest waiting first."""
    user = person(request)
    rows = list(
        waiting(user)
        .select_related("scheme", "county", "department")
        .order_by("applied_on", "pk")[:SHOWN_MOST]
    )
    piles = [
        (_("待县级核查"), [row for row in rows if row.state == State.SUBMITTED]),
        (_("待市级复核"), [row for row in rows if row.state == State.COUNTY_CHECKED]),
        (_("待审批"), [row for row in rows if row.state == State.CITY_CHECKED]),
        (_("退回待修改"), [row for row in rows if row.state == State.RETURNED]),
        (
            _("草稿，尚未提交"),
            list(drafts(user).select_related("scheme", "county", "department")[:SHOWN_MOST]),
        ),
    ]
    places = places_of(user)
    context = {
        "piles": [(word, found) for word, found in piles if found],
        "count": len(rows),
        "concerned": places.judges or bool(places.applying),
    }
    return render(request, "subsidies/application_mine.html", context)
