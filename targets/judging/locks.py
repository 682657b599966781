"""The locks that keep two counties publishing in the same instant from leaving the city at 8/9."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models.functions import Length

from targets.models import Indicator, JudgingLock


def lock(pairs: Iterable[tuple[int, str]]) -> None:
    """Lock (indicator id, region code) pairs until the transaction ends; call it before reading values.

    The order is by indicator, then bottom-up: longer codes (townships) first, then descending codes, which
    puts a parent (530400) after its members (530402 …). Every caller takes them in this order, so none waits
    for another in a circle. SQLite has no row locks; its IMMEDIATE transactions run one after another.
    """
    wanted = set(pairs)
    if not wanted:
        return
    start = transaction.savepoint()
    missing = sorted(wanted - _select(wanted))
    if not missing:
        transaction.savepoint_commit(start)
        return
    # Give back what was locked: whoever inserts a lock row we need may be waiting for one we hold.
    transaction.savepoint_rollback(start)
    JudgingLock.objects.bulk_create(
        [JudgingLock(indicator_id=indicator, region_id=region) for indicator, region in missing],
        ignore_conflicts=True,
    )
    _select(wanted)


def rates_over(pairs: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """The (indicator id, region code) pairs of rates whose denominators these are. One statement."""
    own = set(pairs)
    users = Indicator.objects.filter(denominator_series__in={indicator for indicator, _region in own})
    return {
        (rate, region)
        for rate, series in users.values_list("pk", "denominator_series_id")
        for indicator, region in own
        if indicator == series
    }


def _select(wanted: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """Lock the rows there are of the grid indicators × regions; for one indicator that is the pairs."""
    rows = (
        JudgingLock.objects.select_for_update()
        .filter(
            indicator__in={indicator for indicator, _ in wanted}, region__in={region for _, region in wanted}
        )
        .order_by("indicator_id", Length("region_id").desc(), "-region_id")
        .values_list("indicator_id", "region_id")
    )
    return set(rows)
