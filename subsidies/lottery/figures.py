"""Keeping the figures of the lottery fund and choosing the base of the reported share: versions, never overwritten."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.amounts import MOST_FEN, yuan
from subsidies.counting import lottery
from subsidies.models import LotteryBase, LotteryChoice, LotteryFigure
from subsidies.offering import count_soon
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import KEEP_BOOKS, MANAGE_SCHEMES, Decision, can

FIRST_YEAR: Final = 2015
REASON_MOST: Final = 300
DOCUMENT_MOST: Final = 120


@dataclass(frozen=True)
class Statement:
    """A year's figures of a base, in 分, and the document they stand in."""

    year: int
    base: str
    total_fen: int
    eldercare_fen: int
    document: str
    reason: str = ""


def city() -> Region | None:
    """Whose lottery fund it is. One statement."""
    rows = Region.objects.filter(level=Region.Level.CITY, withdrawn=False)
    return rows.order_by("position", "code").first()


def may_enter(by: User) -> Decision:
    """Whether the person enters figures: who keeps the city's books."""
    return can(by, KEEP_BOOKS, region=city())


def may_choose(by: User) -> Decision:
    """Whether the person chooses the base: who manages the city's schemes."""
    return can(by, MANAGE_SCHEMES, region=city())


@transaction.atomic
def enter_figure(statement: Statement, *, by: User) -> LotteryFigure:
    """State a year's figures of a base; earlier ones are superseded and stay. Raises `NotAllowed`, `Refused`."""
    decision = may_enter(by)
    if not decision:
        raise NotAllowed.because(decision.reason)
    standing = LotteryFigure.objects.select_for_update(of=("self",)).filter(
        year=statement.year, base=statement.base, superseded_at=None
    )
    before = standing.first()
    problems = _problems(statement, before)
    if problems:
        raise Refused(problems)
    if before is not None:
        before.superseded_at = timezone.now()
        before.save(update_fields=["superseded_at"])
    row = LotteryFigure(
        year=statement.year,
        base=statement.base,
        total_fen=statement.total_fen,
        eldercare_fen=statement.eldercare_fen,
        document=statement.document.strip(),
        reason=statement.reason.strip(),
        entered_by=by,
        is_demo=by.is_demo,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused.because(_("有人同时登记了这一年的数，请刷新后重试。")) from None
    audit.record(
        by=by,
        action="lottery.enter",
        object_type="lottery_figure",
        object_key=f"{row.year}/{row.base}",
        before=_plain(before) if before else None,
        after=_plain(row),
        detail=row.reason,
    )
    count_soon()
    return row


@transaction.atomic
def choose_base(*, base: str, reason: str, by: User) -> LotteryChoice:
    """Choose of which base the reported share is taken, with the reason; earlier choices stay readable."""
    decision = may_choose(by)
    if not decision:
        raise NotAllowed.because(decision.reason)
    before = lottery.chosen()
    problems = []
    if base not in LotteryBase.values:
        problems.append(Problem(None, "base", _("请选择一个基数。")))
    elif before is not None and before.base == base:
        problems.append(Problem(None, "base", _("现在用的就是这个基数，没有变化。")))
    problems += _reason_problems(reason)
    if problems:
        raise Refused(problems)
    row = LotteryChoice.objects.create(base=base, reason=reason.strip(), made_by=by, is_demo=by.is_demo)
    audit.record(
        by=by,
        action="lottery.choose",
        object_type="lottery_choice",
        object_key=str(row.pk),
        before={"base": before.base} if before else None,
        after={"base": row.base},
        detail=row.reason,
    )
    count_soon()
    return row


def _problems(said: Statement, before: LotteryFigure | None) -> list[Problem]:
    problems = []
    this_year = timezone.localdate().year
    if not FIRST_YEAR <= said.year <= this_year:
        text = _("年份应在%(first)s至%(last)s之间。")
        problems.append(Problem(None, "year", text % {"first": FIRST_YEAR, "last": this_year}))
    if said.base not in LotteryBase.values:
        problems.append(Problem(None, "base", _("请选择一个基数。")))
    if not 0 <= said.total_fen <= MOST_FEN:
        problems.append(Problem(None, "total", _("基数不能小于0，也不能大于一万亿元。")))
    if said.eldercare_fen < 0:
        problems.append(Problem(None, "eldercare", _("用于养老服务体系建设的金额不能小于0。")))
    elif said.eldercare_fen > said.total_fen:
        problems.append(Problem(None, "eldercare", _("用于养老服务体系建设的金额不能大于基数，请核对。")))
    if not said.document.strip():
        problems.append(Problem(None, "document", _("请写明数据出自哪份文件（决算、预算批复等）。")))
    elif len(said.document.strip()) > DOCUMENT_MOST:
        problems.append(Problem(None, "document", _("文件名最多%(most)s个字。") % {"most": DOCUMENT_MOST}))
    if before is not None:
        same = (before.total_fen, before.eldercare_fen) == (said.total_fen, said.eldercare_fen)
        if same and before.document == said.document.strip():
            problems.append(Problem(None, "total", _("与已登记的相同，没有变化。")))
        problems += _reason_problems(said.reason)
    return problems


def _reason_problems(reason: str) -> list[Problem]:
    why = reason.strip()
    if not why:
        return [Problem(None, "reason", _("请写明理由。"))]
    if len(why) > REASON_MOST:
        return [Problem(None, "reason", _("理由最多%(most)s个字，请缩短。") % {"most": REASON_MOST})]
    return []


def _plain(row: LotteryFigure) -> dict[str, Any]:
    return {"total": yuan(row.total_fen), "eldercare": yuan(row.eldercare_fen), "document": row.document}
