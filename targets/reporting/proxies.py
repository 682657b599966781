"""代报授权: naming the unit that owes and the person who may enter for it, for a time and a reason."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import ProxyAuthorization
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.notify import tell
from yuxi_eldercare.core.roles import ENTER, GRANT_PROXY, can

from .people import people_of
from .scope import reach
from .wording import kept

DAYS_MOST = 366


@transaction.atomic
def grant_proxy(
    *,
    principal: Department,
    agent: User,
    region: Region,
    reason: str,
    valid_from: date,
    valid_to: date,
    by: User,
) -> ProxyAuthorization:
    """Let `agent` enter what `principal` owes for a region. Raises `NotAllowed`, or `Refused` with reasons.

    Nobody authorises themself, and the agent is a reporter of some unit.
    """
    decision = can(by, GRANT_PROXY, region=region)
    if not decision:
        raise NotAllowed.because(decision.reason)
    problems = []
    if agent.pk == by.pk:
        problems.append(Problem(None, "agent", _("不能授权自己代报。")))
    elif not can(agent, ENTER):
        problems.append(Problem(None, "agent", _("代报人应为某单位的填报员。")))
    elif can(agent, ENTER, department=principal):
        problems.append(Problem(None, "agent", _("该人员就是这个单位的填报员，无需授权。")))
    if not reason.strip():
        problems.append(Problem(None, "reason", _("请写明代报的理由。")))
    if not valid_from <= valid_to or valid_to < timezone.localdate():
        problems.append(Problem(None, "valid_to", _("结束日期应不早于开始日期和今天。")))
    elif (valid_to - valid_from).days > DAYS_MOST:
        problems.append(Problem(None, "valid_to", _("授权最长一年，请缩短。")))
    elif _overlapping(principal, agent, region, valid_from, valid_to):
        problems.append(Problem(None, "valid_from", _("这段时间已有同样的授权。")))
    if problems:
        raise Refused(problems)
    row = ProxyAuthorization.objects.create(
        principal=principal,
        agent=agent,
        region=region,
        reason=reason.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by=by,
    )
    _note("grant", row, by)
    _tell(row, by)
    return row


@kept
def _tell(row: ProxyAuthorization, by: User) -> None:
    """Tell the agent and the unit for which they may now enter."""
    tell(
        [row.agent, *people_of([row.principal_id])[row.principal_id]],
        reason_key=f"proxy:{row.pk}",
        title=_("%(agent)s获授权代%(unit)s填报")
        % {"agent": str(row.agent), "unit": row.principal.short_name},
        text=_("%(from)s至%(to)s。理由：%(reason)s")
        % {"from": row.valid_from, "to": row.valid_to, "reason": row.reason},
        department=row.principal,
        by=by,
    )


def _overlapping(
    principal: Department, agent: User, region: Region, valid_from: date, valid_to: date
) -> bool:
    return ProxyAuthorization.objects.filter(
        principal=principal,
        agent=agent,
        region=region,
        revoked_at__isnull=True,
        valid_from__lte=valid_to,
        valid_to__gte=valid_from,
    ).exists()


@transaction.atomic
def revoke_proxy(*, proxy: ProxyAuthorization | int, by: User) -> ProxyAuthorization:
    """End an authorisation at once; what was entered under it stays and keeps naming it."""
    pk = proxy if isinstance(proxy, int) else proxy.pk
    row = ProxyAuthorization.objects.select_for_update(of=("self",))
    found = row.select_related("principal", "agent", "region__parent").get(pk=pk)
    decision = can(by, GRANT_PROXY, region=found.region)
    if not decision:
        raise NotAllowed.because(decision.reason)
    if found.revoked_at is not None:
        raise Refused.because(_("这份授权已经撤销。"), "revoked_at")
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    _note("revoke", found, by)
    return found


def visible_proxies(user: User) -> QuerySet[ProxyAuthorization]:
    """Authorisations the user granted, holds, oversees, or that speak for the user's own unit."""
    granting = reach(user, GRANT_PROXY)
    regions = set(granting.regions) | set(
        Department.objects.filter(pk__in=granting.departments).values_list("region", flat=True)
    )
    return ProxyAuthorization.objects.filter(
        Q(agent=user)
        | Q(principal__in=reach(user, ENTER).departments)
        | Q(region__in=regions)
        | Q(region__parent__in=regions)
    ).select_related("principal", "agent", "region", "granted_by")


def _note(verb: str, row: ProxyAuthorization, by: User) -> None:
    audit.record(
        by=by,
        action=f"proxies.{verb}",
        object_type="proxy_authorization",
        object_key=str(row.pk),
        after={
            "principal": row.principal.key,
            "agent": row.agent.username,
            "region": row.region_id,
            "valid_from": str(row.valid_from),
            "valid_to": str(row.valid_to),
            "reason": row.reason,
        },
    )
