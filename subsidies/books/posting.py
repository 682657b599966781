"""Writing to the books: the one door through which money moves. Actions decide; this keeps the books right.

Locks are taken in one order everywhere: application, then budget lines by their number. A journal is posted only when
1. its postings sum to nothing, in the budget's accounts and in the cash's;
2. nothing is overspent, now or on any later day already in the books (`limits`);
3. nothing was posted under its key before: a replay gets the journal that is there, and nothing moves.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, Case, F, Value, When
from django.utils.translation import gettext as _

from subsidies.models import Application, Balance, BudgetLine, Journal, Posting, Recovery
from subsidies.models.books import Account
from targets.actions.refusals import Refused
from yuxi_eldercare.core.models import User

from .limits import Moves, refuse_overspent

Kind = Journal.Kind
# What one 分 of each kind of event moves: account → sign. Every row sums to nothing in each pair of accounts.
MOVES: Final[dict[str, dict[str, int]]] = {
    Kind.BUDGET: {Account.SOURCE: -1, Account.AVAILABLE: 1},
    Kind.COMMIT: {Account.AVAILABLE: -1, Account.COMMITTED: 1},
    Kind.RELEASE: {Account.COMMITTED: -1, Account.AVAILABLE: 1},
    Kind.ARRIVE: {Account.TREASURY: -1, Account.CASH: 1},
    Kind.PAY: {Account.COMMITTED: -1, Account.SETTLED: 1, Account.CASH: -1, Account.PAID: 1},
    Kind.RECOVER: {Account.SETTLED: -1, Account.AVAILABLE: 1, Account.PAID: -1, Account.CASH: 1},
}
# The others are about an application.
OF_LINES: Final = frozenset({Kind.BUDGET, Kind.ARRIVE})


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a journal says besides its amounts. `is_demo` is also taken from the lines and the person."""

    kind: str
    key: str
    on: date
    by: User
    application: Application | None = None
    recovery: Recovery | None = None
    voucher: str = ""
    document: str = ""
    reason: str = ""
    is_demo: bool = False


def lock_lines(lines: Collection[int]) -> dict[int, BudgetLine]:
    """Budget lines by number, locked in that order until the transaction ends."""
    rows = BudgetLine.objects.select_for_update(of=("self",)).select_related("region")
    return {row.pk: row for row in rows.filter(pk__in=list(lines)).order_by("pk")}


@transaction.atomic
def post(event: Event, amounts: Mapping[int, int]) -> Journal:
    """Post an event that moves `amounts` (budget line number → 分, not 0; negative takes back, for `budget` and
    `arrive` only). A journal already posted under the key is returned and nothing moves.

    Raises `Refused` naming the line whose account would be overspent, and on which day; also for a key under which
    something else was posted.
    """
    if event.kind not in OF_LINES and any(amount < 0 for amount in amounts.values()):
        raise ValueError("only budget and arrivals are taken back by a negative amount; reverse the others")
    if (event.application is None) != (event.kind in OF_LINES):
        raise ValueError("budget and arrivals are about a line, everything else about an application")
    moves = {
        (line, account): sign * amount
        for line, amount in amounts.items()
        if amount
        for account, sign in MOVES[event.kind].items()
    }
    return _post(event, moves)


@transaction.atomic
def reverse(journal: Journal, *, on: date, reason: str, by: User) -> Journal:
    """Take back a journal whole by one of its own (冲销). Raises `Refused`, also for one already reversed."""
    lock_lines(set(journal.postings.values_list("line_id", flat=True)))
    if not reason.strip():
        raise Refused.because(_("请写明冲销的理由。"), "reason")
    if Journal.objects.filter(reverses=journal).exists():
        raise Refused.because(_("这笔账已经冲销过。"))
    if journal.reverses_id:
        raise Refused.because(_("冲销的账不能再冲销，请重新登记。"))
    if on < journal.on:
        raise Refused.because(_("冲销日期不能早于原账日期%(day)s。") % {"day": journal.on}, "on")
    event = Event(
        kind=journal.kind,
        key=f"reverse:{journal.pk}",
        on=on,
        by=by,
        application=journal.application,
        recovery=journal.recovery,
        voucher=journal.voucher,
        reason=reason.strip(),
        is_demo=journal.is_demo,
    )
    moves = {(row.line_id, row.account): -row.amount_fen for row in journal.postings.all()}
    return _post(event, moves, reverses=journal)


def _post(event: Event, moves: Moves, reverses: Journal | None = None) -> Journal:
    if not moves:
        raise ValueError("a journal moves something")
    lines = lock_lines({line for line, _account in moves})
    known = _known(event, moves)
    if known is not None:
        return known
    refuse_overspent(lines, moves, event.on, event.application)
    try:
        with transaction.atomic():
            journal = _entered(event, lines, reverses)
    except IntegrityError:
        # Somebody used the key for other lines a moment ago: their locks were not ours.
        known = _known(event, moves)
        if known is None:
            raise
        return known
    Posting.objects.bulk_create(
        Posting(journal=journal, line=lines[line], account=account, amount_fen=amount)
        for (line, account), amount in sorted(moves.items())
    )
    _add(lines, moves)
    return journal


def _known(event: Event, moves: Moves) -> Journal | None:
    """The journal under the event's key. Raises `Refused` when it says something else than the event."""
    known = Journal.objects.filter(key=event.key).first()
    if known is None:
        return None
    posted = {(row.line_id, row.account): row.amount_fen for row in known.postings.all()}
    application = event.application.pk if event.application else None
    if (known.kind, known.application_id, posted) != (event.kind, application, dict(moves)):
        text = _("同一编号已在%(day)s登记了另一笔“%(kind)s”，没有重复入账。请刷新页面核对后重新登记。")
        raise Refused.because(text % {"day": known.on.isoformat(), "kind": known.get_kind_display()})
    return known


def _entered(event: Event, lines: Mapping[int, BudgetLine], reverses: Journal | None) -> Journal:
    return Journal.objects.create(
        kind=event.kind,
        key=event.key,
        on=event.on,
        application=event.application,
        recovery=event.recovery,
        reverses=reverses,
        voucher=event.voucher,
        document=event.document,
        reason=event.reason,
        by=event.by,
        is_demo=event.is_demo or event.by.is_demo or any(line.is_demo for line in lines.values()),
    )


def _add(lines: Mapping[int, BudgetLine], moves: Moves) -> None:
    present = set(Balance.objects.filter(line__in=lines).values_list("line_id", "account"))
    Balance.objects.bulk_create(
        Balance(line=lines[line], account=account)
        for line, account in moves
        if (line, account) not in present
    )
    moved = [
        When(line=line, account=account, then=Value(amount)) for (line, account), amount in moves.items()
    ]
    Balance.objects.filter(line__in=lines).update(
        amount_fen=F("amount_fen") + Case(*moved, default=Value(0), output_field=BigIntegerField())
    )
