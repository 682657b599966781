"""What the pages of both ledgers of people share: who may enter, showing one sealed datum, taking a row out."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from subsidies.forms.households import RevealForm
from subsidies.forms.payments import ReasonForm
from subsidies.models import Household, Trainee
from subsidies.queries.households import units_of
from targets.forms.acting import attempt
from targets.forms.reporting import ActionForm
from yuxi_eldercare.core.actions.personal import NotRevealed, reveal
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.roles import EDIT_PEOPLE, REVEAL_PERSONAL, Decision, can

from .shared import View

METHODS: Final = ["GET", "HEAD", "POST"]


def keepers(view: View) -> View:
    """The view, refused with the reason to those who keep no county's people."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        user = person(request)
        decision = can(user, EDIT_PEOPLE)
        if decision and units_of(user):
            return view(request, *args, **given)
        reason = decision.reason or _("人员由县（市、区）的单位登记，你的填报员角色没有指明这样的单位。")
        return refused_page(request, reason)

    return opened


def keeps(request: HttpRequest, row: Household | Trainee) -> Decision:
    """Whether the reader keeps this row."""
    return can(person(request), EDIT_PEOPLE, department=row.department)


def posted(request: HttpRequest) -> Any:
    """What was typed; nothing on a first look."""
    return request.POST if request.method == "POST" else None


def show_step(
    request: HttpRequest,
    row: Household | Trainee,
    form: ActionForm,
    act: Callable[[], str],
    *,
    template: str,
    back: str,
    **context: Any,
) -> HttpResponse:
    """The page of a step on a row: refused to who does not keep it; once done, back to the row."""
    decision = keeps(request, row)
    if not decision:
        return refused_page(request, decision.reason)
    status = 200
    if request.method == "POST":
        status = attempt(request, form, act)
        if status == 200:
            return redirect(back, pk=row.pk)
    return render(request, template, {"form": form, "row": row, **context}, status=status)


def withdrawing(
    request: HttpRequest, row: Household | Trainee, take_out: Callable[[str], None], *, back: str
) -> HttpResponse:
    """The page on which a row is taken out of its ledger, with the reason."""
    form = ReasonForm(posted(request))

    def act() -> str:
        take_out(form.cleaned_data["reason"])
        return _("已撤销登记，原来的内容留着可查。")

    context = {"verb": "withdraw", "is_household": isinstance(row, Household)}
    return show_step(request, row, form, act, template="subsidies/household_step.html", back=back, **context)


def reveal_parts(
    request: HttpRequest, row: Household | Trainee, offered: Sequence[tuple[str, Any]]
) -> dict[str, Any]:
    """What a row's page needs to offer a look at a sealed datum: the form, or why there is none."""
    present = [(name, label) for name, label in offered if getattr(row, name)]
    decision = can(person(request), REVEAL_PERSONAL, region=row.county)
    return {"may_reveal": decision, "reveal": RevealForm(offered=present) if decision else None}


def revealing(
    request: HttpRequest, row: Household | Trainee, offered: Sequence[tuple[str, Any]], *, back: str
) -> HttpResponse:
    """The answer to a wish to see a sealed datum: shown once, in this answer only, and audited."""
    present = [(name, label) for name, label in offered if getattr(row, name)]
    form = RevealForm(request.POST, offered=present)
    shown, refusal = "", ""
    if form.is_valid():
        name = form.cleaned_data["field"]
        try:
            shown = reveal(
                row=row,
                field=name,
                reason=form.cleaned_data["reason"],
                by=person(request),
                region=row.county,
                department=row.department,
            )
        except NotRevealed as refused:
            refusal = str(refused)
    else:
        refusal = _("请选择要查看的信息。")
    allowed = can(person(request), REVEAL_PERSONAL, region=row.county)
    context = {
        "row": row,
        "back": back,
        "label": dict(present).get(form.data.get("field", ""), ""),
        "shown": shown,
        "refusal": refusal,
    }
    fragment = bool(request.htmx)  # type: ignore[attr-defined]
    name = "_household_revealed" if fragment else "household_revealed"
    status = 200 if shown else 422 if allowed else 403
    # htmx shows what is wrong in the place of the answer, too
    return render(request, f"subsidies/{name}.html", context, status=200 if fragment and allowed else status)
