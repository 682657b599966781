"""任务台账: all parts with their lights, filtered, paged and exported; many signed for at once."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from targets.following import sign_many
from targets.models import AssignmentPart
from targets.presenters.following import Row, ledger_table, rows, tally_shown
from targets.presenters.words import LIGHTS
from targets.queries.assignments import documents_with_assignments
from targets.queries.following import (
    Ledger,
    PartFilter,
    latest_reports,
    ledger,
    units_with_parts,
    with_names,
)
from targets.reporting.scope import departments_of
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.presenters.downloads import table_download
from yuxi_eldercare.core.roles import WORK_ON_PART

from .following_shared import readers
from .reporting.shared import ids

PAGE = 50
SIGN_MOST = 200


def part_filter(request: HttpRequest, user: User) -> PartFilter:
    """What the address narrows the ledger to; what it does not know is left out."""
    asked = request.GET
    state, light = asked.get("state", ""), asked.get("light", "")
    return PartFilter(
        state=state if state in AssignmentPart.State.values else "",
        light=light if light in LIGHTS else "",
        department=asked.get("department", ""),
        region=asked.get("region", ""),
        document=asked.get("document", ""),
        text=asked.get("text", "").strip()[:60],
        units=departments_of(user, WORK_ON_PART) if asked.get("mine") else None,
    )


@require_safe
@never_cache
@readers
def ledger_page(request: HttpRequest) -> HttpResponse:
    """The ledger, fifty parts a page."""
    user, today = person(request), timezone.localdate()
    wanted = part_filter(request, user)
    found = ledger(wanted, today)
    page = Paginator(found.keys, PAGE).get_page(request.GET.get("page"))
    mine = departments_of(user, WORK_ON_PART)
    shown = _rows(found, list(page.object_list))
    return render(
        request,
        "targets/following/ledger.html",
        {
            "wanted": wanted,
            "page": page,
            "rows": shown,
            "tally": tally_shown(found.tally),
            "documents": documents_with_assignments(),
            "units": units_with_parts(),
            "regions": Region.objects.filter(parts__isnull=False).distinct(),
            "states": AssignmentPart.State.choices,
            "lights": LIGHTS.items(),
            "works": bool(mine),
            "signable": {
                row.part.pk
                for row in shown
                if row.part.state == AssignmentPart.State.ISSUED and row.part.department_id in mine
            },
        },
    )


@require_safe
@readers
def ledger_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Exactly the parts the ledger shows under the same filter, all pages."""
    found = ledger(part_filter(request, person(request)), timezone.localdate())
    header, lines = ledger_table(_rows(found, found.keys))
    return table_download(form, _("任务台账"), header, lines)


def _rows(found: Ledger, keys: list[int]) -> list[Row]:
    return rows(with_names(keys), found.standings, latest_reports(keys), timezone.localdate())


@require_POST
@readers
def sign_chosen(request: HttpRequest) -> HttpResponse:
    """Sign for the chosen parts; those that cannot be are named with the reason."""
    chosen = ids(request.POST.getlist("part"))[:SIGN_MOST]
    done = sign_many(
        parts=AssignmentPart.objects.filter(pk__in=chosen).select_related("assignment"), by=person(request)
    )
    if done.done:
        messages.success(request, _("已签收%(count)s项。") % {"count": len(done.done)})
    elif not done.left:
        messages.warning(request, _("请先勾选要签收的事项。"))
    for sentence in dict.fromkeys(done.left.values()):
        messages.error(request, sentence)
    query = request.POST.get("query", "")
    return redirect(reverse("part-list") + (f"?{query}" if query else ""))
