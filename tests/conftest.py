"""Shared fixtures: private services and the settings of a test run.

A service that is missing skips its tests with a sentence, or fails them where REQUIRE_SERVICES=1 (CI).
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

os.environ.setdefault("DEBUG", "1")

import pytest
from hypothesis import settings as hypothesis_settings

from . import loaded, services
from .append_only import let_tests_empty_the_trail
from .loaded import emptied_again, plans

__all__ = ["emptied_again", "plans"]

let_tests_empty_the_trail()
hypothesis_settings.register_profile("default", deadline=None, print_blob=True)
hypothesis_settings.load_profile("default")


def pytest_configure() -> None:
    """Passwords are hashed at the least cost."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the shipped plans stand together."""
    loaded.together(items)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """The next test that wants an empty database gets one."""
    if not loaded.uses_plans(nextitem):
        loaded.take_out()


def _or_skip(start: Callable[[], Any]) -> Any:
    try:
        return start()
    except services.ServiceMissing as gap:
        if services.REQUIRE:
            pytest.fail(str(gap), pytrace=False)
        pytest.skip(str(gap))


def _service(context: AbstractContextManager[str]) -> Iterator[str]:
    url = _or_skip(context.__enter__)
    try:
        yield url
    finally:
        context.__exit__(None, None, None)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """DATABASE_URL of a private PostgreSQL."""
    yield from _service(services.postgres())


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """REDIS_URL of a private Redis."""
    yield from _service(services.redis())


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium program."""
    return str(_or_skip(services.chromium_path))


@pytest.fixture(scope="session")
def soffice() -> str:
    """Path of LibreOffice."""
    return str(_or_skip(services.soffice_path))
