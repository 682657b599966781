"""What pages ask about other systems: the list with bindings and last use, one of them, its recent calls."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from yuxi_eldercare.core.models import ApiClient, Membership

NOW, LATER, ENDED, REVOKED, UNBOUND = "now", "later", "ended", "revoked", "unbound"
STATES = (NOW, UNBOUND, LATER, ENDED, REVOKED)


@dataclass(frozen=True)
class ClientFilter:
    """What a list of clients is narrowed to; empty fields ask for everything."""

    text: str = ""
    state: str = ""

    def words(self) -> str:
        """The filter in one line, for the audit trail."""
        parts = {"text": self.text, "state": self.state}
        return "；".join(f"{name}={value}" for name, value in parts.items() if value)


def state_of(client: ApiClient) -> str:
    """Whether the client may come now, later, no more, or was cut off."""
    today = timezone.localdate()
    if client.revoked_at is not None:
        return REVOKED
    if client.valid_to is not None and client.valid_to < today:
        return ENDED
    return LATER if client.valid_from > today else NOW


def clients(wanted: ClientFilter) -> QuerySet[ApiClient]:
    """Clients with their owner, and the memberships in force of their account (`user.in_force`)."""
    today = timezone.localdate()
    held = Membership.objects.in_force(today).select_related("department", "region").order_by("pk")
    rows = ApiClient.objects.select_related("owner_department", "user")
    if wanted.text:
        rows = rows.filter(
            Q(name__icontains=wanted.text)
            | Q(code__icontains=wanted.text)
            | Q(purpose__icontains=wanted.text)
            | Q(owner_department__short_name__icontains=wanted.text)
        )
    begun = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
    conditions = {
        NOW: begun & Q(revoked_at=None),
        LATER: Q(valid_from__gt=today, revoked_at=None),
        ENDED: Q(valid_to__lt=today, revoked_at=None),
        REVOKED: Q(revoked_at__isnull=False),
        UNBOUND: begun & Q(revoked_at=None) & ~Q(user__in=Membership.objects.in_force(today).values("user")),
    }
    if wanted.state:
        rows = rows.filter(conditions[wanted.state])
    bindings = Prefetch("user__memberships", held, to_attr="in_force")
    return rows.order_by("revoked_at", "code").prefetch_related(bindings)
