"""Lights month by month, as bars that need no script: each closed month a column, its lights stacked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from targets.presenters.rows import LIGHTS, LightCounts

# A part lower than this share of the tallest column has no room for its number, which the data table has.
LEGIBLE = 0.08


@dataclass(frozen=True)
class Month:
    """A closed month: its lights, and how high each part of its column is, in percent of the tallest column."""

    end: date
    counts: LightCounts
    parts: list[tuple[str, str, str]]  # (light, percent, the count where it has room)


@dataclass(frozen=True)
class Trend:
    """The months of one region, oldest first, all regions of a page to the same scale."""

    name: str
    months: list[Month]


def trends(
    names: Sequence[tuple[str, str]], found: Mapping[str, Sequence[tuple[date, Mapping[str, int]]]]
) -> list[Trend]:
    """A trend for each (code, name); a region without closed months has an empty one."""
    tallest = max((sum(counts.values()) for rows in found.values() for _end, counts in rows), default=0)
    return [
        Trend(
            name,
            [_month(end, counts, tallest) for end, counts in found.get(code, [])],
        )
        for code, name in names
    ]


def _month(end: date, counts: Mapping[str, int], tallest: int) -> Month:
    return Month(
        end,
        LightCounts(*(counts.get(light, 0) for light in LIGHTS)),
        [
            (
                light,
                f"{100 * counts[light] / tallest:.4g}",
                str(counts[light]) if counts[light] >= LEGIBLE * tallest else "",
            )
            for light in LIGHTS
            if counts.get(light)
        ],
    )
