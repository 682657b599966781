"""The nightly run: verify every stored assessment at its own date, then advance all to today (§4.6)."""

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from targets.models import Assessment, JudgingState, Observation, RegionalTarget
from targets.progress import RULE_VERSION
from yuxi_eldercare.core.jobs import Progress

from .rejudging import Ground, regions_of, standing_as_of, take
from .store import Outcome, as_row, says_the_same
from .verdicts import judge

log = logging.getLogger(__name__)

EXAMPLES = 50


@dataclass(frozen=True)
class Difference:
    """A stored assessment that judging the same day again did not give."""

    target: str
    region: str
    due: str
    as_of: str
    stored: str
    judged: str


@dataclass
class Report:
    """What the run found and did; `summary` is the job's result."""

    as_of: date
    previous_as_of: date
    indicators: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    differences: list[Difference] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """As JSON; of many differences the first ones."""
        return {
            "as_of": self.as_of.isoformat(),
            "previous_as_of": self.previous_as_of.isoformat(),
            "rule_version": RULE_VERSION,
            "indicators": self.indicators,
            "assessments": self.outcome.judged,
            "transitions": self.outcome.transitions,
            "removed": self.outcome.removed,
            "differences": len(self.differences),
            "examples": [asdict(difference) for difference in self.differences[:EXAMPLES]],
            "problems": self.outcome.problems,
        }

    def problem(self) -> str:
        """The sentence an operator must read; empty when all is well."""
        sentences = []
        if self.differences:
            sentences.append(f"{len(self.differences)}项评估与同日重新判定的结果不一致，已更正。")
        if self.outcome.problems:
            sentences.append(f"{len(self.outcome.problems)}个目标的数据自相矛盾，未能判定。")
        return "".join(sentences)


def rejudge_all(progress: Progress, today: date) -> Report:
    """Verify and advance everything, one indicator per transaction; safe to run again after a break.

    Whatever a broken run advanced stands at its own `as_of` and is verified there. Only a completed run
    moves the day the pages name.
    """
    report = Report(today, standing_as_of())
    indicators = judged_indicators()
    progress.start(len(indicators))
    for indicator_id in indicators:
        with transaction.atomic():
            _one_indicator(indicator_id, today, progress, report)
        report.indicators += 1
        progress.step()
    JudgingState.objects.update_or_create(id=1, defaults={"as_of": today, "run": progress.job})
    progress.result, progress.problem = report.summary(), report.problem()
    return report


def judged_indicators() -> list[int]:
    """Ids of indicators that are targeted, reported or assessed, in the order of locking."""
    found: set[int] = set()
    for model in (RegionalTarget, Observation, Assessment):
        found |= set(model.objects.order_by().values_list("indicator_id", flat=True).distinct())
    return sorted(found)


def _one_indicator(indicator_id: int, today: date, progress: Progress, report: Report) -> None:
    regions = regions_of(indicator_id)
    ground = take(indicator_id, regions)
    if ground is None:
        return
    wrong = list(_verify(ground))
    for difference in wrong[: max(0, EXAMPLES - len(report.differences))]:
        log.error("stored assessment differs from judging the same day again: %s", difference)
    report.differences += wrong
    if wrong:
        # Set right at its own date first, so that the history tells a correction from a change of light.
        for day in sorted({row.as_of for row in ground.stored.values()}):
            part = _standing_at(ground, day)
            part.store(day, cause="correction", run=progress.job)
        ground = take(indicator_id, regions)
        assert ground is not None, "it was there a moment ago, and it is locked"
    report.outcome.add(ground.store(today, cause="nightly", run=progress.job))


def _standing_at(ground: Ground, day: date) -> Ground:
    """The part of the ground whose stored assessments stand at this day."""
    stored = {identity: row for identity, row in ground.stored.items() if row.as_of == day}
    targets = {target for target, _ in stored}
    asked = [row for row in ground.sheet.asked if row.pk in targets]
    rest = [row for row in [*ground.sheet.asked, *ground.sheet.members] if row.pk not in targets]
    sheet = ground.sheet
    return Ground(
        type(sheet)(asked, rest, sheet.milestones, sheet.thresholds, sheet.direct, sheet.rolled), stored
    )


def _verify(ground: Ground) -> Iterator[Difference]:
    """Judge each stored assessment at its own `as_of`; one made by an earlier rule cannot be compared."""
    for day in sorted({row.as_of for row in ground.stored.values()}):
        verdicts = {verdict.identity: verdict for verdict in judge(ground.sheet, day).verdicts}
        for identity, row in ground.stored.items():
            if row.as_of != day or row.rule_version != RULE_VERSION:
                continue
            verdict = verdicts.get(identity)
            fresh = as_row(verdict, row.computed_at) if verdict else None
            if fresh is None or not says_the_same(row, fresh):
                yield _difference(row, fresh)


def _difference(row: Assessment, fresh: Assessment | None) -> Difference:
    return Difference(
        row.regional_target.target.key,
        row.region_id,
        row.answer.get("due", ""),
        row.as_of.isoformat(),
        f"{row.state} {row.light}",
        f"{fresh.state} {fresh.light}" if fresh else "—",
    )
