"""What applications hold in the books, read from their postings alone."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Sum

from subsidies.models import Journal, Posting
from subsidies.models.books import Account


@dataclass
class Held:
    """Per budget line number, in 分: what one application holds now. `paid` is net of what came back."""

    committed: dict[int, int] = field(default_factory=dict)
    paid: dict[int, int] = field(default_factory=dict)
    recovered: dict[int, int] = field(default_factory=dict)

    @property
    def granted_fen(self) -> int:
        """What is granted and stands: waiting to be paid, or paid and kept."""
        return sum(self.committed.values()) + sum(self.paid.values())


def held(applications: Collection[int]) -> dict[int, Held]:
    """What each application holds in the books, from its postings alone. One statement."""
    found: dict[int, Held] = {pk: Held() for pk in applications}
    rows = (
        Posting.objects.filter(
            journal__application__in=list(applications), account__in=[Account.COMMITTED, Account.PAID]
        )
        .order_by()
        .values_list("journal__application_id", "line_id", "account", "journal__kind")
        .annotate(moved=Sum("amount_fen"))
    )
    for application, line, account, kind, moved in rows:
        one = found[application]
        if account == Account.COMMITTED:
            one.committed[line] = one.committed.get(line, 0) + int(moved)
            continue
        one.paid[line] = one.paid.get(line, 0) + int(moved)
        if kind == Journal.Kind.RECOVER:
            one.recovered[line] = one.recovered.get(line, 0) - int(moved)
    return found
