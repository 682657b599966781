"""为什么是这个灯: a stored judgement, one judged for a day, or one of a closed month (page, or htmx fragment)."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from targets.judging.as_of import assess_as_of
from targets.judging.store import as_row
from targets.models import Assessment, FrozenAssessment, Milestone
from targets.presenters.explanation import Explanation, explain_assessment, explain_frozen
from targets.queries.day import PageDay, page_day
from yuxi_eldercare.core.models import Region

_WHOLE = (
    "regional_target__target__document__plan",
    "regional_target__indicator",
    "regional_target__region",
    "milestone",
    "thresholds",
)


@require_safe
def stored(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest judgement, by its id."""
    row = get_object_or_404(Assessment.objects.select_related(*_WHOLE), pk=pk)
    return _answer(request, explain_assessment(row))


@require_safe
def on_day(request: HttpRequest, milestone: int, region: str) -> HttpResponse:
    """A milestone's judgement in a region, as of the page's day or as a month was closed."""
    asked = get_object_or_404(Milestone, pk=milestone)
    place = get_object_or_404(Region, code=region)
    found = _explained(asked, place, page_day(request, frozen=True))
    if found is None:
        raise Http404(_("那一天还没有对这个目标作出判定。"))
    return _answer(request, found)


def _explained(milestone: Milestone, region: Region, day: PageDay) -> Explanation | None:
    if day.close is not None:
        row = FrozenAssessment.objects.filter(close=day.close, milestone=milestone, region=region).first()
        return explain_frozen(row, day.close) if row else None
    if day.ask is None:
        rows = Assessment.objects.filter(
            milestone=milestone, region=region, regional_target__target=milestone.target_id
        )
        latest = rows.select_related(*_WHOLE).first()
        return explain_assessment(latest) if latest else None
    judgement = assess_as_of(Q(target=milestone.target_id, region=region), day.ask)
    for verdict in judgement.verdicts:
        if verdict.milestone.pk == milestone.pk:
            return explain_assessment(as_row(verdict, timezone.now()))
    return None


def _answer(request: HttpRequest, explanation: Explanation) -> HttpResponse:
    template = "targets/_explanation.html" if request.htmx else "targets/explanation.html"  # type: ignore[attr-defined]
    return render(request, template, {"explanation": explanation})
