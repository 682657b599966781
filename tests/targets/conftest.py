"""Fixtures of the tests about judging stored rows; a module may have a `world` of its own."""

from typing import Any

import pytest

from targets.models import (
    JudgingState,
)
from tests.worlds import (
    World,
    make_world,
    publish,
)
from yuxi_eldercare.core import dispatch

from .judged import AS_OF


@pytest.fixture
def world() -> World:
    built = make_world()
    JudgingState.objects.create(as_of=AS_OF)
    return built


@pytest.fixture
def counted(world: World, django_capture_on_commit_callbacks: Any) -> Any:
    """`counted(value, …)`: values count and what they touch is judged at once."""

    def run(*values: Any, **fields: Any) -> None:
        with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
            publish(*values, **fields)

    return run
