"""The schematic map of the overview: a tile per county with the lights it shows."""

from dataclasses import dataclass

from targets.presenters.dashboards.ranks import CountyLine
from targets.presenters.maps import tile_place
from targets.presenters.rows import LightCounts
from yuxi_eldercare.core.models import Region


@dataclass(frozen=True)
class CountyTile:
    """A county on the schematic map with its counts of lights."""

    region: Region
    counts: LightCounts
    row: int
    column: int


def tiles(lines: list[CountyLine], year: int) -> list[CountyTile]:
    """A tile per county with the lights of the city's targets of a year; unknown places stand below the map."""
    return [
        CountyTile(line.region, line.of(year).counted.counts, *tile_place(line.region.code)) for line in lines
    ]
