"""Putting right where an approved grant is paid to: an account that was wrong or closed (退票).

Who applied cannot do it: the county's reviewer enters it against a paper, so that no single person both claims money
and says where it goes.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from subsidies.models import Application, ApplicationStep, PaymentOrder
from subsidies.queries.applications_places import places_of
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import CHECK_SUBSIDY, KEEP_BOOKS, Decision, can

from .basics import changed_since, needed_reason, refuse_all, take
from .drafting import Claim, said, seal
from .machine import COUNTY, GROUPS
from .repeats import Repeat, shared_account
from .rights import holds_side

State = Application.State
Verb = ApplicationStep.Verb


def may_correct(application: Application, by: User) -> Decision:
    """Whether the person puts accounts of this application right: a reviewer of its county with no other hand in it."""
    decision = can(by, CHECK_SUBSIDY, region=application.county)
    if not decision:
        return decision
    if not holds_side(COUNTY, application, by, places_of(by)):
        text = _("收款账户由%(county)s的审核员更正。")
        return Decision(False, text % {"county": application.county.short_name})
    if can(by, KEEP_BOOKS):
        return Decision(False, _("你担任财务人员，收款账户须由另一人更正。"))
    others = [verb for group, verbs in GROUPS.items() if group != COUNTY for verb in verbs]
    # A change after approval is a correction like this one.
    before = application.steps.exclude(verb=Verb.CHANGE, state=State.APPROVED)
    act = before.filter(verb__in=others, by=by).order_by("pk").last()
    if act is not None:
        text = _("你办理过这笔申请的“%(act)s”，收款账户须由另一人更正。")
        return Decision(False, text % {"act": act.get_verb_display()})
    return Decision(True)


@transaction.atomic
def correct_payee(
    *,
    application: Application | int,
    payee: str,
    payee_kind: str,
    bank: str,
    account: str,
    reason: str,
    by: User,
    revision: int | None = None,
) -> Application:
    """Put another account on an approved application; orders that wait must be settled or dropped before.

    Raises `NotAllowed`, or `Refused` with all that is wrong.
    """
    pk = application if isinstance(application, int) else application.pk
    rows = Application.objects.select_for_update(of=("self",))
    row = rows.select_related("scheme", "county__parent", "department").get(pk=pk)
    decision = may_correct(row, by)
    if not decision:
        raise NotAllowed.because(decision.reason)
    if revision is not None and revision != row.revision:
        raise Refused.because(changed_since(row), "revision")
    if row.state != State.APPROVED:
        text = _("申请现在是“%(state)s”，只有已批复、未付清的可以更正收款账户。")
        raise Refused.because(text % {"state": row.get_state_display()}, "state")
    if row.orders.filter(state=PaymentOrder.State.WAITING).exists():
        raise Refused.because(_("这笔补助正在支付清单中，请财务人员先办结或作废支付单。"), "state")
    before = said(row)
    row.payee, row.bank = payee.strip(), bank.strip()
    problems = seal(row, Claim(claimed=row.claimed, payee_kind=payee_kind, account=account))
    if not (row.payee and row.bank and account.strip()):
        raise Refused.because(_("收款户名、开户银行和账号都要填写。"), "account")
    refuse_all(problems)
    why = needed_reason(reason, _("请写明更正的理由和依据。"))
    refuse_all([problem for one in shared_account(row) if (problem := _unexplained(one, why))])
    take(Verb.CHANGE, row, by, reason=why, figures=said(row), before=before)
    return row


def _unexplained(repeat: Repeat, reason: str) -> Problem | None:
    """That the account is another institution's, unless the reason names that claim."""
    number = repeat.other.number or ""
    if number in reason:
        return None
    text = _("收款账号与“%(name)s”的申请%(claim)s相同；确是同一账户的，请在理由中写明申请号%(claim)s。")
    return Problem(None, "account", text % {"name": repeat.other.name, "claim": number})
