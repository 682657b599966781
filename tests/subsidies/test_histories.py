"""Random histories keep the books right: 300 here, ten thousand in `make fuzz`."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction

from tests.targets.threads import threads

from .books_world import Books
from .histories import Pair, make_stage, play, play_together
from .histories_grants import play_grants, play_grants_together

__all__ = ["threads"]
GROUPS, OF_GROUP, LENGTH = 10, 25, 10
GRANT_GROUPS, OF_GRANT_GROUP, GRANT_LENGTH, TOGETHER = 2, 20, 20, 5
_ACTS = (
    "approve", "send_back", "check_again", "withdraw", "make_list", "send", "drop", "result", "undo_payment",
    "claim_back", "receive",
)  # fmt: skip


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
    for act in _ACTS:
        assert counts[f"{act} done"] > 0, counts


@pytest.fixture
def at_once(threads: Callable[..., threading.Thread]) -> Pair:
    """Two attempts at the same moment. On a database without row locks one simply waits for the other."""

    def both_of(one: Callable[[], str], two: Callable[[], str]) -> tuple[str, str]:
        both, became = threading.Barrier(2), {}

        def run(place: int, act: Callable[[], str]) -> None:
            both.wait(30)
            became[place] = act()

        for thread in [threads(run, 0, one), threads(run, 1, two)]:
            thread.join(60)
        return became[0], became[1]

    return both_of


@pytest.mark.django_db(transaction=True)
def test_histories_of_two_at_a_time_are_explained_by_one_order(at_once: Pair) -> None:
    books, counts = Books(), Counter[str]()
    for seed in range(1_000, 1_000 + TOGETHER):
        stage = make_stage(books, f"t{seed}", 2100 + seed)
        counts.update(play_together(stage, seed, LENGTH, at_once))
    assert counts["posted"] > TOGETHER


@pytest.mark.django_db(transaction=True)
def test_two_people_at_a_time_are_explained_by_one_order(at_once: Pair) -> None:
    """Approving, listing, paying and getting back; often both press the same button."""
    books, counts = Books(), Counter[str]()
    for seed in range(2_000, 2_000 + TOGETHER):
        counts.update(play_grants_together(books, seed, GRANT_LENGTH, seed - 500, at_once))
    for act in ("approve", "make_list", "send"):
        assert counts[f"{act} done"] > 0, counts
        assert counts[f"{act} refused"] > 0, counts
