"""How many divisions there are below each county."""

from dataclasses import dataclass

from django.db.models import Count, Q

from yuxi_eldercare.core.models import Region


@dataclass(frozen=True)
class CountyLine:
    """A county with what lies below it."""

    code: str
    name: str
    townships: int
    villages: int


def county_lines() -> list[CountyLine]:
    """Every county in the usual order, with its townships and villages in force. One statement."""
    town = Q(children__withdrawn=False, children__level=Region.Level.TOWNSHIP)
    village = Q(children__children__withdrawn=False, children__children__level=Region.Level.VILLAGE)
    rows = (
        Region.objects.filter(level=Region.Level.COUNTY, withdrawn=False)
        .annotate(
            townships=Count("children", filter=town, distinct=True),
            villages=Count("children__children", filter=village, distinct=True),
        )
        .order_by("position", "code")
    )
    return [CountyLine(row.code, row.name, row.townships, row.villages) for row in rows]
