"""Pages about units: the list with how many people each has, one unit, a new one."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yuxi_eldercare.core.actions import departments as actions
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.forms.accounts import ReasonForm
from yuxi_eldercare.core.forms.departments import DepartmentForm, NewDepartmentForm
from yuxi_eldercare.core.models import Department, Region
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.queries.people import UserFilter, accounts, department_counts
from yuxi_eldercare.core.roles import MANAGE_DEPARTMENTS, VIEW_ACCOUNTS, can

from .access import needs

SAVE, WITHDRAW, RESTORE = "save", "withdraw", "restore"


@require_safe
@needs(VIEW_ACCOUNTS)
def department_list(request: HttpRequest) -> HttpResponse:
    """Units by region; withdrawn ones at the end."""
    text, region = request.GET.get("text", "").strip()[:60], request.GET.get("region", "")[:12]
    rows = Department.objects.select_related("region").order_by("withdrawn", "region__position", "position")
    if text:
        named = Q(name__icontains=text) | Q(short_name__icontains=text) | Q(names__text__icontains=text)
        rows = rows.filter(named).distinct()
    if region:
        rows = rows.filter(region=region)
    counts = department_counts()
    lines = [(department, counts.get(department.pk, 0)) for department in rows]
    return render(
        request,
        "core/department_list.html",
        {
            "lines": lines,
            "text": text,
            "region": region,
            "regions": Region.objects.filter(withdrawn=False, departments__isnull=False).distinct(),
            "may_manage": can(person(request), MANAGE_DEPARTMENTS),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_DEPARTMENTS)
def department_new(request: HttpRequest) -> HttpResponse:
    """A unit that no plan file names."""
    form = NewDepartmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_department(
                details=form.details(), region=form.cleaned_data["region"], by=person(request)
            )
        except ActionRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已建立单位。"))
            return redirect("department", key=made.key)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "core/department_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_ACCOUNTS)
def department(request: HttpRequest, key: str) -> HttpResponse:
    """One unit: spellings, successors, people; its form for those who may change it."""
    unit = get_object_or_404(Department.objects.select_related("region"), key=key)
    if request.method == "POST":
        return needs(MANAGE_DEPARTMENTS)(_change)(request, unit)
    return _page(request, unit, DepartmentForm(initial=_initial(unit)), ReasonForm())


def _change(request: HttpRequest, unit: Department) -> HttpResponse:
    verb = request.POST.get("verb", SAVE)
    form = DepartmentForm(request.POST) if verb == SAVE else DepartmentForm(initial=_initial(unit))
    reason = ReasonForm(request.POST) if verb != SAVE else ReasonForm()
    used = form if verb == SAVE else reason
    if used.is_valid():
        try:
            _act(request, unit, verb, form, reason)
        except ActionRefused as refused:
            used.refuse(refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect("department", key=unit.key)
    return _page(request, unit, form, reason, status=422)


def _act(request: HttpRequest, unit: Department, verb: str, form: DepartmentForm, reason: ReasonForm) -> None:
    by = person(request)
    if verb == SAVE:
        actions.change_department(department=unit, details=form.details(), by=by)
    elif verb == WITHDRAW:
        actions.withdraw_department(department=unit, reason=reason.cleaned_data["reason"], by=by)
    elif verb == RESTORE:
        actions.restore_department(department=unit, reason=reason.cleaned_data["reason"], by=by)
    else:
        raise ActionRefused.because(_("没有这个操作，请重新打开页面。"))


def _page(
    request: HttpRequest, unit: Department, form: DepartmentForm, reason: ReasonForm, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "core/department.html",
        {
            "unit": unit,
            "form": form,
            "reason_form": reason,
            "names": unit.names.values_list("text", flat=True),
            "heirs": unit.successions.select_related("successor"),
            "people": accounts(UserFilter(department=unit.key)),
            "may_manage": can(person(request), MANAGE_DEPARTMENTS),
        },
        status=status,
    )


def _initial(unit: Department) -> dict[str, str]:
    return {
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "credit_code": unit.credit_code,
    }
