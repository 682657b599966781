"""月度封存: the open month with its checklist, closed months, one of them, and two beside each other."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from targets.queries.frozen import Change, changes_between, changes_since, frozen_judged
from targets.queries.overview import counties
from targets.queries.revisions import revisions
from yuxi_eldercare.closing import background
from yuxi_eldercare.closing.checklist import Item, Line
from yuxi_eldercare.core.actions.closes import check_may_close
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.closing import month_name, verify
from yuxi_eldercare.core.models import Job, PeriodClose, Region, User
from yuxi_eldercare.core.queries.closes import close_of, closes, previous_month_end
from yuxi_eldercare.core.roles import CLOSE_MONTH, VIEW_ROUNDS, can
from yuxi_eldercare.period_close import ACKNOWLEDGEMENT_MOST

from .close_shapes import (
    SORTS,
    OpenMonth,
    asked_month,
    by_plan_and_year,
    change_sentence,
    month_line,
    open_month,
    revision_rows,
    revision_sentence,
    sorted_changes,
    turned,
)

# A closed month's page shows so many changes; the comparison shows them all.
SHOWN = 12


@require_http_methods(["GET", "HEAD", "POST"])
def close_list(request: HttpRequest) -> HttpResponse:
    """Closed months and the next one with its checklist. Posting the form closes it, in the background."""
    user: User = request.user  # type: ignore[assignment]
    if request.method == "POST":
        return _start(request, user)
    job = _job(request)
    if job is not None and request.htmx:  # type: ignore[attr-defined]
        return _progress(request, job)
    return render(request, "closes/list.html", _list(user, job))


def _list(user: User, job: Job | None = None, **given: Any) -> dict[str, Any]:
    months = closes()
    may_close, may_look = _rights(user)
    return {
        "months": [month_line(close) for close in months],
        "last": months[0] if months else None,
        "open": open_month(timezone.localdate()) if may_look else None,
        "may_close": may_close,
        "job": job,
        "running": job is not None and job.state in {Job.State.QUEUED, Job.State.RUNNING},
        "most": ACKNOWLEDGEMENT_MOST,
        **given,
    }


def _rights(user: User) -> tuple[Any, bool]:
    """Whether the person closes months (or why not), and whether they see what is missing."""
    city = (
        Region.objects.filter(level=Region.Level.CITY, withdrawn=False).order_by("position", "code").first()
    )
    may_close = can(user, CLOSE_MONTH, region=city)
    return may_close, bool(may_close) or bool(can(user, VIEW_ROUNDS, region=city))


def _start(request: HttpRequest, user: User) -> HttpResponse:
    check_may_close(user)
    month = open_month(timezone.localdate())
    words = request.POST.get("acknowledged", "").strip()
    error = _error(month, request.POST.get("month_end", ""), words)
    if not error:
        try:
            job = background.start(month_end=month.month_end, acknowledged=words, by=user)
        except ActionRefused as refused:
            error = str(refused)
        else:
            return redirect(f"{reverse('close-list')}?job={job.pk}")
    return render(request, "closes/list.html", _list(user, error=error, acknowledged=words), status=422)


def _error(month: OpenMonth, asked: str, words: str) -> str:
    """What must be put right before the work begins; empty when nothing."""
    if asked != month.month_end.isoformat():
        return _("要封存的月份已变为%(month)s，请核对清单后再封存。") % {"month": month.name}
    if len(words) > ACKNOWLEDGEMENT_MOST:
        return _("说明最多 %(most)s 字。") % {"most": ACKNOWLEDGEMENT_MOST}
    if month.gaps and not words:
        return _("清单还有 %(n)s 项缺口，请写明为什么仍然封存。") % {"n": len(month.gaps)}
    return ""


def _job(request: HttpRequest) -> Job | None:
    text = request.GET.get("job", "")
    if not (text.isascii() and text.isdigit()):
        return None
    return Job.objects.filter(pk=int(text), kind=background.KIND).first()


def _progress(request: HttpRequest, job: Job) -> HttpResponse:
    """The bar; once the month is closed, on to its page."""
    if job.state == Job.State.DONE and "digest" in job.result:
        month = job.result["month_end"][:7]
        if job.error:
            messages.error(request, job.error)
        response = HttpResponse()
        response["HX-Redirect"] = reverse("close", args=[month])
        return response
    return render(request, "closes/_job.html", {"job": job})


@require_safe
def close(request: HttpRequest, month: str) -> HttpResponse:
    """One closed month: its lights, what changed against the month before, later corrections, and its digest."""
    row = _closed(month)
    if "verify" in request.GET:
        return render(request, "closes/_verified.html", {"fault": verify(row)})
    before = close_of(previous_month_end(row.month_end))
    changes = changes_between(before, row) if before else []
    telling, silent = revision_rows(revisions(row))
    return render(
        request,
        "closes/close.html",
        {
            "close": row,
            "line": month_line(row),
            "before": before,
            "sentence": change_sentence(changes, month_name(before)) if before else "",
            "changes": sorted_changes(changes, "light")[:SHOWN],
            "changed": len(changes),
            "more_changes": len(changes) > SHOWN,
            "plans": by_plan_and_year(frozen_judged(row)),
            "revision_sentence": revision_sentence(telling, silent),
            "telling": telling[:SHOWN],
            "more_telling": telling[SHOWN:],
            "silent": silent,
            "items": [_item(item) for item in row.checklist],
            "counties": counties(),
        },
    )


def _item(kept: dict[str, Any]) -> Item:
    return Item(**{**kept, "lines": [Line(**line) for line in kept["lines"]]})


def _closed(month: str) -> PeriodClose:
    month_end = asked_month(month)
    found = close_of(month_end) if month_end else None
    if found is None:
        raise Http404(_("这个月份没有封存。"))
    return found


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two closed months, or a closed month and now: every light or state that is another one."""
    months = closes()
    if not months:
        raise Http404(_("还没有封存的月份。"))
    later = _chosen(months, request.GET.get("to", ""))
    default = months[min(len(months) - 1, months.index(later) + 1)] if later else months[0]
    earlier = _chosen(months, request.GET.get("from", "")) or default
    region, sort = request.GET.get("county", ""), request.GET.get("sort", "")
    found = _changes(earlier, later, region)
    sort = sort if sort in SORTS else "light"
    return render(
        request,
        "closes/compare.html",
        {
            "months": months,
            "earlier": earlier,
            "later": later,
            "sentence": change_sentence(found, month_name(earlier)),
            "turned": turned(found),
            "changes": sorted_changes(found, sort),
            "sort": sort,
            "counties": counties(),
            "county": region,
        },
    )


def _chosen(months: list[PeriodClose], text: str) -> PeriodClose | None:
    return next((close for close in months if str(close) == text), None)


def _changes(earlier: PeriodClose, later: PeriodClose | None, region: str) -> list[Change]:
    regions = [region] if region else None
    if later is None:
        return changes_since(earlier, regions=regions)
    return changes_between(earlier, later, regions=regions)
