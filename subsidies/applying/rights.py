"""Who may take which step of an application, answered with a reason that names what stands in the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.models import Application, ApplicationStep
from subsidies.queries.applications_places import Places, places_of
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import (
    APPLY_SUBSIDY,
    APPROVE_SUBSIDY,
    CHECK_SUBSIDY,
    KEEP_BOOKS,
    Decision,
    can,
)

from .machine import APPLICANT, APPROVER, CITY, COUNTY, STEPS, conflicting, next_state, sides_of

State = Application.State
Verb = ApplicationStep.Verb
_PERMISSION: Mapping[str, str] = {
    APPLICANT: APPLY_SUBSIDY,
    COUNTY: CHECK_SUBSIDY,
    CITY: CHECK_SUBSIDY,
    APPROVER: APPROVE_SUBSIDY,
}


@dataclass(frozen=True)
class Acted:
    """What a person did to an application before: the verb, and when (a moment as pages show it)."""

    verb: str
    when: str


def acts_of(user: User, steps: Iterable[ApplicationStep]) -> dict[str, Acted]:
    """The person's acts among these steps, by verb; of several the last."""
    return {
        step.verb: Acted(step.verb, timezone.localtime(step.at).strftime("%Y-%m-%d"))
        for step in steps
        if step.by_id == user.pk
    }


def acts_on(application: Application, user: User) -> dict[str, Acted]:
    """The person's acts on an application, by verb. One statement."""
    return acts_of(user, ApplicationStep.objects.filter(application=application, by=user).order_by("pk"))


def holds_side(side: str, application: Application, user: User, places: Places) -> bool:
    """Whether the person stands on this side of an application."""
    city = application.county.parent_id
    return {
        APPLICANT: application.department_id in places.applying,
        COUNTY: places.checks_county_of(application),
        CITY: city in places.city_checks,
        APPROVER: city in places.approves,
    }[side]


def may_take(verb: str, application: Application, by: User, acts: Mapping[str, Acted]) -> Decision:
    """Whether this person takes such steps of this application; `acts` are their earlier ones.

    The state is another question, see `state_problem`.
    """
    sides = sides_of(verb, application.state)
    places = places_of(by)
    if not any(holds_side(side, application, by, places) for side in sides):
        return Decision(False, _not_yours(sides, application, by))
    barred = conflicting(verb, application.state, acts)
    if barred is not None:
        text = _("你已于%(when)s办理过这笔申请的“%(act)s”，“%(step)s”须由另一人办理。")
        words = {"when": acts[barred].when, "act": Verb(barred).label, "step": Verb(verb).label}
        return Decision(False, text % words)
    if can(by, KEEP_BOOKS):
        return Decision(False, _("你担任财务人员，补助的申请、核查、批复须由另一人办理。"))
    return Decision(True)


def _not_yours(sides: frozenset[str], application: Application, by: User) -> str:
    """The reason of `can()`, or where the role would have to be held."""
    side = next(name for name in (APPLICANT, COUNTY, CITY, APPROVER) if name in sides)
    department = application.department if side == APPLICANT else None
    decision = can(by, _PERMISSION[side], department=department)
    if not decision:
        return decision.reason
    words = {
        "county": application.county.short_name,
        "city": application.county.parent.short_name if application.county.parent else "",
        "unit": application.department.short_name,
    }
    if side == COUNTY:
        return _("这一步由%(county)s的审核员（%(unit)s）办理。") % words
    if side == CITY:
        return _("这一步由%(city)s的审核员办理。") % words
    return _("这一步由%(city)s的牵头单位办理。") % words


def state_problem(verb: str, application: Application) -> str:
    """Why the step cannot be taken in the application's state; empty when it can."""
    if next_state(verb, application.state) is not None:
        return ""
    states = STEPS[verb].sides
    wanted = _("、").join(str(state.label) for state in State if state.value in states)
    text = _("申请现在是“%(state)s”，“%(step)s”只在%(wanted)s时办理。")
    return text % {
        "state": application.get_state_display(),
        "step": Verb(verb).label,
        "wanted": wanted,
    }


def may_apply(by: User) -> Decision:
    """Whether the person files applications for some unit."""
    decision = can(by, APPLY_SUBSIDY)
    if decision and not places_of(by).applying:
        return Decision(False, _("你的填报员角色没有指明单位，不能申请补助，请联系安全管理员。"))
    return decision
