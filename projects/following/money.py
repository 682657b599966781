"""Money by source: what is planned, what arrived, what was spent. Books that balance on any day."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.amounts import in_words
from projects.models import FundingEntry, FundingPlan, Project, Source
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.models import User

from .basics import day_problems, locked, note
from .standings import refresh_standings

Kind = FundingEntry.Kind


@transaction.atomic
def plan_funding(
    *, project: Project, source: str, planned_fen: int, by: User, reason: str = ""
) -> FundingPlan:
    """State how much a source is to pay. Raises `NotAllowed` or `Refused`.

    A change of it needs a reason, and so does less than has arrived already.
    """
    row = locked(project, by)
    problems = _source_problems(source)
    if planned_fen < 0:
        problems.append(Problem(None, "planned_fen", _("计划金额不能为负。")))
    current = row.funding_plans.filter(source=source, superseded_at=None).first()
    if current is not None and not reason.strip():
        problems.append(Problem(None, "reason", _("这个来源已有计划金额，调整须写明理由。")))
    elif not problems and not reason.strip():
        problems += _less_than_arrived(row, source, planned_fen)
    if problems:
        raise Refused(problems)
    if current is not None:
        current.superseded_at = timezone.now()
        current.save(update_fields=["superseded_at"])
    made = FundingPlan.objects.create(
        project=row,
        source=source,
        planned_fen=planned_fen,
        reason=reason.strip(),
        entered_by=by,
        is_demo=by.is_demo,
    )
    before = {"source": source, "planned_fen": current.planned_fen} if current else None
    after = {"source": source, "planned_fen": planned_fen}
    note(row, "plan_funding", by, before=before, after=after, detail=reason.strip())
    refresh_standings([row.pk])
    return made


def _less_than_arrived(row: Project, source: str, planned_fen: int) -> list[Problem]:
    """That more has arrived from a source than it is to pay."""
    entries = row.funding_entries.filter(source=source, kind=Kind.ARRIVED)
    arrived = sum(entries.values_list("amount_fen", flat=True))
    if arrived <= planned_fen:
        return []
    text = _("%(source)s已到位 %(total)s，多于计划 %(planned)s，请核对，或写明理由。")
    values = {
        "source": Source(source).label,
        "total": in_words(arrived),
        "planned": in_words(planned_fen),
    }
    return [Problem(None, "reason", text % values)]


@transaction.atomic
def enter_funding(
    *,
    project: Project,
    source: str,
    kind: str,
    on: date,
    amount_fen: int,
    by: User,
    explanation: str = "",
    voucher: str = "",
) -> FundingEntry:
    """Note money that arrived or was spent; a negative amount takes back. Raises `NotAllowed` or `Refused`.

    On no day may more be spent than had arrived from that source, or either sum be negative: that is refused.
    More arrived than planned passes with an explanation.
    """
    row = locked(project, by)
    problems = [*_source_problems(source), *day_problems(on, "on")]
    if kind not in Kind.values:
        problems.append(Problem(None, "kind", _("请选择到位或支出。")))
    if amount_fen == 0:
        problems.append(Problem(None, "amount_fen", _("请填写金额。")))
    if amount_fen < 0 and not explanation.strip():
        problems.append(Problem(None, "explanation", _("冲回须写明原因。")))
    if problems:
        raise Refused(problems)
    entry = FundingEntry(
        project=row,
        source=source,
        kind=kind,
        on=on,
        amount_fen=amount_fen,
        explanation=explanation.strip(),
        voucher=voucher.strip(),
        entered_by=by,
        is_demo=by.is_demo,
    )
    problems = _out_of_balance(row, entry)
    if problems:
        raise Refused(problems)
    entry.save()
    after = {
        "source": source,
        "kind": kind,
        "on": str(on),
        "amount_fen": amount_fen,
        "voucher": entry.voucher,
    }
    note(row, "enter_funding", by, after=after, detail=entry.explanation)
    refresh_standings([row.pk])
    return entry


def _source_problems(source: str) -> list[Problem]:
    return [] if source in Source.values else [Problem(None, "source", _("请选择资金来源。"))]


def _out_of_balance(row: Project, entry: FundingEntry) -> list[Problem]:
    """What the books would say with the entry among them."""
    entries = [*row.funding_entries.filter(source=entry.source), entry]
    source = Source(entry.source).label
    for day, arrived, spent in balances(entries):
        if arrived < 0 or spent < 0:
            text = _("%(source)s截至 %(day)s 的累计金额将为负，冲回的金额不能多于原来的金额。")
            return [Problem(None, "amount_fen", text % {"source": source, "day": day})]
        if spent > arrived:
            text = _(
                "%(source)s截至 %(day)s 支出 %(spent)s，多于到位 %(arrived)s，请先登记到位资金或核对日期。"
            )
            values = {"source": source, "day": day, "spent": in_words(spent), "arrived": in_words(arrived)}
            return [Problem(None, "amount_fen", text % values)]
    planned = row.funding_plans.filter(source=entry.source, superseded_at=None).first()
    total = sum(e.amount_fen for e in entries if e.kind == Kind.ARRIVED)
    if (
        entry.kind == Kind.ARRIVED
        and planned is not None
        and total > planned.planned_fen
        and not entry.explanation
    ):
        text = _("%(source)s到位 %(total)s，多于计划 %(planned)s，请写明原因后再保存。")
        values = {"source": source, "total": in_words(total), "planned": in_words(planned.planned_fen)}
        return [Problem(None, "explanation", text % values)]
    return []


def balances(entries: Iterable[FundingEntry]) -> list[tuple[date, int, int]]:
    """(day, arrived, spent) as running sums in 分 at the end of each day on which something was entered."""
    found: dict[date, tuple[int, int]] = {}
    arrived = spent = 0
    for entry in sorted(entries, key=lambda e: e.on):
        if entry.kind == Kind.ARRIVED:
            arrived += entry.amount_fen
        else:
            spent += entry.amount_fen
        found[entry.on] = (arrived, spent)
    return [(day, *sums) for day, sums in found.items()]
