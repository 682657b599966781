"""The city's latest reading of many indicators, as the page's day knows them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q

from targets.models import FrozenAssessment, Observation, RolledUpValue
from yuxi_eldercare.core.models import PeriodClose, Region

from .day import PageDay
from .series import Value, from_observation, from_rollup, known


def latest_of_city(indicators: Sequence[int], day: PageDay) -> dict[int, Value]:
    """By indicator id; what the city reports itself takes precedence. Two statements.

    On the page of a closed month, what was made from the counties' figures is what was judged then.
    """
    latest: dict[int, Value] = {}
    city = Q(indicator__in=indicators, region__level=Region.Level.CITY)
    for indicator, made in _judged_then(city, day.close) if day.close else _rolled(city, day.ask):
        if indicator not in latest or made.period_end >= latest[indicator].period_end:
            latest[indicator] = made
    direct = Observation.objects.filter(city & known(day.close) & _until(day.ask)).select_related(
        "reported_by"
    )
    for row in direct.order_by("period_end"):
        before = latest.get(row.indicator_id)
        if before is None or row.period_end >= before.period_end:
            latest[row.indicator_id] = from_observation(row)
    return latest


def _until(day: date | None) -> Q:
    return Q(period_end__lte=day) if day else Q()


def _rolled(city: Q, day: date | None) -> Iterable[tuple[int, Value]]:
    for made in RolledUpValue.objects.filter(city & _until(day)).order_by("period_end"):
        yield made.indicator_id, from_rollup(made)


def _judged_then(city: Q, close: PeriodClose) -> Iterable[tuple[int, Value]]:
    """The figures the city's targets were judged by; a number of counties is no figure of the indicator."""
    rows = FrozenAssessment.objects.filter(city, close=close).order_by("as_of", "due")
    columns = ("indicator_id", "answer", "marks", "members_reported", "members_expected", "is_demo")
    for indicator, answer, marks, reported, expected, is_demo in rows.exclude(
        inputs__has_key="members"
    ).values_list(*columns):
        if answer["actual_date"]:
            actual = answer["actual"]
            yield (
                indicator,
                Value(
                    period_end=date.fromisoformat(answer["actual_date"]),
                    value=None if actual is None else Decimal(actual),
                    not_applicable=actual is None,
                    members_reported=reported,
                    members_expected=expected,
                    provisional="PROVISIONAL" in marks,
                    is_demo=is_demo,
                ),
            )
