"""Showing what is sealed: only to those who may, for a reason, and never without an audit event."""

from django.db import models, transaction
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.ciphers import CannotOpen
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.models.sealed import Sealed
from yuxi_eldercare.core.roles import REVEAL_PERSONAL, can

REASON_MOST = 300


class NotRevealed(Exception):
    """The text stays sealed; the message says why and what to do."""


@transaction.atomic
def reveal(
    *,
    row: models.Model,
    field: str,
    reason: str,
    by: User,
    region: Region,
    department: Department | None = None,
) -> str:
    """The text of a sealed column of a row that `by` may see; the audit says who read what of whom, and why.

    Raises `NotRevealed` for somebody who may not, without a reason, and for what no key of this installation opens.
    """
    decision = can(by, REVEAL_PERSONAL, region=region)
    if not decision:
        raise NotRevealed(decision.reason)
    why = reason.strip()
    if not why:
        raise NotRevealed(_("请写明查看的理由，理由会记入审计。"))
    if len(why) > REASON_MOST:
        raise NotRevealed(_("理由最多%(most)s个字，请缩短。") % {"most": REASON_MOST})
    sealed = getattr(row, field)
    if not isinstance(sealed, Sealed):
        raise TypeError(f"{field} of {row._meta.label} is not sealed")
    try:
        text = sealed.open()
    except CannotOpen:
        raise NotRevealed(
            _("这项信息打不开：当时加密用的密钥不在系统的密钥表里。请系统管理员补上后再查看。")
        ) from None
    audit.record(
        by=by,
        action="personal.reveal",
        object_type=row._meta.model_name or "",
        object_key=str(row.pk),
        after={"field": field, "region": region.pk},
        detail=why,
        department=department,
    )
    return text
