"""The page of one part: what may be done now and why something may not, the trail in words, the reports with files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from targets.following.basics import Kind, may_take, state_problem
from targets.models import AssignmentPart, Deliverable, Extension, PartFile, PartReport, PartStep
from targets.reporting.periods import period_name
from targets.standing import BODY, STEPS
from yuxi_eldercare.core.models import User

# In the order in which a person looks for them. A report is returned, and its problems answered, beside it.
_COLUMN = (
    Kind.SIGN,
    Kind.CLOSE,
    Kind.RETURN,
    Kind.GRANT_EXTENSION,
    Kind.REPORT,
    Kind.PLAN,
    Kind.SUBMIT,
    Kind.ASK_EXTENSION,
    Kind.REOPEN,
    Kind.CHANGE,
    Kind.WITHDRAW,
)


@dataclass(frozen=True)
class Offer:
    """A step the person could take, and the sentence why not now (empty: now)."""

    step: str
    label: str
    refusal: str = ""


def offers(
    part: AssignmentPart, user: User, hands: Collection[int], waiting: Extension | None
) -> list[Offer]:
    """What the person may do with the part, those that can be done now first. Steps of the other side are left out."""
    found = []
    for step in _COLUMN:
        decision = may_take(step, part, user, hands)
        if not decision and not (STEPS[step].side != BODY and user.pk in hands):
            continue
        refusal = state_problem(step, part) or _because(step, part, waiting) or decision.reason
        if step == Kind.GRANT_EXTENSION and waiting is None:
            continue
        found.append(Offer(step, _label(step), refusal))
    return sorted(found, key=lambda offer: bool(offer.refusal))


def _label(step: str) -> str:
    if step == Kind.GRANT_EXTENSION:
        return _("决定延期")
    return str(Kind(step).label)


def _because(step: str, part: AssignmentPart, waiting: Extension | None) -> str:
    if step == Kind.ASK_EXTENSION and part.due is None:
        return _("这个事项没有完成时限，无需延期。")
    if step == Kind.ASK_EXTENSION and waiting is not None:
        return _("已有一份延期申请等待决定。")
    return ""


@dataclass(frozen=True)
class Told:
    """A step of the trail with what changed by it. A report's words and files stand with the report."""

    step: PartStep
    text: str
    lines: list[str]
    files: list[PartFile]


def trail(steps: Sequence[PartStep], files: Mapping[int, list[PartFile]]) -> list[Told]:
    """The steps, latest first, each with its changes in words and its files."""
    return [_told(step, files.get(step.pk, [])) for step in reversed(steps)]


def _told(step: PartStep, files: list[PartFile]) -> Told:
    lines = _changes(step.data)
    if step.kind == Kind.REPORT:
        lines = [_("截至%(day)s的一期") % {"day": step.data["period_end"]}, *lines]
        return Told(step, "", lines, [])
    return Told(step, step.text, lines, files)


def _changes(data: Mapping[str, Any]) -> list[str]:
    lines = []
    if "due" in data:
        old, new = data["due"]
        words = _("完成时限：%(old)s → %(new)s") if old else _("完成时限：%(new)s")
        lines.append(words % {"old": old, "new": new or _("未定")})
    if "asked" in data:
        old, new = data["asked"]
        lines.append(_("申请由%(old)s延至%(new)s") % {"old": old, "new": new})
    if "frequency" in data:
        old, new = (_frequency(value) for value in data["frequency"])
        words = _("报送频次：%(old)s → %(new)s") if old else _("报送频次：%(new)s")
        lines.append(words % {"old": old, "new": new})
    if "wanted" in data:
        old, new = data["wanted"]
        lines.append(_("具体要求：“%(old)s” → “%(new)s”") % {"old": old, "new": new})
    if "plan" in data:
        lines += _plan_changes(*data["plan"])
    if data.get("unfinished"):
        lines.append(_("未完成成果的说明：%(text)s") % {"text": data["unfinished"]})
    if data.get("late"):
        lines.append(_("逾期"))
    return lines


def _frequency(value: str) -> str:
    return str(AssignmentPart.Frequency(value).label) if value else ""


def _plan_changes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    old = {one["key"]: one for one in before}
    lines = []
    for one in after:
        was = old.get(one["key"])
        name = {"title": one["title"], "due": one["due"]}
        if was is None:
            lines.append(_("新增成果“%(title)s”，%(due)s前完成") % name)
        elif one["dropped_on"] and not was["dropped_on"]:
            lines.append(_("取消成果“%(title)s”") % name)
        elif one["done_on"] and one["done_on"] != was["done_on"]:
            lines.append(_("成果“%(title)s”于%(day)s完成") % {**name, "day": one["done_on"]})
        elif (was["title"], was["due"]) != (one["title"], one["due"]):
            lines.append(
                _("成果“%(old)s”（%(was)s）改为“%(title)s”（%(due)s）")
                % {**name, "old": was["title"], "was": was["due"]}
            )
    return lines


@dataclass(frozen=True)
class ReportShown:
    """A period's report: the version in force (or the last), the earlier ones, whether it came late."""

    report: PartReport
    period: str
    late: bool
    earlier: list[PartReport]
    files: list[PartFile]


def reports_shown(
    part: AssignmentPart, reports: Sequence[PartReport], files: Mapping[int, list[PartFile]]
) -> list[ReportShown]:
    """The reports by period, latest first. Late is one whose first version came after its day."""
    by_period: dict[date, list[PartReport]] = {}
    for report in reports:
        by_period.setdefault(report.period_end, []).append(report)
    found = []
    for period_end in sorted(by_period, reverse=True):
        *earlier, latest = by_period[period_end]
        first = by_period[period_end][0]
        late = timezone.localdate(first.entered_at) > first.due_on
        name = period_name(part.frequency, period_end)
        found.append(ReportShown(latest, name, late, earlier, files.get(latest.pk, [])))
    return found


@dataclass(frozen=True)
class Planned:
    """A deliverable with its word: done, late, to come, or dropped."""

    one: Deliverable
    word: str
    light: str


def planned(deliverables: Sequence[Deliverable], today: date) -> list[Planned]:
    """The plan of work, what was dropped at the end."""
    rows = sorted(deliverables, key=lambda one: one.dropped_on is not None)
    return [Planned(one, *_word(one, today)) for one in rows]


def _word(one: Deliverable, today: date) -> tuple[str, str]:
    if one.dropped_on is not None:
        return _("已取消"), "grey"
    if one.done_on is not None:
        return (_("逾期完成"), "yellow") if one.done_on > one.due else (_("已完成"), "green")
    return (_("逾期"), "red") if one.due < today else (_("未到期"), "grey")
