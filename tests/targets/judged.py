"""The world in which judging from stored rows is tested, and how its tests look at a result."""

from datetime import date

from targets.models import (
    Assessment,
    Indicator,
)
from tests.worlds import (
    day,
)

AS_OF = date(2024, 2, 1)


def found(indicator: Indicator, region: str, due: str = "2023", plan: str = "w-plan") -> Assessment:
    return Assessment.objects.get(
        indicator=indicator,
        region=region,
        milestone__due=day(due),
        regional_target__target__plan__key=plan,
    )


def standing(indicator: Indicator, region: str, due: str = "2023") -> tuple[str, str]:
    row = found(indicator, region, due)
    return row.state, row.light
