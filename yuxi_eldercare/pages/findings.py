"""One finding: its places side by side, the rulings on it, and the form for those who may rule."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from targets.actions.rulings import rule
from yuxi_eldercare.core.actions.findings import RulingRefused, may_rule
from yuxi_eldercare.core.models import Finding, FindingPlace, Ruling
from yuxi_eldercare.core.queries.findings import Passage, passage

from .forms import RulingForm
from .rulings import shown_rulings

# Which field of the form an action's refusal is about.
FORM_FIELDS = {
    "decision": "decision",
    "text": "text",
    "due": "due",
    "baseline_date": "baseline_date",
    "baseline": "baseline_value",
    "basis": "basis",
}


@dataclass(frozen=True)
class ShownPlace:
    """A place of a finding with the words around its phrase, where the text is at hand."""

    place: FindingPlace
    passage: Passage | None


@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: HttpRequest, key: str) -> HttpResponse:
    """A finding by its key. Posting the form rules on it."""
    row = get_object_or_404(
        Finding.objects.prefetch_related(
            Prefetch("places", FindingPlace.objects.select_related("clause__document__plan")),
            Prefetch("rulings", Ruling.objects.select_related("ruled_by")),
        ),
        key=key,
    )
    allowed = may_rule(request.user, row)  # type: ignore[arg-type]
    form = RulingForm(request.POST or None, finding=row)
    status = 200
    if request.method == "POST":
        if not allowed:
            status = 403
        elif form.is_valid() and _ruled(request, row, form):
            return redirect("finding", key=row.key)
        else:
            status = 422
    context = {
        "finding": row,
        "places": [_shown(place) for place in row.places.all()],
        "rulings": shown_rulings(row.rulings.all()),
        "allowed": allowed,
        "form": form,
    }
    return render(request, "finding.html", context, status=status)


def _ruled(request: HttpRequest, row: Finding, form: RulingForm) -> bool:
    """Whether the ruling was recorded; a refusal becomes an error at its field."""
    given = form.cleaned_data
    try:
        rule(
            finding=row,
            decision=given["decision"],
            text=given["text"],
            effect=form.effect_given(),
            by=request.user,  # type: ignore[arg-type]
        )
    except RulingRefused as refusal:
        form.add_error(FORM_FIELDS.get(refusal.field, "effect"), str(refusal))
        return False
    except PermissionDenied as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("裁定已记录。涉及的目标会随即重新判定。"))
    return True


def _shown(place: FindingPlace) -> ShownPlace:
    if place.clause is None:
        return ShownPlace(place, None)
    clause = place.clause
    return ShownPlace(place, passage(clause.document, clause.number, clause.heading, place.phrase))
