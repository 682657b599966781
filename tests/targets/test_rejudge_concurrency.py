"""Two counties in the same instant must not leave the city at 8/9 (§4.6).

The suite runs these on SQLite, where transactions queue up, and on PostgreSQL, where they truly overlap.
"""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from targets.actions.refusals import Refused
from targets.judging import rejudging
from targets.judging.locks import lock
from targets.models import Assessment, JudgingState, Observation, RolledUpValue, ThresholdSet
from targets.progress import plain
from tests.worlds import CITY, COUNTIES, GREEN, RED, World, day, make_world, publish, value
from yuxi_eldercare.core import dispatch

from .threads import PATIENCE, threads

__all__ = ["threads"]

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 25


@pytest.fixture
def world() -> World:
    built = make_world()
    JudgingState.objects.create(as_of=date(2026, 1, 1))
    return built


def periods() -> list[str]:
    """Ends of quarters, one for each round."""
    quarters = ("03-31", "06-30", "09-30", "12-31")
    return [f"{year}-{quarter}" for year in range(2015, 2026) for quarter in quarters][:ROUNDS]


def test_counties_publishing_in_the_same_instant_leave_the_city_complete(
    world: World, threads: Callable[..., threading.Thread]
) -> None:
    barrier = threading.Barrier(len(COUNTIES) + 1, timeout=PATIENCE)
    seen: list[tuple[str, str | None, int | None]] = []

    def county(region: str, figure: int) -> None:
        for period in periods():
            barrier.wait()
            with dispatch.at_once():
                publish(value(world.beds, region, period, (figure, 100)))
            barrier.wait()

    for figure, region in enumerate(COUNTIES, 1):
        threads(county, region, figure * 10)
    for period in periods():
        barrier.wait()
        barrier.wait()
        rolled = RolledUpValue.objects.get(period_end=period)
        city = Assessment.objects.get(region=CITY, milestone__due=day("2025"))
        seen.append((period, plain(rolled.value or 0), rolled.members_reported))
        if period >= "2020-12-31":
            assert (city.answer["actual_date"], city.answer["actual"], city.members_reported) == (
                period,
                "20",
                3,
            )
    assert seen == [(period, "20", 3) for period in periods()]
    assert ThresholdSet.objects.count() == 1


def test_the_second_waits_for_the_lock_before_it_reads(
    world: World, threads: Callable[..., threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first has locked and stands before its reading; the second must not get past its own lock."""
    publish(value(world.beds, RED, "2023", (40, 100)), value(world.beds, GREEN, "2023", (40, 100)))
    dispatch.wait_for_threads()
    reads: list[str] = []
    first_reads, go_on = threading.Event(), threading.Event()
    read = rejudging.values_in_force

    def slow_read(*args: Any) -> Any:
        reads.append(threading.current_thread().name)
        if len(reads) == 1:
            first_reads.set()
            assert go_on.wait(PATIENCE)
        return read(*args)

    monkeypatch.setattr(rejudging, "values_in_force", slow_read)
    threads(rejudging.rejudge, world.beds.pk, [RED])
    assert first_reads.wait(PATIENCE)
    second = threads(rejudging.rejudge, world.beds.pk, [GREEN])
    second.join(1)
    assert second.is_alive()
    assert len(reads) == 1
    go_on.set()
    second.join(PATIENCE)
    assert len(reads) == 2


def test_one_county_does_not_wait_for_another_to_publish(
    world: World, threads: Callable[..., threading.Thread]
) -> None:
    """Only the city's figure is shared: while one county's row is locked, another still writes its values.

    SQLite has one writer at a time; there the other county waits and then writes.
    """
    locked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock([(world.beds.pk, RED)])
            locked.set()
            assert go_on.wait(PATIENCE)

    threads(hold)
    assert locked.wait(PATIENCE)
    other = threads(lambda: publish(value(world.beds, GREEN, "2023", (1, 4)), judge_later=True))
    other.join(1 if connection.vendor == "sqlite" else PATIENCE)
    assert other.is_alive() == (connection.vendor == "sqlite")
    go_on.set()
    other.join(PATIENCE)
    assert Observation.objects.filter(region=GREEN).exists()


def test_two_corrections_of_one_value_become_two_versions(
    world: World, threads: Callable[..., threading.Thread]
) -> None:
    publish(value(world.homes, RED, "2023", 1), judge_later=True)
    barrier = threading.Barrier(4, timeout=PATIENCE)

    def correct(figure: int) -> None:
        barrier.wait()
        publish(value(world.homes, RED, "2023", figure, reason=f"更正为{figure}"), judge_later=True)

    for figure in range(2, 6):
        threads(correct, figure)
    wait_for(lambda: Observation.objects.count() == 5)
    versions = Observation.objects.order_by("version")
    assert [row.version for row in versions] == [1, 2, 3, 4, 5]
    assert [row.superseded_at is None for row in versions] == [False, False, False, False, True]


def test_two_first_values_for_one_cell_do_not_both_count(
    world: World, threads: Callable[..., threading.Thread]
) -> None:
    barrier = threading.Barrier(3, timeout=PATIENCE)
    refused: list[str] = []
    accepted: list[int] = []

    def first(figure: int) -> None:
        barrier.wait()
        try:
            publish(value(world.homes, RED, "2023", figure), judge_later=True)
            accepted.append(figure)
        except Refused as error:
            refused.append(str(error))

    for figure in (1, 2, 3):
        threads(first, figure)
    wait_for(lambda: len(accepted) + len(refused) == 3)
    assert len(accepted) == 1
    assert all("更正须写明理由" in sentence for sentence in refused)
    assert [row.value for row in Observation.objects.all()] == accepted


def wait_for(condition: Callable[[], bool]) -> None:
    """Until the condition holds."""
    pause = threading.Event()
    for _ in range(PATIENCE * 20):
        if condition():
            return
        pause.wait(0.05)
    pytest.fail("it did not come about")


def test_without_a_broker_a_background_thread_judges_after_the_commit(world: World) -> None:
    publish(value(world.beds, RED, "2023", (40, 100)))
    assert dispatch.wait_for_threads()
    assert Assessment.objects.get(region=RED, milestone__due=day("2023")).light == "green"


def test_a_failing_background_task_is_logged_and_the_next_one_runs(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read = rejudging.values_in_force
    monkeypatch.setattr(rejudging, "values_in_force", None)
    publish(value(world.beds, RED, "2023", (40, 100)))
    assert dispatch.wait_for_threads()
    assert "background task targets.rejudge" in caplog.text
    monkeypatch.setattr(rejudging, "values_in_force", read)
    publish(value(world.beds, GREEN, "2023", (40, 100)))
    assert dispatch.wait_for_threads()
    assert Assessment.objects.get(region=CITY, milestone__due=day("2023")).members_reported == 2
