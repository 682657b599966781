"""The small world with its three administrators."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.worlds import make_world
from yuxi_eldercare.core.models import User

from .people import Office, make_office


@pytest.fixture(autouse=True)
def forget_rates() -> None:
    """allauth counts codes and confirmations in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def office(db: None) -> Office:
    return make_office(make_world())


@pytest.fixture
def as_user() -> Any:
    """`as_user(person)` is a browser in which the person is logged in."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make
