"""A target that binds every member: the city's x is how many of its counties meet it.

Counts judgements, where the neighbour `levels` combines figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from targets.progress.vocabulary import (
    LIGHT_BY_CODE,
    LIGHT_CODE,
    MARK_BIT,
    STATE_BY_CODE,
    STATE_CODE,
    Light,
    Mark,
    State,
)
from targets.rollup.groups import Bools, Groups, Ints, as_rows

Codes = NDArray[np.uint8]


@dataclass(slots=True)
class EveryMember:
    """Parents judged by their members, each [..., parents]: `met` of `target` members and the codes."""

    met: Ints
    target: Ints
    state: Codes
    light: Codes
    marks: Codes


_MET: Final = STATE_CODE[State.MET]
_LATE: Final = STATE_CODE[State.MET_LATE]
_NO_DATA: Final = STATE_CODE[State.NO_DATA]
_NA: Final = STATE_CODE[State.NOT_APPLICABLE]
_PENDING: Final = STATE_CODE[State.PENDING]
_GREY: Final = LIGHT_CODE[Light.GREY]


def every_member(
    states: Codes,
    lights: Codes,
    groups: Groups,
    *,
    past_due: Bools | bool,
    past_grace: Bools | bool,
    counted_as_complete: Bools | bool = False,
) -> EveryMember:
    """Parents of [..., members] state and light codes (domain §4.5, `every_member`).

    `past_due` (as_of > due) and `past_grace` (as_of > due + grace days) broadcast over [..., 1]. Checked from
    top to bottom: no applicable member is NOT_APPLICABLE; all met is MET, or MET_LATE if some were late; not
    past due is NOT_DUE with the light of the worst member; past due is PENDING while a member may still
    report within the grace time, else MISSED.
    """
    shape = states.shape[:-1]
    flat, colour = as_rows(states), as_rows(lights)
    applicable = flat != _NA
    late = flat == _LATE
    silent = flat == _NO_DATA
    open_still = (flat == _PENDING) | (silent & (colour == _GREY))
    target = groups.count(applicable)
    met = groups.count((flat == _MET) | late)
    all_met = met == target
    worst = groups.extreme(np.where(applicable, colour.astype(float), -1.0), np.fmax)
    worst = np.where(target > 0, worst, _GREY).astype(np.uint8)
    due_over, grace_over = (
        np.broadcast_to(np.asarray(flag).reshape(-1, 1) if np.ndim(flag) else flag, target.shape)
        for flag in (past_due, past_grace)
    )
    waiting = due_over & ~grace_over & (groups.count(open_still) > 0)
    state = np.select(
        [target == 0, all_met & (groups.count(late) > 0), all_met, ~due_over, waiting],
        [_NA, _LATE, _MET, STATE_CODE[State.NOT_DUE], _PENDING],
        STATE_CODE[State.MISSED],
    ).astype(np.uint8)
    fixed = np.select(
        [state == _LATE, state == STATE_CODE[State.MISSED]],
        [LIGHT_CODE[Light.YELLOW], LIGHT_CODE[Light.RED]],
        _GREY,
    )
    follows = (state == _MET) | (state == STATE_CODE[State.NOT_DUE])
    light = np.where(follows, worst, fixed).astype(np.uint8)
    incomplete = (groups.count(silent) > 0) & ~np.asarray(counted_as_complete)
    marks = np.where(incomplete, MARK_BIT[Mark.PROVISIONAL], 0).astype(np.uint8)
    parents = (*shape, groups.n_parents)
    return EveryMember(*(part.reshape(parents) for part in (met, target, state, light, marks)))


@dataclass(frozen=True, slots=True)
class EveryMemberValue:
    """One parent judged by its members: `met` of `target` counties."""

    met: int
    target: int
    state: State
    light: Light
    provisional: bool


def judge_every_member(
    members: Sequence[tuple[State, Light]],
    *,
    due: date,
    as_of: date,
    grace_days: int = 0,
    counted_as_complete: bool = False,
) -> EveryMemberValue:
    """One parent from the states and lights of its members at `as_of`; the array form for a handful."""
    states = np.array([[STATE_CODE[state] for state, _ in members]], np.uint8)
    lights = np.array([[LIGHT_CODE[light] for _, light in members]], np.uint8)
    days_over = (as_of - due).days
    found = every_member(
        states,
        lights,
        Groups([0] * len(members), 1),
        past_due=days_over > 0,
        past_grace=days_over > grace_days,
        counted_as_complete=counted_as_complete,
    )
    return EveryMemberValue(
        met=int(found.met[0, 0]),
        target=int(found.target[0, 0]),
        state=STATE_BY_CODE[found.state[0, 0]],
        light=LIGHT_BY_CODE[found.light[0, 0]],
        provisional=bool(found.marks[0, 0]),
    )
