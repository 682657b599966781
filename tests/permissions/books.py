"""What stands in the addresses of the books: 红河区's own purse."""

from typing import Any

from subsidies.models import BudgetLine
from tests.reporting_world import Reporting


def book_values(r: Reporting) -> dict[str, dict[str, Any]]:
    """Route → what stands in its address."""
    line = BudgetLine.objects.create(
        year=2024, level="county", region=r.red.region, programme="construction", made_by=r.lin
    )
    return {
        "subsidy-book": {"pk": line.pk},
        "subsidy-books-export": {"form": "csv"},
        "subsidy-book-totals-export": {"form": "xlsx"},
    }
