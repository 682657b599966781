"""Registering and changing a claim, and sending it: what the unit that applies does."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Institution
from projects.queries.institutions import holding_on
from subsidies.models import Application, ApplicationFile, ApplicationStep, Scheme, Unit
from subsidies.queries.applications_people import listed, lists_people
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.models.sealed import Sealed, fingerprint
from yuxi_eldercare.core.personal import clean_digits, is_account, is_card, is_phone, mask_number
from yuxi_eldercare.core.roles import APPLY_SUBSIDY, KEEP_BOOKS, can

from .basics import lock_claims, locked, refuse_all, take
from .computing import Computed, compute_claim, keep
from .repeats import normal_number, repeats

Verb = ApplicationStep.Verb
Premises = Application.Premises
UNITS_MOST: Final = 100_000
NUMBER_MOST: Final = 80
EARLIEST_YEAR: Final = 2019
# States in which a claim no longer stands in the way of another for the same year.
_GONE: Final = (Application.State.WITHDRAWN, Application.State.REFUSED)
# The paper that shows whose the premises are.
_PAPERS: Final = {
    Premises.OWN: ApplicationFile.Kind.PROPERTY,
    Premises.LEASED: ApplicationFile.Kind.LEASE,
}


@dataclass(frozen=True)
class Claim:
    """What is typed about a claim. An empty `account` or `phone` keeps the one that is there."""

    claimed: int
    year: int | None = None
    premises: str = ""
    premises_number: str = ""
    lease_from: date | None = None
    lease_to: date | None = None
    payee: str = ""
    payee_kind: str = Application.PayeeKind.ACCOUNT
    bank: str = ""
    account: str = ""
    contact: str = ""
    phone: str = ""


@transaction.atomic
def register_application(
    *,
    scheme: Scheme,
    claim: Claim,
    department: Department,
    by: User,
    institution: Institution | None = None,
    county: Region | None = None,
) -> Application:
    """Register a claim of an institution, or (without one) of a county for households or people.

    Raises `NotAllowed`, or `Refused` with all that is wrong.
    """
    decision = can(by, APPLY_SUBSIDY, department=department)
    if not decision:
        raise NotAllowed.because(decision.reason)
    if can(by, KEEP_BOOKS):
        raise NotAllowed.because(_("你担任财务人员，补助的申请、核查、批复须由另一人办理。"))
    row = Application(scheme=scheme, institution=institution, department=department, made_by=by)
    row.is_demo = by.is_demo
    _place(row, county)
    lock_claims(row)
    refuse_all(_apply(row, claim))
    row.save()
    row.number = f"BZ{timezone.localdate().year}-{row.pk:06}"
    take(Verb.CREATE, row, by, figures=said(row))
    return row


def _place(row: Application, county: Region | None) -> None:
    """Set the applicant's name and county, as the register has them today."""
    today = timezone.localdate()
    if row.institution is None:
        if row.scheme.unit not in {Unit.HOUSEHOLD, Unit.PERSON}:
            raise Refused.because(_("请选择机构名册中的机构。"), "institution")
        if county is None or county.level != Region.Level.COUNTY:
            raise Refused.because(_("请选择县（市、区）。"), "county")
        if row.department.region_id not in {county.code, county.parent_id}:
            raise Refused.because(_("只能为本单位所在的县（市、区）申请。"), "county")
        row.county, row.name = county, county.name
        return
    facts = row.institution.versions.filter(holding_on(today)).select_related("county__parent").first()
    if facts is None or facts.status == "closed":
        raise Refused.because(_("机构名册中没有这家运营中的机构，请先在名册里登记。"), "institution")
    if row.institution.keeper_id != row.department.pk:
        raise Refused.because(_("这家机构由其他单位登记，请由登记单位申请。"), "institution")
    row.county, row.name = facts.county, facts.name


