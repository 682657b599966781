"""GeoJSON (RFC 7946) of a known set of places → rings in degrees, or the first thing that is wrong.

1. bytes: at most `MOST_BYTES`, UTF-8 (a byte-order mark is allowed), JSON of bounded depth;
2. a FeatureCollection in longitude and latitude (WGS 84 or CGCS 2000), no other CRS;
3. each feature has `adcode` and `name` of an expected place, its present or a withdrawn code, none twice, none missing;
4. its geometry is a Polygon or MultiPolygon of at most `MOST_POINTS` points in all;
5. each position lies within `BOUNDS`; each ring has four positions or more, is closed, encloses something and
   does not cross itself.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from .faults import Fault, MapFault
from .rings import Point, Ring, TooTangled, area, crosses_itself

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_POINTS: Final = 100_000
# Yuxi lies within 101.2-103.2 E, 23.3-25.0 N; some room is left at every side.
BOUNDS: Final = (100.0, 22.0, 105.0, 26.5)
# Twice a hundredth of a square metre in square degrees: less is a line, whatever rounding makes of it.
LEAST_AREA: Final = 2e-12
# CGCS 2000 (4490), the national system, differs from WGS 84 by less than a metre here.
DEGREES: Final = ("CRS84", "4326", "4490")


@dataclass(frozen=True)
class Outline:
    """A place and its polygons; of each polygon the first ring is the outer one. (longitude, latitude)."""

    code: str
    polygons: tuple[tuple[Ring, ...], ...]

    @property
    def points(self) -> int:
        """How many points all rings have."""
        return sum(len(ring) for polygon in self.polygons for ring in polygon)


def read_outlines(
    content: bytes, expected: Mapping[str, Sequence[str]], aliases: Mapping[str, str]
) -> list[Outline]:
    """The outlines of all expected places (present code → names), in that order. Raises `MapFault`.

    `aliases` leads from withdrawn codes to present ones.
    """
    features = _features(content)
    names = {code: {_folded(name) for name in own} for code, own in expected.items()}
    found: dict[str, Outline] = {}
    points = 0
    for number, feature in enumerate(features, 1):
        code = _place(number, feature, names, aliases)
        if code in found:
            raise MapFault(Fault.DUPLICATE, number=number, place=code)
        found[code] = Outline(code, _polygons(number, feature.get("geometry")))
        points += found[code].points
        if points > MOST_POINTS:
            raise MapFault(Fault.TOO_MANY_POINTS, most=MOST_POINTS)
    missing = [code for code in expected if code not in found]
    if missing:
        raise MapFault(Fault.MISSING, places=missing)
    return [found[code] for code in expected]


def _features(content: bytes) -> list[Any]:
    if len(content) > MOST_BYTES:
        raise MapFault(Fault.TOO_LARGE, most=MOST_BYTES // (1024 * 1024))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MapFault(Fault.NOT_UTF8) from None
    try:
        data = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise MapFault(Fault.NOT_JSON, line=1) from None
    except json.JSONDecodeError as error:
        raise MapFault(Fault.NOT_JSON, line=error.lineno) from None
    except ValueError:  # NaN, Infinity, or a number of absurd length
        raise MapFault(Fault.NOT_JSON, line=1) from None
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        raise MapFault(Fault.NOT_COLLECTION)
    _check_crs(data.get("crs"))
    features = data.get("features")
    if not isinstance(features, list) or not features:
        raise MapFault(Fault.NOT_COLLECTION)
    return features


def _no_number(text: str) -> float:
    raise ValueError(text)


def _check_crs(crs: Any) -> None:
    """RFC 7946 knows no `crs`; older files name one, and only degrees are read."""
    if crs is None:
        return
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    if not isinstance(name, str) or name.rstrip("/").replace("/", ":").rpartition(":")[2] not in DEGREES:
        raise MapFault(Fault.WRONG_CRS, found=str(name or crs)[:80])


def _place(number: int, feature: Any, names: Mapping[str, set[str]], aliases: Mapping[str, str]) -> str:
    """The present code of the feature's place."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise MapFault(Fault.NOT_FEATURE, number=number)
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    given, name = properties.get("adcode"), properties.get("name")
    if isinstance(given, bool) or not isinstance(given, str | int) or not str(given).strip():
        raise MapFault(Fault.NO_ADCODE, number=number)
    text = str(given).strip()[:20]
    code = aliases.get(text, text)
    if code not in names:
        raise MapFault(Fault.UNKNOWN_PLACE, number=number, adcode=text, name=str(name or "")[:40])
    if not isinstance(name, str) or not name.strip():
        raise MapFault(Fault.NO_NAME, number=number, place=code)
    if _folded(name) not in names[code]:
        raise MapFault(Fault.WRONG_NAME, number=number, place=code, name=name.strip()[:40])
    return code


def _folded(name: str) -> str:
    return "".join(name.split())


def _polygons(number: int, geometry: Any) -> tuple[tuple[Ring, ...], ...]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"} or not isinstance(coordinates, list) or not coordinates:
        raise MapFault(Fault.NOT_POLYGON, number=number, found=str(kind or "")[:40])
    polygons = coordinates if kind == "MultiPolygon" else [coordinates]
    read = []
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise MapFault(Fault.NOT_POLYGON, number=number, found=str(kind))
        read.append(tuple(_ring(number, ring) for ring in polygon))
    return tuple(read)


def _ring(number: int, ring: Any) -> Ring:
    if not isinstance(ring, list) or len(ring) < 4:
        raise MapFault(Fault.RING_SHORT, number=number)
    if len(ring) > MOST_POINTS:
        raise MapFault(Fault.TOO_MANY_POINTS, most=MOST_POINTS)
    points = tuple(_position(number, position) for position in ring)
    if points[0] != points[-1]:
        raise MapFault(Fault.RING_OPEN, number=number)
    if abs(area(points)) < LEAST_AREA:
        raise MapFault(Fault.RING_FLAT, number=number)
    try:
        crosses = crosses_itself(points)
    except TooTangled:
        raise MapFault(Fault.TOO_MANY_POINTS, most=MOST_POINTS) from None
    if crosses:
        raise MapFault(Fault.RING_CROSSES, number=number)
    return points


def _position(number: int, position: Any) -> Point:
    if not isinstance(position, list) or len(position) < 2:
        raise MapFault(Fault.BAD_POSITION, number=number)
    x, y = position[:2]
    if any(isinstance(part, bool) or not isinstance(part, int | float) for part in (x, y)):
        raise MapFault(Fault.BAD_POSITION, number=number)
    x, y = _float(number, x), _float(number, y)
    west, south, east, north = BOUNDS
    if west <= x <= east and south <= y <= north:
        return x, y
    where = {"number": number, "x": f"{x:.6g}", "y": f"{y:.6g}"}
    if abs(x) > 180 or abs(y) > 180:
        raise MapFault(Fault.PROJECTED, **where)
    if west <= y <= east and south <= x <= north:
        raise MapFault(Fault.SWAPPED, **where)
    raise MapFault(Fault.OUT_OF_BOUNDS, **where)


def _float(number: int, part: int | float) -> float:
    """A whole number of hundreds of digits is no coordinate."""
    try:
        found = float(part)
    except OverflowError:
        found = float("inf")
    if not isfinite(found):
        raise MapFault(Fault.BAD_POSITION, number=number)
    return found
