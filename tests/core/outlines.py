"""Made-up outlines of made-up places: squares of a tenth of a degree side by side."""

import json
from typing import Any

PLACES = {"999902": "红河区", "999903": "青山县", "999904": "白水县"}
WEST, NORTH, SIDE = 102.0, 24.5, 0.1


def square(place: int, side: float = SIDE) -> list[list[float]]:
    """A closed ring."""
    x, y = WEST + place * SIDE, NORTH
    return [[x, y], [x, y - side], [x + side, y - side], [x + side, y], [x, y]]


def feature(code: Any, name: Any, ring: Any) -> dict[str, Any]:
    """One place as a Polygon of one ring."""
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"adcode": code, "name": name}, "geometry": geometry}


def collection() -> dict[str, Any]:
    """All places, rightly."""
    features = [feature(code, name, square(n)) for n, (code, name) in enumerate(PLACES.items())]
    return {"type": "FeatureCollection", "features": features}


def packed(data: Any) -> bytes:
    """As it stands in a file."""
    return json.dumps(data, ensure_ascii=False).encode()
