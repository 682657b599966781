"""Rings of points in a plane: the area they enclose, whether they cross themselves, a point inside."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import dist, floor
from typing import Final

_LEAST_STEPS: Final = 100_000
_STEPS_PER_SIDE: Final = 200

Point = tuple[float, float]
Ring = tuple[Point, ...]
"""Closed: the last point is the first."""


def area(ring: Sequence[Point]) -> float:
    """Twice the signed area; positive when it runs counter-clockwise. Taken about the first point: far from 0, 0
    the products would swallow a small ring.
    """
    x0, y0 = ring[0]
    return sum((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0) for (x1, y1), (x2, y2) in pairwise(ring))


class TooTangled(ValueError):
    """Comparing the ring's sides would take too long: far more of them lie in one place than in any real outline."""


def crosses_itself(ring: Ring) -> bool:
    """Whether two of its sides that are no neighbours meet, or two neighbours run back over each other.

    Sides are sorted into squares of about two sides' length first, so that thousands are compared with a few each.
    Raises `TooTangled` for a ring made to be slow.
    """
    sides = [(a, b) for a, b in pairwise(ring) if a != b]
    count = len(sides)
    size = 2 * sum(dist(a, b) for a, b in sides) / count
    left = _LEAST_STEPS + _STEPS_PER_SIDE * count
    squares: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, (a, b) in enumerate(sides):
        for square in _squares(a, b, size):
            others = squares[square]
            left -= 1 + len(others)
            if left < 0:
                raise TooTangled
            if any(_meet(sides, index, other, count) for other in others):
                return True
            others.append(index)
    return False


def _squares(a: Point, b: Point, size: float) -> Iterator[tuple[int, int]]:
    """The squares of the box around a side."""
    left, right = sorted((floor(a[0] / size), floor(b[0] / size)))
    low, high = sorted((floor(a[1] / size), floor(b[1] / size)))
    for column in range(left, right + 1):
        for row in range(low, high + 1):
            yield column, row


def _meet(sides: Sequence[tuple[Point, Point]], i: int, j: int, count: int) -> bool:
    (a, b), (c, d) = sides[i], sides[j]
    if (i - j) % count in (1, count - 1):
        return _folds(a, b, c, d) if count > 2 else True
    first, second = _turn(a, b, c), _turn(a, b, d)
    third, fourth = _turn(c, d, a), _turn(c, d, b)
    if first * second < 0 and third * fourth < 0:
        return True
    return (
        (first == 0 and _between(a, b, c))
        or (second == 0 and _between(a, b, d))
        or (third == 0 and _between(c, d, a))
        or (fourth == 0 and _between(c, d, b))
    )


def _folds(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether neighbours that share a point lie on one line and run over each other."""
    shared, one, other = (b, a, d) if b == c else (a, b, c)
    if _turn(one, shared, other):
        return False
    toward = (one[0] - shared[0]) * (other[0] - shared[0]) + (one[1] - shared[1]) * (other[1] - shared[1])
    return toward > 0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Point, b: Point, c: Point) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def label_point(ring: Ring) -> Point:
    """A point well inside: the middle of the widest stretch among some horizontal lines through the ring."""
    low, high = min(y for _, y in ring), max(y for _, y in ring)
    best, width = ring[0], -1.0
    for step in range(4, 9):
        y = low + (high - low) * (step / 12) + (high - low) * 1e-6
        for left, right in _stretches(ring, y):
            if right - left > width:
                best, width = ((left + right) / 2, y), right - left
    return best


def _stretches(ring: Ring, y: float) -> Iterator[tuple[float, float]]:
    """Where a horizontal line lies inside the ring."""
    crossings = sorted(
        x1 + (y - y1) * (x2 - x1) / (y2 - y1) for (x1, y1), (x2, y2) in pairwise(ring) if (y1 > y) != (y2 > y)
    )
    yield from zip(crossings[::2], crossings[1::2], strict=False)
