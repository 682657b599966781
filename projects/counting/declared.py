"""The file of declared formulas."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings


@cache
def declared() -> Any:
    """What `fixtures/derivations.yaml` says, unchecked."""
    return yaml.safe_load((Path(settings.FIXTURES_DIR) / "derivations.yaml").read_text(encoding="utf-8"))
