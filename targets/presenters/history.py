"""How lights and values came to be what they are: changes of light, closed months, corrections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from targets.models import Indicator, Observation, Transition
from targets.queries.judged import Judged
from targets.queries.series import Revision

from . import words

CAUSES: dict[str, str | Promise] = {
    "value": gettext_lazy("数据生效"),
    "nightly": gettext_lazy("每日重判"),
    "load": gettext_lazy("规划文件更新"),
    "ruling": gettext_lazy("数据疑点裁定"),
    "thresholds": gettext_lazy("阈值调整"),
    "correction": gettext_lazy("数据更正"),
    "breakdown": gettext_lazy("目标分解"),
}


@dataclass(frozen=True)
class LightChange:
    """One change of state or light, in words; `from_word` is empty at the first judgement."""

    day: date
    target: str
    plan: str
    from_light: str
    from_word: str
    to_light: str
    to_word: str
    cause: str
    is_demo: bool


def light_changes(rows: Sequence[Transition], indicator: Indicator) -> list[LightChange]:
    """The changes as lines of a table."""
    return [
        LightChange(
            row.as_of,
            f"{words.due_words(row.milestone)} {words.demand(row.milestone, indicator)}",
            row.milestone.target.document.plan.name,
            row.from_light,
            words.state_word(row.from_state, row.from_light) if row.from_state else "",
            row.to_light,
            words.state_word(row.to_state, row.to_light),
            str(CAUSES.get(row.cause, row.cause)),
            row.is_demo,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class MonthLine:
    """A milestone's lights in closed months: (month, light, word)."""

    target: str
    plan: str
    months: list[tuple[date, str, str]]


def month_lines(
    monthly: Mapping[int, Sequence[tuple[date, str, str]]], rows: Sequence[Judged]
) -> list[MonthLine]:
    """A line per milestone that is judged and stands in a closed month."""
    return [
        MonthLine(
            f"{words.due_words(row.milestone)} {words.demand(row.milestone, row.indicator)}",
            row.target.plan.name,
            [
                (month, light, words.state_word(state, light))
                for month, state, light in monthly[row.milestone.pk]
            ],
        )
        for row in rows
        if row.milestone.pk in monthly
    ]


@dataclass(frozen=True)
class RevisionLine:
    """A correction: what stood there, what replaced it, why, by whom and when."""

    place: str
    period: str
    before: str
    after: str
    reason: str
    by: str
    at: datetime
    version: int


def revision_lines(found: Sequence[Revision], indicator: Indicator) -> list[RevisionLine]:
    """The corrections as lines of a table."""
    return [
        RevisionLine(
            revision.region.short_name,
            words.period(revision.after.period_end),
            _figure(revision.before, indicator),
            _figure(revision.after, indicator),
            revision.after.reason,
            revision.by,
            revision.after.known_from,
            revision.after.version,
        )
        for revision in found
    ]


def _figure(row: Observation, indicator: Indicator) -> str:
    if row.not_applicable:
        return str(words.STATES["NOT_APPLICABLE"])
    text = words.with_unit(row.value, indicator.unit, indicator.decimals)
    if row.denominator is None:
        return text
    parts = (words.with_unit(part, "", 4).strip() for part in (row.numerator or Decimal(0), row.denominator))
    return f"{text}（{' / '.join(parts)}）"
