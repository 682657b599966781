"""The lottery fund: shares on the three bases side by side, entering figures, choosing the base openly."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from subsidies.counting import lottery
from subsidies.forms.lottery import ChoiceForm, FigureForm
from subsidies.lottery.figures import choose_base, enter_figure, may_choose, may_enter
from subsidies.presenters.lottery import headings, rows, sentence, stand_lines, wording_lines
from subsidies.queries.lottery import choices, standings, versions, wordings
from targets.forms.acting import attempt
from yuxi_eldercare.core.pages import person, refused_page

from .people_shared import METHODS, posted
from .shared import needs


@require_safe
@needs()
def lottery_page(request: HttpRequest) -> HttpResponse:
    """The share of each year on each base, what is reported, how it is worded, how it came to be."""
    user = person(request)
    found, choice = lottery.figures(), lottery.chosen()
    context = {
        "sentence": sentence(found, choice),
        "headings": headings(),
        "rows": rows(found, choice),
        "wordings": wording_lines(wordings(), choice),
        "stands": stand_lines(standings()),
        "choices": choices(),
        "versions": versions()[:200],
        "may_enter": may_enter(user),
        "may_choose": may_choose(user),
    }
    return render(request, "subsidies/lottery.html", context)


@require_http_methods(METHODS)
@never_cache
@needs()
def lottery_figure(request: HttpRequest) -> HttpResponse:
    """A year's figures of a base."""
    user = person(request)
    decision = may_enter(user)
    if not decision:
        return refused_page(request, decision.reason)
    form = FigureForm(posted(request), initial={"base": request.GET.get("base", "")})

    def act() -> str:
        enter_figure(form.statement(), by=user)
        return _("已登记，各基数的比例已重新计算。")

    status = attempt(request, form, act) if request.method == "POST" else 200
    if request.method == "POST" and status == 200:
        return redirect("subsidy-lottery")
    return render(request, "subsidies/lottery_form.html", {"form": form, "verb": "figure"}, status=status)


@require_http_methods(METHODS)
@never_cache
@needs()
def lottery_choose(request: HttpRequest) -> HttpResponse:
    """The base of the reported share."""
    user = person(request)
    decision = may_choose(user)
    if not decision:
        return refused_page(request, decision.reason)
    form = ChoiceForm(posted(request))

    def act() -> str:
        choose_base(base=form.cleaned_data["base"], reason=form.cleaned_data["reason"], by=user)
        return _("已选定基数，填报表中的统计数随之更新。")

    status = attempt(request, form, act) if request.method == "POST" else 200
    if request.method == "POST" and status == 200:
        return redirect("subsidy-lottery")
    context = {"form": form, "verb": "choose", "wordings": wording_lines(wordings(), lottery.chosen())}
    return render(request, "subsidies/lottery_form.html", context, status=status)
