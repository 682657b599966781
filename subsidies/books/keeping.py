"""What a treasurer enters: budget lines, budget added and reduced, money that arrived, and what is taken back.

What an application moves is not entered here: `granting` commits and releases, `paying` pays and recovers.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.amounts import grouped
from subsidies.models import Balance, BudgetLine, Journal, Level, PaymentOrder, Programme
from subsidies.models.books import Account
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import KEEP_BOOKS, can

from .posting import OF_LINES, Event, lock_lines, post, reverse
from .wording import line_name

Kind = Journal.Kind
Fund = BudgetLine.Fund
FIRST_YEAR: Final = 2015
_REASON_MOST: Final = 300
_DOCUMENT_MOST: Final = 120
_KEY: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is entered on a line. `amount_fen` below 0 takes back; `once` tells a form sent twice from a second one."""

    amount_fen: int
    on: date
    document: str
    once: str
    reason: str = ""


@transaction.atomic
def open_line(
    *,
    year: int,
    level: str,
    region: Region,
    programme: str,
    by: User,
    fund: str = Fund.GENERAL,
    note: str = "",
) -> BudgetLine:
    """Open a budget line: a county's money stands in its own purse, the rest in the city's.

    Raises `NotAllowed`, or `Refused` for what does not fit together and for a line that is there already.
    """
    _require(by, region)
    problems = _line_problems(year, level, region, programme, fund)
    if len(note) > 200:
        problems.append(Problem(None, "note", _("备注最多%(most)s个字，请缩短。") % {"most": 200}))
    if problems:
        raise Refused(problems)
    row = BudgetLine(
        year=year,
        level=level,
        region=region,
        programme=programme,
        fund=fund,
        note=note.strip(),
        made_by=by,
        is_demo=by.is_demo,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        text = _("已有%(line)s，请在原有预算上追加，不要重复建立。")
        raise Refused.because(text % {"line": line_name(row)}, "fund") from None
    _note("open_line", row, by, after={"year": year, "level": level, "programme": programme, "fund": fund})
    return row


@transaction.atomic
def change_budget(*, line: BudgetLine, entry: Entry, by: User) -> Journal:
    """Add to a line's budget, or reduce it by a negative amount with its reason. Raises `NotAllowed` or `Refused`."""
    return _enter(Kind.BUDGET, line, entry, by)


@transaction.atomic
def register_arrival(*, line: BudgetLine, entry: Entry, by: User) -> Journal:
    """Note money that arrived (到位), or went back by a negative amount with its reason.

    Raises `NotAllowed` or `Refused`: more arrived than budgeted, and money back that a payment list counts on.
    """
    return _enter(Kind.ARRIVE, line, entry, by)


@transaction.atomic
def reverse_entry(*, journal: Journal, on: date, reason: str, by: User) -> Journal:
    """Take back an entry of the budget or of an arrival whole. Raises `NotAllowed` or `Refused`."""
    postings = list(journal.postings.all())
    line = lock_lines({postings[0].line_id})[postings[0].line_id]
    _require(by, line.region)
    if journal.kind not in OF_LINES:
        text = _("“%(kind)s”不在这里冲销：批复请撤回申请，支付和追回请在支付清单里办理。")
        raise Refused.because(text % {"kind": journal.get_kind_display()})
    problems = _reason_problems(reason)
    if problems:
        raise Refused(problems)
    if journal.kind == Kind.ARRIVE and sum(p.amount_fen for p in postings if p.account == Account.CASH) > 0:
        _refuse_promised(line, sum(p.amount_fen for p in postings if p.account == Account.CASH), "reason")
    back = reverse(journal, on=on, reason=reason, by=by)
    _note(
        "reverse", line, by, after={"journal": journal.pk, "kind": journal.kind, "on": str(on)}, detail=reason
    )
    return back


def _enter(kind: str, line: BudgetLine, entry: Entry, by: User) -> Journal:
    row = lock_lines({line.pk})[line.pk]
    _require(by, row.region)
    problems = _entry_problems(row, entry)
    if problems:
        raise Refused(problems)
    key = f"{kind}:{entry.once}"
    replayed = Journal.objects.filter(key=key).exists()
    if kind == Kind.ARRIVE and entry.amount_fen < 0 and not replayed:
        _refuse_promised(row, -entry.amount_fen, "amount_fen")
    event = Event(
        kind=kind,
        key=key,
        on=entry.on,
        by=by,
        document=entry.document.strip(),
        reason=entry.reason.strip(),
    )
    journal = post(event, {row.pk: entry.amount_fen})
    if not replayed:
        after = {"amount_fen": entry.amount_fen, "on": str(entry.on), "document": journal.document}
        _note(kind, row, by, after=after, detail=journal.reason)
    return journal


def _line_problems(year: int, level: str, region: Region, programme: str, fund: str) -> list[Problem]:
    found = []
    last = timezone.localdate().year + 1
    if not FIRST_YEAR <= year <= last:
        text = _("年度请填%(first)s至%(last)s。") % {"first": FIRST_YEAR, "last": last}
        found.append(Problem(None, "year", text))
    if level not in Level.values:
        found.append(Problem(None, "level", _("请选择资金级次。")))
    elif level == Level.COUNTY and region.level != Region.Level.COUNTY:
        text = _("县级资金要选县（市、区），%(region)s不是。")
        found.append(Problem(None, "region", text % {"region": region.short_name}))
    elif level != Level.COUNTY and region.level != Region.Level.CITY:
        text = _("%(level)s资金由市级统一管理，地区请选市本级。")
        found.append(Problem(None, "region", text % {"level": Level(level).label}))
    if programme not in Programme.values:
        found.append(Problem(None, "programme", _("请选择补助项目。")))
    if fund not in Fund.values:
        found.append(Problem(None, "fund", _("请选择资金性质。")))
    return found


def _entry_problems(line: BudgetLine, entry: Entry) -> list[Problem]:
    found = []
    if not _KEY.fullmatch(entry.once):
        found.append(Problem(None, "", _("表单已过期，请刷新页面后重新填写。")))
    if entry.amount_fen == 0:
        found.append(Problem(None, "amount_fen", _("金额不能为零。")))
    document = entry.document.strip()
    if not document:
        found.append(Problem(None, "document", _("请填写依据的文号，如“云财社〔2023〕1号”。")))
    elif len(document) > _DOCUMENT_MOST:
        text = _("文号最多%(most)s个字，请缩短。") % {"most": _DOCUMENT_MOST}
        found.append(Problem(None, "document", text))
    if entry.amount_fen < 0 or len(entry.reason) > _REASON_MOST:
        found += _reason_problems(entry.reason)
    if entry.on > timezone.localdate():
        text = _("日期不能晚于今天（%(today)s）。") % {"today": timezone.localdate().isoformat()}
        found.append(Problem(None, "on", text))
    elif entry.on.year < line.year - 1:
        text = _("日期%(day)s早于这条预算的年度（%(year)s年）一年以上，请核对。")
        found.append(Problem(None, "on", text % {"day": entry.on.isoformat(), "year": line.year}))
    return found


def _reason_problems(reason: str) -> list[Problem]:
    if not reason.strip():
        return [Problem(None, "reason", _("调减、退回或冲销须写明理由。"))]
    if len(reason.strip()) > _REASON_MOST:
        return [Problem(None, "reason", _("理由最多%(most)s个字，请缩短。") % {"most": _REASON_MOST})]
    return []


def _refuse_promised(line: BudgetLine, wanted: int, field: str) -> None:
    """Money that a payment list counts on does not go back. The caller holds the line's lock."""
    waiting = PaymentOrder.objects.filter(line=line, state=PaymentOrder.State.WAITING)
    promised = waiting.aggregate(sum=Sum("amount_fen"))["sum"] or 0
    cash = (
        Balance.objects.filter(line=line, account=Account.CASH).values_list("amount_fen", flat=True).first()
    )
    free = (cash or 0) - int(promised)
    if promised and wanted > free:
        text = _(
            "%(line)s到位未付的资金中有%(promised)s元已列入支付清单，最多可退回%(free)s元。"
            "请先办结或作废支付单，或减少金额。"
        )
        values = {"line": line_name(line), "promised": grouped(int(promised)), "free": grouped(max(free, 0))}
        raise Refused.because(text % values, field)


def _require(by: User, region: Region) -> None:
    decision = can(by, KEEP_BOOKS, region=region)
    if not decision:
        raise NotAllowed.because(decision.reason)


def _note(verb: str, line: BudgetLine, by: User, *, after: dict[str, Any], detail: str = "") -> None:
    audit.record(
        by=by,
        action=f"books.{verb}",
        object_type="budget_line",
        object_key=str(line.pk),
        after={"line": line_name(line), **after},
        detail=detail.strip(),
    )
