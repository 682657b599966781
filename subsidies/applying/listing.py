"""Listing the households or people a county's claim is for: the claim is for exactly as many as are listed."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from subsidies.models import Application, ApplicationStep, Household, Trainee
from subsidies.queries.applications_people import listable, listed, lists_people
from targets.actions.refusals import Refused
from yuxi_eldercare.core.models import User

from .basics import locked, take
from .drafting import said

Verb = ApplicationStep.Verb


@transaction.atomic
def list_people(
    *,
    application: Application | int,
    people: Collection[int] | None,
    by: User,
    revision: int | None = None,
) -> Application:
    """List these rows of the ledger (None: all that can be) in a draft or returned claim, and no others.

    Raises `NotAllowed`, or `Refused` for nobody, and for somebody who meanwhile stands in another claim. Their rows
    are locked after the claim's own.
    """
    row = locked(application, Verb.CHANGE, by, revision)
    if not lists_people(row):
        raise Refused.because(_("这项补助按机构申请，不列名单。"), "people")
    model = Household if row.scheme.unit == "household" else Trainee
    free = set(listable(row).values_list("pk", flat=True))
    wanted = free if people is None else set(people)
    keys = wanted | set(listed(row).values_list("pk", flat=True))
    list(model.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))
    free = set(listable(row).values_list("pk", flat=True))
    if gone := wanted - free:
        text = _("有 %(n)s 个已列入其他申请或已撤销登记，请刷新页面后再选。")
        raise Refused.because(text % {"n": len(gone)}, "people")
    if not wanted:
        raise Refused.because(_("请至少选一个。"), "people")
    before = said(row)
    listed(row).exclude(pk__in=wanted).update(application=None)
    model.objects.filter(pk__in=wanted).update(application=row)
    row.claimed = len(wanted)
    take(Verb.CHANGE, row, by, figures={**said(row), "listed": sorted(wanted)}, before=before)
    return row
