"""The books: balances of budget lines as of a day, one line with its journal, and totals; the same as files."""

from datetime import date
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from subsidies.books import verifying
from subsidies.books.keeping import change_budget, open_line, register_arrival, reverse_entry
from subsidies.books.wording import line_name
from subsidies.forms.books import ArrivalForm, BudgetForm, LineForm, ReverseForm
from subsidies.models import BudgetLine, Level, Programme
from subsidies.presenters import book_totals, books
from subsidies.queries.book_totals import granted_by, granted_by_institution
from subsidies.queries.books import (
    LineFilter,
    journal_of,
    journals,
    purses,
    standings,
    visible_lines,
    with_running_sums,
    years,
)
from targets.actions.refusals import Refused
from targets.forms.acting import attempt
from targets.forms.reporting import ActionForm
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.presenters.downloads import table_download
from yuxi_eldercare.core.roles import KEEP_BOOKS, can

from .shared import needs

PAGE = 50
INSTITUTIONS = 100
_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@needs()
def book_list(request: HttpRequest) -> HttpResponse:
    """Budget lines with what stood on them, the whole and groups of them, and when the books were verified."""
    wanted, on = _asked(request)
    found = standings(wanted.lines(person(request)), on)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    by = request.GET.get("by", "")
    context = _narrowing(request, wanted, on) | {
        "page": page,
        "rows": books.rows_of(page.object_list),
        "whole": books.whole_row(found),
        "groups": books.grouped_rows(found, by),
        "ways": books.ways(),
        "by": by if by in dict(books.ways()) else "level",
        "verified": books.verified(verifying.latest()),
    }
    return render(request, "subsidies/books.html", context)


@require_safe
@needs()
def book_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The lines of the page as a file."""
    wanted, on = _asked(request)
    found = standings(wanted.lines(person(request)), on)
    return table_download(form, _("补助资金台账"), books.header(), books.exported(found))


@require_safe
@needs()
def book_totals_page(request: HttpRequest) -> HttpResponse:
    """What was granted and paid by county and level, by scheme, by institution."""
    wanted, on = _asked(request)
    found = _totals(request, wanted, on)
    found["institutions"] = (every := found["institutions"])[:INSTITUTIONS]
    context = _narrowing(request, wanted, on) | found
    context |= {"left_out": max(len(every) - INSTITUTIONS, 0), "levels": book_totals.levels()}
    return render(request, "subsidies/book_totals.html", context)


@require_safe
@needs()
def book_totals_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The tables of the page of totals, one after the other, as a file."""
    rows = book_totals.exported(**_totals(request, *_asked(request)))
    return table_download(form, _("补助资金合计"), book_totals.header(), rows)


def _totals(request: HttpRequest, wanted: LineFilter, on: date) -> dict[str, Any]:
    user = person(request)
    groups = granted_by(user, wanted, on)
    regions = purses(user)
    return {
        "counties": book_totals.by_county(groups, regions),
        "schemes": book_totals.by_scheme(groups),
        "institutions": book_totals.by_institution(granted_by_institution(user, wanted, on), regions),
        "whole": book_totals.whole_line(groups),
    }


def _asked(request: HttpRequest) -> tuple[LineFilter, date]:
    """The filter and the day in the address; what is not understood is left out, a day to come is today."""
    year, today = request.GET.get("year", ""), timezone.localdate()
    level, programme = request.GET.get("level", ""), request.GET.get("programme", "")
    wanted = LineFilter(
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None,
        level=level if level in Level.values else "",
        programme=programme if programme in Programme.values else "",
        region=request.GET.get("region", "")[:12],
    )
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return wanted, today
    return wanted, min(on, today)


def _narrowing(request: HttpRequest, wanted: LineFilter, on: date) -> dict[str, Any]:
    """The filter and what it can be set to, as `subsidies/book_filter.html` wants them."""
    user = person(request)
    return {
        "wanted": wanted,
        "on": on,
        "today": timezone.localdate(),
        "years": years(user),
        "levels_to_choose": Level.choices,
        "programmes": Programme.choices,
        "regions": purses(user),
        "keeps": bool(can(user, KEEP_BOOKS)),
    }


