"""What a cell of a demonstration round is filled with: a little further than the last value that counts."""

from collections.abc import Iterable
from decimal import Decimal
from random import Random

from targets.models import Entry, Indicator, Observation
from targets.reporting.changes import CellChange

from .sizes import denominator
from .values import SEED

Place = tuple[int, str]  # indicator id, region code


def last_values(entries: Iterable[Entry]) -> dict[Place, Observation]:
    """The latest value in force before each entry's period. One statement."""
    ends = {(entry.indicator_id, entry.region_id): entry.period_end for entry in entries}
    rows = Observation.objects.filter(
        indicator__in={indicator for indicator, _ in ends},
        region__in={region for _, region in ends},
        superseded_at=None,
    ).order_by("period_end")
    return {
        (row.indicator_id, row.region_id): row
        for row in rows
        if (row.indicator_id, row.region_id) in ends
        and row.period_end < ends[row.indicator_id, row.region_id]
    }


def figure_for(entry: Entry, last: Observation | None, factor: float = 1.0) -> CellChange | None:
    """The change that fills an entry; none where nothing was ever reported. `factor` makes it stand out."""
    if last is None:
        return None
    if last.not_applicable:
        return CellChange(answer="na", na_reason="本县没有此类对象")
    indicator = entry.indicator
    random = Random(f"{SEED}:{indicator.key}:{entry.region_id}:{entry.period_end}")
    grown = float(last.value or 0) * (1 + random.random() * 0.015) * factor
    if indicator.scale is not None and last.denominator:
        return _rate(entry, last, grown)
    if indicator.basis == Indicator.Basis.YEAR:
        grown = float(last.value or 0) * entry.period_end.month / last.period_end.month * factor
    elif indicator.integer:
        grown = float(last.value or 0) * factor
    if indicator.unit == "%":
        grown = min(grown, 100.0)
    places = 0 if indicator.integer else max(indicator.decimals, 1)
    return CellChange(
        answer="number", value=Decimal(str(round(grown, places))).quantize(Decimal(10) ** -places)
    )


def _rate(entry: Entry, last: Observation, level: float) -> CellChange:
    """Of a county's size in that year; of somebody else's denominator only the numerator is typed."""
    indicator = entry.indicator
    series, year = indicator.denominator_series, entry.period_end.year
    own = series is None
    if series is None:
        below = denominator(indicator.denominator_name, entry.region_id, year) or int(last.denominator or 0)
    else:
        below = denominator(series.name, entry.region_id, year - 1)
    above = round(level * below / (indicator.scale or 100))
    if indicator.unit == "%":
        above = below if level >= 99.9 else min(above, below)
    return CellChange(
        answer="number",
        numerator=Decimal(above),
        denominator=Decimal(below) if own else None,
    )
