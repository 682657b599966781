"""The ledger of adapted homes: the list with the year's counts, one household, its steps."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from subsidies.forms.households import AcceptForm, HouseholdForm
from subsidies.models import Household
from subsidies.people import households as ledger
from subsidies.people.persons import why_fast
from subsidies.presenters.households import (
    county_lines,
    export_header,
    export_rows,
    filter_of,
    sentence,
    state_of,
    states,
)
from subsidies.queries.households import households_for, standings, tallies, units_of, years
from subsidies.queries.seen import regions_for
from targets.forms.acting import attempt
from yuxi_eldercare.core.models import Region
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.presenters.downloads import table_download
from yuxi_eldercare.core.roles import VIEW_SUBSIDIES

from .people_shared import METHODS, keepers, keeps, posted, reveal_parts, revealing, show_step, withdrawing
from .shared import needs

PAGE: Final = 50
SEALED: Final = (
    ("name", gettext_lazy("姓名")),
    ("id_number", gettext_lazy("身份证号")),
    ("phone", gettext_lazy("联系电话")),
    ("address", gettext_lazy("住址")),
)


@require_safe
@needs()
def household_list(request: HttpRequest) -> HttpResponse:
    """Households of the counties the reader sees, narrowed by the address, under the year's counts."""
    user, wanted, today = person(request), filter_of(request.GET), timezone.localdate()
    seen = households_for(user)
    year = wanted.year or today.year
    places = regions_for(user, VIEW_SUBSIDIES)
    regions = list(
        Region.objects.filter(
            pk__in=places, level__in=[Region.Level.CITY, Region.Level.COUNTY], withdrawn=False
        ).order_by("position", "code")
    )
    lines = county_lines(regions, tallies(seen, year), standings(year))
    context = {
        "wanted": wanted,
        "year": year,
        "years": sorted({*years(seen), today.year}, reverse=True),
        "lines": lines,
        "sentence": sentence(year, lines[0]) if lines else "",
        "counties": [one for one in regions if one.level == Region.Level.COUNTY],
        "groups": Household.Group.choices,
        "states": states(),
        "page": Paginator(wanted.among(seen), PAGE).get_page(request.GET.get("page")),
        "keeps": units_of(user),
    }
    return render(request, "subsidies/household_list.html", context)


@require_safe
@needs()
def household_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as it is narrowed, all pages, the people masked."""
    rows = filter_of(request.GET).among(households_for(person(request)))
    return table_download(form, _("居家适老化改造台账"), export_header(), export_rows(rows.iterator()))


@require_safe
@needs()
@never_cache
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """One household, masked."""
    row = _found(request, pk)
    context = {
        "row": row,
        "state": state_of(row),
        "fast": why_fast(row),
        "keeps": keeps(request, row),
        "has_address": bool(row.address),
        **reveal_parts(request, row, SEALED),
    }
    return render(request, "subsidies/household.html", context)


@require_http_methods(METHODS)
@never_cache
@keepers
def household_new(request: HttpRequest) -> HttpResponse:
    """A household that is not in the ledger yet."""
    user = person(request)
    form = HouseholdForm(posted(request), units=units_of(user))
    made: list[Household] = []

    def act() -> str:
        made.extend(ledger.enter([form.facts()], department=form.cleaned_data["department"], by=user))
        return _("已登记。")

    status = attempt(request, form, act) if request.method == "POST" else 200
    if made:
        return redirect("subsidy-household", pk=made[0].pk)
    return render(request, "subsidies/household_form.html", {"form": form}, status=status)


@require_http_methods(METHODS)
@never_cache
@needs()
def household_change(request: HttpRequest, pk: int) -> HttpResponse:
    """State a household anew."""
    row = _found(request, pk)
    form = HouseholdForm(posted(request), units=[], kept=row)

    def act() -> str:
        ledger.change(row, form.facts(), by=person(request))
        return _("已保存，改动记入审计。")

    return show_step(
        request, row, form, act, template="subsidies/household_form.html", back="subsidy-household"
    )


@require_http_methods(METHODS)
@never_cache
@needs()
def household_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The acceptance of the work."""
    row = _found(request, pk)
    form = AcceptForm(posted(request), initial={"accepted_on": timezone.localdate(), "works": row.works})

    def act() -> str:
        given = form.cleaned_data
        ledger.accept(
            row, on=given["accepted_on"], works=given["works"], cost_fen=given["cost"], by=person(request)
        )
        return _("已登记验收，计入当年户数。")

    context = {"verb": "accept", "is_household": True}
    return show_step(
        request, row, form, act, template="subsidies/household_step.html", back="subsidy-household", **context
    )


@require_http_methods(METHODS)
@never_cache
@needs()
def household_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a household out of the ledger."""
    row = _found(request, pk)

    def take_out(reason: str) -> None:
        ledger.withdraw(row, reason=reason, by=person(request))

    return withdrawing(request, row, take_out, back="subsidy-household")


@require_POST
@never_cache
@needs()
def household_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """One sealed datum, for a reason."""
    return revealing(request, _found(request, pk), SEALED, back="subsidy-household")


def _found(request: HttpRequest, pk: int) -> Household:
    """A household the reader sees, or 404."""
    rows = households_for(person(request)).select_related(
        "county", "township", "department__region", "application", "entered_by", "withdrawn_by"
    )
    return get_object_or_404(rows, pk=pk)
