"""What pages ask about subsidy rules."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from subsidies.models import Rule
from yuxi_eldercare.core.models import Document


@dataclass(frozen=True)
class RuleCounts:
    """How many rules of issued documents are valid on a day, by kind, and how many of those concern money."""

    kinds: list[tuple[str, int]]  # label, count

    @property
    def count(self) -> int:
        """All of them."""
        return sum(n for _label, n in self.kinds)


def rules_in_force(on: date, county: str = "") -> RuleCounts:
    """Rules valid on a day; of a county, those of the city's documents and of its own. One statement."""
    wanted = Q(withdrawn_at=None, document__withdrawn_at=None, document__status=Document.Status.ISSUED)
    wanted &= Q(valid_from=None) | Q(valid_from__lte=on)
    wanted &= Q(valid_to=None) | Q(valid_to__gte=on)
    if county:
        wanted &= Q(document__plan__region=county) | Q(document__plan__region__children=county)
    rows = Rule.objects.filter(wanted).order_by().values_list("kind").annotate(n=Count("pk", distinct=True))
    found: dict[str, int] = dict(rows)
    return RuleCounts([(str(kind.label), found[kind]) for kind in Rule.Kind if kind in found])
