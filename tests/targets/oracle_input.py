"""Reading and validating a case for the oracle: what is given, in exact numbers and day ordinals."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
YEAR = re.compile(r"\d{4}", re.ASCII)

DIRECTIONS = ("up", "down")
TYPES = ("reach", "floor", "ceiling", "range", "done", "annual")
ROLLUPS = ("sum", "ratio_of_sums", "every_member", "max", "min", "none")
KEYS = (
    "direction", "target_type", "baseline", "milestones", "readings", "as_of", "tolerance", "integer",
    "grace_days", "stale_after_days", "thresholds", "unit", "binding", "rollup",
)  # fmt: skip
DEFAULT_THRESHOLDS = {"green": "0.95", "yellow": "0.60", "start_up": "0.10", "closing": "0.10"}


class BadCase(ValueError):
    """A case that cannot be judged; ``field`` names the offending input."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Reading:
    """A reading. ``value`` None means *not applicable*; ``provisional``, that some members are missing."""

    day: int
    value: Fraction | None
    provisional: bool


@dataclass(frozen=True)
class Milestone:
    due: int
    comparator: str
    value: Fraction
    value_max: Fraction | None


@dataclass(frozen=True)
class Case:
    """One validated case; ``baseline_value`` is None when there is no baseline or only a bound."""

    direction: str
    target_type: str
    baseline_day: int | None
    baseline_value: Fraction | None
    bound_value: Fraction | None
    milestones: tuple[Milestone, ...]
    readings: tuple[Reading, ...]
    as_of: int
    tolerance: Fraction
    integer: bool
    grace_days: int
    stale_after_days: int | None
    green: Fraction
    yellow: Fraction
    start_up: Fraction
    closing: Fraction
    unit: str | None
    binding: bool
    rollup: str | None


def number(raw: Any, field: str) -> Fraction:
    """An exact number; a binary float means the shortest decimal that stands for it."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float, Decimal)):
        raise BadCase(field)
    if not NUMBER.fullmatch(str(raw)):
        raise BadCase(field)
    return Fraction(str(raw))


def day(raw: Any, field: str) -> int:
    if not isinstance(raw, str) or not DAY.fullmatch(raw):
        raise BadCase(field)
    try:
        return date.fromisoformat(raw).toordinal()
    except ValueError:
        raise BadCase(field) from None


def due_day(raw: Any, field: str) -> int:
    """A due date; a year means its 31 December."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if isinstance(raw, str) and YEAR.fullmatch(raw):
        raw += "-12-31"
    return day(raw, field)


