"""Closed months as pages show them: the open month with its checklist, counts by plan, and lists of changes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.judging.as_of import assess_as_of
from targets.judging.store import as_row
from targets.models import Observation
from targets.presenters.explanation import why_url
from targets.presenters.rows import LIGHTS, LightCounts, TargetRow, target_row
from targets.presenters.words import LIGHTS as LAMPS
from targets.presenters.words import state_word, with_unit
from targets.queries.frozen import Change
from targets.queries.judged import LIGHT_ORDER, Judged
from targets.queries.revisions import Revision
from yuxi_eldercare.closing.checklist import Item, checklist, gaps
from yuxi_eldercare.core.closing import month_name
from yuxi_eldercare.core.models import PeriodClose
from yuxi_eldercare.core.queries.closes import end_of_month, last_close, next_month_end, previous_month_end


@dataclass(frozen=True)
class OpenMonth:
    """The month that is next to be closed; `over`: it has ended, so that it can be."""

    month_end: date
    name: str
    over: bool
    items: list[Item]
    gaps: list[Item]

    @property
    def gap_names(self) -> str:
        """The titles of what is missing, as a sentence lists them."""
        return _("、").join(item.title for item in self.gaps)


def open_month(today: date) -> OpenMonth:
    """The month after the last closed one, or the last that ended, with its checklist. About twenty statements."""
    last = last_close()
    month_end = next_month_end(last.month_end) if last else previous_month_end(today)
    now = timezone.now()
    judgement = assess_as_of(Q(), min(month_end, today))
    rows = [as_row(verdict, now) for verdict in judgement.verdicts]
    items = checklist(month_end, rows, judgement.problems)
    return OpenMonth(month_end, name_of(month_end), month_end < today, items, gaps(items))


def name_of(month_end: date) -> str:
    """2026年10月."""
    return month_name(PeriodClose(month_end=month_end))


def asked_month(text: str) -> date | None:
    """The last day of the month that stands in an address as 2026-10."""
    try:
        return end_of_month(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return None


@dataclass(frozen=True)
class MonthLine:
    """A closed month in the list."""

    close: PeriodClose
    name: str
    address: str
    city: LightCounts
    counties: LightCounts
    gaps: int


def month_line(close: PeriodClose) -> MonthLine:
    """Shape a closed month from its own row."""
    return MonthLine(
        close=close,
        name=month_name(close),
        address=str(close),
        city=_counts(close.counts.get("city", {})),
        counties=_counts(close.counts.get("counties", {})),
        gaps=sum(bool(item["gap"]) for item in close.checklist),
    )


def _counts(counted: dict[str, int]) -> LightCounts:
    return LightCounts(*(counted.get(light, 0) for light in LIGHTS))


@dataclass(frozen=True)
class PlanYear:
    """The lights of a plan's targets of one due year: its own region's, and (of a city plan) the counties'."""

    plan: str
    document: str
    year: int
    own: LightCounts
    below: LightCounts


def by_plan_and_year(rows: Iterable[Judged]) -> list[PlanYear]:
    """Counts in the order of the documents, then by year."""
    groups: dict[tuple[int, str, str, int], tuple[list[Judged], list[Judged]]] = defaultdict(lambda: ([], []))
    for row in rows:
        document, due = row.target.document, row.milestone.due
        assert due is not None, "only milestones with a due date are judged"
        own = row.region.code == row.target.region_id
        groups[document.position, row.target.plan.name, document.key, due.year][not own].append(row)
    return [
        PlanYear(plan, document, year, LightCounts.of(own), LightCounts.of(below))
        for (_position, plan, document, year), (own, below) in sorted(groups.items())
    ]


@dataclass(frozen=True)
class ChangeRow:
    """A change ready to print; `was_why` and `why` explain either side."""

    change: Change
    row: TargetRow
    was_word: str
    was_why: str
    word: str
    why: str

    @property
    def worse(self) -> bool:
        """Whether it turned to a light that needs more attention; grey says nothing."""
        order = {"green": 0, "yellow": 1, "red": 2}
        before, after = order.get(self.change.from_light), order.get(self.change.to_light)
        return before is not None and after is not None and after > before


def change_row(change: Change) -> ChangeRow:
    """Shape a change."""
    sides = [
        (state_word(side.state, side.light), why_url(side)) if side else (_("未判定"), "")
        for side in (change.before, change.after)
    ]
    (was_word, was_why), (word, why) = sides
    return ChangeRow(change, target_row(change.row), was_word, was_why, word, why)


