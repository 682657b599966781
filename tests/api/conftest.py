"""Clients and the furnished world for the tests of the API."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

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


@pytest.fixture
def world(db: None, django_capture_on_commit_callbacks: Any) -> World:
    """The small world with one or two of everything the API shows, judged."""
    made = make_world()
    JudgingState.objects.create(as_of=date(2024, 2, 1))
    with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
        furnish(made)
    return made


@pytest.fixture
def api(world: World) -> Client:
    """Ling, a leader: reads plan data, sees no jobs."""
    return client_of(world.ling)


@pytest.fixture
def lead(world: World) -> Client:
    """Lin, of the lead department: sees jobs too."""
    return client_of(world.lin)
