"""Writing the audit trail: one row beside the change, in the same transaction."""

from typing import Any

from .models import AuditEvent, User


def record(
    *,
    by: User | None,
    action: str,
    object_type: str,
    object_key: str,
    before: Any = None,
    after: Any = None,
    detail: str = "",
    process: str = "",
) -> AuditEvent:
    """Write an audit event. Call it inside the transaction of the change; `process` names an actor without account."""
    return AuditEvent.objects.create(
        actor=by,
        actor_text=str(by) if by else process or "system",
        action=action,
        object_type=object_type,
        object_key=object_key,
        before=before,
        after=after,
        detail=detail[:300],
    )
