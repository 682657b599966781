"""Several people write versions in the same moment: numbers stay whole, and who saw an older one is told."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from subsidies.models import Scheme, SchemeVersion
from subsidies.schemes import new_version
from targets.actions.refusals import Refused
from tests.targets.threads import threads
from tests.worlds import World, make_world
from yuxi_eldercare.core.models import AuditEvent, User

from .test_schemes import TERMS

__all__ = ["threads"]
AT_ONCE = 4
Threads = Callable[..., threading.Thread]


@pytest.fixture
def world() -> World:
    return make_world()


def race(threads: Threads, scheme: Scheme, by: User, seen: int | None) -> list[Refused]:
    """That many versions with different amounts at once; the refusals."""
    gate, refused = threading.Barrier(AT_ONCE), []

    def write(nth: int) -> None:
        gate.wait(30)
        terms = replace(TERMS, amount_fen=(nth + 1) * 100_00)
        try:
            new_version(
                scheme=scheme.pk, terms=terms, reason="同时", by=User.objects.get(pk=by.pk), seen=seen
            )
        except Refused as error:
            refused.append(error)

    for started in [threads(write, nth) for nth in range(AT_ONCE)]:
        started.join(60)
    return refused


def make_scheme() -> Scheme:
    return Scheme.objects.create(
        key="beds", name="床位补助", programme="construction", unit="bed", per="once"
    )


@pytest.mark.django_db(transaction=True)
def test_each_version_gets_its_number(threads: Threads, world: World) -> None:
    scheme = make_scheme()
    assert race(threads, scheme, world.lin, seen=None) == []
    numbers = SchemeVersion.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, AT_ONCE + 1))
    assert AuditEvent.objects.filter(action="schemes.new_version").count() == AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_of_several_who_saw_none_one_writes_the_first(threads: Threads, world: World) -> None:
    scheme = make_scheme()
    refused = race(threads, scheme, world.lin, seen=0)
    assert len(refused) == AT_ONCE - 1
    assert all("又有人订立了新的一版" in str(error) for error in refused)
    assert SchemeVersion.objects.get().number == 1
