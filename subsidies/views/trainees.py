"""The ledger of trained people: the list, one person, their steps."""

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

from subsidies.forms.trainees import TraineeForm
from subsidies.models import Trainee
from subsidies.people import trainees as ledger
from subsidies.people.persons import why_fast
from subsidies.presenters.lottery import stand_lines
from subsidies.presenters.trainees import export_header, export_rows, filter_of, named
from subsidies.queries.households import units_of
from subsidies.queries.seen import counties_for, regions_for
from subsidies.queries.trainees import institution_names, standings, sums, trainees_for, years
from targets.forms.acting import attempt
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
)


@require_safe
@needs()
def trainee_list(request: HttpRequest) -> HttpResponse:
    """Trainees of the counties the reader sees, narrowed by the address."""
    user, wanted = person(request), filter_of(request.GET)
    seen = trainees_for(user)
    rows = wanted.among(seen)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    context = {
        "wanted": wanted,
        "years": sorted({*years(seen), timezone.localdate().year}, reverse=True),
        "counties": counties_for(user, VIEW_SUBSIDIES),
        "totals": sums(rows),
        "page": page,
        "rows": named(listed, institution_names(listed)),
        "stands": stand_lines(standings(regions_for(user, VIEW_SUBSIDIES))),
        "keeps": units_of(user),
    }
    return render(request, "subsidies/trainee_list.html", context)


@require_safe
@needs()
def trainee_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as it is narrowed, all pages, the people masked."""
    rows = list(filter_of(request.GET).among(trainees_for(person(request))))
    table = export_rows(named(rows, institution_names(rows)))
    return table_download(form, _("培训人员台账"), export_header(), table)


@require_safe
@needs()
@never_cache
def trainee(request: HttpRequest, pk: int) -> HttpResponse:
    """One trained person, masked."""
    row = _found(request, pk)
    context = {
        "row": row,
        "home": institution_names([row]).get(row.institution_id or 0, ""),
        "fast": why_fast(row),
        "keeps": keeps(request, row),
        **reveal_parts(request, row, SEALED),
    }
    return render(request, "subsidies/trainee.html", context)


@require_http_methods(METHODS)
@never_cache
@keepers
def trainee_new(request: HttpRequest) -> HttpResponse:
    """A training that is not in the ledger yet."""
    user = person(request)
    form = TraineeForm(posted(request), units=units_of(user))
    made: list[Trainee] = []

    def act() -> str:
        made.extend(ledger.enter([form.facts()], department=form.cleaned_data["department"], by=user))
        return _("已登记。")

    status = attempt(request, form, act) if request.method == "POST" else 200
    if made:
        return redirect("subsidy-trainee", pk=made[0].pk)
    return render(request, "subsidies/trainee_form.html", {"form": form}, status=status)


@require_http_methods(METHODS)
@never_cache
@needs()
def trainee_change(request: HttpRequest, pk: int) -> HttpResponse:
    """State a training anew."""
    row = _found(request, pk)
    form = TraineeForm(posted(request), units=[], kept=row)

    def act() -> str:
        ledger.change(row, form.facts(), by=person(request))
        return _("已保存，改动记入审计。")

    return show_step(request, row, form, act, template="subsidies/trainee_form.html", back="subsidy-trainee")


@require_http_methods(METHODS)
@never_cache
@needs()
def trainee_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a training out of the ledger."""
    row = _found(request, pk)

    def take_out(reason: str) -> None:
        ledger.withdraw(row, reason=reason, by=person(request))

    return withdrawing(request, row, take_out, back="subsidy-trainee")


@require_POST
@never_cache
@needs()
def trainee_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """One sealed datum, for a reason."""
    return revealing(request, _found(request, pk), SEALED, back="subsidy-trainee")


def _found(request: HttpRequest, pk: int) -> Trainee:
    """A trainee the reader sees, or 404."""
    rows = trainees_for(person(request)).select_related(
        "county", "department__region", "institution", "application", "entered_by", "withdrawn_by"
    )
    return get_object_or_404(rows, pk=pk)
