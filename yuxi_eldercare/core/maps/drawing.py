"""Outlines in degrees → paths in a box: what an SVG needs, and little enough of it to stand in every page.

1. equirectangular: a degree of longitude shrinks by the cosine of the middle latitude, north is up;
2. the whole is fitted into a box `WIDTH` wide, keeping its proportions;
3. every point is moved to the nearest whole unit; points that coincide then, or lie on a straight line between
   their neighbours, go. Neighbours that shared a border share it still, because each point moves by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any, Final

from .faults import Fault, MapFault
from .geojson import Outline
from .rings import Point, Ring, area, label_point

WIDTH: Final = 1000
MARGIN: Final = 4
# A box as high as three times its width is no map of this city.
MOST_HEIGHT: Final = 3000
Unit = tuple[int, int]


@dataclass(frozen=True)
class Drawing:
    """The box, and by code the SVG path and the point where the name stands."""

    width: int
    height: int
    paths: dict[str, str]
    labels: dict[str, Unit]

    def as_json(self) -> dict[str, Any]:
        """What is kept in the database."""
        return {
            "width": self.width,
            "height": self.height,
            "places": {
                code: {"path": self.paths[code], "label": list(self.labels[code])} for code in self.paths
            },
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Drawing":
        """The same again."""
        places = data["places"]
        return cls(
            data["width"],
            data["height"],
            {code: place["path"] for code, place in places.items()},
            {code: (place["label"][0], place["label"][1]) for code, place in places.items()},
        )


def draw(outlines: Sequence[Outline]) -> Drawing:
    """The drawing of all outlines together. Raises `MapFault` when a place is too small to be seen."""
    rings = [ring for outline in outlines for polygon in outline.polygons for ring in polygon]
    west, east = min(x for r in rings for x, _ in r), max(x for r in rings for x, _ in r)
    south, north = min(y for r in rings for _, y in r), max(y for r in rings for _, y in r)
    shrink = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * shrink, (north - south) / 3)
    height = round((north - south) * scale) + 2 * MARGIN

    def place(point: Point) -> Unit:
        x, y = point
        return round((x - west) * shrink * scale) + MARGIN, round((north - y) * scale) + MARGIN

    paths, labels = {}, {}
    for outline in outlines:
        drawn = [_thinned(place(point) for point in ring) for p in outline.polygons for ring in p]
        kept = [ring for ring in drawn if len(ring) > 3]
        if not kept:
            raise MapFault(Fault.TOO_SMALL, place=outline.code)
        paths[outline.code] = "".join(map(_path, kept))
        x, y = label_point(max(kept, key=lambda ring: abs(area(ring))))
        labels[outline.code] = (round(x), round(y))
    return Drawing(WIDTH, min(height, MOST_HEIGHT), paths, labels)


def _thinned(points: Iterable[Unit]) -> Ring:
    """The closed ring without repeated points and without points on a straight line; () when nothing is left."""
    ring: list[Unit] = []
    for point in points:
        if not ring or ring[-1] != point:
            ring.append(point)
    ring = ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
    kept: list[Unit] = []
    for index, point in enumerate(ring):
        before = kept[-1] if kept else ring[-1]
        after = ring[(index + 1) % len(ring)]
        if _bends(before, point, after):
            kept.append(point)
    return (*kept, kept[0]) if len(kept) > 2 and area((*kept, kept[0])) else ()


def _bends(a: Unit, b: Unit, c: Unit) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) != (b[1] - a[1]) * (c[0] - a[0])


def _path(ring: Ring) -> str:
    """Absolute start, then steps: shorter than coordinates."""
    x, y = (int(part) for part in ring[0])
    steps = [f"M{x} {y}l"]
    for next_x, next_y in ring[1:-1]:
        steps.append(f"{int(next_x) - x} {int(next_y) - y} ")
        x, y = int(next_x), int(next_y)
    return "".join(steps).rstrip() + "z"
