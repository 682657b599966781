"""`make fuzz`: ten thousand random histories of the books on a private PostgreSQL.

One in twenty goes through the actions of people, from approval to recovery; in one in twenty two act at the same
moment, half of these people. It prints its seed and what became of everything tried; `ARGS="--seed 7 --count 1"` plays
one history again. The first failure is printed whole and ends it with 1.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context

COUNT, LENGTH = 10_000, 10
SECONDS = 7_200
_TOGETHER_EVERY, _GRANTS_EVERY = 20, 20


def main(arguments: list[str]) -> int:
    """Start PostgreSQL, share the histories out among processes, add up; returns an exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 10**6 * 10**5)
    parser.add_argument("--length", type=int, default=LENGTH)
    parser.add_argument("--processes", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--seconds", type=int, default=SECONDS, help="stop after so long")
    given = parser.parse_args(arguments)
    from tests import services

    with services.postgres() as url, tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        os.environ |= {"DEBUG": "1", "DATABASE_URL": url, "VAR_DIR": folder}
        _prepare()
        print(f"seed {given.seed}: {given.count} histories of {given.length} steps", flush=True)
        began, shares = (
            time.monotonic(),
            [
                (place, given.seed + place, given.count, given.processes, given.length, given.seconds)
                for place in range(min(given.processes, given.count))
            ],
        )
        with get_context("spawn").Pool(len(shares)) as pool:
            answers = pool.starmap(_worker, shares)
    counts = sum((Counter(answer[0]) for answer in answers), Counter[str]())
    failures = [answer[1] for answer in answers if answer[1]]
    print(", ".join(f"{name} {number}" for name, number in sorted(counts.items())))
    print(f"{time.monotonic() - began:.0f} s, {len(failures)} failures")
    for failure in failures[:1]:
        print(failure)
    if not failures and counts["histories"] < given.count:
        print(f"stopped after {given.seconds} seconds before all were played")
        return 1
    return 1 if failures else 0


def _prepare() -> None:
    """The tables and one world for all workers."""
    import django

    django.setup()
    from django.core.management import call_command

    from tests.subsidies.books_world import Books

    call_command("migrate", verbosity=0)
    Books()


def _worker(
    place: int, first: int, count: int, step: int, length: int, seconds: int
) -> tuple[dict[str, int], str]:
    """Play every `step`-th history from `first` on; what became of it, and the first failure."""
    import django

    django.setup()
    from django.db import transaction

    from tests.subsidies.books_world import Books
    from tests.subsidies.histories import Diverged, make_stage, play, play_together
    from tests.subsidies.histories_grants import play_grants, play_grants_together

    books, counts, end = Books.known(), Counter[str](), time.monotonic() + seconds
    for number in range(place, count, step):
        if time.monotonic() > end:
            break
        seed = first - place + number
        name = f"f{seed}"
        try:
            if number % _TOGETHER_EVERY == 0:
                # These commit: each stands in a year of its own. People enter nothing years ahead.
                if number % (2 * _TOGETHER_EVERY):
                    year = 2_000 - number // (2 * _TOGETHER_EVERY)
                    counts.update(play_grants_together(books, seed, 2 * length, year, _at_once))
                else:
                    counts.update(
                        play_together(make_stage(books, name, 3_000 + number), seed, length, _at_once)
                    )
                counts["histories of two at a time"] += 1
            elif number % _GRANTS_EVERY == 1:
                with transaction.atomic():
                    counts.update(play_grants(books, seed, length + 6, 2015 + place))
                    transaction.set_rollback(True)
                counts["histories of grants"] += 1
            else:
                with transaction.atomic():
                    counts.update(play(make_stage(books, name, 2_100 + place), seed, length))
                    transaction.set_rollback(True)
        except Diverged as diverged:
            return counts, str(diverged)
        counts["histories"] += 1
    return counts, ""


def _at_once(one: Callable[[], str], two: Callable[[], str]) -> tuple[str, str]:
    """Each in a thread with a connection of its own."""
    from django.db import connections

    both, became = threading.Barrier(2), ["died", "died"]

    def run(place: int, act: Callable[[], str]) -> None:
        with contextlib.closing(connections["default"]):
            both.wait(30)
            became[place] = act()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate((one, two))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return became[0], became[1]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuxi_eldercare.settings")
    sys.exit(main(sys.argv[1:]))
