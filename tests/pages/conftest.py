"""People who look at the pages, and what their looking takes."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.worlds import make_user
from yuxi_eldercare.core.models import Region, User

CITY, YIMEN = "530400", "530425"


def client_of(user: User) -> Client:
    """A browser session of a user."""
    client = Client()
    client.force_login(user)
    return client


def own_statements(client: Client, url: str, **given: Any) -> int:
    """Statements of a page beyond those of an empty one: session, user, roles and frame are left out."""
    empty = reverse("search")
    client.get(empty)
    with CaptureQueriesContext(connection) as frame:
        client.get(empty)
    with CaptureQueriesContext(connection) as page:
        assert client.get(url, given).status_code == 200
    return len(page) - len(frame)


@pytest.fixture
def leader(db: None) -> User:
    """A leader of the city: reads everything, rules on nothing."""
    return make_user("ling", "leader", Region.objects.get(code=CITY))


@pytest.fixture
def lead(db: None) -> User:
    """The lead department of the city."""
    return make_user("lin", "lead", Region.objects.get(code=CITY))


@pytest.fixture
def page(leader: User) -> Client:
    """The leader's browser."""
    return client_of(leader)


@pytest.fixture
def ruler(lead: User) -> Client:
    """The lead department's browser."""
    return client_of(lead)


@pytest.fixture
def standing_day() -> date:
    """The day the lights of these tests stand at."""
    return date(2025, 6, 30)
