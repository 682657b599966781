"""The lead department lets an incomplete roll-up count, with a reason (§4.5)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from targets.judging.locks import lock
from targets.models import Indicator, RolledUpValue
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.dispatch import after_commit
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import ACCEPT_ROLLUP, can

from .refusals import NotAllowed, Problem, Refused


def accept_rollup(*, indicator: Indicator, region: Region, period_end: date, reason: str, by: User) -> None:
    """Let the region's incomplete figure of a period count although members are missing; it is judged anew.

    Raises `NotAllowed`, or `Refused` when there is no such figure, it is complete, or no reason is given.
    """
    decision = can(by, ACCEPT_ROLLUP, region=region)
    if not decision:
        raise NotAllowed([Problem(None, "region", decision.reason)])
    if not reason.strip():
        raise Refused.because(_("请写明为什么数据不全仍予采用。"), "reason")
    with transaction.atomic():
        lock([(indicator.pk, region.code)])
        row = RolledUpValue.objects.filter(indicator=indicator, region=region, period_end=period_end).first()
        if row is None:
            raise Refused.because(
                _("%(date)s没有汇总数，请核对期末日期。") % {"date": period_end}, "period_end"
            )
        if row.members_reported >= row.members_expected:
            raise Refused.because(_("各县均已填报，汇总数已完整，无需另行采用。"), "period_end")
        before = {"accepted_reason": row.accepted_reason}
        row.accepted_reason, row.accepted_by = reason.strip(), by
        row.save(update_fields=["accepted_reason", "accepted_by"])
        audit.record(
            by=by,
            action="rollups.accept",
            object_type="rolled_up_value",
            object_key=f"{indicator.key} {region.code} {period_end}",
            before=before,
            after={
                "accepted_reason": row.accepted_reason,
                "members": f"{row.members_reported}/{row.members_expected}",
            },
        )
        after_commit("targets.rejudge", [[indicator.pk, [region.code]]])
