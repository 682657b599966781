"""A matrix of periods is judged exactly as its elements are one by one."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from targets.progress import (
    Baseline,
    Case,
    Comparator,
    Direction,
    GridTarget,
    Milestone,
    Reading,
    RollUp,
    TargetType,
    Thresholds,
    assess_grid,
    judge_many,
    marks_of,
)
from targets.progress.kernel import BLOCK
from targets.progress.vocabulary import (
    LIGHT_BY_CODE,
    STATE_BY_CODE,
    keeps_met_while_provisional,
)

pytestmark = pytest.mark.pure

BASE_DATE = date(2020, 12, 31)
YEAR_ENDS = (date(2021, 12, 31), date(2022, 12, 31), date(2023, 12, 31))
ODD_DATES = (date(2021, 6, 30), date(2021, 11, 15), date(2022, 12, 31))
QUARTERS = [
    date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    for year in range(2020, 2025)
    for month in (3, 6, 9, 12)
]


SERIES = 6


@dataclass
class World:
    """A small matrix with a target, in both forms: arrays for the grid, cases for one by one."""

    kind: TargetType
    direction: Direction
    comparator: Comparator
    dues: list[date]
    demand: dict[date, Decimal]
    tops: dict[date, Decimal]
    bases: list[Decimal | None]
    tolerance: Decimal
    rollup: RollUp
    settings: dict[str, Any]
    values: np.ndarray
    na: np.ndarray
    provisional: np.ndarray
    readings: list[list[Reading]]

    def case(self, row: int, day: date) -> Case:
        base = self.bases[row]
        band = self.comparator is Comparator.RANGE
        return Case(
            direction=self.direction,
            target_type=self.kind,
            milestones=tuple(
                Milestone(due, self.comparator, self.demand[due], self.tops[due] if band else None)
                for due in self.dues
            ),
            readings=tuple(self.readings[row]),
            as_of=day,
            baseline=None if base is None else Baseline(BASE_DATE, base),
            tolerance=self.tolerance,
            rollup=self.rollup,
            **self.settings,
        )

    def target(self) -> GridTarget:
        band = self.comparator is Comparator.RANGE
        bounds = self.tops if band and self.direction is Direction.DOWN else self.demand
        return GridTarget(
            direction=self.direction,
            target_type=self.kind,
            dues=self.dues,
            # one number for all series, and one for each, take turns
            bounds=[
                float(bounds[due]) if place else np.full(SERIES, float(bounds[due]))
                for place, due in enumerate(self.dues)
            ],
            uppers=[float(self.tops[due]) for due in self.dues] if band else None,
            comparator=self.comparator,
            baseline_date=BASE_DATE if any(base is not None for base in self.bases) else None,
            baseline=[np.nan if base is None else float(base) for base in self.bases],
            tolerance=float(self.tolerance),
            keeps_met=keeps_met_while_provisional(self.rollup, self.direction),
            **self.settings,
        )


def make_bases(dice: random.Random, kind: TargetType, style: str) -> list[Decimal | None]:
    found = [Decimal(dice.choice(["0", "1", "6"])) for _ in range(SERIES)]
    if kind is TargetType.ANNUAL or style == "none":
        return [None] * SERIES
    return [value if style == "exact" or place % 2 else None for place, value in enumerate(found)]


def make_world(
    dice: random.Random, kind: TargetType, direction: Direction, comparator: Comparator, bases: str
) -> World:
    pool = ["0", "1"] if kind is TargetType.DONE else ["-1", "0", "1", "2", "2.5", "3", "4", "5", "8"]
    dues = list(YEAR_ENDS if kind is TargetType.ANNUAL or dice.random() < 0.5 else ODD_DATES)
    dice.shuffle(dues)
    steps = sorted(dice.sample(["1", "2", "3", "4", "5"], 3), reverse=direction is Direction.DOWN)
    demand = dict(zip(sorted(dues), (Decimal(step) for step in steps), strict=True))
    shape = (SERIES, len(QUARTERS))
    world = World(
        kind=kind,
        direction=direction,
        comparator=comparator,
        dues=dues,
        demand=demand,
        tops={due: value + dice.choice([0, 1, 2]) for due, value in demand.items()},
        bases=make_bases(dice, kind, bases),
        tolerance=Decimal(dice.choice(["0", "0.5"])),
        rollup=dice.choice([RollUp.SUM, RollUp.RATIO_OF_SUMS]),
        settings={
            "integer": dice.random() < 0.3,
            "grace_days": dice.choice([0, 45, 100]),
            "stale_after_days": dice.choice([None, 0, 100]),
            "thresholds": dice.choice(
                [Thresholds(), Thresholds(start_up=Decimal("0.5"), closing=Decimal(0))]
            ),
            "binding": dice.random() < 0.3,
        },
        values=np.full(shape, np.nan),
        na=np.zeros(shape, bool),
        provisional=np.zeros(shape, bool),
        readings=[[] for _ in range(SERIES)],
    )
    fill(world, dice, pool)
    return world


def fill(world: World, dice: random.Random, pool: list[str]) -> None:
    for row, readings in enumerate(world.readings):
        for column, day in enumerate(QUARTERS):
            what = dice.choices(["number", "na", "missing"], [8, 1, 3])[0]
            if what == "missing":
                continue
            value = Decimal(dice.choice(pool)) if what == "number" else None
            provisional = dice.random() < 0.2
            world.values[row, column] = np.nan if value is None else float(value)
            world.na[row, column] = value is None
            world.provisional[row, column] = provisional
            readings.append(Reading(day, value, provisional))


KINDS = [
    (TargetType.REACH, Direction.UP, Comparator.AT_LEAST),
    (TargetType.REACH, Direction.DOWN, Comparator.AT_MOST),
    (TargetType.REACH, Direction.UP, Comparator.EQUAL),
    (TargetType.FLOOR, Direction.UP, Comparator.AT_LEAST),
    (TargetType.CEILING, Direction.DOWN, Comparator.AT_MOST),
    (TargetType.RANGE, Direction.UP, Comparator.RANGE),
    (TargetType.RANGE, Direction.DOWN, Comparator.RANGE),
    (TargetType.DONE, Direction.UP, Comparator.AT_LEAST),
    (TargetType.ANNUAL, Direction.UP, Comparator.AT_LEAST),
]


@pytest.mark.parametrize("judge", ["next", "all"])
@pytest.mark.parametrize("baseline", ["exact", "by series", "none"])
@pytest.mark.parametrize(
    ("kind", "direction", "comparator"), KINDS, ids=[f"{k}-{d}-{c.name.lower()}" for k, d, c in KINDS]
)
def test_every_element_is_judged_as_if_alone(
    kind: TargetType, direction: Direction, comparator: Comparator, baseline: str, judge: Any
) -> None:
    for seed in range(4):
        dice = random.Random(f"{kind}{direction}{comparator}{baseline}{seed}")
        world = make_world(dice, kind, direction, comparator, baseline)
        verdict = assess_grid(
            world.target(),
            world.values,
            QUARTERS,
            not_applicable=world.na,
            provisional=world.provisional,
            judge=judge,
        )
        elements = [(row, column) for row in range(SERIES) for column in range(len(QUARTERS))]
        cases = [world.case(row, QUARTERS[column]) for row, column in elements]
        for element, answers in zip(elements, judge_many(cases, with_outlook=False), strict=True):
            for at, due in judged_at(world, element, judge):
                alone = answers[world.dues.index(due)]
                found = (STATE_BY_CODE[verdict.state[at]], LIGHT_BY_CODE[verdict.light[at]])
                marks = tuple(marks_of(int(verdict.marks[at])))
                assert (*found, marks) == (alone.state, alone.light, alone.marks), (seed, element, due)


def judged_at(world: World, element: tuple[int, int], judge: str) -> list[tuple[tuple[int, ...], date]]:
    """Where the verdict on an element stands, and the due date it is about."""
    ordered = sorted(world.dues)
    if judge == "all":
        return [((place, *element), due) for place, due in enumerate(ordered)]
    coming = [due for due in ordered if due >= QUARTERS[element[1]]]
    return [(element, coming[0] if coming else ordered[-1])]


def test_a_matrix_without_gaps_needs_no_masks() -> None:
    target = GridTarget(
        direction=Direction.UP,
        target_type=TargetType.REACH,
        dues=[date(2023, 12, 31)],
        bounds=[30.0],
        baseline_date=BASE_DATE,
        baseline=12.0,
    )
    verdict = assess_grid(
        target, np.array([[12.5, 15.0], [29.0, 30.0]]), [date(2021, 6, 30), date(2021, 12, 31)]
    )
    assert [[STATE_BY_CODE[code].value for code in row] for row in verdict.state] == [
        ["AT_RISK", "AT_RISK"],
        ["ON_TRACK", "MET"],
    ]


def test_blocks_meet_without_a_seam() -> None:
    """More elements than one block: rows and columns are cut, and nothing changes at the cuts."""
    series = BLOCK + 5
    values = np.linspace(10, 60, series)[:, np.newaxis] + np.array([0.0, 1.0, 2.0])
    target = GridTarget(
        direction=Direction.UP,
        target_type=TargetType.REACH,
        dues=[date(2023, 12, 31)],
        bounds=[55.0],
        baseline_date=BASE_DATE,
        baseline=12.0,
    )
    days = [date(2021, 6, 30), date(2021, 12, 31), date(2022, 6, 30)]
    whole = assess_grid(target, values, days)
    for start in range(0, series, 1000):
        part = assess_grid(target, values[start : start + 1000], days)
        assert (whole.state[start : start + 1000] == part.state).all()
        assert (whole.light[start : start + 1000] == part.light).all()
