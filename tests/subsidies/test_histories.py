"""Random histories keep the books right: 300 here, ten thousand in `make fuzz`."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction

from tests.targets.threads import threads

from .books_world import Books
from .histories import make_stage, play, play_together
from .histories_grants import play_grants

__all__ = ["threads"]
GROUPS, OF_GROUP, LENGTH = 10, 25, 10
GRANT_GROUPS, OF_GRANT_GROUP, GRANT_LENGTH, TOGETHER = 2, 20, 20, 10


@pytest.mark.django_db
@pytest.mark.parametrize("group", range(GROUPS))
def test_random_histories_are_what_the_oracle_says(group: int) -> None:
    books, counts = Books(), Counter[str]()
    for seed in range(group * OF_GROUP, (group + 1) * OF_GROUP):
        with transaction.atomic():
            counts.update(play(make_stage(books, f"h{seed}", 2100), seed, LENGTH))
            transaction.set_rollback(True)
    assert counts["posted"] > 2 * OF_GROUP
    assert counts["refused"] > OF_GROUP
    assert counts["replayed"] > 0


@pytest.mark.django_db
@pytest.mark.parametrize("group", range(GRANT_GROUPS))
def test_grants_are_approved_paid_and_got_back_as_the_oracle_says(group: int) -> None:
    books, counts = Books(), Counter[str]()
    for seed in range(group * OF_GRANT_GROUP, (group + 1) * OF_GRANT_GROUP):
        with transaction.atomic():
            counts.update(play_grants(books, seed, GRANT_LENGTH, 2020))
            transaction.set_rollback(True)
    for act in ("approve", "make_list", "send", "result", "claim_back", "receive", "withdraw", "arrive"):
        assert counts[f"{act} done"] > 0, counts


@pytest.mark.django_db(transaction=True)
def test_histories_of_two_at_a_time_are_explained_by_one_order(
    threads: Callable[..., threading.Thread],
) -> None:
    """On a database without row locks one simply waits for the other."""
    books, counts = Books(), Counter[str]()

    def at_once(one: Callable[[], str], two: Callable[[], str]) -> tuple[str, str]:
        both, became = threading.Barrier(2), {}

        def run(place: int, act: Callable[[], str]) -> None:
            both.wait(30)
            became[place] = act()

        for thread in [threads(run, 0, one), threads(run, 1, two)]:
            thread.join(60)
        return became[0], became[1]

    for seed in range(1_000, 1_000 + TOGETHER):
        stage = make_stage(books, f"t{seed}", 2100 + seed)
        counts.update(play_together(stage, seed, LENGTH, at_once))
    assert counts["posted"] > TOGETHER