@transaction.atomic
def change_application(
    *, application: Application | int, claim: Claim, by: User, revision: int | None = None
) -> Application:
    """Change a draft or a returned claim. Raises `NotAllowed` or `Refused`; nothing typed is kept then."""
    row = locked(application, Verb.CHANGE, by, revision)
    lock_claims(row)
    before = said(row)
    refuse_all(_apply(row, claim))
    take(Verb.CHANGE, row, by, figures=said(row), before=before)
    return row


def said(row: Application) -> dict[str, Any]:
    """What a claim says, as steps and the audit keep it: personal data masked only."""
    return {
        "claimed": row.claimed,
        "year": row.year,
        "premises": row.premises,
        "premises_number": row.premises_number,
        "lease": [str(row.lease_from or ""), str(row.lease_to or "")],
        "payee": row.payee,
        "bank": row.bank,
        "account": row.account_masked,
        "contact": row.contact,
        "phone": row.phone_masked,
    }


def _apply(row: Application, claim: Claim) -> list[Problem]:
    """Put what was typed on the row; returns what is wrong with it."""
    row.claimed, row.year = claim.claimed, claim.year
    row.premises, row.premises_number = claim.premises, normal_number(claim.premises_number)
    leased = claim.premises == Premises.LEASED
    row.lease_from, row.lease_to = (claim.lease_from, claim.lease_to) if leased else (None, None)
    row.payee, row.bank, row.contact = claim.payee.strip(), claim.bank.strip(), claim.contact.strip()
    return [
        *_size_problems(row),
        *_number_problems(row),
        *_lease_problems(row),
        *_year_problems(row),
        *seal(row, claim),
    ]


def _size_problems(row: Application) -> list[Problem]:
    if not 1 <= row.claimed <= UNITS_MOST:
        text = _("请填写 1 至 %(most)s 之间的整数。") % {"most": UNITS_MOST}
        return [Problem(None, "claimed", text)]
    return []


def _number_problems(row: Application) -> list[Problem]:
    """A number may grow when its signs are written out in full."""
    if len(row.premises_number) <= NUMBER_MOST:
        return []
    text = _("证号或合同号最多%(most)s字，请核对。") % {"most": NUMBER_MOST}
    return [Problem(None, "premises_number", text)]


def _lease_problems(row: Application) -> list[Problem]:
    if row.lease_from is not None and row.lease_to is not None and row.lease_to <= row.lease_from:
        return [Problem(None, "lease_to", _("租期的最后一天应在第一天之后。"))]
    if (row.lease_from is None) != (row.lease_to is None):
        field = "lease_from" if row.lease_from is None else "lease_to"
        return [Problem(None, field, _("租期的第一天和最后一天都要填写。"))]
    return []


def _year_problems(row: Application) -> list[Problem]:
    today = timezone.localdate()
    if row.scheme.per == Scheme.Per.ONCE:
        row.year = None
        return []
    if row.year is None or not EARLIEST_YEAR <= row.year <= today.year:
        text = _("请填写补助年度，%(first)s 至 %(last)s 年。")
        return [Problem(None, "year", text % {"first": EARLIEST_YEAR, "last": today.year})]
    same = Application.objects.filter(scheme=row.scheme, institution=row.institution_id, year=row.year)
    other = same.exclude(pk=row.pk).exclude(state__in=_GONE).first() if row.institution_id else None
    if other is None:
        return []
    text = _("这家机构%(year)s年已有一笔“%(scheme)s”申请（%(claim)s），每年只能申请一次。")
    words = {"year": row.year, "scheme": row.scheme.name, "claim": other.number}
    return [Problem(None, "year", text % words)]


