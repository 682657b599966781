"""Judging everything for a closed month: locked, read, judged as of its last day, and laid down row by row.

1. Every (indicator, region) whose values can change a judgement is locked, so that what is counting at this moment
   is either waited for or comes after the close.
2. The moment after that is what the close calls known.
3. Values are read, roll-ups brought in line with them, and all regional targets judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from targets.models import (
    FrozenAssessment,
    Indicator,
    Observation,
    RegionalTarget,
    Target,
    TargetSource,
    ThresholdSet,
)
from targets.progress import RULE_VERSION, plain

from .inputs import regional_targets, sheet_of
from .locks import lock
from .nightly import judged_indicators
from .rolling import refresh
from .stated import as_stated
from .territory import Territory, territory_of
from .values import values_in_force
from .verdicts import Judgement, Verdict, judge

_SHARES = ("green", "yellow", "start_up", "start_up_annual", "closing")
Reported = Mapping[tuple[int, str, str], dict[str, Any]]  # indicator, region, period end → who and when


@dataclass(frozen=True)
class Laid:
    """The rows of a close, not saved, and the moment up to which values were known."""

    known_at: datetime
    rows: list[FrozenAssessment]
    problems: dict[str, str]


def lay_down(month_end: date, known_at: datetime | None = None) -> Laid:
    """Judge everything as of a month's last day; call it inside the transaction that will write the close.

    `known_at` is for processes that know better. About twenty statements, however many targets there are.
    """
    judgement, moment = _judge_everything(month_end)
    verdicts = sorted(judgement.verdicts, key=_file_order)
    targets = {verdict.row.target_id: verdict.row.target for verdict in verdicts}
    _read_words(verdicts, targets)
    reported = _reported(verdicts)
    rows = [_frozen(verdict, targets[verdict.row.target_id], reported) for verdict in verdicts]
    return Laid(known_at or moment, rows, judgement.problems)


def _judge_everything(day: date) -> tuple[Judgement, datetime]:
    indicators = judged_indicators()
    territory = _territory()
    everywhere = {*territory.judged, *(code for below in territory.members.values() for code in below)}
    lock((indicator, region) for indicator in indicators for region in everywhere)
    moment = timezone.now()
    direct = values_in_force(indicators, everywhere)
    known = list(Indicator.objects.filter(pk__in=indicators))
    rolled = refresh(known, territory, direct)
    rows = list(regional_targets(Q()))
    return judge(sheet_of(rows, [], direct, rolled), day), moment


def _territory() -> Territory:
    """All regions where something is targeted or reported, with what lies above and below."""
    places = [
        model.objects.order_by().values_list("region_id").distinct()
        for model in (RegionalTarget, Observation)
    ]
    return territory_of(code for (code,) in places[0].union(places[1]))


def _file_order(verdict: Verdict) -> tuple[Any, ...]:
    target, region = verdict.row.target, verdict.row.region
    return (
        target.document.position,
        target.position,
        target.pk,
        verdict.milestone.due,
        region.position,
        region.pk,
    )


def _read_words(verdicts: Sequence[Verdict], targets: dict[int, Target]) -> None:
    """Read bodies and sources once per target, and let every row of a target share it."""
    for verdict in verdicts:
        verdict.row.target = targets[verdict.row.target_id]
    sources = TargetSource.objects.select_related("clause")
    prefetch_related_objects(list(targets.values()), "bodies", Prefetch("sources", sources))


def _reported(verdicts: Sequence[Verdict]) -> Reported:
    """Who reported and confirmed the judged figures that regions reported themselves. One statement."""
    judged = [verdict for verdict in verdicts if verdict.answer["actual_date"]]
    rows = Observation.objects.filter(
        indicator__in={verdict.row.indicator_id for verdict in judged},
        region__in={verdict.row.region_id for verdict in judged},
        period_end__in={verdict.answer["actual_date"] for verdict in judged},
        superseded_at=None,
    ).values_list(
        "indicator_id",
        "region_id",
        "period_end",
        "version",
        "known_from",
        "department__short_name",
        "reported_by__display_name",
        "batch__created_by__display_name",
        "batch__label",
    )
    return {
        (indicator, region, period_end.isoformat()): {
            "version": version,
            "known_from": known_from.isoformat(),
            "department": department or "",
            "reported_by": reporter or confirmer or label,
            "confirmed_by": confirmer or "",
        }
        for indicator, region, period_end, version, known_from, department, reporter, confirmer, label in rows
    }


def _frozen(verdict: Verdict, target: Target, reported: Reported) -> FrozenAssessment:
    row, milestone, answer = verdict.row, verdict.milestone, verdict.answer
    assert milestone.due is not None, "only milestones with a due date are judged"
    return FrozenAssessment(
        regional_target=row,
        milestone=milestone,
        indicator_id=row.indicator_id,
        region_id=row.region_id,
        document=target.document.key,
        due=milestone.due,
        as_of=verdict.as_of,
        state=answer["state"],
        light=answer["light"],
        marks=answer["marks"],
        answer=answer,
        inputs=verdict.inputs,
        rule_version=RULE_VERSION,
        thresholds=_thresholds(verdict.thresholds, target),
        members_reported=verdict.members_reported,
        members_expected=verdict.members_expected,
        stated=as_stated(row, milestone, target.bodies.all()),
        grounds={
            "sources": [
                {
                    "document": target.document.title,
                    "clause": source.clause.number,
                    "phrase": source.phrase,
                }
                for source in target.sources.all()
            ],
            "reported": reported.get((row.indicator_id, row.region_id, answer["actual_date"] or "")),
        },
        is_demo=verdict.is_demo,
    )


def _thresholds(row: ThresholdSet, target: Target) -> dict[str, Any]:
    """The set as it judged; `plan` is empty for the default."""
    shares = {name: plain(Decimal(getattr(row, name))) for name in _SHARES}
    return {
        "plan": target.plan.key if row.plan_id else "",
        "version": row.version,
        **shares,
        "stale_after_days": row.stale_after_days,
        "grace_days": row.grace_days,
    }
