"""What the audit administrator asks: events by person, unit, action, object, result and day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from yuxi_eldercare.core.models import AuditEvent

_FIRST: Final = date(1900, 1, 1)
_LAST: Final = date(2999, 12, 31)


@dataclass(frozen=True)
class AuditFilter:
    """What the list is narrowed to; empty fields ask for everything. Days are whole and local."""

    person: str = ""
    department: str = ""
    action: str = ""
    object: str = ""
    result: str = ""
    since: date | None = None
    until: date | None = None

    def condition(self) -> Q:
        """The condition on events."""
        wanted = Q()
        if self.person:
            wanted &= Q(username__iexact=self.person) | Q(actor_text__icontains=self.person)
        if self.department:
            wanted &= Q(department__key=self.department)
        if self.action:
            # "auth" asks for all actions about logging in.
            wanted &= Q(action=self.action) | Q(action__startswith=f"{self.action}.")
        if self.object:
            wanted &= Q(object_key__icontains=self.object) | Q(object_type=self.object)
        if self.result:
            wanted &= Q(result=self.result)
        if self.since:
            wanted &= Q(at__gte=_midnight(self.since))
        if self.until:
            wanted &= Q(at__lt=_midnight(min(self.until, _LAST) + timedelta(days=1)))
        return wanted

    def words(self) -> str:
        """The filter in one line, for the event about an export."""
        return "；".join(f"{name}={value}" for name, value in vars(self).items() if value)


def _midnight(day: date) -> datetime:
    """The moment a day begins; days so far away that they have no neighbours are brought nearer."""
    return timezone.make_aware(datetime.combine(min(max(day, _FIRST), _LAST), time.min))


def events(wanted: AuditFilter) -> QuerySet[AuditEvent]:
    """Events, the newest first."""
    return AuditEvent.objects.filter(wanted.condition()).order_by("-pk")


@dataclass(frozen=True)
class Change:
    """One field of a change: what it was, what it became."""

    field: str
    before: Any
    after: Any
    changed: bool


def changes(event: AuditEvent) -> list[Change]:
    """Before and after, side by side, what changed first; lists and single values stand as one line."""
    before, after = _as_mapping(event.before), _as_mapping(event.after)
    lines = [
        Change(name, before.get(name), after.get(name), before.get(name) != after.get(name))
        for name in {**before, **after}
    ]
    return sorted(lines, key=lambda line: (not line.changed, line.field))


def _as_mapping(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    return value if isinstance(value, dict) else {"": value}


def export_rows(wanted: AuditFilter) -> Iterator[list[Any]]:
    """Events as rows of a table, the oldest first; columns as in `presenters.audit.HEADER`."""
    rows = events(wanted).order_by("pk").iterator(chunk_size=2000)
    for event in rows:
        at = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S")
        yield [
            event.seq, at, event.actor_text, event.username, event.unit, event.ip, event.action, event.result,
            event.object_type, event.object_key, event.detail, event.before, event.after, event.algorithm,
            event.hash,
        ]  # fmt: skip
