"""Scales of charts: round ticks, places in percent, labels that keep clear of each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, floor, log10


@dataclass(frozen=True)
class Scale:
    """Values between `low` and `high` as places from 0 to 100; `flip` counts from the top, as SVG does."""

    low: float
    high: float
    flip: bool = False

    def place(self, value: float) -> float:
        """Percent of the way, with two decimals."""
        share = (value - self.low) / (self.high - self.low) * 100 if self.high > self.low else 50.0
        return round(100 - share if self.flip else share, 2)


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About `count` round numbers (1, 2, 2.5 or 5 times a power of ten apart) that enclose low and high."""
    if high <= low:
        low, high = low - abs(low or 1) / 2, low + abs(low or 1) / 2
    raw = (high - low) / max(1, count - 1)
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [float(Decimal(str(step)) * number) for number in range(first, last + 1)]


def value_scale(values: Sequence[float], *, percent: bool) -> tuple[Scale, list[float]]:
    """A vertical scale for these values with its ticks; nothing below 0 where nothing is, nothing above 100 %."""
    low, high = min(values), max(values)
    spread = (high - low) or abs(high) or 1.0
    bottom = low - spread * 0.08
    top = high + spread * 0.12
    if low >= 0:
        bottom = max(0.0, bottom)
    if percent and high <= 100:
        top = min(100.0, top)
    found = ticks(bottom, top)
    return Scale(found[0], found[-1], flip=True), found


def day_scale(days: Sequence[date]) -> Scale:
    """A horizontal scale over these days."""
    first, last = min(days).toordinal(), max(days).toordinal()
    return Scale(first, last if last > first else first + 365)


def apart(places: Sequence[float], least: float, high: float = 100.0) -> list[float]:
    """The places moved, in their order, so that neighbours lie `least` apart and none lies beyond `high`."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    floor_at = -1e9
    for index in order:
        moved[index] = max(places[index], floor_at)
        floor_at = moved[index] + least
    ceiling = high
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - least
    return [round(place, 2) for place in moved]
