"""How fast the roll-up and the judging are, against bare numpy, at the size of a nation.

3,000 counties × 100 indicators × 60 months, made up. Ours: the county rates, the roll-up to 300 cities, 30
provinces and the nation with its counts, and state, light and marks of every region at every month, each
judged as of its own month. The reference does the least that any such program must: sums of numerator and
denominator to the three levels, the path of every series at its 60 dates (`np.interp`, once per series), and
one comparison of the reading with it. A second, harder reference draws all paths of an indicator at once.

Run with `python -m tests.bench.bench_progress`.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from targets.progress import Direction, GridTarget, RollUp, TargetType, assess_grid
from targets.progress.batch import Batch
from targets.progress.cases import Baseline, Case, Milestone, Reading
from targets.progress.selection import judge_batch
from targets.progress.vocabulary import Comparator
from targets.rollup import Groups, member_ratio, roll_up_levels

COUNTIES, CITIES, PROVINCES = 3000, 300, 30
REGIONS = COUNTIES + CITIES + PROVINCES + 1
INDICATORS, MONTHS = 100, 60
BASE_DATE = date(2020, 12, 31)
DUES = (date(2023, 12, 31), date(2025, 12, 31))
ROUNDS = 3
RATIO_LIMIT = 2.0
MEMORY_LIMIT_GB = 2.5


def month_ends() -> list[date]:
    """The sixty month ends from January 2021."""
    firsts = [date(2021 + month // 12, month % 12 + 1, 1) for month in range(1, MONTHS + 1)]
    return [first - timedelta(days=1) for first in firsts]


@dataclass(slots=True)
class World:
    """The made-up figures: [indicator, month, county], with 2 % not reported and 0.5 % 0 / 0."""

    numerator: np.ndarray
    denominator: np.ndarray
    baselines: list[np.ndarray]  # by level, [indicator, region]
    goals: np.ndarray  # [indicator, milestone]
    levels: list[Groups]
    periods: list[date]


def make_world(seed: int = 2023) -> World:
    random = np.random.default_rng(seed)
    shape = (INDICATORS, MONTHS, COUNTIES)
    denominator = random.integers(200, 5000, shape).astype(float)
    start = random.uniform(10, 30, (INDICATORS, 1, COUNTIES))
    pace = random.uniform(0.1, 0.9, (INDICATORS, 1, COUNTIES))
    share = start + pace * np.arange(1, MONTHS + 1)[:, np.newaxis] + random.normal(0, 1, shape)
    numerator = np.rint(np.clip(share, 0, 100) / 100 * denominator)
    numerator[random.random(shape) < 0.02] = np.nan
    empty = random.random(shape) < 0.005
    numerator[empty], denominator[empty] = 0.0, 0.0
    regions = (COUNTIES, CITIES, PROVINCES, 1)
    baselines = [start[:, 0], *(random.uniform(10, 30, (INDICATORS, size)) for size in regions[1:])]
    goals = np.array([30.0, 55.0]) * random.uniform(0.9, 1.1, (INDICATORS, 1))
    levels = [
        Groups(np.arange(COUNTIES) // (COUNTIES // CITIES), CITIES),
        Groups(np.arange(CITIES) // (CITIES // PROVINCES), PROVINCES),
        Groups(np.zeros(PROVINCES, int), 1),
    ]
    return World(numerator, denominator, baselines, goals, levels, month_ends())


def reference(world: World, *, path_per_series: bool) -> int:
    """Bare numpy: sums to three levels, paths, one comparison. Returns how many readings keep to theirs."""
    rows = np.arange(MONTHS)[:, np.newaxis]
    county = np.arange(COUNTIES)
    places = [
        ((rows * size + county // (COUNTIES // size)).ravel(), MONTHS * size)
        for size in (CITIES, PROVINCES, 1)
    ]
    days = np.array([(day - BASE_DATE).days for day in world.periods], float)
    knots = np.array([0.0, *((due - BASE_DATE).days for due in DUES)])
    path = np.empty((COUNTIES, MONTHS))
    good = 0
    for indicator in range(INDICATORS):
        top, below = world.numerator[indicator], world.denominator[indicator]
        for place, size in places:
            np.bincount(place, top.ravel(), size)
            np.bincount(place, below.ravel(), size)
        first, *later = world.baselines[0][indicator], *world.goals[indicator]
        if path_per_series:
            for series in range(COUNTIES):
                path[series] = np.interp(days, knots, (first[series], *later))
        else:
            climb = np.interp(days, knots, (0.0, 1.0, 1.0))
            second = np.interp(days, knots, (0.0, 0.0, later[1] - later[0]))
            path = (first + (later[0] - first) * climb[:, np.newaxis] + second[:, np.newaxis]).T
        with np.errstate(all="ignore"):
            good += int(np.count_nonzero(top / below * 100.0 >= path.T))
    return good


def ours(world: World, codes: np.ndarray) -> int:
    """Roll-up and judging; states and lights of all regions go to `codes`. Returns how many are red."""
    red = 0
    for indicator in range(INDICATORS):
        top, below = world.numerator[indicator], world.denominator[indicator]
        value, empty = member_ratio(top, below)
        parents = roll_up_levels(RollUp.RATIO_OF_SUMS, top, below, world.levels)
        verdict = assess_grid(
            GridTarget(
                direction=Direction.UP,
                target_type=TargetType.REACH,
                dues=DUES,
                bounds=world.goals[indicator],
                baseline_date=BASE_DATE,
                baseline=np.concatenate([level[indicator] for level in world.baselines]),
            ),
            np.hstack([value, *(parent.value for parent in parents)]).T,
            world.periods,
            not_applicable=np.hstack([empty, *(parent.not_applicable for parent in parents)]).T,
            provisional=np.hstack([np.zeros_like(empty), *(parent.provisional for parent in parents)]).T,
        )
        codes[0, indicator], codes[1, indicator] = verdict.state.T, verdict.light.T
        red += int(np.count_nonzero(verdict.light == 3))
    return red


def many_cases(count: int = 5200) -> list[Case]:
    """400 indicators for thirteen regions, each with two milestones and two years of quarterly readings."""
    quarters = month_ends()[2:24:3]
    return [
        Case(
            direction=Direction.UP,
            target_type=TargetType.REACH,
            milestones=(
                Milestone(DUES[0], Comparator.AT_LEAST, Decimal(30)),
                Milestone(DUES[1], Comparator.AT_LEAST, Decimal(55)),
            ),
            readings=tuple(
                Reading(day, Decimal(123 + place % 50 + 3 * step) / 10) for step, day in enumerate(quarters)
            ),
            as_of=date(2022, 12, 31),
            baseline=Baseline(BASE_DATE, Decimal("12.3")),
        )
        for place in range(count)
    ]


def best(*works: Callable[[], Any]) -> list[float]:
    """The shortest of several runs of each, in seconds; they take turns, so that a busy moment hits all."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, found in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            found.append(time.perf_counter() - start)
    return [min(found) for found in times]


