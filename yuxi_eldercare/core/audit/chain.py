"""What a link of the chain is: the digest of the link before it and of everything the event says.

The algorithm is named in each row, so that a change of `AUDIT_HASH` leaves older rows verifiable.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from django.conf import settings

from yuxi_eldercare.core.models import AuditEvent

ALGORITHMS = ("sha256", "sm3")
START = "0" * 64
# Whoever reads a row for hashing or verifying reads these. The actor's foreign key is not among them: the
# name it had at the time is, and a removed demonstration account must not break the chain.
COVERED = (
    "seq", "at", "username", "actor_text", "department_id", "unit", "action", "object_type", "object_key",
    "before", "after", "detail", "result", "ip", "session",
)  # fmt: skip


def link(event: AuditEvent, prev_hash: str, algorithm: str) -> str:
    """The digest (64 hexadecimal digits) that seals an event behind the link `prev_hash`.

    Raises `ValueError` for an algorithm that is not one of `ALGORITHMS`.
    """
    said = {name: getattr(event, name) for name in COVERED}
    said["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return digest(f"{prev_hash}\n{canonical(said)}".encode("ascii"), algorithm)


def digest(data: bytes, algorithm: str = "") -> str:
    """The digest of bytes, by default with the algorithm of this installation."""
    name = algorithm or settings.AUDIT_HASH
    if name not in ALGORITHMS:
        raise ValueError(f"unknown digest {name!r}")
    return hashlib.new(name, data, usedforsecurity=True).hexdigest()


def digest_rows(rows: Iterable[Any]) -> dict[str, Any]:
    """What a bulk change leaves in its one event: how many rows there were, and their digest in this order."""
    algorithm = settings.AUDIT_HASH
    running = hashlib.new(algorithm)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        running.update(canonical(row).encode("ascii") + b"\n")
    return {"count": count, "algorithm": algorithm, "digest": running.hexdigest()}


def canonical(value: Any) -> str:
    """One spelling of a value: sorted keys, no spaces, ASCII only (so that no text can fail to encode)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
