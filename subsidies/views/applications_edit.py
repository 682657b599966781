"""Registering and changing a claim, its evidence, and showing what of it is sealed."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects.models import Institution
from subsidies import applying
from subsidies.applying.rights import acts_on, may_apply, may_take, state_problem
from subsidies.forms.applications import ClaimForm, EvidenceForm, NewClaimForm
from subsidies.models import Application, ApplicationFile, ApplicationStep, Scheme
from subsidies.queries.applications import own_institutions, units_applying, visible
from targets.actions.refusals import NotAllowed, Refused
from targets.forms.acting import attempt
from yuxi_eldercare.core.actions.personal import NotRevealed, reveal
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.roles import REVEAL_PERSONAL, can

from .applications_page import found, page, seen_revision
from .shared import needs

Verb = ApplicationStep.Verb
REVEALED = ("account", "phone")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs()
def application_new(request: HttpRequest) -> HttpResponse:
    """Register a claim of one of the unit's institutions, or of its county."""
    user = person(request)
    decision = may_apply(user)
    if not decision:
        return refused_page(request, decision.reason)
    units = units_applying(user)
    text = request.GET.get("text", "").strip()[:60]
    form = _new_form(request, units, text)
    status = 200
    if request.method == "POST":
        made: list[Application] = []
        status = attempt(request, form, partial(_register, form, units, user, made))
        if made:
            return redirect("subsidy-application", made[0].pk)
    context = {"form": form, "text": text, "schemes": Scheme.objects.all()}
    return render(request, "subsidies/application_form.html", context, status=status)


def _new_form(request: HttpRequest, units: list[Department], text: str) -> NewClaimForm:
    regions = {unit.region_id for unit in units}
    counties = Region.objects.filter(level=Region.Level.COUNTY, withdrawn=False)
    data: Any = request.POST if request.method == "POST" else None
    return NewClaimForm(
        data,
        schemes=Scheme.objects.all(),
        institutions=own_institutions(units, timezone.localdate(), text),
        counties=[row for row in counties if {row.code, row.parent_id} & regions],
        initial={"scheme": request.GET.get("scheme", ""), "applicant": request.GET.get("applicant", "")},
    )


def _register(form: NewClaimForm, units: list[Department], user: User, made: list[Application]) -> str:
    given = form.cleaned_data
    scheme = Scheme.objects.get(key=given["scheme"])
    kind, key = given["applicant"][:1], given["applicant"][1:]
    subject: dict[str, Any]
    if kind == "i":
        institution = Institution.objects.select_related("keeper").get(pk=int(key))
        subject = {"institution": institution, "department": institution.keeper}
    else:
        county = Region.objects.get(pk=key)
        unit = next(
            (unit for unit in units if unit.region_id == county.code),
            next((unit for unit in units if unit.region_id == county.parent_id), units[0]),
        )
        subject = {"county": county, "department": unit}
    row = applying.register_application(scheme=scheme, claim=form.claim(), by=user, **subject)
    made.append(row)
    return _("已登记 %(number)s。请上传材料，核对后提交。") % {"number": row.number}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs()
def application_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft or a returned claim."""
    row = found(request, pk)
    user = person(request)
    decision = may_take(Verb.CHANGE, row, user, acts_on(row, user))
    refusal = decision.reason or ("" if request.method == "POST" else state_problem(Verb.CHANGE, row))
    if refusal:
        return refused_page(request, refusal)
    form = ClaimForm(request.POST if request.method == "POST" else None, application=row)
    status = 200
    if request.method == "POST":
        status = attempt(request, form, partial(_change, form, pk, user, seen_revision(request.POST)))
        if status == 200:
            return redirect("subsidy-application", pk)
    context = {"form": form, "application": row}
    return render(request, "subsidies/application_form.html", context, status=status)


def _change(form: ClaimForm, pk: int, user: User, revision: int | None) -> str:
    applying.change_application(application=pk, claim=form.claim(), by=user, revision=revision)
    return _("已保存。")


@require_POST
@never_cache
@needs()
def application_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file of evidence; refused, the page comes again with the reason."""
    row = found(request, pk)
    user = person(request)
    decision = may_take(Verb.CHANGE, row, user, acts_on(row, user))
    if not decision:
        return refused_page(request, decision.reason)
    form = EvidenceForm(request.POST, request.FILES, auto_id="evidence-%s")
    status = attempt(request, form, partial(_attach, form, pk, user))
    if status == 200:
        return redirect("subsidy-application", pk)
    return page(request, row, {"evidence": form}, status=status)


def _attach(form: EvidenceForm, pk: int, user: User) -> str:
    given = form.cleaned_data
    applying.attach_evidence(application=pk, kind=given["kind"], upload=given["file"], by=user)
    return _("材料已上传。")


@require_POST
@needs()
def application_file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off a claim; it stays for the record."""
    rows = ApplicationFile.objects.filter(application__in=visible(person(request)))
    row = get_object_or_404(rows, pk=pk)
    try:
        applying.remove_evidence(attached=row, by=person(request))
    except Refused as refused:
        if isinstance(refused, NotAllowed):
            return refused_page(request, str(refused))
        messages.error(request, str(refused))
    return redirect("subsidy-application", row.application_id)


@require_safe
@needs()
def application_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An evidence file, always as an attachment, for who may see the claim."""
    try:
        opened = applying.open_evidence(attached=pk, by=person(request))
    except NotAllowed as refused:
        raise Http404(str(refused)) from None
    except Refused as refused:
        return refused_page(request, str(refused), 404)
    response = FileResponse(
        opened.stream, as_attachment=True, filename=opened.name, content_type=opened.media_type
    )
    response["Content-Length"] = str(opened.size)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@never_cache
@needs()
def application_reveal(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """The account or the phone of a claim in full, for a reason that the audit keeps; a fragment for htmx."""
    row = found(request, pk)
    if field not in REVEALED:
        raise Http404(field)
    context: dict[str, Any] = {"application": row, "field": field}
    status = 200
    fragment = bool(getattr(request, "htmx", False))
    try:
        context["text"] = reveal(
            row=row,
            field=field,
            reason=request.POST.get("reason", ""),
            by=person(request),
            region=row.county,
            department=row.department,
        )
    except NotRevealed as refused:
        context["refused"] = str(refused)
        # htmx shows no answer that says it failed.
        allowed = can(person(request), REVEAL_PERSONAL, region=row.county)
        status = 403 if not allowed else 200 if fragment else 422
    template = "subsidies/_application_revealed.html" if fragment else "subsidies/application_revealed.html"
    return render(request, template, context, status=status)
