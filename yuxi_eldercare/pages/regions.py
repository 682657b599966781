"""地区: the divisions there are, and the import of townships and villages with its preview."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.actions.refusals import Refused
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.actions.region_lines import compare
from yuxi_eldercare.core.actions.regions import import_regions
from yuxi_eldercare.core.forms.regions import RegionFileForm
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.queries.regions import county_lines
from yuxi_eldercare.core.roles import LOAD_PLANS
from yuxi_eldercare.core.views.access import needs

from .region_sheets import lines_of, own_file, receive, region_columns

_METHODS = ["GET", "HEAD", "POST"]
# The preview lists so many faults and changes; it counts all.
SHOWN: Final = 200


@require_http_methods(_METHODS)
@never_cache
@needs(LOAD_PLANS)
def region_import(request: HttpRequest) -> HttpResponse:
    """What is there county by county; posting a list keeps it and shows what it would do."""
    form = RegionFileForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if form.is_bound and form.is_valid():
        try:
            stored = receive(upload=form.cleaned_data["file"], by=person(request))
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("region-import-preview", pk=stored.pk)
    context = {"form": form, "counties": county_lines()}
    return render(request, "regions/import.html", context, status=422 if form.is_bound else 200)


@require_http_methods(_METHODS)
@never_cache
@needs(LOAD_PLANS)
def region_import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What a kept list would do, or all that is wrong in it; posting writes it."""
    stored = own_file(pk, person(request))
    if stored is None:
        raise Http404
    context: dict[str, Any] = {"file": stored, "most": SHOWN}
    try:
        table, lines = lines_of(stored)
        if request.method == "POST":
            done = import_regions(lines=lines, file=stored, by=person(request))
            text = _("已写入：新增 %(new)s 个，改名 %(renamed)s 个，其余不变。")
            messages.success(request, text % {"new": len(done.new), "renamed": len(done.renamed)})
            return redirect("region-import")
        found = compare(lines)
    except Refused as refused:
        context["refused"] = str(refused)
        return render(request, "regions/preview.html", context, status=422)
    except ActionRefused as refused:
        context["refused"] = str(refused)
        return render(request, "regions/preview.html", context, status=422)
    columns = region_columns(table)
    context |= {
        "found": found,
        "rows": len(lines),
        "faults": [(fault, columns[fault.field]) for fault in found.faults[:SHOWN]],
        "new": found.new[:SHOWN],
        "renamed": found.renamed[:SHOWN],
    }
    return render(request, "regions/preview.html", context)
