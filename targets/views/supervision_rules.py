"""The ladder, the issuing authorities and the points: looked at, and changed with a reason."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from targets.forms.acting import attempt
from targets.forms.reporting import ActionForm
from targets.forms.supervision import AuthorityForm, PointsForm, StepForm, initial_of_step
from targets.models import IssuingAuthority, LadderStep, ScoreRule
from targets.presenters.supervision import authorities_by_region, ladders, points_table, when_words
from targets.supervision.ladder import (
    change_authority,
    change_score_rule,
    change_step,
    may_manage,
)
from yuxi_eldercare.core.models import AuditEvent
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import MANAGE_LADDER, can

from .reporting.shared import View
from .supervision import refused

CHANGES_MOST = 20
_CHANGED = ("supervision.change_step", "supervision.change_authority", "supervision.change_points")


def for_supervisors(view: View) -> View:
    """A view for those who may keep rules somewhere; others see the reason."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        decision = can(person(request), MANAGE_LADDER)
        return view(request, *args, **given) if decision else refused(request, decision.reason)

    return opened


@require_safe
@never_cache
@for_supervisors
def ladder(request: HttpRequest) -> HttpResponse:
    """The ladder by cause, who issues what, the points, and the last changes."""
    steps = sorted(LadderStep.objects.all(), key=lambda row: list(LadderStep.Kind.values).index(row.kind))
    context = {
        "ladders": ladders(steps),
        "authorities": authorities_by_region(IssuingAuthority.objects.select_related("region", "department")),
        "points": points_table(ScoreRule.objects.all(), timezone.localdate()),
        "changes": AuditEvent.objects.filter(action__in=_CHANGED).order_by("-pk")[:CHANGES_MOST],
        "managing": may_manage(person(request)),
    }
    return render(request, "targets/supervision/ladder.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_supervisors
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One rung."""
    row = get_object_or_404(LadderStep, pk=pk)
    form = StepForm(_posted(request), initial=initial_of_step(row))

    def save() -> str:
        change_step(step=row.pk, change=form.change(), reason=form.cleaned_data["reason"], by=person(request))
        return _("已保存，从下一次运行起按新规定执行。")

    given = {"cause": row.get_cause_display(), "kind": row.get_kind_display()}
    title = _("%(cause)s · %(kind)s") % given
    return _answer(request, form, save, title, when_words(row), bool(may_manage(person(request))))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_supervisors
def authority(request: HttpRequest, pk: int) -> HttpResponse:
    """In whose name notices of a kind go out in a region."""
    row = get_object_or_404(IssuingAuthority.objects.select_related("region", "department"), pk=pk)
    begin = {"department": row.department_id, "word": row.word}
    form = AuthorityForm(_posted(request), initial=begin, authority=row)

    def save() -> str:
        given = form.cleaned_data
        change_authority(
            authority=row.pk,
            department=given["department"],
            word=given["word"],
            reason=given["reason"],
            by=person(request),
        )
        return _("已保存，以后签发的文书按此署名、编号。")

    given = {"region": row.region.short_name, "kind": row.get_kind_display()}
    title = _("%(region)s · %(kind)s的发文机关") % given
    may = bool(can(person(request), MANAGE_LADDER, region=row.region))
    return _answer(request, form, save, title, row.department.name, may)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_supervisors
def points(request: HttpRequest, cause: str) -> HttpResponse:
    """The points of a cause from a day on."""
    if cause not in ScoreRule.Cause.values:
        raise Http404(cause)
    today = timezone.localdate()
    now = ScoreRule.objects.filter(cause=cause, valid_from__lte=today).first()
    form = PointsForm(_posted(request), initial={"points": now.points if now else None, "valid_from": today})

    def save() -> str:
        given = form.cleaned_data
        change_score_rule(
            cause=cause,
            points=given["points"],
            valid_from=given["valid_from"],
            reason=given["reason"],
            by=person(request),
        )
        return _("已保存，从起用日期起按新分值计分。")

    title = _("“%(cause)s”的分值") % {"cause": ScoreRule.Cause(cause).label}
    return _answer(request, form, save, title, "", bool(may_manage(person(request))))


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _answer(
    request: HttpRequest, form: ActionForm, save: Callable[[], str], title: str, about: str, may: bool
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = attempt(request, form, save)
        if status == 200:
            return redirect("supervision-ladder")
    context = {"form": form, "title": title, "about": about, "may": may}
    return render(request, "targets/supervision/change.html", context, status=status)
