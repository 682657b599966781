"""Answers to red lights: 原因、措施、责任人、时限, once for all lights that one value turned red."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.forms.acting import attempt
from targets.forms.reporting import ActionForm, RedAnswerForm
from targets.models import RedResponse, ReportingRound
from targets.reporting.owing import visible_rounds
from targets.reporting.red import answer_reds, answerable, responses
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person

from .shared import concerned, ids, number

_DOCUMENT = "regional_target__target__document"
_FIELDS = ("cause", "measure", "responsible_person", "deadline")


@dataclass(frozen=True)
class RedCard:
    """The red lights of one indicator and region, with the one form that answers them."""

    lights: list[RedResponse]
    form: ActionForm
    editable: bool

    @property
    def answered(self) -> bool:
        """Whether all of them were answered."""
        return all(light.answered_at is not None for light in self.lights)

    @property
    def said(self) -> RedResponse:
        """The latest answer, or a light without one."""
        given = [light for light in self.lights if light.answered_at is not None]
        return max(given, key=lambda light: light.answered_at or 0) if given else self.lights[0]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@concerned("red-answers")
def red_answers(request: HttpRequest) -> HttpResponse:
    """The red lights of a round; a POST answers those named."""
    user = person(request)
    rounds = list(visible_rounds(user)[:12])
    chosen = number(request.GET.get("round") or request.POST.get("round"))
    round = next((row for row in rounds if row.pk == chosen), rounds[0] if rounds else None)
    named = ids(request.POST.getlist("response"))
    answered = list(RedResponse.objects.filter(pk__in=named, round__in=rounds).order_by("pk"))
    if named and not answered:
        raise Http404
    form, status = None, 200
    if answered:
        form = bound = RedAnswerForm(request.POST, auto_id=f"r{answered[0].pk}-%s")
        status = attempt(request, bound, lambda: _answer(bound, answered, user))
        if status == 200:
            return redirect(f"{request.path}?round={answered[0].round_id}")
    found = list(responses(round, user).select_related(_DOCUMENT)) if round else []
    context = {"rounds": rounds, "round": round, "cards": _cards(found, round, user, form, answered)}
    return render(request, "targets/reporting/red_answers.html", context, status=status)


def _cards(
    found: Iterable[RedResponse],
    round: ReportingRound | None,
    user: User,
    bound: ActionForm | None,
    answered: list[RedResponse],
) -> list[RedCard]:
    """What waits for an answer first."""
    open_ones: set[int] = set()
    if round is not None and round.closed_at is None:
        open_ones = answerable(user, RedResponse.objects.filter(round=round))
    groups: dict[tuple[int, str], list[RedResponse]] = {}
    for row in found:
        place = row.regional_target.indicator_id, row.regional_target.region_id
        groups.setdefault(place, []).append(row)
    cards = []
    for lights in groups.values():
        editable = lights[0].pk in open_ones
        card = RedCard(lights, bound or RedAnswerForm(), editable)
        if bound is None or lights[0] not in answered:
            initial = {name: getattr(card.said, name) for name in _FIELDS}
            form = RedAnswerForm(initial=initial, auto_id=f"r{lights[0].pk}-%s")
            card = RedCard(lights, form, editable)
        cards.append(card)
    return sorted(cards, key=lambda card: card.answered)


def _answer(form: ActionForm, rows: list[RedResponse], user: User) -> str:
    answer_reds(responses=rows, **form.cleaned_data, by=user)
    return _("已保存。轮次关闭前还可以修改。")
