"""我的待办 as the page shows it: what can be done first, and why a pile is there."""

from collections.abc import Iterable
from dataclasses import dataclass

from targets.models import RedResponse, ReportingRound, RoundException
from targets.reporting.desk import Pile


@dataclass(frozen=True)
class OwedPile:
    """Cells to fill. `by_proxy`: they are another unit's; `asked`: an exception waits for its decision."""

    pile: Pile
    by_proxy: bool
    asked: bool


def owed_piles(
    piles: Iterable[Pile], own: Iterable[int], requests: Iterable[RoundException]
) -> list[OwedPile]:
    """The piles, those that can be written first; `own` are the units in which the person enters."""
    waiting = {(row.round_id, row.department_id) for row in requests if row.granted is None}
    mine = set(own)
    found = [
        OwedPile(pile, pile.department.pk not in mine, (pile.round.pk, pile.department.pk) in waiting)
        for pile in piles
    ]
    return sorted(found, key=lambda one: not one.pile.window.may_write)


@dataclass(frozen=True)
class RoundPile:
    """What waits in one round, of all its units together: they are confirmed on one page."""

    round: ReportingRound
    count: int
    units: list[str]


def by_round(piles: Iterable[Pile]) -> list[RoundPile]:
    """The piles of each round as one, in the order they came."""
    found: dict[int, list[Pile]] = {}
    for pile in piles:
        found.setdefault(pile.round.pk, []).append(pile)
    return [
        RoundPile(
            group[0].round,
            sum(pile.count for pile in group),
            [f"{pile.department.short_name} {pile.count}" for pile in group],
        )
        for group in found.values()
    ]


def first_of_each(lights: Iterable[RedResponse]) -> list[RedResponse]:
    """One red light per round, indicator and region: they are answered together."""
    found: dict[tuple[int, int, str], RedResponse] = {}
    for light in lights:
        bound = light.regional_target
        found.setdefault((light.round_id, bound.indicator_id, bound.region_id), light)
    return list(found.values())
