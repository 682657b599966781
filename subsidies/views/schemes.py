"""Pages of schemes: the list, one with its versions, a new version, what-if cases."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from subsidies.calculator import compute
from subsidies.forms.schemes import CaseForm, VersionForm, initial_of_version
from subsidies.models import SchemeVersion
from subsidies.presenters.schemes import (
    answer,
    draft_split_words,
    past_its_document,
    scheme_rows,
    summary,
    version_card,
)
from subsidies.queries.schemes import (
    draft_rules,
    scheme_line,
    scheme_lines,
    scheme_with_versions,
    terms_of,
    versions_to_try,
)
from subsidies.schemes import may_manage, new_version
from targets.forms.acting import attempt
from yuxi_eldercare.core.pages import person, refused_page


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """All schemes with the version in force today."""
    rows = scheme_rows(scheme_lines(timezone.localdate()))
    return render(request, "subsidies/schemes.html", {"rows": rows, "summary": summary(rows)})


@require_safe
def scheme(request: HttpRequest, key: str) -> HttpResponse:
    """One scheme: what holds now, where it is stated, what the draft said, all versions."""
    today = timezone.localdate()
    line = scheme_line(get_object_or_404(scheme_with_versions(key)), today)
    shown = line.shown
    drafts = draft_rules([shown] if shown else [])
    context = {
        "scheme": line.scheme,
        "line": line,
        "cards": [version_card(version, line) for version in line.versions],
        "shown": version_card(shown, line) if shown else None,
        "drafts": [(rule, draft_split_words(rule)) for rule in drafts.values()],
        "ended": past_its_document(shown, today) if shown else None,
        "may": may_manage(person(request)),
    }
    return render(request, "subsidies/scheme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def scheme_version(request: HttpRequest, key: str) -> HttpResponse:
    """The form for the next version."""
    row = get_object_or_404(scheme_with_versions(key))
    may = may_manage(person(request))
    if not may:
        return refused_page(request, may.reason)
    line = scheme_line(row, timezone.localdate())
    newest = line.versions[0] if line.versions else None
    posted = request.POST if request.method == "POST" else None
    form = VersionForm(posted, initial=initial_of_version(newest))
    status = 200
    if posted is not None:

        def save() -> str:
            given = form.cleaned_data
            made = new_version(
                scheme=row, terms=form.terms(), reason=given["reason"], by=person(request), seen=given["seen"]
            )
            return _("已订立第%(number)s版；已提交的申请仍按原来的一版。") % {"number": made.number}

        status = attempt(request, form, save)
        if status == 200:
            return redirect("subsidy-scheme", key=key)
    drafts = [(rule, draft_split_words(rule)) for rule in draft_rules([newest] if newest else []).values()]
    context = {"scheme": row, "form": form, "newest": newest, "drafts": drafts}
    return render(request, "subsidies/scheme_version.html", context, status=status)


@require_safe
def what_if(request: HttpRequest) -> HttpResponse:
    """Any case under any version, computed and not kept; the address holds the whole case."""
    versions = versions_to_try()
    asked = "version" in request.GET
    form = CaseForm(request.GET if asked else None, versions=versions, initial=_example(request))
    found = None
    if asked and form.is_valid():
        version: SchemeVersion = form.cleaned_data["version"]
        terms = terms_of(version)
        found = answer(version, terms, compute(terms, form.case()))
    context = {"form": form, "found": found, "version": form.cleaned_data["version"] if found else None}
    return render(request, "subsidies/scheme_what_if.html", context)


def _example(request: HttpRequest) -> dict[str, str]:
    """What the empty form begins with: the scheme it was opened from, and today."""
    wanted = request.GET.get("scheme", "")
    newest = SchemeVersion.objects.filter(scheme__key=wanted).order_by("number").last()
    day = {"on": timezone.localdate().isoformat()}
    return {"version": str(newest.pk), **day} if newest else day
