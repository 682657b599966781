"""Denominators of others: used by rates, versioned, and setting off new versions of the rates."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from targets.actions.refusals import Refused
from targets.models import Observation
from targets.reporting.grid import read_grid
from targets.reporting.publishing import publish, start_correction
from targets.reporting.steps import review, submit
from tests.reporting_world import RED, Reporting, fill, number, walk
from tests.worlds import publish as publish_past
from tests.worlds import value
from yuxi_eldercare.core.models import AuditEvent


def population(w: Reporting, people: int) -> None:
    walk(w.entry(w.population), number(people), reporter=w.su, reviewer=w.sun, lead=w.shi)


def rates(w: Reporting) -> list[Observation]:
    return list(Observation.objects.filter(indicator=w.places).order_by("version"))


def test_a_rate_takes_the_published_denominator(w: Reporting) -> None:
    entry = w.entry(w.places)
    fill(entry, number(numerator=30), w.ann)
    entry.refresh_from_db()
    assert (entry.numerator, entry.denominator, entry.value) == (30, None, None)
    with pytest.raises(Refused, match="“常住人口”尚未由负责单位发布"):
        submit(entries=[entry], by=w.ann)
    population(w, 20000)
    submit(entries=[entry], by=w.ann)
    entry.refresh_from_db()
    assert (entry.denominator, entry.value) == (20000, 1.5)


def test_what_was_typed_as_denominator_does_not_count(w: Reporting) -> None:
    population(w, 20000)
    saved = fill(w.entry(w.places), number(parts=(30, 5)), w.ann)
    assert saved.entry.denominator == 20000


def test_the_latest_figure_of_the_year_before_counts_and_no_older(w: Reporting) -> None:
    publish_past(value(w.population, RED, "2023-06-30", 10000))
    assert fill(w.entry(w.places), number(numerator=30), w.ann).entry.denominator is None
    publish_past(value(w.population, RED, "2023", 15000))
    assert fill(w.entry(w.places), number(numerator=31), w.ann).entry.denominator == 15000


def test_a_new_version_of_the_denominator_gives_the_rate_a_new_version(w: Reporting) -> None:
    population(w, 20000)
    rate = w.entry(w.places)
    walk(rate, number(numerator=30), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    people = w.entry(w.population)
    start_correction(entry=people, reason="年报修订", by=w.su)
    fill(people, number(15000), w.su)
    submit(entries=[people], by=w.su)
    review(entries=[people], by=w.sun)
    assert [row.version for row in rates(w)] == [1]
    publish(entries=[people], by=w.shi)
    first, second = rates(w)
    assert (first.denominator, first.value, first.superseded_at is None) == (20000, 1.5, False)
    assert (second.denominator, second.value, second.numerator) == (15000, 2, 30)
    assert "分母“常住人口”更新为15000" in second.reason
    assert second.reported_by == w.ann
    rate.refresh_from_db()
    assert (rate.state, rate.value, rate.observation) == ("published", 2, second)
    assert AuditEvent.objects.filter(action="entries.recount", actor=None).exists()


def test_a_denominator_published_directly_sets_off_the_same(w: Reporting) -> None:
    population(w, 20000)
    rate = w.entry(w.places)
    walk(rate, number(numerator=30), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    publish_past(value(w.population, RED, "2024-09-30", 15000, reason="年报修订"))
    first, second = rates(w)
    assert (first.superseded_at, second.known_from) == (second.known_from, first.superseded_at)
    assert (second.denominator, second.value, second.numerator) == (15000, 2, 30)
    assert "分母“常住人口”更新为15000" in second.reason
    rate.refresh_from_db()
    assert (rate.state, rate.value, rate.observation) == ("published", 2, second)


def test_demonstration_denominators_change_no_real_rate(w: Reporting) -> None:
    publish_past(value(w.places, RED, "2024-09-30", (30, 20000)))
    publish_past(value(w.population, RED, "2024-09-30", 15000), is_demo=True)
    assert [row.denominator for row in rates(w)] == [20000]


def test_a_past_that_a_process_loads_is_judged_by_its_caller(
    w: Reporting, django_capture_on_commit_callbacks: Any
) -> None:
    then = timezone.now() - timedelta(days=30)
    publish_past(value(w.places, RED, "2024-06-30", (30, 20000)), known_from=then - timedelta(days=1))
    with django_capture_on_commit_callbacks() as waiting:
        publish_past(value(w.population, RED, "2024-06-30", 15000), known_from=then, judge_later=True)
    assert waiting == []
    assert [(row.denominator, row.known_from) for row in rates(w)][1:] == [(15000, then)]


def test_the_same_denominator_again_sets_nothing_off(w: Reporting) -> None:
    population(w, 20000)
    walk(w.entry(w.places), number(numerator=30), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    people = w.entry(w.population)
    start_correction(entry=people, reason="核对", by=w.su)
    fill(people, number(20000, note="核对无误"), w.su)
    submit(entries=[people], by=w.su)
    review(entries=[people], by=w.sun)
    publish(entries=[people], by=w.shi)
    assert len(rates(w)) == 1


def test_the_rate_is_published_with_the_denominator_as_it_counts_then(w: Reporting) -> None:
    population(w, 20000)
    rate = w.entry(w.places)
    fill(rate, number(numerator=30), w.ann)
    submit(entries=[rate], by=w.ann)
    review(entries=[rate], by=w.bob)
    people = w.entry(w.population)
    start_correction(entry=people, reason="年报修订", by=w.su)
    walk(people, number(15000), reporter=w.su, reviewer=w.sun, lead=w.shi)
    publish(entries=[rate], by=w.lin)
    assert [row.value for row in rates(w)] == [2]


def test_the_grid_shows_it_read_only(w: Reporting) -> None:
    fill(w.entry(w.places), number(numerator=30), w.ann)
    population(w, 20000)
    grid = read_grid(round=w.round.pk, department=w.red.pk, user=w.ann)
    cell = next(cell for cell in grid.cells if cell.entry.indicator == w.places)
    assert cell.denominator is not None
    assert (cell.denominator.value, cell.figure.value, cell.denominator.version) == (20000, 1.5, 1)
