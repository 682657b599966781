"""What a notice says: title, addressee, paragraphs, signature. Written once, at sending, in the product's language.

A letter (函) asks; it gives no orders: “请贵单位…”.
"""

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from targets.models import LadderStep, SupervisionNotice
from targets.reporting.wording import kept
from targets.supervision_rules import LETTER, numbered

Kind, Cause = LadderStep.Kind, LadderStep.Cause
_TITLE_MOST = 28


@dataclass(frozen=True, kw_only=True)
class Said:
    """A notice as its words stand on paper."""

    title: str
    number: str
    to: str
    paragraphs: list[str]
    authority: str
    date: str


@kept
def said_of(
    notice: SupervisionNotice,
    *,
    on: date,
    authority: str,
    number: tuple[str, int] | None,
    reply_due: date | None,
) -> dict[str, Any]:
    """The notice's words as they are on a day, with the facts its proposal wrote down, ready to be kept.

    Without `number` they are a draft: the place of the number is left open.
    """
    said = Said(
        title=_title(notice),
        number=numbered(number[0], on.year, number[1]) if number else "",
        to=f"{notice.recipient.name}：",
        paragraphs=[
            *_basis(notice),
            _state(notice, on),
            _asked(notice),
            *([_answer(notice, reply_due)] if reply_due else []),
            _closing(notice),
        ],
        authority=authority,
        date=day_words(on),
    )
    return {**notice.said, **asdict(said)}


def day_words(day: date) -> str:
    """2026年10月20日."""
    return _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day}


def short_title(title: str) -> str:
    """The head of a task's text: up to its first comma, and not longer than a title bears."""
    head = re.split("[，；。]", title.strip(), maxsplit=1)[0]
    return head if len(head) <= _TITLE_MOST else f"{head[: _TITLE_MOST - 1]}…"


def _is_letter(notice: SupervisionNotice) -> bool:
    return notice.form == LETTER


def _title(notice: SupervisionNotice) -> str:
    words = {
        Kind.REMIND: _("关于%(task)s的提醒"),
        Kind.URGE: _("关于%(task)s的催办通知"),
        Kind.ORDER: _("关于%(task)s的督办通知"),
        Kind.CIRCULAR: _("关于%(task)s进展滞后的通报"),
    }
    text = _("关于商请支持%(task)s的函") if _is_letter(notice) else words[Kind(notice.kind)]
    return text % {"task": short_title(notice.part.assignment.title)}


def _basis(notice: SupervisionNotice) -> list[str]:
    """The task in its own words, where they stand, and what this body in particular was asked."""
    task = notice.part.assignment
    clause = next((source.clause.number for source in task.sources.all()), task.number)
    given = {"document": task.document.title, "clause": clause, "task": task.title.strip().rstrip("。")}
    if _is_letter(notice):
        text = _("《%(document)s》（%(clause)s）明确由贵单位参与办理：“%(task)s”。")
    else:
        text = _("《%(document)s》（%(clause)s）确定由你单位承担：“%(task)s”。")
    wanted = notice.part.wanted.strip().rstrip("。")
    more = _("具体事项：%(wanted)s。") % {"wanted": wanted} if wanted else ""
    return [text % given, *([more] if more else [])]


def _state(notice: SupervisionNotice, on: date) -> str:
    """What was due when, and by how many days it is late on the day."""
    due = date.fromisoformat(notice.said["due"])
    given = {
        "due": day_words(due),
        "on": day_words(on),
        "days": (on - due).days,
        "period": notice.said.get("period", ""),
        "issued": day_words(notice.part.issued_on),
        "answers": notice.said.get("answers", ""),
    }
    late = {
        Cause.UNSIGNED: _(
            "该事项于%(issued)s下达，应于%(due)s前签收，截至%(on)s尚未签收，已逾期%(days)s天。"
        ),
        Cause.REPORT: _("%(period)s进展应于%(due)s前报送，截至%(on)s尚未报送，已逾期%(days)s天。"),
        Cause.OVERDUE: _("该事项应于%(due)s前办结，截至%(on)s尚未办结，已逾期%(days)s天。"),
        Cause.REPLY: _("按%(answers)s，应于%(due)s前回复，截至%(on)s尚未收到回复，已逾期%(days)s天。"),
    }
    soon = {
        Cause.UNSIGNED: _("该事项于%(issued)s下达，应于%(due)s前签收，目前尚未签收。"),
        Cause.REPORT: _("%(period)s进展应于%(due)s前报送，目前尚未报送。"),
        Cause.OVERDUE: _("该事项应于%(due)s前办结，目前尚未办结。"),
        Cause.REPLY: _("按%(answers)s，应于%(due)s前回复，目前尚未收到回复。"),
    }
    return (late if due < on else soon)[Cause(notice.cause)] % given


def _asked(notice: SupervisionNotice) -> str:
    cause, kind = Cause(notice.cause), Kind(notice.kind)
    if _is_letter(notice):
        return {
            Cause.UNSIGNED: _("为共同做好“一老一小”工作，请贵单位在方便时签收，并告知联系人。"),
            Cause.REPORT: _("为共同做好“一老一小”工作，请贵单位提供进展情况和有关材料。"),
            Cause.OVERDUE: _(
                "为共同做好“一老一小”工作，请贵单位结合职责予以支持，并告知办理情况和预计完成时间。"
            ),
            Cause.REPLY: _("为共同做好“一老一小”工作，请贵单位将有关情况复函。"),
        }[cause]
    if kind == Kind.CIRCULAR:
        return _("现予以通报。请认真查找原因，制定整改措施，明确责任人和完成时限，切实抓好落实。")
    if kind == Kind.ORDER:
        return _("请立即组织办理，查明未按期完成的原因，制定整改措施，明确责任人和完成时限。")
    return {
        Cause.UNSIGNED: _("请及时签收，明确责任人，填报工作计划。"),
        Cause.REPORT: _("请抓紧报送进展情况和佐证材料；有需要协调的问题，请一并提出。"),
        Cause.OVERDUE: _("请抓紧办理，完成后及时申请销号；确有困难的，请说明原因，按程序申请延期。"),
        Cause.REPLY: _("请抓紧书面回复。"),
    }[cause]


def _answer(notice: SupervisionNotice, reply_due: date) -> str:
    if _is_letter(notice):
        return _("有关情况请于%(day)s前函复为盼。") % {"day": day_words(reply_due)}
    return _("办理情况请于%(day)s前书面回复。") % {"day": day_words(reply_due)}


def _closing(notice: SupervisionNotice) -> str:
    if _is_letter(notice):
        return _("特此函达。")
    return {
        Kind.REMIND: _("特此提醒。"),
        Kind.URGE: _("特此通知。"),
        Kind.ORDER: _("特此通知。"),
        Kind.CIRCULAR: _("特此通报。"),
    }[Kind(notice.kind)]