@require_http_methods(_METHODS)
@never_cache
@needs(KEEP_BOOKS)
def book_new(request: HttpRequest) -> HttpResponse:
    """A new budget line."""
    user = person(request)
    form = LineForm(request.POST if request.method == "POST" else None, purses=purses(user, KEEP_BOOKS))
    made: list[BudgetLine] = []

    def act() -> str:
        made.append(open_line(by=user, **form.cleaned_data))
        return _("已建立%(line)s，请登记预算金额。") % {"line": line_name(made[0])}

    status = attempt(request, form, act) if request.method == "POST" else 200
    if made:
        return redirect("subsidy-book", pk=made[0].pk)
    return render(request, "subsidies/book_new.html", {"form": form}, status=status)


@require_http_methods(_METHODS)
@never_cache
@needs()
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """One line with its journal; a POST enters what its field `form` names."""
    user = person(request)
    line = get_object_or_404(visible_lines(user), pk=pk)
    keeps = can(user, KEEP_BOOKS, region=line.region)
    status, sent = 200, None
    if request.method == "POST":
        if not keeps:
            return refused_page(request, keeps.reason)
        sent = _sent(request)
        status = attempt(request, sent[1], partial(_enter, *sent, line, user)) if sent else 422
        if status == 200:
            return redirect("subsidy-book", pk=pk)
    _wanted, on = _asked(request)
    # Only numbers are sorted and cut; whole rows are read for the page alone.
    numbers = journal_of(line, on).values_list("pk", flat=True)
    page = Paginator(numbers, PAGE).get_page(request.GET.get("page"))
    [standing] = standings(visible_lines(user).filter(pk=pk), on)
    # As far as the latest journal of the first page is as far as the day.
    known = standing.sums if page.number == 1 else None
    context = {
        "line": line,
        "name": line_name(line),
        "on": on,
        "today": timezone.localdate(),
        "row": books.rows_of([standing])[0],
        "page": page,
        "entries": books.entries_of(with_running_sums(line, journals(page.object_list), known)),
        "keeps": keeps,
        "forms": _forms(sent) if keeps else {},
        "refused": sent[1] if sent else None,
        "stale": status == 422 and sent is None,
        "reversing": sent[1]["journal"].value() if sent and sent[0] == "reverse" else "",
    }
    return render(request, "subsidies/book.html", context, status=status)


_FORMS: dict[str, type[ActionForm]] = {"budget": BudgetForm, "arrival": ArrivalForm, "reverse": ReverseForm}


def _sent(request: HttpRequest) -> tuple[str, ActionForm] | None:
    """What the page was sent; None for a form it does not have."""
    name = request.POST.get("form", "")
    return (name, _FORMS[name](request.POST, auto_id=f"{name}-%s")) if name in _FORMS else None


def _forms(sent: tuple[str, ActionForm] | None) -> dict[str, ActionForm]:
    """The forms of the page by name; the one that was sent as it was sent."""
    forms = {name: form(auto_id=f"{name}-%s") for name, form in _FORMS.items()}
    return forms | ({sent[0]: sent[1]} if sent else {})


def _enter(name: str, form: Any, line: BudgetLine, by: User) -> str:
    if name == "budget":
        change_budget(line=line, entry=form.entry(), by=by)
        return _("预算已登记。")
    if name == "arrival":
        register_arrival(line=line, entry=form.entry(), by=by)
        return _("资金到位情况已登记。")
    given = form.cleaned_data
    journal = journal_of(line, timezone.localdate()).filter(pk=given["journal"]).first()
    if journal is None:
        raise Refused.because(_("找不到要冲销的账，请刷新页面。"))
    reverse_entry(journal=journal, on=given["on"], reason=given["reason"], by=by)
    return _("已冲销。")
