"""Later corrections of closed months: values that became known afterwards, and what they would have changed.

The closed month itself stays as it is; this is the mark beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from targets.judging.territory import Territory, territory_of
from targets.models import Indicator, Observation
from yuxi_eldercare.core.models import PeriodClose, Region

from .frozen import Change, compare, frozen_judged
from .judged import judged

Cell = tuple[int, str, date]  # indicator id, region code, period end


@dataclass(frozen=True)
class Revision:
    """A value of a period the month covers that began to count after it was closed.

    `before` is the version that counted then (None: nothing was known). `effects` are the judgements of the region
    and those above it that the close would have seen otherwise, with all later values taken together.
    """

    indicator: Indicator
    region: Region
    period_end: date
    before: Observation | None
    after: Observation
    effects: list[Change]

    @property
    def known_from(self) -> datetime:
        """When it became known."""
        return self.after.known_from


def revisions(close: PeriodClose) -> list[Revision]:
    """The values known since, latest first. One statement when there are none, else about sixteen."""
    later = _known_since(close)
    if not later:
        return []
    then = _known_then(close, later)
    territory = territory_of(row.region_id for row in later)
    above = {row.region_id: _chain(row.region) for row in later}
    changes = _changes(close, later, territory)
    return [
        Revision(
            row.indicator,
            row.region,
            row.period_end,
            then.get((row.indicator_id, row.region_id, row.period_end)),
            row,
            [
                change
                for change in changes
                if change.row.indicator.pk == row.indicator_id
                and change.row.region.code in above[row.region_id]
            ],
        )
        for row in later
    ]


def _known_since(close: PeriodClose) -> list[Observation]:
    """Values in force that the close did not know."""
    rows = Observation.objects.filter(
        known_from__gt=close.known_at, period_end__lte=close.as_of, superseded_at=None
    )
    return list(
        rows.select_related(
            "indicator", "region__parent__parent__parent", "reported_by", "department"
        ).order_by("-known_from", "indicator__position", "region__position", "period_end")
    )


def _known_then(close: PeriodClose, later: Iterable[Observation]) -> dict[Cell, Observation]:
    """The versions of the same values that counted when the month was closed."""
    cells = {(row.indicator_id, row.region_id, row.period_end) for row in later}
    rows = Observation.objects.filter(
        indicator__in={indicator for indicator, _, _ in cells},
        region__in={region for _, region, _ in cells},
        period_end__in={period_end for _, _, period_end in cells},
        known_from__lte=close.known_at,
        superseded_at__gt=close.known_at,
    )
    return {cell: row for row in rows if (cell := (row.indicator_id, row.region_id, row.period_end)) in cells}


def _chain(region: Region) -> set[str]:
    """The region and those above it: at most township, county, city."""
    codes, above = {region.code}, region.parent
    while above is not None:
        codes.add(above.code)
        above = above.parent
    return codes


def _changes(close: PeriodClose, later: Iterable[Observation], territory: Territory) -> list[Change]:
    """What the judgements of these indicators would be for the closed day with what is known now."""
    indicators = {row.indicator_id for row in later}
    return compare(
        frozen_judged(close, indicators=indicators, regions=territory.judged),
        judged(indicators=indicators, regions=territory.judged, day=close.as_of),
    )
