"""A value that counts at the very moment of a close is either in it or known after it, never in between (§4.6).

The suite runs these on SQLite, where transactions queue up, and on PostgreSQL, where they truly overlap.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from targets.judging import closing as judging_closing
from targets.judging.locks import lock
from targets.models import FrozenAssessment, Observation
from targets.queries.revisions import revisions
from tests.worlds import CITY, WHITE, World, day, publish, value
from yuxi_eldercare.core.actions.closes import AlreadyClosed
from yuxi_eldercare.core.closing import verify
from yuxi_eldercare.core.models import PeriodClose

from .closing import close, make_closing_world
from .threads import PATIENCE, threads

__all__ = ["threads"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_closing_world()


def late_value(world: World) -> None:
    publish(value(world.homes, WHITE, "2023", 1), judge_later=True)


def frozen(world: World, region: str) -> FrozenAssessment:
    return FrozenAssessment.objects.get(indicator=world.homes, region=region, due=day("2023"))


def test_a_close_waits_for_a_value_that_is_counting_and_includes_it(
    world: World, threads: Callable[..., threading.Thread]
) -> None:
    """The value is written and its transaction still open; its roll-up has not been brought up to date."""
    written, go_on = threading.Event(), threading.Event()

    def counting() -> None:
        with transaction.atomic():
            late_value(world)
            written.set()
            assert go_on.wait(PATIENCE)

    threads(counting)
    assert written.wait(PATIENCE)
    closer = threads(close, world)
    closer.join(1)
    assert closer.is_alive()
    assert not PeriodClose.objects.exists()
    go_on.set()
    closer.join(PATIENCE)
    made = PeriodClose.objects.get()
    assert Observation.objects.get(indicator=world.homes, region=WHITE).known_from <= made.known_at
    assert (frozen(world, WHITE).state, frozen(world, CITY).answer["actual"]) == ("MET", "2")
    assert revisions(made) == []


def test_a_value_waits_for_the_close_and_is_known_after_it(
    world: World, threads: Callable[..., threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The close has its locks and has not read; the value was on its way before and comes after."""
    locked, go_on = threading.Event(), threading.Event()

    def hold(pairs: Any) -> None:
        lock(pairs)
        locked.set()
        assert go_on.wait(PATIENCE)

    monkeypatch.setattr(judging_closing, "lock", hold)
    closer = threads(close, world)
    assert locked.wait(PATIENCE)
    counting = threads(late_value, world)
    counting.join(1)
    assert counting.is_alive()
    go_on.set()
    for thread in (closer, counting):
        thread.join(PATIENCE)
    made = PeriodClose.objects.get()
    assert frozen(world, WHITE).state == "NO_DATA"
    assert Observation.objects.get(indicator=world.homes, region=WHITE).known_from > made.known_at
    (revision,) = revisions(made)
    assert (revision.region.code, revision.before) == (WHITE, None)


def test_of_two_who_close_at_the_same_moment_one_is_told(
    world: World, threads: Callable[..., threading.Thread]
) -> None:
    barrier = threading.Barrier(3, timeout=PATIENCE)
    told: list[str] = []

    def at_once() -> None:
        barrier.wait()
        try:
            close(world)
        except AlreadyClosed as already:
            told.append(str(already))

    started = [threads(at_once) for _ in range(3)]
    for thread in started:
        thread.join(PATIENCE)
    made = PeriodClose.objects.select_related("audit").get()
    assert len(told) == 2
    assert all("不能重复封存" in sentence for sentence in told)
    assert FrozenAssessment.objects.count() == made.assessments
    assert verify(made) is None