def whole(raw: Any, field: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise BadCase(field)
    return raw


def flag(raw: Any, field: str) -> bool:
    """True or false; not given is false."""
    if raw is None:
        return False
    if not isinstance(raw, bool):
        raise BadCase(field)
    return raw


def one_of(raw: Any, allowed: Sequence[str], field: str) -> str:
    if not isinstance(raw, str) or raw not in allowed:
        raise BadCase(field)
    return raw


def baseline(raw: Any, target_type: str) -> tuple[int | None, Fraction | None, Fraction | None]:
    """(day, exact value, bound)."""
    if raw is None:
        return None, None, None
    if target_type == "annual" or not isinstance(raw, Mapping):
        raise BadCase("baseline")
    when = day(raw.get("date"), "baseline.date")
    given = [key for key in ("value", "below", "above") if raw.get(key) is not None]
    if len(given) != 1:
        raise BadCase("baseline")
    amount = number(raw[given[0]], f"baseline.{given[0]}")
    return (when, amount, None) if given == ["value"] else (when, None, amount)


def comparator(raw: Any, direction: str, target_type: str, field: str) -> str:
    if raw is None:
        return "range" if target_type == "range" else {"up": ">=", "down": "<="}[direction]
    allowed: tuple[str, ...] = {"up": (">=", "="), "down": ("<=", "=")}[direction]
    if target_type == "range":
        allowed = ("range",)
    return one_of(raw, allowed, field)


def milestone(raw: Any, at: str, direction: str, target_type: str, start: int | None) -> Milestone:
    if not isinstance(raw, Mapping):
        raise BadCase(at)
    due = due_day(raw.get("due"), f"{at}.due")
    if start is not None and due <= start:
        raise BadCase(f"{at}.due")
    if target_type == "annual" and date.fromordinal(due).strftime("%m-%d") != "12-31":
        raise BadCase(f"{at}.due")
    test = comparator(raw.get("comparator"), direction, target_type, f"{at}.comparator")
    value = number(raw.get("value"), f"{at}.value")
    value_max = None
    if test != "range" and raw.get("value_max") is not None:
        raise BadCase(f"{at}.value_max")
    if test == "range":
        value_max = number(raw.get("value_max"), f"{at}.value_max")
        if value > value_max:
            raise BadCase(f"{at}.value_max")
    return Milestone(due, test, value, value_max)


def reading(raw: Any, at: str) -> Reading:
    if not isinstance(raw, Mapping):
        raise BadCase(at)
    when = day(raw.get("date"), f"{at}.date")
    absent = flag(raw.get("na"), f"{at}.na")
    if absent == (raw.get("value") is not None):
        raise BadCase(at)
    provisional = flag(raw.get("provisional"), f"{at}.provisional")
    return Reading(when, None if absent else number(raw["value"], f"{at}.value"), provisional)


def no_day_twice(days: Sequence[int], field: str) -> None:
    for i, when in enumerate(days):
        if when in days[:i]:
            raise BadCase(field.format(i))


def thresholds(raw: Any, target_type: str) -> dict[str, Fraction]:
    if raw is None:
        raw = {}
    if not isinstance(raw, Mapping):
        raise BadCase("thresholds")
    given = dict(DEFAULT_THRESHOLDS)
    if target_type == "annual":
        given["start_up"] = "0.25"
    given.update(raw)
    out = {name: number(given[name], f"thresholds.{name}") for name in DEFAULT_THRESHOLDS}
    for name, value in out.items():
        if not 0 <= value <= 1:
            raise BadCase(f"thresholds.{name}")
    if out["yellow"] > out["green"]:
        raise BadCase("thresholds.yellow")
    return out


def validate(mapping: Any) -> None:
    """Raise ``BadCase`` naming the field when the case cannot be judged."""
    parse(mapping)


def parse(mapping: Any) -> Case:
    """The validated case; raises ``BadCase``."""
    if not isinstance(mapping, Mapping):
        raise BadCase("")
    for key in mapping:
        if key not in KEYS and difflib.get_close_matches(str(key), KEYS, n=1, cutoff=0.8):
            raise BadCase(str(key))
    direction = one_of(mapping.get("direction"), DIRECTIONS, "direction")
    target_type = one_of(mapping.get("target_type"), TYPES, "target_type")
    if direction != {"floor": "up", "ceiling": "down", "done": "up", "annual": "up"}.get(
        target_type, direction
    ):
        raise BadCase("direction")
    start, exact, bound = baseline(mapping.get("baseline"), target_type)
    raw_milestones = mapping.get("milestones")
    if not isinstance(raw_milestones, list) or not raw_milestones:
        raise BadCase("milestones")
    milestones = [
        milestone(raw, f"milestones[{i}]", direction, target_type, start)
        for i, raw in enumerate(raw_milestones)
    ]
    no_day_twice([m.due for m in milestones], "milestones[{}].due")
    raw_readings = mapping.get("readings", [])
    if not isinstance(raw_readings, list):
        raise BadCase("readings")
    readings = [reading(raw, f"readings[{i}]") for i, raw in enumerate(raw_readings)]
    no_day_twice([r.day for r in readings], "readings[{}].date")
    tolerance = number(mapping.get("tolerance", 0), "tolerance")
    if tolerance < 0:
        raise BadCase("tolerance")
    stale = mapping.get("stale_after_days")
    method = mapping.get("rollup")
    return Case(
        direction=direction,
        target_type=target_type,
        baseline_day=start,
        baseline_value=exact,
        bound_value=bound,
        milestones=tuple(milestones),
        readings=tuple(sorted(readings, key=lambda r: r.day)),
        as_of=day(mapping.get("as_of"), "as_of"),
        tolerance=tolerance,
        integer=flag(mapping.get("integer"), "integer"),
        grace_days=whole(mapping.get("grace_days", 0), "grace_days"),
        stale_after_days=None if stale is None else whole(stale, "stale_after_days"),
        unit=mapping.get("unit"),
        binding=flag(mapping.get("binding"), "binding"),
        rollup=None if method is None else one_of(method, ROLLUPS, "rollup"),
        **thresholds(mapping.get("thresholds"), target_type),
    )
