"""What the books refuse: on no day may an account be overspent, more have arrived than was budgeted, or an
application have more paid, released or given back than it holds.

The caller holds the locks of the lines, so that nobody posts in between.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.amounts import MOST_FEN, grouped
from subsidies.models import Application, BudgetLine, Posting
from subsidies.models.books import Account
from targets.actions.refusals import Refused

from .wording import line_name

# Money comes from these two; they are negative by what they gave.
GIVING: Final = frozenset({Account.SOURCE, Account.TREASURY})
# What an application itself holds. Of a line's `available` it only takes.
HELD: Final = frozenset({Account.COMMITTED, Account.SETTLED, Account.PAID})

Moves = Mapping[tuple[int, str], int]
"""(budget line number, account) → 分."""
Days = Sequence[tuple[date, int]]
"""What was moved on which day, in the order of days."""


def refuse_overspent(
    lines: Mapping[int, BudgetLine], moves: Moves, on: date, application: Application | None
) -> None:
    """Raise `Refused` naming the line, the account and the day that say no to these moves on that day.

    1. Neither an amount nor what is budgeted on a line passes the most the books are made for.
    2. No account falls below nothing on that day or any later one.
    3. On no day from then on has more arrived on a line than stands in its budget.
    4. An application does not give what it does not hold.
    """
    if on > timezone.localdate():
        text = _("日期不能晚于今天（%(today)s）。")
        raise Refused.because(text % {"today": timezone.localdate().isoformat()}, "on")
    daily = _daily(Posting.objects.filter(line__in=lines))
    for (line, account), amount in moves.items():
        _refuse_too_large(daily, line, account, amount)
        if amount < 0 and account not in GIVING:
            least, day = _least(daily.get((line, account), []), on)
            if least < -amount:
                raise Refused.because(_overspent_words(lines[line], account, least, -amount, day, on))
    for line in lines:
        _refuse_more_than_budgeted(daily, lines[line], moves, on)
    if application is not None:
        _refuse_not_held(lines, moves, on, application)


def _refuse_too_large(daily: Mapping[tuple[int, str], Days], line: int, account: str, amount: int) -> None:
    given = -sum(moved for _day, moved in daily.get((line, account), [])) if account in GIVING else 0
    if abs(amount) > MOST_FEN or given - amount > MOST_FEN:
        text = _("金额过大：一条预算最多%(most)s元，请核对单位。")
        raise Refused.because(text % {"most": grouped(MOST_FEN)}, "amount_fen")


def _refuse_more_than_budgeted(
    daily: Mapping[tuple[int, str], Days], line: BudgetLine, moves: Moves, on: date
) -> None:
    source, treasury = (line.pk, Account.SOURCE), (line.pk, Account.TREASURY)
    wanted = moves.get(source, 0) - moves.get(treasury, 0)
    if wanted <= 0:
        return
    both = [*daily.get(treasury, []), *((day, -moved) for day, moved in daily.get(source, []))]
    least, day = _least(sorted(both), on)
    if least < wanted:
        text = _(
            "%(line)s到%(day)s的预算减去已到位的资金只有%(least)s元，不够%(wanted)s元。"
            "到位资金不能超过预算，请先登记追加的预算，或核对金额和日期。"
        )
        raise Refused.because(text % _values(line, least, wanted, day), "amount_fen")


def _refuse_not_held(
    lines: Mapping[int, BudgetLine], moves: Moves, on: date, application: Application
) -> None:
    falling = {place: -amount for place, amount in moves.items() if amount < 0 and place[1] in HELD}
    if not falling:
        return
    daily = _daily(Posting.objects.filter(line__in=lines, journal__application=application))
    for (line, account), wanted in falling.items():
        least, day = _least(daily.get((line, account), []), on)
        if least < wanted:
            text = _(
                "申请%(application)s在%(line)s的“%(account)s”到%(day)s只有%(least)s元，不够%(wanted)s元。"
                "请核对金额和日期。"
            )
            values = _values(lines[line], least, wanted, day)
            values |= {"application": str(application), "account": str(Account(account).label)}
            raise Refused.because(text % values, "amount_fen")


def _daily(postings: QuerySet[Posting]) -> dict[tuple[int, str], list[tuple[date, int]]]:
    """What each account moved by on each day. One statement."""
    rows = (
        postings.values_list("line_id", "account", "journal__on")
        .annotate(moved=Sum("amount_fen"))
        .order_by("journal__on")
    )
    found: dict[tuple[int, str], list[tuple[date, int]]] = defaultdict(list)
    for line, account, day, moved in rows:
        found[line, account].append((day, int(moved)))
    return found


def _least(daily: Days, on: date) -> tuple[int, date]:
    """The smallest balance at the end of any day from `on`, and the first day it stands at.

    Several amounts of one day count together: it is the end of the day that matters.
    """
    standing = sum(moved for day, moved in daily if day <= on)
    least, least_on = standing, on
    later = [(day, moved) for day, moved in daily if day > on]
    for place, (day, moved) in enumerate(later):
        standing += moved
        ends = place + 1 == len(later) or later[place + 1][0] > day
        if ends and standing < least:
            least, least_on = standing, day
    return least, least_on


def _overspent_words(line: BudgetLine, account: str, least: int, wanted: int, day: date, on: date) -> str:
    values = _values(line, least, wanted, day) | {"account": str(Account(account).label)}
    if day > on:
        text = _(
            "%(line)s的“%(account)s”到%(day)s只有%(least)s元，不够%(wanted)s元，差%(missing)s元："
            "这一天已登记了以后的支出，请改用较晚的日期，或先补足资金。"
        )
    else:
        text = _(
            "%(line)s的“%(account)s”只有%(least)s元，不够%(wanted)s元，差%(missing)s元。"
            "请先调整预算或登记到位资金，或减少金额。"
        )
    return text % values


def _values(line: BudgetLine, least: int, wanted: int, day: date) -> dict[str, str]:
    return {
        "line": line_name(line),
        "least": grouped(max(least, 0)),
        "wanted": grouped(wanted),
        "missing": grouped(wanted - max(least, 0)),
        "day": day.isoformat(),
    }
