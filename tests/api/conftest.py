"""Clients and the furnished world for the tests of the API."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, TestCase

from targets.models import JudgingState
from tests.api.furniture import furnish
from tests.worlds import World, make_world
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.models import User


def client_of(user: User) -> Client:
    """A browser session of a user; answers with 500 show their traceback."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(scope="module")
def furnished(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    """The small world with one or two of everything the API shows, judged; undone after the module.

    Tests ask for `world`, whose `db` makes pytest-django prepare the test database.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world()
        JudgingState.objects.create(as_of=date(2024, 2, 1))
        with dispatch.at_once(), TestCase.captureOnCommitCallbacks(execute=True):
            furnish(made)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(furnished: World, db: None) -> World:
    """The furnished world; what a test changes is undone after it."""
    return deepcopy(furnished)


@pytest.fixture
def api(world: World) -> Client:
    """Ling, a leader: reads plan data, sees no jobs."""
    return client_of(world.ling)


@pytest.fixture
def lead(world: World) -> Client:
    """Lin, of the lead department: sees jobs too."""
    return client_of(world.lin)
