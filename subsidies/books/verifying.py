"""The books re-computed from their postings alone and held against everything kept beside them.

1. Every journal's postings sum to nothing on each line, in the budget's accounts and in the cash's, and are of its
   kind.
2. No account falls below nothing on any day, and on no day has more arrived on a line than was budgeted.
3. `Balance` says what the postings come to.
4. An approved application is committed with its whole amount; any other has nothing waiting.
5. A paid order has its payment in the books, and a payment in the books its paid order.
6. A recovery received what the books say came back.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from subsidies.amounts import grouped
from subsidies.models import (
    Application,
    Balance,
    BudgetLine,
    Journal,
    PaymentOrder,
    Posting,
    Recovery,
)
from subsidies.models.books import Account
from yuxi_eldercare.core import jobs
from yuxi_eldercare.core.models import Job

from .limits import GIVING
from .posting import MOVES, lock_lines
from .wording import line_name

KIND: Final = "verify_books"
TASK: Final = "subsidies.verify_books"
BUDGETED: Final = (Account.SOURCE, Account.AVAILABLE, Account.COMMITTED, Account.SETTLED)
CASHED: Final = (Account.TREASURY, Account.CASH, Account.PAID)
_NAMED_MOST: Final = 100

State = Application.State


@dataclass
class Verdict:
    """What was read, and every difference in words; empty `differences` mean that the books are right."""

    lines: int = 0
    journals: int = 0
    postings: int = 0
    differences: list[str] = field(default_factory=list)


@transaction.atomic
def verify() -> Verdict:
    """Read everything and compare. It writes nothing; lines are locked so that nobody posts in between."""
    lines = lock_lines(list(BudgetLine.objects.values_list("pk", flat=True)))
    verdict = Verdict(len(lines), Journal.objects.count(), Posting.objects.count())
    for check in (_journals, _days, _applications, _orders, _recoveries):
        verdict.differences += check(lines)
    return verdict


def in_background() -> Job:
    """Verify under a job; a difference is the job's error."""
    job = jobs.create(KIND, _("核对补助账目"))
    return jobs.run(job.pk, _work)


def latest() -> Job | None:
    """The last verification that ended. One statement."""
    return Job.objects.filter(kind=KIND, state=Job.State.DONE).order_by("-id").first()


def _work(progress: jobs.Progress) -> None:
    verdict = verify()
    progress.result = {
        "lines": verdict.lines,
        "journals": verdict.journals,
        "postings": verdict.postings,
        "differences": verdict.differences[:_NAMED_MOST],
        "count": len(verdict.differences),
    }
    progress.problem = "\n".join(verdict.differences[:_NAMED_MOST])


Lines = dict[int, BudgetLine]


def _journals(lines: Lines) -> Iterator[str]:
    unbalanced = (
        Posting.objects.filter(line__in=lines)
        .order_by("journal_id", "line_id")
        .values("journal_id", "journal__key", "line_id")
        .annotate(
            budgeted=Sum("amount_fen", filter=Q(account__in=BUDGETED), default=0),
            cashed=Sum("amount_fen", filter=Q(account__in=CASHED), default=0),
            settled=Sum("amount_fen", filter=Q(account=Account.SETTLED), default=0),
            paid=Sum("amount_fen", filter=Q(account=Account.PAID), default=0),
        )
        .exclude(budgeted=0, cashed=0, settled=F("paid"))
    )
    for row in unbalanced:
        text = _(
            "第%(number)s笔账（%(key)s）在%(line)s上不平衡：预算方合计%(budget)s元，资金方合计%(cash)s元。"
        )
        yield text % {
            "number": row["journal_id"],
            "key": row["journal__key"],
            "line": line_name(lines[row["line_id"]]),
            "budget": grouped(int(row["budgeted"])),
            "cash": grouped(int(row["cashed"])),
        }
    used = Posting.objects.order_by().values_list("journal__kind", "account").distinct()
    for kind, account in sorted(used):
        if account not in MOVES[kind]:
            text = _("有“%(kind)s”的账记在了不该有的科目“%(account)s”上。")
            yield text % {"kind": Journal.Kind(kind).label, "account": Account(account).label}
    for journal in Journal.objects.filter(postings__isnull=True).order_by("pk"):
        text = _("第%(number)s笔账（%(key)s）没有分录。")
        yield text % {"number": journal.pk, "key": journal.key}


