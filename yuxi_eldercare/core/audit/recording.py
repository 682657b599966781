"""Writing one audit event: who, for which unit, from where, on what, before and after, with what result."""

from typing import TYPE_CHECKING, Any

from yuxi_eldercare.core.models import AuditEvent, Department, User
from yuxi_eldercare.core.roles import memberships

from .context import origin
from .sealing import seal_soon

if TYPE_CHECKING:
    from django.db.models import Model

OK, FAILED, REFUSED = AuditEvent.Result.OK, AuditEvent.Result.FAILED, AuditEvent.Result.REFUSED


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
    result: str = OK,
    department: Department | None = None,
) -> AuditEvent:
    """Write an audit event in the transaction of the change; `process` names an actor without account.

    The unit is `department`, or else the unit of the actor's first membership in force. Address and session
    come from the request that is being answered, if any. A bulk change is one event whose `after` holds
    `digest_rows(rows)`.
    """
    unit = department or _unit(by)
    where = origin()
    event = AuditEvent.objects.create(
        actor=by,
        username=by.username if by else "",
        actor_text=str(by) if by else process or "system",
        department=unit,
        unit=unit.short_name if unit else "",
        action=action,
        object_type=object_type,
        object_key=_fitting("object_key", object_key),
        before=before,
        after=after,
        detail=_fitting("detail", detail),
        result=result,
        ip=where.ip,
        session=where.session,
    )
    seal_soon()
    return event


def _unit(by: User | None) -> Department | None:
    if by is None:
        return None
    return next((m.department for m in memberships(by) if m.department_id is not None), None)


def _fitting(field: str, text: str) -> str:
    """The text without what PostgreSQL cannot store, cut to the column."""
    column: Model = AuditEvent._meta.get_field(field)  # type: ignore[assignment]
    return text.replace("\0", "")[: column.max_length]  # type: ignore[attr-defined]