def seal(row: Application, claim: Claim) -> list[Problem]:
    """Seal account and phone; what is masked and found again stands beside them."""
    problems, kept_kind = [], row.payee_kind
    row.payee_kind = claim.payee_kind
    if claim.account.strip():
        problems += _account_problems(claim)
        number = clean_digits(claim.account)
        row.account, row.account_masked = Sealed.of(number), mask_number(number)
        row.account_print = fingerprint(number)
    elif row.account and kept_kind != row.payee_kind:
        problems.append(Problem(None, "account", _("账户类别变了，请重新填写账号。")))
    if claim.phone.strip():
        number = clean_digits(claim.phone)
        if not is_phone(number):
            problems.append(Problem(None, "phone", _("电话号码不正确：手机 11 位，座机须带区号。")))
        row.phone, row.phone_masked = Sealed.of(number), mask_number(number)
    return problems


def _account_problems(claim: Claim) -> list[Problem]:
    if claim.payee_kind == Application.PayeeKind.CARD:
        if not is_card(claim.account):
            text = _("银行卡号不正确：16 至 19 位数字，且最后一位校验不符，请对照银行卡核对。")
            return [Problem(None, "account", text)]
        return []
    if not is_account(claim.account):
        return [Problem(None, "account", _("银行账号不正确：应为 8 至 30 位数字，请对照开户许可证核对。"))]
    return []


@transaction.atomic
def submit(*, application: Application | int, by: User, revision: int | None = None) -> Application:
    """Send a claim to the county's checker; the version in force today is the one it keeps.

    Raises `NotAllowed`, or `Refused` with everything that is unmet, missing, or certainly a repeat.
    """
    row = locked(application, Verb.SUBMIT, by, revision)
    lock_claims(row, everywhere=True)
    _place(row, row.county)
    row.verified, row.suspicion_answer = None, ""
    ready = readiness(row)
    if ready.problems or ready.computed is None:
        raise Refused(ready.problems)
    row.applied_on = timezone.localdate()
    keep(row, ready.computed)
    take(Verb.SUBMIT, row, by, figures={"claimed": row.claimed, "total_fen": row.total_fen})
    return row


@dataclass(frozen=True)
class Readiness:
    """What a claim would come to if it were sent today (None: it cannot be computed), and what keeps it."""

    computed: Computed | None
    problems: list[Problem]


def readiness(row: Application) -> Readiness:
    """Everything that is unmet, missing, or certainly a repeat, as of today; nothing is written."""
    try:
        computed = compute_claim(row, quantity=row.claimed, on=timezone.localdate())
    except Refused as refused:
        return Readiness(None, refused.problems)
    conditions = [one["code"] for one in computed.version.conditions]
    certain = [Problem(None, "premises_number", one.sentence) for one in repeats(row) if one.hard]
    return Readiness(computed, [*computed.problems(), *_missing(row, conditions), *certain])


def _missing(row: Application, conditions: list[str]) -> list[Problem]:
    """What a complete claim says and brings along."""
    found = [
        Problem(None, field, sentence)
        for field, value, sentence in (
            ("payee", row.payee, _("请填写收款单位（人）的全称。")),
            ("bank", row.bank, _("请填写开户银行。")),
            ("account", row.account, _("请填写收款账号。")),
            ("contact", row.contact, _("请填写联系人。")),
            ("phone", row.phone, _("请填写联系电话。")),
        )
        if not value
    ]
    if "premises" in conditions and row.premises:
        if not row.premises_number:
            text = _("请填写产权证号，租赁用房填写租赁合同号。")
            found.append(Problem(None, "premises_number", text))
        paper = _PAPERS[Premises(row.premises)]
        if not row.files.filter(kind=paper, removed_at=None).exists():
            text = _("请上传%(paper)s，核查时要对照。") % {"paper": paper.label}
            found.append(Problem(None, "evidence", text))
    found += _listed_problems(row)
    return found


def _listed_problems(row: Application) -> list[Problem]:
    """A claim for households or people is for exactly those listed in it."""
    if not lists_people(row) or (count := listed(row).count()) == row.claimed:
        return []
    text = _("名单里有 %(listed)s 个，申请 %(claimed)s 个，请选入名单，改成一致。")
    return [Problem(None, "claimed", text % {"listed": count, "claimed": row.claimed})]
