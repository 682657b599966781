"""Cases → answers: one vector pass over all cases of a sheet, then the targets every county must meet."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from targets.models import Milestone, RegionalTarget, Target, ThresholdSet
from targets.progress import Case, CaseError, Light, State, assess_many, state_label

from .every_member import judge_members
from .inputs import Figure, Origin, Sheet

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one milestone and region, with the inputs that give it again."""

    row: RegionalTarget
    milestone: Milestone
    as_of: date
    answer: dict[str, Any]
    inputs: dict[str, Any]
    thresholds: ThresholdSet
    members_reported: int | None
    members_expected: int | None
    is_demo: bool

    @property
    def identity(self) -> tuple[int, int]:
        """(regional target id, milestone id)."""
        return self.row.pk, self.milestone.pk


@dataclass(frozen=True)
class Judgement:
    """The verdicts on what a sheet asks, and the targets whose rows contradict each other (key: sentence)."""

    verdicts: list[Verdict]
    problems: dict[str, str]


def judge(sheet: Sheet, as_of: date) -> Judgement:
    """Judge everything the sheet asks as of a day; a target binds from its plan's first day on.

    A target whose rows make no valid case is left out and named in `problems`; the others are judged.
    """
    problems: dict[str, str] = {}
    arithmetic = [
        row
        for row in [*sheet.asked, *sheet.members]
        if row.origin != Origin.ALL_MEMBERS and _binds(sheet, row, as_of)
    ]
    made: list[tuple[RegionalTarget, Case, list[Figure]]] = []
    for row in arithmetic:
        figures = sheet.figures(row)
        try:
            made.append((row, sheet.case(row, figures, as_of), figures))
        except CaseError as error:
            problems[f"{row.target.key} {row.region_id}"] = str(error)
            log.error("target %s in %s cannot be judged: %s", row.target.key, row.region_id, error)
    answers = assess_many([case for _, case, _ in made])
    single = {
        row.pk: _verdicts(sheet, row, case, figures, found)
        for (row, case, figures), found in zip(made, answers, strict=True)
    }
    verdicts = []
    for row in sheet.asked:
        if row.origin == Origin.ALL_MEMBERS:
            verdicts += _of_members(sheet, row, as_of, single)
        else:
            verdicts += single.get(row.pk, [])
    return Judgement(verdicts, problems)


def _binds(sheet: Sheet, row: RegionalTarget, as_of: date) -> bool:
    return as_of >= row.effective_from and bool(sheet.demands(row))


def _verdicts(
    sheet: Sheet,
    row: RegionalTarget,
    case: Case,
    figures: Sequence[Figure],
    answers: Sequence[dict[str, Any]],
) -> list[Verdict]:
    inputs = case.as_json()
    by_date = {figure.reading.date.isoformat(): figure for figure in figures}
    is_demo = any(figure.is_demo for figure in figures if figure.reading.date <= case.as_of)
    verdicts = []
    for milestone, answer in zip(sheet.demands(row), answers, strict=True):
        judged = by_date.get(answer["actual_date"] or "")
        verdicts.append(
            Verdict(
                row,
                milestone,
                case.as_of,
                answer,
                inputs,
                sheet.set_of(row),
                judged.members_reported if judged else None,
                judged.members_expected if judged else None,
                is_demo,
            )
        )
    return verdicts


def _of_members(
    sheet: Sheet, row: RegionalTarget, as_of: date, single: Mapping[int, list[Verdict]]
) -> list[Verdict]:
    """A target that every county must meet, from the verdicts on the counties."""
    if not _binds(sheet, row, as_of):
        return []
    parts: dict[date | None, list[Verdict]] = {}
    for other in [*sheet.asked, *sheet.members]:
        if other.target_id == row.target_id and other.origin == Origin.EACH:
            for verdict in single.get(other.pk, []):
                parts.setdefault(verdict.milestone.due, []).append(verdict)
    return [
        _of_one_milestone(sheet, row, milestone, as_of, parts[milestone.due])
        for milestone in sheet.demands(row)
        if milestone.due in parts
    ]


def _of_one_milestone(
    sheet: Sheet, row: RegionalTarget, milestone: Milestone, as_of: date, parts: list[Verdict]
) -> Verdict:
    parts = sorted(parts, key=lambda verdict: (verdict.row.region.position, verdict.row.region_id))
    assert milestone.due is not None, "only milestones with a due date are judged"
    inputs = {
        "rollup": "every_member",
        "due": milestone.due.isoformat(),
        "as_of": as_of.isoformat(),
        "grace_days": sheet.set_of(row).grace_days,
        "binding": row.target.nature == Target.Nature.BINDING,
        "members": [_member(verdict) for verdict in parts],
    }
    return Verdict(
        row,
        milestone,
        as_of,
        judge_members(inputs),
        inputs,
        sheet.set_of(row),
        sum(verdict.answer["state"] != State.NO_DATA for verdict in parts),
        len(parts),
        any(verdict.is_demo for verdict in parts),
    )


def _member(verdict: Verdict) -> dict[str, Any]:
    answer, region = verdict.answer, verdict.row.region
    return {
        "region": region.code,
        "name": region.short_name,
        "word": state_label(State(answer["state"]), Light(answer["light"])),
        **{key: answer[key] for key in ("state", "light", "marks", "met_on", "actual", "actual_date")},
    }
