"""Notices for pages and tables: their words on paper, the columns of the list, the ladder in sentences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from targets.models import IssuingAuthority, LadderStep, ScoreRule, SupervisionNotice
from targets.supervision.escalating import number_of
from targets.supervision.issuing import Authorities
from targets.supervision.listing import Listed
from targets.supervision.wording import said_of

State = SupervisionNotice.State


@dataclass(frozen=True)
class Paper:
    """A notice as its words stand: those it was sent with, or a draft of today's."""

    said: dict[str, Any]
    is_draft: bool


def paper(notice: SupervisionNotice, today: date) -> Paper:
    """The words of a notice; of one that was never sent, as they would be today."""
    if notice.number is not None:
        return Paper(notice.said, is_draft=False)
    region = notice.part.assignment.document.plan.region_id
    found = Authorities().of(region, notice.kind)
    name = found.department.name if found else notice.authority.name
    said = said_of(notice, on=today, authority=name, number=None, reply_due=None)
    return Paper(said, is_draft=True)


def cause_words(notice: SupervisionNotice) -> str:
    """What the notice is about: what is late, or with a reminder what is due soon."""
    if notice.kind != LadderStep.Kind.REMIND:
        return str(notice.get_cause_display())
    return {
        LadderStep.Cause.UNSIGNED: _("待签收"),
        LadderStep.Cause.REPORT: _("待报送进展"),
        LadderStep.Cause.OVERDUE: _("即将到期"),
        LadderStep.Cause.REPLY: _("待回复"),
    }[LadderStep.Cause(notice.cause)]


def export_header() -> list[str]:
    """Titles of the exported list."""
    return [
        _("发文字号"), _("种类"), _("文种"), _("事由"), _("状态"), _("主送单位"), _("地区"), _("任务"), _("发文机关"),
        _("应办日期"), _("发出日期"), _("回复期限"), _("逾期未回复"),
    ]  # fmt: skip


def export_rows(rows: Iterable[Listed]) -> Iterator[list[Any]]:
    """The rows of the exported list."""
    for row in rows:
        notice = row.notice
        yield [
            number_of(notice),
            notice.get_kind_display(),
            notice.get_form_display(),
            cause_words(notice),
            notice.get_state_display(),
            notice.recipient.name,
            notice.region.short_name,
            notice.part.assignment.title,
            notice.authority.name,
            notice.said.get("due", ""),
            notice.issued_on.isoformat() if notice.issued_on else "",
            row.reply_due.isoformat() if row.reply_due else "",
            _("是") if row.late else "",
        ]


def when_words(step: LadderStep) -> str:
    """“到期后第10天”, “到期前3天”."""
    if step.after_days < 0:
        return _("到期前%(days)s天") % {"days": -step.after_days}
    if step.after_days == 0:
        return _("到期当天")
    return _("到期后第%(days)s天") % {"days": step.after_days}


@dataclass(frozen=True)
class CauseLadder:
    """The rungs of one cause, from the bottom up."""

    label: str
    about: str
    steps: list[tuple[LadderStep, str]]


def ladders(steps: Iterable[LadderStep]) -> list[CauseLadder]:
    """The ladder by cause."""
    about = {
        "unsigned": _("从下达起3个工作日内签收"),
        "report": _("从期末起5个工作日内报送"),
        "overdue": _("以完成时限为准；申请销号后不再计"),
        "reply": _("以文书写明的回复期限为准；退回后重新计算"),
    }
    every = list(steps)
    return [
        CauseLadder(
            str(label),
            about[cause],
            [(step, when_words(step)) for step in every if step.cause == cause],
        )
        for cause, label in LadderStep.Cause.choices
    ]


def authorities_by_region(
    rows: Iterable[IssuingAuthority],
) -> list[tuple[str, list[IssuingAuthority]]]:
    """The issuing authorities of each region, in the order of kinds."""
    order = list(LadderStep.Kind.values)
    found: dict[str, list[IssuingAuthority]] = {}
    for row in sorted(rows, key=lambda row: (row.region.position, row.region_id, order.index(row.kind))):
        found.setdefault(row.region.short_name, []).append(row)
    return list(found.items())


@dataclass(frozen=True)
class CausePoints:
    """What a cause gives now, and what it will give."""

    cause: str
    label: str
    now: ScoreRule | None
    later: list[ScoreRule]


def points_table(rules: Iterable[ScoreRule], today: date) -> list[CausePoints]:
    """Causes with the points in force today and those that were set for later."""
    every = list(rules)
    found = []
    for cause, label in ScoreRule.Cause.choices:
        own = sorted((rule for rule in every if rule.cause == cause), key=lambda rule: rule.valid_from)
        begun = [rule for rule in own if rule.valid_from <= today]
        found.append(CausePoints(cause, str(label), begun[-1] if begun else None, own[len(begun) :]))
    return found
