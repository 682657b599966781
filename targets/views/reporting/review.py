"""Review by the unit and confirmation by the lead department: what changed, and pass, return, or publish."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from targets.actions.refusals import NotAllowed, Refused
from targets.models import Entry
from targets.presenters.reporting.review import ReviewRow, coverage, review_rows
from targets.reporting.desk import to_confirm, to_review
from targets.reporting.diffs import differences
from targets.reporting.grid import read_cells
from targets.reporting.publishing import publish, publish_clean
from targets.reporting.scope import may_confirm, may_review, reach
from targets.reporting.steps import Approved, approve_clean, return_entries, review
from targets.reporting.trail import enterers
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import CONFIRM, REVIEW, Decision, can

from .shared import ids, number

# More rows than anybody looks through at once; the rest comes when these are done.
ROWS_MOST = 300
State = Entry.State


@dataclass(frozen=True)
class Place:
    """What is looked at: entries of one round, in review also of one unit."""

    round: int | None
    department: int | None

    def address(self, name: str) -> str:
        """The page that shows it."""
        asked = {"round": self.round, "department": self.department}
        return f"{reverse(name)}?{urlencode({key: value for key, value in asked.items() if value})}"


@dataclass(frozen=True)
class Typed:
    """What was ticked and written before a refusal, to be shown again."""

    entries: list[int] = field(default_factory=list)
    reason: str = ""


@require_safe
@never_cache
def review_page(request: HttpRequest) -> HttpResponse:
    """What the user's unit submitted and they may pass or return."""
    return _review(request, _place(request.GET), Typed())


@require_safe
@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    """What was reviewed and waits for the user's lead department, with how complete the counties are."""
    return _confirm(request, _place(request.GET), Typed())


@require_POST
def review_act(request: HttpRequest) -> HttpResponse:
    """Pass, return or publish what was ticked; a refusal shows the page again with all that was typed."""
    by = person(request)
    place = _place(request.POST)
    typed = Typed(ids(request.POST.getlist("entries")), request.POST.get("reason", ""))
    confirming = request.POST.get("page") == "confirm"
    act = _acts(by, typed).get(request.POST.get("verb", ""))
    status = 422
    try:
        if act is None:
            raise Refused.because(_("请选择要做什么。"))
        if not typed.entries:
            raise Refused.because(_("没有选择要处理的数据，请先在左侧勾选。"))
        for level, sentence in act():
            messages.add_message(request, level, sentence)
        return redirect(place.address("confirm" if confirming else "review"))
    except Refused as refused:
        status = 403 if isinstance(refused, NotAllowed) else 422
        for sentence in dict.fromkeys(problem.message for problem in refused.problems):
            messages.error(request, sentence)
    page = _confirm if confirming else _review
    return page(request, place, typed, status)


Told = list[tuple[int, str]]


def _acts(by: User, typed: Typed) -> dict[str, Callable[[], Told]]:
    chosen = typed.entries

    def done(sentence: str, count: int) -> Told:
        return [(messages.SUCCESS, sentence % {"count": count})]

    return {
        "review": lambda: done(
            _("%(count)s项审核通过，转牵头单位确认。"), len(review(entries=chosen, by=by))
        ),
        "clean": lambda: _told(approve_clean(entries=chosen, by=by), _("%(count)s项审核通过。")),
        "publish": lambda: done(
            _("%(count)s项已确认生效，相关目标已重新判定。"), len(publish(entries=chosen, by=by))
        ),
        "publish_clean": lambda: _told(publish_clean(entries=chosen, by=by), _("%(count)s项已确认生效。")),
        "return": lambda: done(
            _("%(count)s项已退回，填报人会看到理由。"),
            len(return_entries(entries=chosen, reason=typed.reason, by=by)),
        ),
    }


def _told(approved: Approved, sentence: str) -> Told:
    told = [(messages.SUCCESS, sentence % {"count": len(approved.done)})] if approved.done else []
    if approved.left:
        text = _("留下%(count)s项须逐项查看，例如：%(first)s")
        first = next(iter(approved.left.values()))
        told.append((messages.WARNING, text % {"count": len(approved.left), "first": first}))
    return told


def _place(given: Any) -> Place:
    return Place(number(given.get("round")), number(given.get("department")))