def peak_gb() -> float:
    """The most memory this process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def run() -> list[dict[str, Any]]:
    """The measures: name, unit, ours, reference, ratio and limit (None where there is none)."""
    world = make_world()
    codes = np.empty((2, INDICATORS, MONTHS, REGIONS), np.uint8)
    judged, bare, bare_vector = best(
        lambda: ours(world, codes),
        lambda: reference(world, path_per_series=True),
        lambda: reference(world, path_per_series=False),
    )
    peak = peak_gb()
    cases = many_cases()
    (batch,) = best(lambda: judge_batch(Batch.from_cases(cases)))
    return [
        _measure("roll up and judge 18 M readings", "s", judged, bare, RATIO_LIMIT),
        _measure("the same, all paths of an indicator at once", "s", judged, bare_vector, RATIO_LIMIT),
        _measure("peak memory", "GB", peak, None, MEMORY_LIMIT_GB),
        _measure("judge 5,200 cases with two milestones", "s", batch, None, None),
    ]


def _measure(name: str, unit: str, ours: float, other: float | None, limit: float | None) -> dict[str, Any]:
    ratio = None if other is None else ours / other
    return {"name": name, "unit": unit, "ours": ours, "reference": other, "ratio": ratio, "limit": limit}


def line(measure: dict[str, Any]) -> str:
    """One measure as a line of text."""

    def shown(value: float | None) -> str:
        return "-" if value is None else f"{value:.2f}"

    numbers = ", ".join(f"{key} {shown(measure[key])}" for key in ("ours", "reference", "ratio", "limit"))
    return f"{measure['name']} [{measure['unit']}]: {numbers}"


if __name__ == "__main__":
    for found in run():
        print(line(found))
