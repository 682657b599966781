"""The same bed, premises, lease, account or institution twice: what is found among the other claims.

What is certain refuses (`hard`); what may have a good reason is shown to those who check, and answered in words.
Claims count from the moment they are sent until they are given up, turned down, or wholly recovered.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from projects.models import InstitutionVersion
from projects.register.suspects import Listed, Register, leading
from subsidies.models import Application, Recovery, Scheme, SchemeVersion
from subsidies.queries.held import held
from subsidies.queries.schemes import LIMITED_UNITS
from yuxi_eldercare.core.models import Region

from .machine import COUNTING

State = Application.State
ONCE_PER_UNIT: Final = "once_per_unit"
_BLANKS: Final = re.compile(r"[\s\-_－—–·.。]+")


def normal_number(text: str) -> str:
    """A certificate's or lease's number as numbers are compared: NFKC, capitals, without blanks and dashes."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()


@dataclass(frozen=True)
class Repeat:
    """Another claim this one repeats or resembles, the sentence about it, and whether it refuses (`hard`)."""

    other: Application
    sentence: str
    hard: bool = False


@dataclass(frozen=True)
class Counted:
    """A claim of the same institution whose units count, and how many of them."""

    application: Application
    units: int


def is_once_per_unit(version: SchemeVersion | None) -> bool:
    """Whether a version subsidises each unit once."""
    return version is not None and any(row.get("code") == ONCE_PER_UNIT for row in version.conditions)


def counting_claims(application: Application) -> list[Counted]:
    """The institution's other claims for the same kind of unit that took them once and for all, whatever the year.

    Those under once-per-unit schemes, and those under this scheme where it is a one-time one: an earlier version may
    not have asked for it. At most three statements.
    """
    if application.institution_id is None:
        return []
    rows = _others(application).filter(
        institution=application.institution_id, scheme__unit=application.scheme.unit
    )
    return _standing([row for row in rows if is_once_per_unit(row.version) or _of_once(application, row)])


def grants_of_year(application: Application) -> int:
    """How many other claims of the institution under this scheme count for the same year. At most three statements."""
    if application.institution_id is None or application.year is None:
        return 0
    rows = _others(application).filter(scheme=application.scheme_id, institution=application.institution_id)
    found = list(rows.filter(year=application.year))
    return len(found) - len(_recovered([row for row in found if row.state == State.WITHDRAWN]))


def repeats(application: Application) -> list[Repeat]:
    """All about other claims that refuses this one or that its checkers must answer. At most nine statements."""
    if application.institution_id is None:
        return []
    shared = _sharing(application)
    found = [
        repeat
        for row in shared
        if (repeat := _of_premises(application, row) or _of_institution(application, row)) is not None
    ]
    found += _of_accounts(application, shared)
    return sorted([*found, *_of_name(application)], key=lambda one: (not one.hard, one.other.pk))


def shared_account(application: Application) -> list[Repeat]:
    """Claims of other institutions into the same account. At most three statements."""
    return _of_accounts(application, _sharing(application))


def _of_once(application: Application, other: Application) -> bool:
    """Whether the other claim is under the same one-time scheme."""
    return other.scheme_id == application.scheme_id and application.scheme.per == Scheme.Per.ONCE


def _others(application: Application) -> QuerySet[Application]:
    """Other claims that may count: also given up ones of which money came back, as that may be reversed."""
    back = Q(state=State.WITHDRAWN, pk__in=Recovery.objects.values("application"))
    return (
        Application.objects.filter(Q(state__in=COUNTING) | back)
        .exclude(pk=application.pk)
        .select_related("scheme", "version", "county", "institution")
        .order_by("pk")
    )


def _standing(rows: Sequence[Application]) -> list[Counted]:
    """The claims without those whose money all came back. Nothing is read where nothing was recovered."""
    freed = _recovered(rows)
    return [
        Counted(row, row.claimed if row.verified is None else row.verified)
        for row in rows
        if row.pk not in freed
    ]


def _recovered(rows: Collection[Application]) -> set[int]:
    """Claims of which nothing is committed or paid any more because it was recovered."""
    keys = [row.pk for row in rows if row.state in {State.APPROVED, State.PAID, State.WITHDRAWN}]
    back = set(
        Recovery.objects.filter(application__in=keys, received_fen__gt=0).values_list(
            "application", flat=True
        )
    )
    if not back:
        return set()
    return {pk for pk, one in held(back).items() if not one.granted_fen and sum(one.recovered.values()) > 0}


