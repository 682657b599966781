"""The five plans as the loader leaves them, read once for all tests of a module."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from yuxi_eldercare.loading import load_plans


@pytest.fixture(scope="module")
def plans(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The shipped plan files, loaded."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_plans()
        yield
        transaction.set_rollback(True)
