"""What an application holds in the books: committed when approved, released when withdrawn, paid, recovered."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from subsidies.models import Application, Balance, BudgetLine, Journal, Level
from subsidies.models.books import Account
from subsidies.queries.held import held
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.models import User

from .posting import Event, lock_lines, post

Kind = Journal.Kind


@dataclass(frozen=True)
class LineChoice:
    """A budget line that can pay a level's part, with what is available on it."""

    line: BudgetLine
    available_fen: int


def choices(application: Application, year: int) -> dict[str, list[LineChoice]]:
    """By level, the lines of a year that may pay this application: its programme's, the county's own or the city's.

    Central to city level money is kept by the city, county money by the county. Two statements.
    """
    rows = BudgetLine.objects.select_related("region").filter(
        year=year,
        programme=application.scheme.programme,
        region__in=[application.county_id, application.county.parent_id],
    )
    available = dict(
        Balance.objects.filter(line__in=rows, account=Account.AVAILABLE).values_list("line_id", "amount_fen")
    )
    found: dict[str, list[LineChoice]] = defaultdict(list)
    for row in rows:
        own = row.region_id == application.county_id
        if own or row.level != Level.COUNTY:
            found[row.level].append(LineChoice(row, available.get(row.pk, 0)))
    return dict(found)


@transaction.atomic
def commit(
    application: Application,
    *,
    parts: Mapping[str, int],
    lines: Mapping[str, int],
    on: date,
    by: User,
    is_demo: bool = False,
) -> Journal:
    """Commit each level's part (分) on the line chosen for it. The caller holds the application's lock.

    Raises `Refused` for a level without a line, a line that does not fit, and a line without the money.
    """
    wanted = {level: amount for level, amount in parts.items() if amount}
    rows = lock_lines(lines.values())
    problems, amounts = [], {}
    for level, amount in wanted.items():
        row = rows.get(lines.get(level, 0))
        if row is None:
            text = _("请为%(level)s资金选择预算；没有可选的，请财务人员先登记预算。")
            problems.append(Problem(None, f"line_{level}", text % {"level": Level(level).label}))
        elif not _fits(row, level, application):
            text = _("所选的预算不能用于这笔申请的%(level)s资金，请重新选择。")
            problems.append(Problem(None, f"line_{level}", text % {"level": Level(level).label}))
        else:
            amounts[row.pk] = amount
    if problems:
        raise Refused(problems)
    event = Event(
        kind=Kind.COMMIT,
        key=f"approve:{application.pk}{_again(application)}",
        on=on,
        by=by,
        application=application,
        is_demo=is_demo,
    )
    return post(event, amounts)


def _fits(row: BudgetLine, level: str, application: Application) -> bool:
    own = row.region_id == application.county_id
    above = row.region_id == application.county.parent_id and level != Level.COUNTY
    return row.level == level and row.programme == application.scheme.programme and (own or above)


@transaction.atomic
def release(application: Application, *, on: date, reason: str, by: User) -> Journal | None:
    """Give back what is still committed; None where nothing is. The caller holds the application's lock.

    Raises `Refused` while a payment order of it waits.
    """
    committed = held([application.pk])[application.pk].committed
    amounts = {line: amount for line, amount in committed.items() if amount}
    if not amounts:
        return None
    if application.orders.filter(state="waiting").exists():
        raise Refused.because(_("这笔补助正在支付清单中，请先办结或作废支付单。"))
    event = Event(
        kind=Kind.RELEASE,
        key=f"release:{application.pk}{_again(application)}",
        on=on,
        by=by,
        application=application,
        reason=reason,
        is_demo=application.is_demo,
    )
    return post(event, amounts)


def _again(application: Application) -> str:
    """What tells a grant from an earlier one that was given back: nothing the first time, then :2, :3."""
    back = Q(kind=Kind.RELEASE) | Q(kind=Kind.COMMIT, reverses__isnull=False)
    earlier = application.journals.filter(back).count()
    return f":{earlier + 1}" if earlier else ""
