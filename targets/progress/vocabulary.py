"""The words of judging: states, lights, marks and reasons, with their codes and Chinese labels.

Nothing here calculates. The neighbour `kernel` decides which word fits; this module only says which words
exist, in which order they win, and how they are read out. Free of Django, so the labels are plain text.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

RULE_VERSION: Final = "2026.1"
"""Version of the judging rule; stored with every frozen assessment."""


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


class TargetType(StrEnum):
    """What kind of promise a target is."""

    REACH = "reach"
    FLOOR = "floor"
    CEILING = "ceiling"
    RANGE = "range"
    DONE = "done"
    ANNUAL = "annual"


class Comparator(StrEnum):
    """How a reading is held against a milestone's value."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="
    RANGE = "range"


class RollUp(StrEnum):
    """How the figures of the members become the figure of the parent."""

    SUM = "sum"
    RATIO_OF_SUMS = "ratio_of_sums"
    EVERY_MEMBER = "every_member"
    MAX = "max"
    MIN = "min"
    NONE = "none"


class State(StrEnum):
    """Where a milestone stands, in the order in which the rule is checked: the first that fits wins."""

    NOT_APPLICABLE = "NOT_APPLICABLE"
    NO_DATA = "NO_DATA"
    MET = "MET"
    MET_LATE = "MET_LATE"
    PENDING = "PENDING"
    BREACHED = "BREACHED"
    MISSED = "MISSED"
    NOT_DUE = "NOT_DUE"
    REGRESSED = "REGRESSED"
    ON_TRACK = "ON_TRACK"
    BEHIND = "BEHIND"
    AT_RISK = "AT_RISK"


class Light(StrEnum):
    """The traffic light, from the best to the worst as a roll-up reads it."""

    GREEN = "green"
    GREY = "grey"
    YELLOW = "yellow"
    RED = "red"


class Mark(StrEnum):
    """What is said beside the state, in the order in which marks are listed."""

    STALE = "STALE"
    FALLEN_BACK = "FALLEN_BACK"
    ABOVE_RANGE = "ABOVE_RANGE"
    PROVISIONAL = "PROVISIONAL"
    BINDING = "BINDING"


class Reason(StrEnum):
    """Why a share or a ratio is absent."""

    NO_BASELINE = "NO_BASELINE"
    BASELINE_IS_BOUND = "BASELINE_IS_BOUND"
    NO_READING = "NO_READING"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    ZERO_SPAN = "ZERO_SPAN"
    NOTHING_EXPECTED = "NOTHING_EXPECTED"


# A state's code grows with its rank, so that "the first that fits wins" is a running maximum.
STATE_BY_CODE: Final[tuple[State, ...]] = tuple(reversed(State))
STATE_CODE: Final[dict[State, int]] = {state: code for code, state in enumerate(STATE_BY_CODE)}

# A light's code grows with its severity, so that "the worst county" is a maximum.
LIGHT_BY_CODE: Final[tuple[Light, ...]] = tuple(Light)
LIGHT_CODE: Final[dict[Light, int]] = {light: code for code, light in enumerate(LIGHT_BY_CODE)}

MARK_BIT: Final[dict[Mark, int]] = {mark: 1 << place for place, mark in enumerate(Mark)}

TYPE_BY_CODE: Final[tuple[TargetType, ...]] = tuple(TargetType)
TYPE_CODE: Final[dict[TargetType, int]] = {kind: code for code, kind in enumerate(TYPE_BY_CODE)}

STATE_LIGHT: Final[dict[State, Light]] = {
    State.NOT_APPLICABLE: Light.GREY,
    State.NO_DATA: Light.GREY,
    State.MET: Light.GREEN,
    State.MET_LATE: Light.YELLOW,
    State.PENDING: Light.GREY,
    State.BREACHED: Light.RED,
    State.MISSED: Light.RED,
    State.NOT_DUE: Light.GREY,
    State.REGRESSED: Light.RED,
    State.ON_TRACK: Light.GREEN,
    State.BEHIND: Light.YELLOW,
    State.AT_RISK: Light.RED,
}
"""The light of each state before marks; `NO_DATA` turns red once overdue."""

STATE_LABELS: Final[dict[State, str]] = {
    State.NOT_APPLICABLE: "不适用",
    State.NO_DATA: "尚未填报",
    State.MET: "已达标",
    State.MET_LATE: "逾期完成",
    State.PENDING: "待期末数",
    State.BREACHED: "未保持",
    State.MISSED: "逾期未达标",
    State.NOT_DUE: "未到期",
    State.REGRESSED: "低于基期",
    State.ON_TRACK: "进度正常",
    State.BEHIND: "滞后",
    State.AT_RISK: "严重滞后",
}
NO_DATA_OVERDUE_LABEL: Final = "逾期未报"

LIGHT_LABELS: Final[dict[Light, str]] = {
    Light.GREEN: "绿灯",
    Light.GREY: "灰灯",
    Light.YELLOW: "黄灯",
    Light.RED: "红灯",
}

MARK_LABELS: Final[dict[Mark, str]] = {
    Mark.STALE: "数据过期",
    Mark.FALLEN_BACK: "已回落",
    Mark.ABOVE_RANGE: "高于区间上限",
    Mark.PROVISIONAL: "数据不全",
    Mark.BINDING: "约束性",
}

REASON_LABELS: Final[dict[Reason, str]] = {
    Reason.NO_BASELINE: "无基期值",
    Reason.BASELINE_IS_BOUND: "基期值只有上（下）限",
    Reason.NO_READING: "截至评估日无数据",
    Reason.NOT_APPLICABLE: "本期不适用",
    Reason.ZERO_SPAN: "目标值与基期值相同",
    Reason.NOTHING_EXPECTED: "按序时进度尚无应完成量",
}


def state_label(state: State, light: Light = Light.GREY) -> str:
    """The Chinese word for a state; a red `NO_DATA` is 逾期未报, a grey one 尚未填报."""
    if state is State.NO_DATA and light is Light.RED:
        return NO_DATA_OVERDUE_LABEL
    return STATE_LABELS[state]


def marks_of(bits: int) -> list[Mark]:
    """The marks behind a bit field, in the fixed order."""
    return [mark for mark, bit in MARK_BIT.items() if bits & bit]


def keeps_met_while_provisional(rollup: RollUp | None, direction: Direction) -> bool:
    """Whether an incomplete figure that meets its target may already show it (domain §4.5).

    A sum or a maximum can only grow and a minimum only fall when the missing members report, so in that
    direction "met" is safe. A ratio can go either way, and so can a sum whose target is a ceiling.
    """
    if direction is Direction.UP:
        return rollup in (RollUp.SUM, RollUp.MAX)
    return rollup is RollUp.MIN
