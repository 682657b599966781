"""What the map asks: the outlines in force, and the places a file of outlines must hold."""

from yuxi_eldercare.core.models import MapOutline, Region, RegionName


def city() -> Region | None:
    """The city whose counties are drawn. One statement."""
    return Region.objects.filter(level=Region.Level.CITY, withdrawn=False).order_by("position").first()


def outline_in_force() -> MapOutline | None:
    """The imported outlines, or None: tiles are drawn then. One statement."""
    return MapOutline.objects.filter(removed_at=None, region__level=Region.Level.CITY).first()


def expected_places(of: Region) -> dict[str, list[str]]:
    """Code → all names of each county of a city, in the usual order. Two statements."""
    counties = Region.objects.filter(parent=of, level=Region.Level.COUNTY, withdrawn=False)
    found = {county.code: [county.name, county.short_name] for county in counties.order_by("position")}
    for code, text in RegionName.objects.filter(region__in=found, is_code=False).values_list(
        "region_id", "text"
    ):
        found[code].append(text)
    return found


def withdrawn_codes(of: Region) -> dict[str, str]:
    """Withdrawn code → present code of the counties of a city. One statement."""
    rows = RegionName.objects.filter(region__parent=of, is_code=True)
    return dict(rows.values_list("text", "region_id"))
