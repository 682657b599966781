"""What an application holds in the books: committed when approved, released when withdrawn, paid, recovered."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from subsidies.models import Application, Balance, BudgetLine, Journal, Level, Posting
from subsidies.models.books import Account
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.models import User

from .posting import Event, lock_lines, post

Kind = Journal.Kind


@dataclass
class Held:
    """Per budget line number, in 分: what one application holds now. `paid` is net of what came back."""

    committed: dict[int, int] = field(default_factory=dict)
    paid: dict[int, int] = field(default_factory=dict)
    recovered: dict[int, int] = field(default_factory=dict)

    @property
    def granted_fen(self) -> int:
        """What is granted and stands: waiting to be paid, or paid and kept."""
        return sum(self.committed.values()) + sum(self.paid.values())


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


def held(applications: Collection[int]) -> dict[int, Held]:
    """What each application holds in the books, from its postings alone. One statement."""
    found: dict[int, Held] = {pk: Held() for pk in applications}
    rows = (
        Posting.objects.filter(
            journal__application__in=list(applications), account__in=[Account.COMMITTED, Account.PAID]
        )
        .order_by()
        .values_list("journal__application_id", "line_id", "account", "journal__kind")
        .annotate(moved=Sum("amount_fen"))
    )
    for application, line, account, kind, moved in rows:
        one = found[application]
        if account == Account.COMMITTED:
            one.committed[line] = one.committed.get(line, 0) + int(moved)
            continue
        one.paid[line] = one.paid.get(line, 0) + int(moved)
        if kind == Kind.RECOVER:
            one.recovered[line] = one.recovered.get(line, 0) - int(moved)
    return found
