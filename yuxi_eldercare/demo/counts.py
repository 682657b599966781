"""The demonstration's counted figures: what its register and ledger count, and how it goes with them."""

from datetime import date

from projects.offering import offer_counts
from subsidies.offering import offer_counts as offer_subsidies
from targets.models import Indicator, ProposedValue
from targets.reporting.counted_findings import compare, finding_key
from yuxi_eldercare.core.models import Finding

from .removal import remove

Place = tuple[int, str, date]  # indicator id, region code, period end


def count() -> int:
    """Offer what stands in the register and the ledgers now; returns how many figures."""
    return sum(done.added + done.changed + done.same for done in (offer_counts(), offer_subsidies()))


def remove_counts(reported: list[Place]) -> int:
    """Take back figures that demonstration rows are behind, and findings about those or `reported` values.

    What is real is counted again. Returns how many findings went.
    """
    offered = ProposedValue.objects.filter(is_demo=True)
    places = [*offered.values_list("indicator_id", "region_id", "period_end"), *reported]
    remove(offered)
    offer_counts()
    offer_subsidies()
    compare(places)
    codes = dict(Indicator.objects.values_list("pk", "key"))
    keys = {finding_key(codes[indicator], region, end) for indicator, region, end in places}
    gone = Finding.objects.filter(
        withdrawn_at__isnull=False, origin=Finding.Origin.DATA, rulings__isnull=True
    )
    return remove(gone.filter(pk__in=[row.pk for row in gone if row.key in keys]))
