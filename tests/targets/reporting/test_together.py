"""Two people at the same moment: one is told, nothing is lost, and rates do not miss their denominators."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from targets.actions.refusals import Refused
from targets.models import Entry, EntryStep, Observation
from targets.reporting.changes import Conflict
from targets.reporting.entries import save_entry
from targets.reporting.publishing import publish, start_correction
from targets.reporting.steps import review, submit
from tests.reporting_world import NOW, Reporting, at, fill, make_reporting_world, number
from tests.worlds import make_user
from yuxi_eldercare.core.dispatch import wait_for_threads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def w() -> Any:
    with at(NOW):
        yield make_reporting_world()
    wait_for_threads()


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls in threads that begin at the same moment; returns what each returned or raised."""
    ready = Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        ready.wait()
        try:
            answers[index] = call()
        except (Refused, Conflict) as refused:
            answers[index] = refused
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_two_people_in_one_cell(w: Reporting) -> None:
    amy = make_user("amy", "reporter", w.red.region, w.red)
    pk = w.entry(w.world.homes).pk
    answers = together(
        lambda: save_entry(entry=pk, change=number(3), expected_revision=0, by=w.ann),
        lambda: save_entry(entry=pk, change=number(4), expected_revision=0, by=amy),
    )
    conflicts = [answer for answer in answers if isinstance(answer, Conflict)]
    entry = Entry.objects.get(pk=pk)
    assert len(conflicts) == 1
    assert {conflicts[0].theirs.value, conflicts[0].mine.value} == {3, 4}
    assert entry.value == conflicts[0].theirs.value
    assert EntryStep.objects.filter(entry=entry).count() == 1


def test_two_leads_confirm_one_value(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)
    answers = together(
        lambda: publish(entries=[entry.pk], by=w.lin), lambda: publish(entries=[entry.pk], by=w.mei)
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert Observation.objects.filter(indicator=w.world.homes).count() == 1


def test_a_rate_and_its_denominator_confirmed_at_once(w: Reporting) -> None:
    rate, people = w.entry(w.places), w.entry(w.population)
    fill(people, number(20000), w.su)
    submit(entries=[people], by=w.su)
    review(entries=[people], by=w.sun)
    publish(entries=[people], by=w.shi)
    fill(rate, number(numerator=30), w.ann)
    submit(entries=[rate], by=w.ann)
    review(entries=[rate], by=w.bob)
    start_correction(entry=people, reason="年报修订", by=w.su)
    fill(people, number(15000), w.su)
    submit(entries=[people], by=w.su)
    review(entries=[people], by=w.sun)
    answers = together(
        lambda: publish(entries=[rate.pk], by=w.lin), lambda: publish(entries=[people.pk], by=w.shi)
    )
    assert not any(isinstance(answer, Exception) for answer in answers)
    in_force = Observation.objects.get(indicator=w.places, superseded_at=None)
    assert (in_force.denominator, in_force.value) == (15000, 2)
    assert Entry.objects.get(pk=rate.pk).observation == in_force
