"""References of subsidies.yaml: each scheme once, each version after a rule that is there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from yuxi_eldercare.core.plan_files.bundle import Bundle, Record
from yuxi_eldercare.core.plan_files.errors import PlanFileError
from yuxi_eldercare.core.plan_files.sense import due_date


def subsidy_errors(bundle: Bundle) -> Iterator[PlanFileError]:
    """What stands twice, what leads nowhere, what cannot be: days that are none, parts of a 分."""
    first: dict[str, Record] = {}
    rules = {rule.key for rule in bundle.rules}
    for scheme in bundle.schemes:
        other = first.setdefault(scheme.key, scheme)
        if other is not scheme:
            yield scheme.error(f"“{scheme.key}”与第 {other.line()} 行重复。请换一个。", "key")
        for index, version in enumerate(scheme.get("versions", [])):
            if isinstance(version, dict):
                yield from _version(scheme, index, version, rules)


def _version(scheme: Record, index: int, version: dict[str, Any], rules: set[str]) -> Iterator[PlanFileError]:
    rule = version.get("stated_by")
    if rule is not None and rule not in rules:
        message = f"没有规则“{rule}”。请改正 key；文件没有载明的写 null。"
        yield scheme.error(message, "versions", index, "stated_by")
    for name in ("valid_from", "valid_to"):
        if isinstance(version.get(name), str) and due_date(version[name]) is None:
            yield scheme.error(f"没有“{version[name]}”这一天。请改正日期。", "versions", index, name)
    amount = version.get("amount")
    if isinstance(amount, Decimal) and amount * 100 != int(amount * 100):
        yield scheme.error("补助标准以元为单位，最多两位小数。请改正。", "versions", index, "amount")
