"""What a new version of a denominator sets off: every rate it enters gets a new version, with the reason."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions import NewValue, publish_values
from targets.judging.locks import lock, rates_over
from targets.models import Entry, Indicator, Observation, ObservationBatch
from targets.progress import plain

from .denominators import Denominator, Denominators
from .periods import month_end
from .trail import locked, note, snapshot, store
from .wording import kept

PROCESS = "denominators"
Place = tuple[int, str, date]  # indicator id, region code, period end


def lock_values(entries: Sequence[Entry]) -> None:
    """Lock the values these entries publish together with those they depend on or that depend on them.

    So a rate and its denominator that are published at the same moment do not miss each other.
    """
    own = {(entry.indicator_id, entry.region_id) for entry in entries}
    above = {
        (entry.indicator.denominator_series_id, entry.region_id)
        for entry in entries
        if entry.indicator.denominator_series_id is not None
    }
    lock(own | above | rates_over(own))


def cascade(
    published: Collection[Place], *, known_from: datetime | None = None, judge_later: bool = False
) -> int:
    """Give rates new versions because denominators at these places began to count; returns how many.

    Demonstration figures change no real rate. Call it in the transaction of the publication, with the rates
    locked; the rest is as in `publish_values`.
    """
    moved = {(indicator, region) for indicator, region, _end in published}
    using = Indicator.objects.filter(denominator_series__in={series for series, _region in moved})
    series_of = dict(using.values_list("pk", "denominator_series_id")) if moved else {}
    if not series_of:
        return 0
    first = min(end for _indicator, _region, end in published)
    rates = Observation.objects.filter(
        Q(indicator__in=series_of, region__in={region for _series, region in moved}),
        superseded_at=None,
        numerator__isnull=False,
        period_end__gte=first,
        period_end__lt=month_end(first.year + 1, 12),
    ).select_related("indicator__denominator_series", "region")
    affected = [row for row in rates if (series_of[row.indicator_id], row.region_id) in moved]
    known = Denominators.read((series_of[row.indicator_id], row.region_id) for row in affected)
    count = 0
    for is_demo in (False, True):
        values = [
            new
            for row in affected
            if row.is_demo == is_demo
            and (
                new := _new_version(row, known.at(series_of[row.indicator_id], row.region_id, row.period_end))
            )
        ]
        if values:
            batch = publish_values(
                values=values,
                by=None,
                label="分母更新",
                process=PROCESS,
                is_demo=is_demo,
                known_from=known_from,
                judge_later=judge_later,
            )
            _follow(batch)
            count += len(values)
    return count


def _follow(batch: ObservationBatch) -> None:
    """Let published entries show the new version of their value; those being corrected take it later."""
    fresh = {(o.indicator_id, o.region_id, o.period_end): o for o in Observation.objects.filter(batch=batch)}
    ids = [
        pk
        for pk, *place in Entry.objects.filter(
            state=Entry.State.PUBLISHED,
            indicator__in={place[0] for place in fresh},
            region__in={place[1] for place in fresh},
            period_end__in={place[2] for place in fresh},
        ).values_list("pk", "indicator_id", "region_id", "period_end")
        if tuple(place) in fresh
    ]
    if not ids:
        return
    entries = locked(ids)
    before = {entry.pk: snapshot(entry) for entry in entries}
    for entry in entries:
        value = fresh[entry.indicator_id, entry.region_id, entry.period_end]
        entry.value, entry.denominator, entry.observation = value.value, value.denominator, value
        entry.revision += 1
    store(entries, ["value", "denominator", "observation", "revision"])
    note("recount", entries, before, by=None, at=timezone.now(), process=PROCESS)


@kept
def _new_version(row: Observation, found: Denominator | None) -> NewValue | None:
    if found is None or found.value == row.denominator or (found.is_demo and not row.is_demo):
        return None
    series = row.indicator.denominator_series
    text = _("分母“%(name)s”更新为%(value)s（%(end)s，第%(version)s版），比率随之重算。")
    return NewValue(
        indicator=row.indicator.key,
        region=row.region_id,
        period_end=row.period_end,
        period_kind=row.period_kind,
        numerator=row.numerator,
        denominator=found.value,
        note=row.note,
        reason=text
        % {
            "name": series.name if series else "",
            "value": plain(found.value),
            "end": found.period_end,
            "version": found.version,
        },
        department_id=row.department_id,
        reported_by=row.reported_by,
        reported_at=row.reported_at,
    )
