"""An institution that moved: its place from a day on, also in what was already stated about later days."""

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from projects.models import Institution
from targets.actions.refusals import Refused
from yuxi_eldercare.core.models import User

from .facts import Facts, Statement
from .recording import record_statements


@transaction.atomic
def move_institution(
    *,
    institution: Institution,
    on: date,
    region: str,
    address: str,
    reason: str,
    by: User,
    revision: int | None = None,
) -> None:
    """Note a new region or address from a day on; everything else stays. Raises `NotAllowed` or `Refused`.

    A later version that stands at the old place is amended too: otherwise the institution would move back.
    """
    chain = list(institution.versions.filter(superseded_at=None).order_by("since"))
    holding = [row for row in chain if row.since <= on and (row.until is None or on < row.until)]
    if not holding:
        text = _("搬迁日期不能早于最早一次登记的日期（%(since)s）。")
        raise Refused.because(text % {"since": chain[0].since}, "since")
    old = Facts.of(holding[0])
    if (old.region, old.address) == (region, address.strip()):
        raise Refused.because(_("新地址与当日登记的地址相同，请填写搬迁后的地址。"), "address")
    if not reason.strip():
        raise Refused.because(_("请写明搬迁的情况或依据。"), "reason")
    later = [row for row in chain if row.since > on]
    staying = [row for row in later if (row.region_id, row.address) == (old.region, old.address)]
    days = [(on, old), *((row.since, Facts.of(row)) for row in staying)]
    statements = [
        Statement(
            since,
            replace(facts, region=region, address=address.strip()),
            institution.keeper_id,
            institution.pk,
            reason=reason.strip(),
            revision=revision,
        )
        for since, facts in days
    ]
    record_statements(statements=statements, by=by)
