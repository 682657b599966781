"""The progress reports a part owes: the periods that ended while it ran, each due some working days later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

MONTHS: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}
# A period that ends sooner after the part was issued is not reported on by itself.
RUN_IN: Final = timedelta(days=15)
REPORT_WORKDAYS: Final = 5


class Days(Protocol):
    """What is asked of the working-day calendar."""

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day."""


@dataclass(frozen=True)
class Owed:
    """A report on a period, and the last day on which it is in time."""

    period_end: date
    due_on: date


def owed_reports(
    frequencies: Sequence[tuple[date, str]], until: date, days: Days, *, asked_on: date
) -> list[Owed]:
    """Reports on periods that ended before or on `until`, oldest first.

    1. `frequencies` are (first day, frequency) in order; the first begins with the part itself.
    2. A period counts under the frequency that held on its last day.
    3. One that ends within `RUN_IN` of the part's first day does not count, nor one not over on `asked_on`.
    """
    last = min(until, asked_on - timedelta(days=1))
    found = []
    for index, (first, frequency) in enumerate(frequencies):
        begins = first + RUN_IN if index == 0 else first
        ends = min(last, frequencies[index + 1][0] - timedelta(days=1)) if frequencies[index + 1 :] else last
        found += [Owed(end, report_due(end, days)) for end in period_ends(frequency, begins, ends)]
    return found


def report_due(period_end: date, days: Days) -> date:
    """The last day on which a report on a period is in time."""
    return days.after(period_end, REPORT_WORKDAYS)


def period_ends(frequency: str, first: date, last: date) -> Iterator[date]:
    """The last days of the periods that end between two days, both included."""
    length = MONTHS[frequency]
    months = first.year * 12 + -(-first.month // length) * length
    while (end := date(months // 12, months % 12 + 1, 1) - timedelta(days=1)) <= last:
        if end >= first:
            yield end
        months += length
