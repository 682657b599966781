"""The population series that rates are divided by, of the same rough sizes as the made-up rates themselves."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from targets.models import Indicator
from yuxi_eldercare.core.models import Region

from .sizes import denominator
from .values import CITY, YEARS, Report


def populations(today: date) -> Iterator[Report]:
    """Year-end figures of every county that would have come in before `today`."""
    series = Indicator.objects.filter(denominator_of__isnull=False, withdrawn_at=None).distinct()
    counties = list(Region.objects.filter(parent=CITY, withdrawn=False).values_list("code", flat=True))
    for indicator in series.order_by("key"):
        for year in YEARS:
            reported = date(year + 1, 1, 20)
            for county in counties if reported < today else ():
                yield Report(
                    indicator=indicator.key,
                    region=county,
                    period_end=date(year, 12, 31),
                    period_kind="year",
                    reported_on=reported,
                    value=Decimal(denominator(indicator.name, county, year)),
                )
