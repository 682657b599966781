"""What payments share: who may keep whose money, locked applications, and the steps they leave."""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.applying.machine import GROUPS
from subsidies.models import Application, ApplicationStep
from subsidies.queries.held import held
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import can

State = Application.State
Verb = ApplicationStep.Verb
REASON_MOST = 300


def require(by: User, permission: str, region: Region) -> None:
    """Raise `NotAllowed` unless `by` may do it in the region."""
    decision = can(by, permission, region=region)
    if not decision:
        raise NotAllowed.because(decision.reason)


def reason_of(text: str, sentence: str, field: str = "reason") -> str:
    """The reason without blanks around it. Raises `Refused` for none, and for one too long."""
    reason = text.strip()
    if not reason:
        raise Refused.because(sentence, field)
    if len(reason) > REASON_MOST:
        raise Refused.because(_("理由最多%(most)s个字，请缩短。") % {"most": REASON_MOST}, field)
    return reason


def locked(applications: Collection[int]) -> list[Application]:
    """Applications by number, locked in that order until the transaction ends."""
    rows = Application.objects.select_for_update(of=("self",)).select_related(
        "county__parent", "scheme", "department", "institution"
    )
    return list(rows.filter(pk__in=list(applications)).order_by("pk"))


def hands(applications: Iterable[Application]) -> dict[int, dict[int, str]]:
    """Who took which earlier step: application → person → what. One statement."""
    found: dict[int, dict[int, str]] = {row.pk: {} for row in applications}
    steps = ApplicationStep.objects.filter(
        application__in=list(found),
        verb__in=[verb for verbs in GROUPS.values() for verb in verbs],
    )
    for application, person, verb in steps.values_list("application_id", "by_id", "verb"):
        found[application][person] = str(Verb(verb).label)
    return found


def own_problems(applications: Collection[Application], by: User) -> list[Problem]:
    """One problem per application in which this person took a step: who applies or approves does not pay."""
    taken = hands(applications)
    text = _("%(number)s的“%(step)s”是你办理的，须由另一位财务人员支付。")
    return [
        Problem(index, "applications", text % {"number": row.number, "step": taken[row.pk][by.pk]})
        for index, row in enumerate(applications)
        if by.pk in taken[row.pk]
    ]


def step(application: Application, verb: str, by: User, reason: str = "", **figures: Any) -> None:
    """Write a step about money; the state stays what it is now."""
    ApplicationStep.objects.create(
        application=application,
        verb=verb,
        state=application.state,
        at=timezone.now(),
        by=by,
        reason=reason,
        figures=figures,
        is_demo=application.is_demo,
    )


def settle(applications: Iterable[Application]) -> None:
    """Mark approved applications of which nothing waits any more as paid. The caller holds their locks."""
    rows = [row for row in applications if row.state == State.APPROVED]
    holds = held([row.pk for row in rows])
    for row in rows:
        hold = holds[row.pk]
        if not any(hold.committed.values()) and any(hold.paid.values()):
            row.state = State.PAID
            row.save(update_fields=["state"])
