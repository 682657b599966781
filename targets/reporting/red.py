"""原因、措施、责任人、时限: what a unit owes for a light its value turned red, before the round closes."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import Entry, RedResponse, ReportingRound
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import CONFIRM

from .figures import figure_of
from .lights import lights_if
from .scope import Entitlements, followed, overseen, own_units, reach

RED = "red"
_NAMES = {
    "cause": gettext_lazy("原因"),
    "measure": gettext_lazy("措施"),
    "responsible_person": gettext_lazy("责任人"),
}


def ask(entries: Sequence[Entry], *, by: User) -> list[RedResponse]:
    """Ask for a response wherever a value of these entries is judged red, and take back what no longer is.

    A response that was given stays. Call it in the transaction of the submission or publication.
    """
    lights = lights_if([(entry, figure_of(entry)) for entry in entries])
    wanted: dict[tuple[int, int, int], RedResponse] = {}
    red: set[tuple[int, int, int]] = set()
    touched: dict[int, set[int]] = {}
    for entry in entries:
        for light in lights.get(entry.pk, []):
            touched.setdefault(entry.round_id, set()).add(light.regional_target.pk)
            key = (entry.round_id, light.regional_target.pk, light.milestone.pk)
            if light.light == RED:
                red.add(key)
            if light.light == RED and light.judged_here:
                wanted[key] = RedResponse(
                    round_id=entry.round_id,
                    regional_target=light.regional_target,
                    milestone=light.milestone,
                )
    if not touched:
        return []
    present = {
        (row.round_id, row.regional_target_id, row.milestone_id): row
        for row in RedResponse.objects.filter(
            round__in=touched, regional_target__in=set().union(*touched.values())
        )
    }
    new = [row for key, row in wanted.items() if key not in present]
    gone = [row for key, row in present.items() if key not in red and row.answered_at is None]
    if new:
        RedResponse.objects.bulk_create(new)
    if gone:
        RedResponse.objects.filter(pk__in=[row.pk for row in gone]).delete()
    if new or gone:
        _note(new, gone, by)
    return new


def _note(new: Sequence[RedResponse], gone: Sequence[RedResponse], by: User) -> None:
    audit.record(
        by=by,
        action="red_responses.ask",
        object_type="reporting_round",
        object_key=str((new or gone)[0].round_id),
        before={"taken back": [[row.regional_target_id, row.milestone_id] for row in gone]} if gone else None,
        after={"asked": [[row.regional_target_id, row.milestone_id] for row in new]},
    )


@transaction.atomic
def answer_red(
    *,
    response: RedResponse | int,
    cause: str,
    measure: str,
    responsible_person: str,
    deadline: date | None,
    by: User,
) -> RedResponse:
    """Give cause, measure, person and date for a red light; may be improved until the round closes."""
    pk = response if isinstance(response, int) else response.pk
    rows = RedResponse.objects.select_for_update(of=("self",)).select_related("round", "regional_target")
    row = rows.get(pk=pk)
    _check_writer(row, by)
    texts = {
        "cause": cause.strip(),
        "measure": measure.strip(),
        "responsible_person": responsible_person.strip(),
    }
    _check_texts(row, texts, deadline)
    names = (*texts, "deadline")
    before = {name: str(getattr(row, name) or "") for name in names} if row.answered_at else None
    for name, text in texts.items():
        setattr(row, name, text)
    row.deadline, row.answered_by, row.answered_at = deadline, by, timezone.now()
    row.save(update_fields=[*names, "answered_by", "answered_at"])
    audit.record(
        by=by,
        action="red_responses.answer",
        object_type="red_response",
        object_key=str(row.pk),
        before=before,
        after={name: str(getattr(row, name)) for name in names},
    )
    return row


@transaction.atomic
def answer_reds(
    *,
    responses: Sequence[RedResponse | int],
    cause: str,
    measure: str,
    responsible_person: str,
    deadline: date | None,
    by: User,
) -> list[RedResponse]:
    """The same answer for several red lights that one value caused; all or none."""
    said = {"cause": cause, "measure": measure, "responsible_person": responsible_person}
    return [answer_red(response=row, **said, deadline=deadline, by=by) for row in responses]


def _check_texts(row: RedResponse, texts: dict[str, str], deadline: date | None) -> None:
    problems = [
        Problem(None, name, _("请填写%(name)s。") % {"name": _NAMES[name]})
        for name, text in texts.items()
        if not text
    ]
    if len(texts["responsible_person"]) > 60:
        problems.append(Problem(None, "responsible_person", _("责任人最多60字。")))
    if deadline is None:
        problems.append(Problem(None, "deadline", _("请填写整改时限。")))
    elif deadline <= row.round.period_end:
        problems.append(Problem(None, "deadline", _("整改时限应晚于本期期末。")))
    if row.round.closed_at is not None:
        problems.append(Problem(None, "round", _("本轮次已关闭，不能再修改说明。")))
    if problems:
        raise Refused(problems)


def _check_writer(row: RedResponse, by: User) -> None:
    """Whoever may enter the indicator in that region for the round may answer; of a roll-up, its lead."""
    if not answerable(by, RedResponse.objects.filter(pk=row.pk)):
        raise NotAllowed.because(_("只有填报单位可以说明原因和措施；由各县汇总的，由牵头单位说明。"))


def answerable(user: User, rows: QuerySet[RedResponse]) -> set[int]:
    """Ids of those among these responses that the user may answer, the closing of rounds aside."""
    found = rows.annotate(led=Exists(_led_by(user))).select_related("regional_target")
    wanted = {(row.round_id, *_place(row)) for row in found}
    entries = Entry.objects.filter(
        round__in={key[0] for key in wanted},
        indicator__in={key[1] for key in wanted},
        region__in={key[2] for key in wanted},
    ).select_related("department__region", "region")
    rights = Entitlements(user, timezone.localdate())
    asked: dict[tuple[int, int, str], bool] = {}
    for entry in entries:
        key = entry.round_id, entry.indicator_id, entry.region_id
        asked[key] = asked.get(key, False) or bool(rights.of(entry.department, entry.region))
    return {row.pk for row in found if asked.get((row.round_id, *_place(row)), row.led)}


def _place(row: RedResponse) -> tuple[int, str]:
    return row.regional_target.indicator_id, row.regional_target.region_id


def responses(round: ReportingRound, user: User) -> QuerySet[RedResponse]:
    """The responses of a round that the user may see, unanswered ones first."""
    own = Entry.objects.filter(overseen(user), round=OuterRef("round")).filter(_same_place())
    rolled_up = Entry.objects.filter(followed(user), round=OuterRef("round")).filter(_place_below())
    return (
        RedResponse.objects.filter(Exists(own) | Exists(rolled_up), round=round)
        .select_related(
            "regional_target__indicator", "regional_target__region", "regional_target__target", "milestone"
        )
        .order_by(F("answered_at").asc(nulls_first=True), "pk")
    )


def owed(user: User) -> QuerySet[RedResponse]:
    """Unanswered responses of open rounds that the user's own units owe, or as lead department of a roll-up."""
    own = Entry.objects.filter(_same_place(), round=OuterRef("round"), department__in=own_units(user))
    asked = Entry.objects.filter(_same_place(), round=OuterRef("round"))
    return (
        RedResponse.objects.filter(
            Exists(own) | (~Exists(asked) & Exists(_led_by(user))), answered_at=None, round__closed_at=None
        )
        .select_related(
            "round", "regional_target__indicator", "regional_target__region", "regional_target__target"
        )
        .select_related("milestone")
        .order_by("round__grace_until", "pk")
    )


def unanswered(round: ReportingRound) -> int:
    """How many responses of a round are missing."""
    return RedResponse.objects.filter(round=round, answered_at=None).count()


def _led_by(user: User) -> QuerySet[Entry]:
    """Entries of the counties below a response's region that the user's department confirms in the round."""
    confirming = reach(user, CONFIRM).over("confirmer")
    return Entry.objects.filter(confirming, _place_below(), round=OuterRef("round"))


def _place_below() -> Q:
    return Q(
        indicator=OuterRef("regional_target__indicator"), region__parent=OuterRef("regional_target__region")
    )


def _same_place() -> Q:
    return Q(indicator=OuterRef("regional_target__indicator"), region=OuterRef("regional_target__region"))
