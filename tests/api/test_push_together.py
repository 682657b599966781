"""Two pushes at the same moment with one key: one writes, the other waits and is answered the same."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from targets.models import EntryStep
from tests.reporting_world import NOW, at, make_reporting_world
from yuxi_eldercare.core.dispatch import wait_for_threads
from yuxi_eldercare.core.models import KeptAnswer

from .machines import bind, make_client, token_of, with_token
from .pushing import push, row

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("figures", "statuses"), [((6, 6), [200, 200]), ((6, 7), [200, 409])])
def test_one_key(figures: tuple[int, int], statuses: list[int]) -> None:
    with at(NOW):
        world = make_reporting_world()
        made = make_client("red-system", world.red)
        bind(made.client, world.red)
        token = token_of(made)
        ready = Barrier(2)
        answers: list[Any] = []

        def call(figure: int) -> None:
            ready.wait()
            try:
                answers.append(push(with_token(token), row(world, value=figure), Idempotency_Key="k-1"))
            finally:
                connection.close()

        threads = [Thread(target=call, args=(figure,)) for figure in figures]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    wait_for_threads()
    assert sorted(status for status, _body in answers) == statuses
    assert statuses[1] == 409 or answers[0] == answers[1]
    assert (EntryStep.objects.count(), KeptAnswer.objects.count()) == (1, 1)