def _days(lines: Lines) -> Iterator[str]:
    """Every account day by day from its beginning, and its end held against `Balance`."""
    rows = (
        Posting.objects.filter(line__in=lines)
        .values_list("line_id", "account", "journal__on")
        .annotate(moved=Sum("amount_fen"))
        .order_by("line_id", "journal__on", "account")
    )
    ends: dict[tuple[int, str], int] = defaultdict(int)
    for (line, on), of_day in groupby(rows.iterator(), key=lambda row: (row[0], row[2])):
        for _line, account, _on, moved in of_day:
            ends[line, account] += int(moved)
        yield from _low(lines[line], on, ends)
    kept = Balance.objects.filter(line__in=lines).values_list("line_id", "account", "amount_fen")
    balances = {(line, account): amount for line, account, amount in kept}
    for line, account in sorted(balances.keys() | ends.keys()):
        if balances.get((line, account), 0) != ends.get((line, account), 0):
            text = _("%(line)s的“%(account)s”余额记为%(kept)s元，按分录应为%(posted)s元。")
            yield text % {
                "line": line_name(lines[line]),
                "account": Account(account).label,
                "kept": grouped(balances.get((line, account), 0)),
                "posted": grouped(ends.get((line, account), 0)),
            }


def _low(line: BudgetLine, on: date, ends: dict[tuple[int, str], int]) -> Iterator[str]:
    for account in Account.values:
        if account not in GIVING and ends[line.pk, account] < 0:
            text = _("%(line)s的“%(account)s”在%(day)s为%(amount)s元，低于零。")
            yield text % {
                "line": line_name(line),
                "account": Account(account).label,
                "day": on.isoformat(),
                "amount": grouped(ends[line.pk, account]),
            }
    over = ends[line.pk, Account.SOURCE] - ends[line.pk, Account.TREASURY]
    if over > 0:
        text = _("%(line)s在%(day)s到位的资金比预算多%(amount)s元。")
        yield text % {"line": line_name(line), "day": on.isoformat(), "amount": grouped(over)}


def _applications(_lines: Lines) -> Iterator[str]:
    of_commits = Q(journals__kind=Journal.Kind.COMMIT) | Q(journals__kind=Journal.Kind.RELEASE)
    waiting = Q(journals__postings__account=Account.COMMITTED)
    rows = (
        Application.objects.filter(Q(state__in=[State.APPROVED, State.PAID]) | Q(journals__isnull=False))
        .order_by("pk")
        .values("pk", "number", "state", "total_fen")
        .annotate(
            granted=Sum("journals__postings__amount_fen", filter=waiting & of_commits, default=0),
            left=Sum("journals__postings__amount_fen", filter=waiting, default=0),
        )
    )
    for row in rows.iterator():
        granted, left = int(row["granted"]), int(row["left"])
        values = {"number": row["number"] or row["pk"], "granted": grouped(granted), "left": grouped(left)}
        if row["state"] in {State.APPROVED, State.PAID}:
            if granted != row["total_fen"]:
                text = _("申请%(number)s批复%(total)s元，账上批复的是%(granted)s元。")
                yield text % (values | {"total": grouped(row["total_fen"] or 0)})
            if row["state"] == State.PAID and left:
                yield _("申请%(number)s记为已付清，账上还有%(left)s元待支付。") % values
        elif left:
            text = _("申请%(number)s的状态是“%(state)s”，账上还有%(left)s元待支付。")
            yield text % (values | {"state": State(row["state"]).label})


def _orders(_lines: Lines) -> Iterator[str]:
    paid = dict(_paid_by_order())
    orders = PaymentOrder.objects.only("number", "state", "amount_fen").order_by("pk")
    for order in orders.iterator():
        in_books = paid.pop(order.number, 0)
        is_paid = order.state == PaymentOrder.State.PAID
        if in_books == (order.amount_fen if is_paid else 0):
            continue
        text = _("支付单%(number)s的状态是“%(state)s”、金额%(amount)s元，账上支付的是%(paid)s元。")
        yield text % {
            "number": order.number,
            "state": order.get_state_display(),
            "amount": grouped(order.amount_fen),
            "paid": grouped(in_books),
        }
    for number, amount in paid.items():
        text = _("账上有支付%(amount)s元（%(number)s），没有对应的支付单。")
        yield text % {"number": number, "amount": grouped(amount)}


def _paid_by_order() -> Iterable[tuple[str, int]]:
    """Number of the order in the journal's key → what stands paid by it, reversals taken off."""
    rows = (
        Posting.objects.filter(account=Account.PAID, journal__kind=Journal.Kind.PAY, journal__reverses=None)
        .exclude(journal__reversed_by__isnull=False)
        .values_list("journal__key")
        .annotate(sum=Sum("amount_fen"))
        .order_by("journal__key")
    )
    return ((key.removeprefix("pay:"), int(amount)) for key, amount in rows)


def _recoveries(_lines: Lines) -> Iterator[str]:
    back = Q(journals__postings__account=Account.PAID)
    rows = (
        Recovery.objects.select_related("application")
        .annotate(back=Sum("journals__postings__amount_fen", filter=back, default=0))
        .exclude(received_fen=-F("back"))
        .order_by("pk")
    )
    for row in rows:
        text = _("申请%(number)s的追回记为收到%(kept)s元，账上收回%(posted)s元。")
        yield text % {
            "number": row.application,
            "kept": grouped(row.received_fen),
            "posted": grouped(-int(row.back)),
        }
