"""Outlines of places: reading a GeoJSON file with suspicion, and drawing what it says in a box. Knows no database."""

from .drawing import Drawing, draw
from .faults import Fault, MapFault
from .geojson import Outline, read_outlines

__all__ = ["Drawing", "Fault", "MapFault", "Outline", "draw", "read_outlines"]
