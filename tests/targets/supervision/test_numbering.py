"""Numbers run without a gap per word and year, also when two people sign at the same moment.

On SQLite transactions queue up; on PostgreSQL they truly overlap.
"""

import threading
from collections.abc import Callable

import pytest
from django.db import transaction

from targets.models import SupervisionNotice
from targets.supervision.deciding import sign
from targets.supervision.escalating import escalate
from tests.reporting_world import at
from tests.targets.threads import PATIENCE, threads

from .conftest import Ladder, make_part, make_supervised_world, make_task

__all__ = ["threads"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def orders() -> tuple[Ladder, list[SupervisionNotice]]:
    """Six proposed orders under one word."""
    with at("2024-10-08"):
        s = make_supervised_world()
        for number in range(5):
            make_part(make_task(s.r, f"w.s.more-{number}"), s.r.red, s.du)
    for today in ("2024-10-14", "2024-10-21"):
        with at(today):
            escalate()
    return s, s.notices(kind="order", form="notice")


def numbers() -> list[int | None]:
    rows = SupervisionNotice.objects.filter(kind="order", number__isnull=False, form="notice")
    return list(rows.order_by("number").values_list("number", flat=True))


def test_two_who_sign_at_once_wait_for_each_other(
    orders: tuple[Ladder, list[SupervisionNotice]], threads: Callable[..., threading.Thread]
) -> None:
    """The first has drawn its number and its transaction is still open; the second waits and takes the next."""
    s, rows = orders
    drawn, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            sign(notice=rows[0].pk, by=s.du)
            drawn.set()
            assert go_on.wait(PATIENCE)

    threads(first)
    assert drawn.wait(PATIENCE)
    second = threads(lambda: sign(notice=rows[1].pk, by=s.du))
    second.join(1)
    assert second.is_alive()
    go_on.set()
    second.join(PATIENCE)
    assert numbers() == [1, 2]


def test_a_signing_that_is_undone_leaves_no_gap(
    orders: tuple[Ladder, list[SupervisionNotice]], threads: Callable[..., threading.Thread]
) -> None:
    """The first draws a number and rolls back while the second waits: the second takes the number."""
    s, rows = orders
    drawn, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            sign(notice=rows[0].pk, by=s.du)
            drawn.set()
            assert go_on.wait(PATIENCE)
            transaction.set_rollback(True)

    threads(first)
    assert drawn.wait(PATIENCE)
    second = threads(lambda: sign(notice=rows[1].pk, by=s.du))
    go_on.set()
    second.join(PATIENCE)
    assert numbers() == [1]


def test_many_at_once_and_one_twice(
    orders: tuple[Ladder, list[SupervisionNotice]], threads: Callable[..., threading.Thread]
) -> None:
    s, rows = orders
    refused: list[str] = []

    def sign_or_not(pk: int) -> None:
        from targets.actions.refusals import Refused

        try:
            sign(notice=pk, by=s.du)
        except Refused as refusal:
            refused.append(str(refusal))

    for thread in [threads(sign_or_not, row.pk) for row in (*rows, rows[0])]:
        thread.join(PATIENCE)
    assert numbers() == [1, 2, 3, 4, 5, 6]
    assert len(refused) == 1


def test_two_runs_at_once_send_everything_once(
    orders: tuple[Ladder, list[SupervisionNotice]], threads: Callable[..., threading.Thread]
) -> None:
    s, _rows = orders
    before = SupervisionNotice.objects.count()
    for number in range(4):
        make_part(make_task(s.r, f"w.s.late-{number}"), s.r.red, s.du)
    with at("2024-10-21"):
        for thread in [threads(escalate), threads(escalate)]:
            thread.join(PATIENCE)
    new = SupervisionNotice.objects.filter(pk__gt=0).order_by("pk")[before:]
    assert len(new) == 4
    urges = SupervisionNotice.objects.filter(word="云养催").order_by("number")
    assert [row.number for row in urges] == list(range(1, len(urges) + 1))
