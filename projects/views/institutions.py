"""The register of institutions: the list as of a day, one institution with its history, suspected duplicates."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.models import InstitutionVersion
from projects.presenters.institutions import (
    day_of,
    export_header,
    export_rows,
    fact_lines,
    filter_of,
    history_lines,
    replaced_lines,
)
from projects.queries.handovers import handovers_to
from projects.queries.institutions import (
    choices,
    former_codes_of,
    page_of,
    sums,
    units_of,
    version_on,
    versions_of,
)
from projects.register.suspects import suspected
from yuxi_eldercare.core.models import Region
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.presenters.downloads import table_download
from yuxi_eldercare.core.roles import EDIT_INSTITUTION, can

from .institutions_shared import found, readers

PAGE = 50


@require_safe
@readers
def institution_list(request: HttpRequest) -> HttpResponse:
    """Institutions as of a day, narrowed by the address, with sums of exactly what is listed."""
    wanted = filter_of(request.GET, timezone.localdate())
    rows = wanted.rows()
    totals = sums(rows)
    offered = choices()
    page = page_of(
        rows,
        size=PAGE,
        number=request.GET.get("page"),
        by_county=totals.by_county,
        order=[county.code for county in offered.counties],
    )
    context = {
        "wanted": wanted,
        "as_of": wanted.day,
        "totals": totals,
        "page": page,
        "choices": offered,
        "kinds": InstitutionVersion.Kind.choices,
        "operations": InstitutionVersion.Operation.choices,
        "statuses": InstitutionVersion.Status.choices,
        "keeps": units_of(person(request)),
    }
    return render(request, "institutions/list.html", context)


@require_safe
@readers
def institution_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as it is narrowed, all pages, as .xlsx or CSV."""
    rows = filter_of(request.GET, timezone.localdate()).rows()
    return table_download(form, _("机构名册"), export_header(), export_rows(rows))


@require_safe
@readers
def institution(request: HttpRequest, pk: int) -> HttpResponse:
    """One institution: what was so on a day, and all that was ever stated."""
    row = found(pk)
    versions = versions_of(row)
    today = timezone.localdate()
    day = day_of(request.GET, today)
    version = version_on(versions, day)
    latest = next((v for v in versions if v.superseded_at is None and v.until is None), versions[0])
    history = history_lines(versions)
    context = {
        "row": row,
        "version": version,
        "latest": latest,
        "as_of": day,
        "is_today": day == today,
        "facts": fact_lines(version) if version else [],
        "history": history,
        "opened": history[-1].version.since if history else None,
        "replaced": replaced_lines(versions),
        "handovers": handovers_to(row),
        "former_codes": former_codes_of(row),
        "may_edit": can(person(request), EDIT_INSTITUTION, department=row.keeper),
        "is_closed": latest.status == InstitutionVersion.Status.CLOSED,
    }
    return render(request, "institutions/institution.html", context)


@require_safe
@readers
def institution_duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs of open institutions that may be the same one, side by side."""
    county = request.GET.get("county", "")[:12]
    result = suspected(county)
    context = {
        "county": county,
        "counties": Region.objects.filter(level=Region.Level.COUNTY, withdrawn=False),
        "result": result,
    }
    return render(request, "institutions/duplicates.html", context)