_SORTS: dict[str, Callable[[Change], Any]] = {
    "light": lambda c: (LIGHT_ORDER.get(c.to_light, 9), not c.row.binding),
    "plan": lambda c: (c.row.target.document.position, c.row.target.position),
    "county": lambda c: (c.row.region.level != "city", c.row.region.position, c.row.region.code),
}
SORTS = tuple(_SORTS)


def sorted_changes(changes: Sequence[Change], sort: str) -> list[ChangeRow]:
    """Changes by what they turned to (red first, 约束性 before others), by plan, or by county."""
    return [change_row(change) for change in sorted(changes, key=_SORTS[sort])]


@dataclass(frozen=True)
class Turned:
    """How many lights went from one colour to another; an empty colour means there was no judgement."""

    from_light: str
    to_light: str
    from_word: str
    to_word: str
    count: int


def turned(changes: Iterable[Change]) -> list[Turned]:
    """Counts of the turns, those to red first."""
    counted = Counter((c.from_light, c.to_light) for c in changes if c.from_light != c.to_light)
    rows = [
        Turned(
            before,
            after,
            str(LAMPS.get(before, _("未判定"))),
            str(LAMPS.get(after, _("不再判定"))),
            count,
        )
        for (before, after), count in counted.items()
    ]
    return sorted(rows, key=lambda t: (LIGHT_ORDER.get(t.to_light, 9), LIGHT_ORDER.get(t.from_light, 9)))


def change_sentence(changes: Sequence[Change], since: str) -> str:
    """“与2026年8月相比，12 项目标的灯有变化：转红 3，转黄 1，转绿 8。”"""
    total, parts = _turns(changes)
    if not total:
        return _("与%(since)s相比，没有目标的灯发生变化。") % {"since": since}
    text = _("与%(since)s相比，%(n)s 项目标的灯有变化：%(parts)s。")
    return text % {"since": since, "n": total, "parts": parts}


def _turns(changes: Iterable[Change]) -> tuple[int, str]:
    """How many lights turned, and to what in words."""
    lights = Counter(change.turned for change in changes if change.turned)
    names = {"red": _("转红"), "yellow": _("转黄"), "green": _("转绿"), "grey": _("转灰")}
    parts = _("，").join(f"{names[light]} {lights[light]}" for light in LIGHT_ORDER if lights[light])
    return lights.total(), parts


@dataclass(frozen=True)
class RevisionRow:
    """A later correction ready to print."""

    revision: Revision
    before: str
    after: str
    effects: list[ChangeRow]


def revision_rows(found: Iterable[Revision]) -> tuple[list[RevisionRow], list[RevisionRow]]:
    """Corrections that change a light of the month, and those that do not.

    A change that several corrections bring about together stands at the first of them.
    """
    told: set[int] = set()
    telling: list[RevisionRow] = []
    silent: list[RevisionRow] = []
    for revision in found:
        fresh = [change for change in revision.effects if id(change) not in told]
        told |= {id(change) for change in fresh}
        row = RevisionRow(
            revision,
            _figure(revision.before, revision),
            _figure(revision.after, revision),
            [change_row(change) for change in fresh],
        )
        (telling if fresh else silent).append(row)
    return telling, silent


def _figure(row: Observation | None, revision: Revision) -> str:
    """A version of the value, or that nothing was known."""
    if row is None:
        return _("当时未报")
    if row.not_applicable:
        return _("不适用")
    return with_unit(row.value, revision.indicator.unit, revision.indicator.decimals)


def revision_sentence(telling: Sequence[RevisionRow], silent: Sequence[RevisionRow]) -> str:
    """“封存后更正 47 个数；如当时已知，26 项目标的灯会不同：转黄 14，转绿 12。” Empty without corrections."""
    if not telling and not silent:
        return ""
    given = {"n": len(telling) + len(silent)}
    total, parts = _turns(effect.change for row in telling for effect in row.effects)
    if not total:
        return _("封存后更正 %(n)s 个数；即使当时已知，各目标的灯也不变。") % given
    text = _("封存后更正 %(n)s 个数；如当时已知，%(total)s 项目标的灯会不同：%(parts)s。")
    return text % {**given, "total": total, "parts": parts}
