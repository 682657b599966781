"""Denominators that are somebody else's (60岁以上人口, 常住人口): entered once by their owner, used by all.

A rate takes the figure of its own period, or else the latest one published within a year before it:
population is counted once a year, rates are reported more often. What a new version sets off: `cascade`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from targets.judging.values import Place
from targets.models import Entry, Indicator, Observation, ReportingLine
from targets.progress import plain
from yuxi_eldercare.core.models import Region

from .context import Past
from .figures import Figure, figure_of, rate_of
from .periods import same_last_year


@dataclass(frozen=True)
class Denominator:
    """A figure of a denominator series that counts for a rate's period."""

    value: Decimal
    period_end: date
    version: int
    is_demo: bool


class Denominators:
    """What is known of some denominator series in some regions."""

    def __init__(self, known: dict[Place, list[Denominator]]) -> None:
        self._known = known

    @classmethod
    def read(cls, pairs: Iterable[Place]) -> "Denominators":
        """Those of (series id, region code) pairs. One statement, none without pairs."""
        wanted = set(pairs)
        known: dict[Place, list[Denominator]] = {}
        if not wanted:
            return cls(known)
        rows = Observation.objects.filter(
            indicator__in={series for series, _region in wanted},
            region__in={region for _series, region in wanted},
            superseded_at=None,
            value__isnull=False,
        ).order_by("period_end")
        columns = ("indicator_id", "region_id", "value", "period_end", "version", "is_demo")
        for series, region, value, end, version, is_demo in rows.values_list(*columns):
            found = Denominator(Decimal(plain(value)), end, version, is_demo)
            known.setdefault((series, region), []).append(found)
        return cls(known)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Denominators":
        """Those that the indicators of these entries name."""
        return cls.read(
            (entry.indicator.denominator_series_id, entry.region_id)
            for entry in entries
            if entry.indicator.denominator_series_id is not None
        )

    @classmethod
    def among(cls, past: Past, entries: Iterable[Entry]) -> "Denominators":
        """The same from values that were read already."""
        known: dict[Place, list[Denominator]] = {}
        for entry in entries:
            series = entry.indicator.denominator_series_id
            if series is None or (series, entry.region_id) in known:
                continue
            values = past.direct.get((series, entry.region_id), {})
            known[series, entry.region_id] = [
                Denominator(
                    Decimal(plain(value.value)),
                    end,
                    past.versions[series, entry.region_id, end],
                    value.is_demo,
                )
                for end, value in sorted(values.items())
                if value.value is not None
            ]
        return cls(known)

    def at(self, series: int | None, region: str, period_end: date) -> Denominator | None:
        """The figure that counts for a period: its own, or the latest of the year before it."""
        if series is None:
            return None
        oldest = same_last_year(period_end)
        fitting = [d for d in self._known.get((series, region), ()) if oldest < d.period_end <= period_end]
        return fitting[-1] if fitting else None

    def for_entry(self, entry: Entry) -> Denominator | None:
        """The figure that counts for an entry."""
        return self.at(entry.indicator.denominator_series_id, entry.region_id, entry.period_end)

    def figure(self, entry: Entry) -> Figure:
        """The entry's figure with the denominator as it counts now."""
        figure = figure_of(entry)
        if entry.indicator.denominator_series_id is None or figure.not_applicable:
            return figure
        return with_denominator(entry.indicator, figure.numerator, self.for_entry(entry))


def with_denominator(indicator: Indicator, numerator: Decimal | None, found: Denominator | None) -> Figure:
    """A rate made from a typed numerator and a denominator of a series; no figure without a numerator."""
    if numerator is None:
        return Figure()
    denominator = found.value if found else None
    return Figure(rate_of(indicator, numerator, denominator), numerator, denominator)


def refresh(entries: Sequence[Entry]) -> list[Entry]:
    """Take the denominators as they count now into the entries (not saved); returns those that changed."""
    known = Denominators.of(entries)
    changed = []
    for entry in entries:
        figure = known.figure(entry)
        if figure != figure_of(entry):
            entry.value, entry.denominator = figure.value, figure.denominator
            changed.append(entry)
    return changed


def owners(series: Iterable[int], regions: Iterable[Region]) -> dict[tuple[int, str], str]:
    """Short names of the units that enter these series for these regions. One statement."""
    lines = ReportingLine.objects.filter(indicator__in=set(series), region__in=list(regions), valid_to=None)
    rows = lines.values_list("indicator_id", "region_id", "department__short_name")
    return {(indicator, region): name for indicator, region, name in rows}
