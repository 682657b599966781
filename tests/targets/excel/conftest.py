"""The staffed world on 8 October 2024, and templates as people fill them in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reporting_world import NOW, Reporting, at, make_reporting_world


@pytest.fixture
def w(db: None, tmp_path: Path, settings: Any) -> Iterator[Reporting]:
    """The world with its open round; the clock stands at `NOW`."""
    settings.FILES_DIR = tmp_path / "files"
    with at(NOW):
        yield make_reporting_world()
