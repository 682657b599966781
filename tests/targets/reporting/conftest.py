"""The staffed world, on 8 October 2024."""

from collections.abc import Iterator

import pytest

from tests.reporting_world import NOW, Reporting, at, make_reporting_world


@pytest.fixture
def w(db: None) -> Iterator[Reporting]:
    """The world with its open round; the clock stands at `NOW`."""
    with at(NOW):
        yield make_reporting_world()
