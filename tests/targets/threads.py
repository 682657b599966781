"""Threads of a test, each with a database connection of its own."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

PATIENCE = 60


@pytest.fixture
def threads() -> Iterator[Callable[..., threading.Thread]]:
    """`threads(function, *args)` starts one with its own connection; errors fail the test."""
    started: list[threading.Thread] = []
    errors: list[BaseException] = []

    def start(function: Callable[..., Any], *args: Any) -> threading.Thread:
        def body() -> None:
            try:
                function(*args)
            except BaseException as error:
                errors.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=body)
        started.append(thread)
        thread.start()
        return thread

    yield start
    for thread in started:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in started)
    assert not errors, errors
