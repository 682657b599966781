"""地图边界: the outlines in force, importing official ones, going back to tiles."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yuxi_eldercare.core.actions import maps as actions
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.forms.accounts import ReasonForm
from yuxi_eldercare.core.forms.maps import MapForm
from yuxi_eldercare.core.maps import Drawing
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.queries.maps import city, expected_places, outline_in_force, withdrawn_codes
from yuxi_eldercare.core.roles import MANAGE_MAP

from .access import needs

REMOVE = "remove"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_MAP)
def map_outline(request: HttpRequest) -> HttpResponse:
    """What is drawn now; an import replaces it, removing it brings the tiles back."""
    if request.method != "POST":
        return _page(request, MapForm(), ReasonForm())
    if request.POST.get("verb") == REMOVE:
        return _remove(request)
    form = MapForm(request.POST, request.FILES)
    if form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            actions.import_map(
                upload=given["file"],
                approval_number=given["approval_number"],
                source=given["source"],
                by=person(request),
            )
        except ActionRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已导入地图边界，各页地图即按此绘制。"))
            return redirect("map-outline")
    return _page(request, form, ReasonForm(), status=422)


def _remove(request: HttpRequest) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            actions.remove_map(reason=form.cleaned_data["reason"], by=person(request))
        except ActionRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已移除地图边界，各页改用示意图。"))
            return redirect("map-outline")
    return _page(request, MapForm(), form, status=422)


def _page(request: HttpRequest, form: MapForm, reason: ReasonForm, status: int = 200) -> HttpResponse:
    outline, place = outline_in_force(), city()
    expected = expected_places(place) if place else {}
    context = {
        "form": form,
        "reason_form": reason,
        "outline": outline,
        "drawing": Drawing.from_json(outline.drawing) if outline else None,
        "places": [(code, names[0]) for code, names in expected.items()],
        "withdrawn": sorted(withdrawn_codes(place).items()) if place else [],
    }
    return render(request, "core/map_outline.html", context, status=status)