def _review(request: HttpRequest, place: Place, typed: Typed, status: int = 200) -> HttpResponse:
    user = person(request)
    allowed = can(user, REVIEW)
    if not allowed:
        return render(request, "core/refused.html", {"reason": allowed.reason}, status=403)
    piles = _piles(to_review(user), "round", "department")
    units = reach(user, REVIEW).departments
    entries = Entry.objects.filter(state=State.SUBMITTED, department__in=units)
    place = _waiting(place, piles, entries)
    rows = _rows(entries.filter(**_where(place)), user, may_review)
    return _page(request, "review", place, typed, status, piles=piles, rows=rows)


def _confirm(request: HttpRequest, place: Place, typed: Typed, status: int = 200) -> HttpResponse:
    user = person(request)
    allowed = can(user, CONFIRM)
    if not allowed:
        return render(request, "core/refused.html", {"reason": allowed.reason}, status=403)
    mine = reach(user, CONFIRM).over("confirmer")
    piles = _piles(to_confirm(user), "round")
    entries = Entry.objects.filter(mine, state=State.REVIEWED)
    place = _waiting(Place(place.round, None), piles, entries)
    rows = _rows(entries.filter(**_where(place)), user, may_confirm)
    columns, lines = _coverage(mine, place)
    return _page(
        request, "confirm", place, typed, status, piles=piles, rows=rows, regions=columns, coverage=lines
    )


def _waiting(place: Place, piles: list[dict[str, Any]], entries: QuerySet[Entry]) -> Place:
    """The place asked for, or, where nothing is left to do, the first pile that waits."""
    if not piles or (place.round is not None and entries.filter(**_where(place)).exists()):
        return place
    return Place(piles[0]["round"], piles[0].get("department"))


def _page(
    request: HttpRequest, name: str, place: Place, typed: Typed, status: int, **shown: Any
) -> HttpResponse:
    rows: list[ReviewRow] = shown["rows"]
    context = {
        "place": place,
        "typed": typed,
        "here": name,
        "compared": _("与已生效的数相比") if name == "confirm" else _("与上次审核相比"),
        "clean": sum(row.clean for row in rows),
        "passable": sum(not row.blocked for row in rows),
        "several_periods": len({row.entry.period_end for row in rows}) > 1,
        **shown,
    }
    return render(request, f"targets/reporting/{name}.html", context, status=status)


def _where(place: Place) -> dict[str, int]:
    """Without a place nothing is shown: there is no pile to look at."""
    where = {"round": place.round or 0}
    return where if place.department is None else {**where, "department": place.department}


def _piles(rows: QuerySet[Entry], *columns: str) -> list[dict[str, Any]]:
    """What waits, grouped: one tab each, the round that ends first in front."""
    names = {"round": ("round__name", "round__due_on"), "department": ("department__short_name",)}
    wanted = [column for name in columns for column in (name, *names[name])]
    grouped = rows.order_by("round__due_on", *columns).values(*wanted)
    return list(grouped.annotate(count=Count("pk")))


def _rows(entries: QuerySet[Entry], user: User, may: Callable[[User, Entry], Decision]) -> list[ReviewRow]:
    chosen = list(entries.order_by("indicator__position").values_list("pk", flat=True)[:ROWS_MOST])
    cells = read_cells(chosen, user)
    found = [cell.entry for cell in cells]
    wrote = enterers(found) if found else {}
    blocked = {}
    for entry in found:
        decision = may(user, entry)
        if not decision:
            blocked[entry.pk] = decision.reason
        elif user.pk in wrote[entry.pk]:
            blocked[entry.pk] = _("这一项你填报过，须由他人处理。")
    return review_rows(cells, differences(found), blocked)


def _coverage(mine: Q, place: Place) -> tuple[list[tuple[str, str]], list[Any]]:
    """Regions and, per indicator of the round that the user confirms, how far each region is."""
    rows = (
        Entry.objects.filter(mine, round=place.round or 0, indicator__withdrawn_at=None)
        .order_by("indicator__position", "indicator__key", "region__position", "region")
        .values_list("indicator__name", "region", "region__short_name", "state")
    )
    found = list(rows)
    regions = list(dict.fromkeys((code, name) for _indicator, code, name, _state in found))
    return regions, coverage(((i, code, state) for i, code, _name, state in found), regions)
