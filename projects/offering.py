"""Handing what register and ledger count down to reporting: one pass over each, offered where it is asked for.

Counted anew after every change of either (once for changes that come together), hourly, and by command.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.queries.proposals import Asked, asked_places
from targets.reporting.proposals import Offer, Offered, hold_indicators, offer
from targets.reporting.wording import kept
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.models import Job, Region

from .counting import (
    amounts_of,
    count_register,
    formulas,
    ledger_formulas,
    ledger_spans,
    register_begins,
)
from .counting.ledger import ProjectSpan
from .counting.register import Begin, about_childcare
from .derivation import Derived, Formula
from .derivation.formulas import ALL_TOWNSHIPS

KIND: Final = "count_register"
TASK: Final = "projects.count"
PROCESS: Final = "countregister"
# A job that waits longer was lost with its process.
_LOST_AFTER: Final = timedelta(minutes=10)


def codes() -> list[str]:
    """The indicators that have a formula."""
    return [
        *(formula.indicator for formula in formulas()),
        *(formula.indicator for formula in ledger_formulas()),
    ]


def count_soon() -> None:
    """Count anew once the current transaction has committed; all of its changes share one count.

    So do changes that come while a count waits.
    """
    waiting = transaction.get_connection().run_on_commit
    if not any(function is _start for _savepoints, function, _robust in waiting):
        transaction.on_commit(_start)


def _start() -> None:
    waiting = Job.objects.filter(kind=KIND, state=Job.State.QUEUED)
    if not waiting.filter(created_at__gte=timezone.now() - _LOST_AFTER).exists():
        dispatch.start(TASK, create_job().pk)


@kept
def create_job() -> Job:
    """A count that is wanted."""
    return jobs.create(KIND, _("名册和项目台账统计"))


def run(job_id: int) -> Job:
    """Count under a job; of earlier counts that nobody looks at any more, nothing is kept."""
    job = jobs.run(job_id, lambda progress: progress.result.update(vars(offer_counts())))
    Job.objects.filter(kind=KIND, state=Job.State.DONE, pk__lt=job_id).delete()
    return job


@transaction.atomic
def offer_counts(period_ends: Collection[date] = ()) -> Offered:
    """Count everything that has a formula, as of the ends of the periods asked for and of these, and offer it.

    Two passes, whatever the number of regions and periods; one count at a time.
    """
    indicators = hold_indicators(codes())
    asked = asked_places(indicators, period_ends)
    ends = sorted({end for _code, _region, end in asked})
    if not ends:
        return Offered()
    members = members_by_region()
    offers = [*_register_offers(asked, ends, members), *_ledger_offers(asked, members)]
    return offer(offers=offers, asked=asked, indicators=indicators, process=PROCESS)


def members_by_region() -> dict[str, list[str]]:
    """The counties that make up each region: itself for a county, all of its members for a city. One statement."""
    rows = Region.objects.filter(withdrawn=False, level=Region.Level.COUNTY)
    found: dict[str, list[str]] = {}
    for code, parent in rows.values_list("code", "parent_id"):
        found[code] = [code]
        found.setdefault(parent or "", []).append(code)
    return found


def _register_offers(
    asked: Collection[Asked], ends: Sequence[date], members: dict[str, list[str]]
) -> Iterator[Offer]:
    counted = count_register(ends)
    row_of = {code: row for row, code in enumerate(counted.counties)}
    column_of = {end: column for column, end in enumerate(ends)}
    begins = register_begins()
    known = {formula.indicator: formula for formula in formulas()}
    for code, region, end in sorted(asked):
        formula = known.get(code)
        if formula is None:
            continue
        begun = [begins.get((county, about_childcare(formula))) for county in members.get(region, ())]
        if not begun or not all(begin is not None and begin.since <= end for begin in begun):
            continue
        rows = [row_of[county] for county in members[region]]
        made = _offer((code, region, end), formula, counted.parts[code], rows, column_of[end], begun)
        if made is not None:
            yield made


def _offer(
    place: Asked,
    formula: Formula,
    parts: Derived,
    rows: Sequence[int],
    column: int,
    begun: Sequence[Begin | None],
) -> Offer | None:
    """What stands in some counties; none where the townships of one, or of an institution, are not known."""
    below = None if parts.denominator is None else parts.denominator[rows, column]
    townships = formula.denominator is not None and formula.denominator.measure == ALL_TOWNSHIPS
    if townships and below is not None and not below.all():
        return None
    if parts.unplaced is not None and parts.unplaced[rows, column].any():
        return None
    return Offer(
        *place,
        counted=int(parts.numerator[rows, column].sum()),
        of=None if below is None else int(below.sum()),
        rows=int(parts.rows[rows, column].sum()),
        is_demo=any(begin is not None and begin.is_demo for begin in begun),
    )


def _ledger_offers(asked: Collection[Asked], members: dict[str, list[str]]) -> Iterator[Offer]:
    amounts = amounts_of(ledger_formulas())
    for formula in ledger_formulas():
        ends = sorted({end for code, _region, end in asked if code == formula.indicator})
        if not ends:
            continue
        totals = _Totals(ledger_spans(formula, amounts), ends)
        for code, region, end in sorted(asked):
            regions = {region, *members.get(region, ())}
            if code == formula.indicator and (made := totals.offer((code, region, end), regions)):
                yield made


class _Totals:
    """Sums of project spans by region and period end: each span enters once and leaves once."""

    def __init__(self, spans: Sequence[ProjectSpan], ends: Sequence[date]) -> None:
        self._column = {end: index for index, end in enumerate(ends)}
        self._moved: dict[str, list[tuple[int, int]]] = {}
        self._demo: set[str] = set()
        for one in spans:
            moved = self._moved.setdefault(one.region, [(0, 0)] * (len(ends) + 1))
            first = bisect_left(ends, one.span.since)
            last = len(ends) if one.span.until is None else bisect_left(ends, one.span.until)
            for index, sign in ((first, 1), (last, -1)):
                amount, rows = moved[index]
                moved[index] = amount + sign * one.span.amount, rows + sign
            self._demo |= {one.region} if one.is_demo else set()

    def offer(self, place: Asked, regions: Collection[str]) -> Offer | None:
        """What stands in these regions; none where the ledger knows of no such project by then."""
        upto = self._column[place[2]] + 1
        moved = [pair for region in regions for pair in self._moved.get(region, [])[:upto]]
        rows = sum(count for _amount, count in moved)
        if not rows:
            return None
        demo = bool(self._demo & set(regions))
        amount = sum(value for value, _count in moved)
        return Offer(*place, counted=amount, rows=rows, source="ledger", is_demo=demo)