def _sharing(application: Application) -> list[Application]:
    """Other claims for the same purpose on the same premises, one-time ones of the same institution, or of others
    into the same account.

    Those wholly recovered are left out. Premises that were built with a subsidy may well be run with another one.
    """
    same = Q(pk__in=[])
    if application.premises_number:
        purpose = Q(scheme__programme=application.scheme.programme)
        same |= Q(premises_number=application.premises_number) & purpose
    if application.scheme.per == Scheme.Per.ONCE and application.scheme.unit in LIMITED_UNITS:
        purpose = Q(scheme__programme=application.scheme.programme, scheme__unit=application.scheme.unit)
        same |= purpose & Q(institution=application.institution_id, scheme__per=Scheme.Per.ONCE)
    if application.account_print:
        same |= Q(account_print=application.account_print) & ~Q(institution=application.institution_id)
    rows = list(_others(application).filter(same))
    freed = _recovered(rows)
    return [row for row in rows if row.pk not in freed]


def _of_accounts(application: Application, others: Sequence[Application]) -> list[Repeat]:
    if not application.account_print:
        return []
    return [
        _of_account(other)
        for other in others
        if other.account_print == application.account_print
        and other.institution_id != application.institution_id
    ]


def _of_premises(application: Application, other: Application) -> Repeat | None:
    if not application.premises_number or other.premises_number != application.premises_number:
        return None
    if other.scheme.programme != application.scheme.programme:
        return None
    certain = is_once_per_unit(other.version) and other.scheme.unit == application.scheme.unit
    words = {"number": other.premises_number, "name": other.name, "claim": other.number or ""}
    if other.institution_id == application.institution_id:
        if not certain:
            return None  # a yearly subsidy comes again every year
        if other.premises == Application.Premises.LEASED and _terms(other) != _terms(application):
            text = _(
                "同一份租赁合同（%(number)s）在申请%(claim)s中登记的租期是%(from)s至%(to)s，与本次不同。"
            )
            return Repeat(other, text % {**words, "from": other.lease_from, "to": other.lease_to})
        text = _("同一处用房（%(number)s）已用于本机构的申请%(claim)s，须说明不是把同一批床位拆开申请。")
        return Repeat(other, text % words)
    if certain:
        text = _(
            "用房的证号或合同号%(number)s已由“%(name)s”在申请%(claim)s中使用，同一处用房的床位（托位）只补助一次。"
            "确为不同部分的，请填写能区分的证号或合同号。"
        )
        return Repeat(other, text % words, hard=True)
    text = _("用房的证号或合同号%(number)s与“%(name)s”的申请%(claim)s相同。")
    return Repeat(other, text % words)


def _of_institution(application: Application, other: Application) -> Repeat | None:
    """A one-time claim of the same institution, where the version does not count what was granted before."""
    if other.institution_id != application.institution_id or other.scheme.per != Scheme.Per.ONCE:
        return None
    if application.version is None or is_once_per_unit(application.version):
        return None
    text = _("本机构已申请过一次性的“%(scheme)s”（%(claim)s，%(units)s），须说明不是同一批床位（托位）。")
    units = other.claimed if other.verified is None else other.verified
    return Repeat(other, text % {"scheme": other.scheme.name, "claim": other.number or "", "units": units})


def _terms(application: Application) -> tuple[Any, Any]:
    return application.lease_from, application.lease_to


def _of_account(other: Application) -> Repeat:
    text = _("收款账号与“%(name)s”的申请%(claim)s相同。")
    return Repeat(other, text % {"name": other.name, "claim": other.number or ""})


def _of_name(application: Application) -> list[Repeat]:
    """Claims of institutions that may be the same one under another entry of the register, open or closed.

    One-time ones, and of yearly ones those for the same year.
    """
    rows = list(
        _others(application).filter(
            ~Q(institution=application.institution_id),
            county=application.county_id,
            year=application.year,
            scheme__unit=application.scheme.unit,
            scheme__programme=application.scheme.programme,
            institution__isnull=False,
        )
    )
    freed = _recovered(rows)
    claimed = [row for row in rows if row.pk not in freed]
    if not claimed:
        return []
    like = _alike(application, {row.institution_id for row in claimed if row.institution_id is not None})
    text = _("“%(name)s”（%(why)s，申请%(claim)s）与本机构可能是同一家。")
    return [
        Repeat(row, text % {"name": row.name, "why": like[row.institution_id], "claim": row.number or ""})
        for row in claimed
        if row.institution_id in like
    ]


def _alike(application: Application, others: Collection[int]) -> dict[int | None, str]:
    """Those of these institutions that may be the applicant's, and why, by every name and address any of them had."""
    wanted = {*others, application.institution_id}
    rows = InstitutionVersion.objects.filter(superseded_at=None, institution__in=wanted).order_by("since")
    own: list[Listed] = []
    register = Register(leading(Region.objects.filter(level=Region.Level.COUNTY)))
    for row in rows:
        listed = Listed(row.institution_id, row.name, row.county_id, row.address, row.kind)
        if row.institution_id == application.institution_id:
            own.append(listed)
        else:
            register.add(listed)
    return {suspect.first.pk: suspect.why for listed in own for suspect in register.like(listed)}
