"""A scheme for the addresses about schemes."""

from datetime import date
from typing import Any

from subsidies.models import Scheme


def scheme_values() -> dict[str, dict[str, Any]]:
    """Route → what stands in its address."""
    scheme = Scheme.objects.create(
        key="beds", name="床位补助", programme="construction", unit="bed", per="once"
    )
    scheme.versions.create(number=1, valid_from=date(2024, 1, 1), reason="测试")
    named = {"key": scheme.key}
    return {"subsidy-scheme": named, "subsidy-scheme-version": named}
